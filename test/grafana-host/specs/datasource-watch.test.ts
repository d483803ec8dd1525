import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlertsClient } from '../../../sdk/src/alerts/index.ts';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, startHostFixture } from '../fixture.ts';
import { sendGauge, sendWatched } from './datasource-data.test-support.ts';
import { type Answered, type FrameSummary, SourcePage } from './datasource-page.test-support.ts';

/*
 * What the service finds out by itself, as the built data source shows it: bands and anomalies of a day and a half of real
 * history, forecasts, and alerts of rules from pending to acknowledged.
 */

const rules = `groups:
  - name: shop
    interval: 1s
    rules:
      - alert: ShopFull
        expr: shop_load > 10
        for: 5s
        labels: { severity: page, team: shop }
        annotations: { summary: The shop is full, runbook_url: 'https://runbooks.example/full' }
      - alert: ShopAlmostFull
        expr: shop_load > 5
        for: 1h
        labels: { team: shop }
`;
const data = createTempDir('datasource-watch-spec');
const nowMs = Date.now();
let fixture: HostFixture;
let service: Service;
let source: SourcePage;
let loading: ReturnType<typeof setInterval>;

beforeAll(async () => {
  const rulesPath = join(data.path, 'rules.yml');
  writeFileSync(rulesPath, rules);
  const config = `rules: { files: ['${rulesPath}'] }
watch: { cpu_share_max: 0.9 }
alert: { route: { receiver: nobody, group_wait: 1s }, receivers: [{ name: nobody }] }
`;
  service = await startService({ dataDir: join(data.path, 'data'), config });
  await sendWatched(service.httpUrl, nowMs);
  loading = setInterval(() => void sendGauge(service.httpUrl, 'shop.load', 20).catch(() => {}), 500);
  fixture = await startHostFixture(['grafana-datasource']);
  source = await SourcePage.open(fixture, { url: service.httpUrl });
}, 600_000);

afterAll(async () => {
  clearInterval(loading);
  await source?.close();
  await fixture?.close();
  await service?.stop();
  data.remove();
});

const column = (frame: FrameSummary | undefined, name: string): unknown[] =>
  frame?.fields.find((field) => field.name === name)?.values ?? [];

async function answered(
  ask: () => Promise<Answered>,
  isIt: (answer: Answered) => boolean,
): Promise<Answered> {
  return eventually(
    async () => {
      const answer = await ask();
      return isIt(answer) ? answer : undefined;
    },
    { timeoutMs: 90_000, everyMs: 500, what: 'such an answer' },
  );
}

const part = ({ frames }: Answered, name: string): FrameSummary | undefined =>
  frames.find(({ custom }) => custom === name);

describe('the data source, of what the service found out', { timeout: 120_000 }, () => {
  test('anomalies are the signal, the band it is expected in, the points out of it, and the episode, in one query', async () => {
    const query = { kind: 'anomalies', signal: 'shop_queue', matchers: 'region="eu"' };
    const answer = await answered(
      () => source.ask(query, { intervalMs: 60_000 }, 3 * 3_600_000),
      (each) => (part(each, 'episodes')?.length ?? 0) > 0 && part(each, 'anomalies') !== undefined,
    );
    expect(answer.errors).toEqual([]);
    const [signal] = answer.frames;
    expect(signal.fields[1].labels).toEqual({ __name__: 'shop_queue', region: 'eu' });
    const band = part(answer, 'band');
    const [lower, upper, middle] = ['lower', 'upper', 'middle'].map((name) => column(band, name) as number[]);
    expect(middle.length).toBeGreaterThan(5);
    for (const [i, value] of middle.entries()) {
      expect(lower[i]).toBeLessThanOrEqual(value);
      expect(upper[i]).toBeGreaterThanOrEqual(value);
    }
    expect(band?.fields.find(({ name }) => name === 'upper')?.custom).toMatchObject({
      fillBelowTo: expect.stringContaining('lower'),
    });
    const anomalies = part(answer, 'anomalies');
    const upperMost = Math.max(...upper);
    for (const value of column(anomalies, 'anomaly')) expect(value).toBeGreaterThan(upperMost);
    for (const score of column(anomalies, 'score')) expect(score).toBeGreaterThanOrEqual(1);
    const episodes = part(answer, 'episodes');
    expect(episodes?.topic).toBe('annotations');
    expect(nowMs - (column(episodes, 'time')[0] as number)).toBeLessThan(15 * 60_000);
    expect(column(episodes, 'title')[0]).toBe('shop_queue {region=eu}');
  });

  test('no anomaly is passed over where steps are long', async () => {
    const query = { kind: 'anomalies', signal: 'shop_queue', matchers: 'region="eu"' };
    const answer = await answered(
      () => source.ask(query, { intervalMs: 900_000 }, 24 * 3_600_000),
      (each) => part(each, 'anomalies') !== undefined,
    );
    expect(column(part(answer, 'anomalies'), 'score').length).toBeGreaterThan(0);
  });

  test('a forecast goes on behind now, and says so where the time range ends before', async () => {
    const query = { kind: 'forecast', expr: 'shop_queue{region="us"}', horizon: '6h' };
    const { frames, errors } = await source.ask(query, { intervalMs: 60_000 }, 6 * 3_600_000);
    expect(errors).toEqual([]);
    const [history, ...bands] = frames;
    expect(bands.map(({ custom }) => custom)).toEqual(['band', 'band']);
    expect(history.notices[0]).toMatch(/now\+6h/);
    expect((column(bands[0], 'Time').at(-1) as number) - Date.now()).toBeGreaterThan(5.5 * 3_600_000);
    const ahead = { ...query, horizon: '' };
    const endMs = Date.now() + 3 * 3_600_000;
    const wide = await source.ask(ahead, { intervalMs: 60_000, endMs }, 9 * 3_600_000);
    expect(wide.frames[0].notices).toEqual([]);
    // Nothing is drawn in the future but the forecast; and what is asked for at the range's end is asked for now.
    expect(column(wide.frames[0], 'Time').at(-1)).toBeLessThanOrEqual(Date.now());
    const plain = { kind: 'promql', expr: 'shop_load' };
    const line = await source.ask(plain, { endMs, intervalMs: 1000 }, 4 * 3_600_000);
    expect(column(line.frames[0], 'Time').at(-1)).toBeLessThanOrEqual(Date.now());
    const table = await source.ask({ ...plain, mode: 'instant' }, { endMs }, 4 * 3_600_000);
    expect(table.frames[0].length).toBe(1);
  });

  test('annotations are the anomalies of all signals, or of one, or when an expression is true', async () => {
    const prepared = (target: Readonly<Record<string, unknown>>) =>
      source.open.page.evaluate((given) => {
        const { annotations } = (window as never as { source: { annotations: Annotations } }).source;
        return annotations.prepareQuery(annotations.prepareAnnotation({ target: given }));
      }, target);
    const all = await prepared({ refId: 'Anno', kind: 'anomalies', version: 2, expr: '' });
    const answer = await answered(
      () => source.ask(all ?? {}, {}, 3_600_000),
      ({ frames }) => frames[0].length > 0,
    );
    expect([answer.frames[0].custom, answer.frames[0].topic]).toEqual(['episodes', undefined]);
    expect(column(answer.frames[0], 'tags')[0]).toEqual(['anomaly', 'above', 'eu']);
    const expression = { refId: 'Anno', version: 2, kind: 'promql', expr: 'shop_queue{region="eu"} > 250' };
    const happenings = await source.ask(
      (await prepared(expression)) ?? {},
      { intervalMs: 60_000 },
      3_600_000,
    );
    expect([happenings.frames[0].custom, happenings.frames[0].length]).toEqual(['happenings', 1]);
    const [startMs, endMs] = ['time', 'timeEnd'].map(
      (name) => column(happenings.frames[0], name)[0] as number,
    );
    expect(endMs - startMs).toBeGreaterThan(9 * 60_000);
    // What has nothing to ask is not sent.
    expect(await prepared({ refId: 'Anno', version: 2, kind: 'promql', expr: '' })).toBeUndefined();
  });

  test('what a dashboard may be narrowed by begins with what is going on', async () => {
    const queries = [{ refId: 'A', version: 2, kind: 'promql', expr: 'sum(shop_queue)' }];
    const recommended = await source.call<{ filters: object[]; groupByKeys: string[] }>(
      'getRecommendedDrilldowns',
      { queries },
    );
    expect(recommended.filters).toContainEqual({ key: 'region', operator: '=', value: 'eu' });
    expect(recommended.groupByKeys).toEqual(['region']);
    const ofSignal = [{ refId: 'A', version: 2, kind: 'anomalies', signal: 'shop_queue', expr: '' }];
    const applicable = await source.call<{ key: string; applicable: boolean }[]>(
      'getDrilldownsApplicability',
      {
        queries: ofSignal,
        filters: [
          { key: 'region', operator: '=', value: 'eu' },
          { key: 'team', operator: '=', value: 'shop' },
        ],
      },
    );
    expect(applicable.map((each) => each.applicable)).toEqual([true, false]);
  });

  test('alerts are there while they are pending, then fire, and somebody takes them', async () => {
    const ask = () => source.ask({ kind: 'alerts', matchers: 'team="shop"' }, { intervalMs: 1000 }, 300_000);
    const rowsOf = ({ frames }: Answered) =>
      column(frames[0], 'alertname').map((name, i) => [name, column(frames[0], 'state')[i]].join(' '));
    const fired = await answered(ask, (each) => rowsOf(each).includes('ShopFull firing'));
    expect(rowsOf(fired)).toEqual(expect.arrayContaining(['ShopFull pending', 'ShopAlmostFull pending']));
    expect(column(fired.frames[0], 'fingerprint').every((text) => text !== '')).toBe(true);
    const group = column(fired.frames[0], 'group').find((id) => id !== '') as string;
    const alerts = createAlertsClient({ baseUrl: service.httpUrl });
    const { version } = await alerts.group(group);
    const by = { name: 'lena', user: null, via: 'api' as const };
    const { done } = await alerts.act(group, { action: 'ack', actionId: 'once', version, by });
    expect(done).toBe(true);
    const taken = await answered(ask, (each) => rowsOf(each).includes('ShopFull acknowledged'));
    expect(column(taken.frames[0], 'acknowledgedBy')).toContain('lena');
    const active = await source.ask({ kind: 'alerts', alertState: 'active' }, { intervalMs: 1000 }, 300_000);
    expect(rowsOf(active)).toContain('ShopAlmostFull pending');
    const runbook = taken.frames[0].fields.find(({ name }) => name === 'runbook');
    expect(runbook?.links).toEqual([{ title: 'Runbook', url: '${__value.raw}' }]);
  });
});

interface Annotations {
  prepareAnnotation(json: unknown): unknown;
  prepareQuery(annotation: unknown): Readonly<Record<string, unknown>> | undefined;
}
