import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, type OpenPage, startHostFixture } from '../fixture.ts';
import { sendAlert, sendMetrics } from './datasource-data.test-support.ts';
import { type Door, openDoor, pageHelpers } from './datasource-page.test-support.ts';

interface FrameSummary {
  readonly refId?: string;
  readonly name?: string;
  readonly type?: string;
  readonly custom?: string;
  readonly topic?: string;
  readonly length: number;
  readonly fields: ReadonlyArray<{
    readonly name: string;
    readonly unit?: string;
    readonly values: unknown[];
  }>;
}

interface Answered {
  readonly state: string;
  readonly errors: readonly string[];
  readonly frames: readonly FrameSummary[];
}

const data = createTempDir('datasource-spec');
let fixture: HostFixture;
let service: Service;
let door: Door;
let open: OpenPage;

beforeAll(async () => {
  service = await startService({ dataDir: join(data.path, 'data') });
  door = await openDoor(() => service.httpUrl);
  const nowMs = Date.now();
  await sendMetrics(service.httpUrl, nowMs);
  await sendAlert(service.httpUrl, nowMs);
  fixture = await startHostFixture(['grafana-datasource']);
  open = await fixture.open([], { statbar: { url: door.url } });
  await open.page.getByRole('heading', { name: 'Host' }).waitFor({ timeout: 120_000 });
  await open.page.evaluate(pageHelpers);
}, 600_000);

afterAll(async () => {
  await open?.close();
  await fixture?.close();
  await door?.close();
  await service?.stop();
  data.remove();
});

/** The data source's frames for one query over the last half hour. */
function ask(
  query: Readonly<Record<string, unknown>>,
  request: Readonly<Record<string, unknown>> = {},
): Promise<Answered> {
  return open.page.evaluate(
    ([target, more]) =>
      (window as never as { ask(t: unknown, m: unknown): Promise<Answered> }).ask(target, more),
    [query, request] as const,
  );
}

describe('the data source as it is built, against the service', { timeout: 120_000 }, () => {
  test('PromQL gives a frame for each series, with type, labels and unit', async () => {
    const { frames, errors, state } = await ask({ kind: 'promql', expr: 'shop_memory_bytes' });
    expect([errors, state, frames.length]).toEqual([[], 'Done', 1]);
    expect(frames[0].type).toBe('timeseries-multi');
    expect(frames[0].fields[1].unit).toBe('bytes');
    // The newest step may lie before the newest sample, by less than a step.
    expect([1_119_000, 1_120_000]).toContain(frames[0].fields[1].values.at(-1));
  });

  test('a query of the Prometheus data source, an instant one, gives a table', async () => {
    const { frames } = await ask({ version: undefined, expr: 'shop_requests_total', instant: true });
    expect([frames[0].type, frames[0].length]).toEqual(['numeric-long', 4]);
    expect(frames[0].fields.map(({ name }) => name)).toContain('route');
  });

  test("a dashboard's filters and groupings reach every selector", async () => {
    const filters = [{ key: 'route', operator: '=|', value: '', values: ['/a', '/b'] }];
    const { frames } = await ask(
      { kind: 'promql', expr: 'sum(rate(shop_requests_total[1m]))' },
      { filters, groupByKeys: ['route'] },
    );
    expect(frames.length).toBe(2);
  });

  test('what the service refuses is an error of that query, in its words', async () => {
    const { errors, frames } = await ask({ kind: 'promql', expr: 'sum(' });
    expect(frames).toEqual([]);
    expect(errors[0]).toMatch(/parse|unexpected/i);
  });

  test('anomalies give the signal, and the episodes as regions', async () => {
    const { frames, errors } = await ask({ kind: 'anomalies', signal: 'shop_requests_total' });
    expect(errors).toEqual([]);
    expect(frames.filter(({ type }) => type === 'timeseries-multi').length).toBe(4);
    expect(frames.find(({ custom }) => custom === 'episodes')?.topic).toBe('annotations');
  });

  test('a forecast gives history, and means and intervals that begin after it', async () => {
    const query = { kind: 'forecast', expr: 'shop_memory_bytes', horizon: '10m', levels: [0.8, 0.95] };
    const { frames, errors } = await ask(query);
    expect(errors).toEqual([]);
    const [history, ...bands] = frames.filter(({ topic }) => topic === undefined);
    expect(bands.map(({ fields }) => fields.map(({ name }) => name))).toEqual([
      ['Time', 'lower', 'upper', 'middle'],
      ['Time', 'lower', 'upper'],
    ]);
    expect(bands[0].fields[0].values[0]).toBeGreaterThan(history.fields[0].values.at(-1) as number);
  });

  test('a leaderboard ranks, and says who rose', async () => {
    const query = {
      ...{ kind: 'leaderboard', expr: 'sum by (route) (increase(shop_requests_total[5m]))' },
      ...{ compare: '20m', limit: 2, others: true },
    };
    const { frames, errors } = await ask(query);
    expect(errors).toEqual([]);
    const column = (name: string) => frames[0].fields.find((field) => field.name === name)?.values;
    expect(column('route')).toEqual(['/d', '/a', '2 others']);
    expect(column('rank')).toEqual([1, 2, null]);
    expect(column('previous_rank')).toEqual([4, 1, null]);
    expect(column('rank_change')).toEqual([3, -1, null]);
  });

  test('a heatmap gives cells of native histograms, and rows of buckets, each alone, and of groups', async () => {
    const cells = await ask({ kind: 'heatmap', expr: 'increase(shop_size[1m])' });
    expect(cells.errors).toEqual([]);
    expect(cells.frames[0].type).toBe('heatmap-cells');
    expect(cells.frames[0].fields.map(({ name }) => name)).toEqual(['xMax', 'yMin', 'yMax', 'count']);
    const buckets = await ask({ kind: 'heatmap', expr: 'sum by (le) (shop_latency_seconds_bucket)' });
    expect(buckets.frames[0].type).toBe('heatmap-rows');
    expect(buckets.frames[0].fields.map(({ name }) => name)).toEqual(['Time', '0.1', '0.5', '+Inf']);
    const last = buckets.frames[0].fields.slice(1).map(({ values }) => values.at(-1));
    expect([
      [119, 238, 357],
      [120, 240, 360],
    ]).toContainEqual(last);
    const groups = await ask({ kind: 'heatmap', expr: 'sum by (route) (rate(shop_requests_total[1m]))' });
    expect(groups.frames[0].fields.map(({ name }) => name)).toEqual(['Time', '/a', '/b', '/c', '/d']);
  });

  test('views are listed', async () => {
    const { frames, errors } = await ask({ kind: 'views' });
    expect([errors, frames[0].custom]).toEqual([[], 'views']);
  });

  test('alerts give intervals of one state each, and annotations', async () => {
    const { frames } = await eventually(async () => {
      const answer = await ask({ kind: 'alerts', matchers: 'team="shop"' });
      return answer.frames[0]?.length > 0 ? answer : undefined;
    });
    const column = (name: string) => frames[0].fields.find((field) => field.name === name)?.values;
    expect(column('alertname')).toContain('ShopSlow');
    expect(column('severity')).toContain('critical');
    expect(column('runbook')).toContain('https://example.com/runbook');
    const notes = await ask({ kind: 'alerts', asAnnotations: true });
    expect(notes.frames[0].fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['time', 'timeEnd', 'title', 'text', 'tags']),
    );
  });

  test('says version, series, clock and permissions', async () => {
    const health = await call<{ status: string; message: string }>('testDatasource');
    expect(health.status).toBe('success');
    expect(health.message).toMatch(/StatBar \d+\.\d+.*series.*clock/);
  });

  test('knows labels to filter and group by, and which of them have an effect', async () => {
    const queries = [{ refId: 'A', version: 2, kind: 'promql', expr: 'shop_requests_total' }];
    const keys = await call<{ data: { text: string }[] }>('getTagKeys', { filters: [], queries });
    expect(keys.data.map(({ text }) => text)).toEqual(expect.arrayContaining(['route', 'team']));
    const values = await call<{ data: { text: string }[] }>('getTagValues', {
      key: 'route',
      filters: [],
      queries,
    });
    expect(values.data.map(({ text }) => text)).toEqual(['/a', '/b', '/c', '/d']);
    const filters = [
      { key: 'route', operator: '=', value: '/a' },
      { key: 'nothing', operator: '=', value: 'x' },
    ];
    const applicable = await call<{ applicable: boolean }[]>('getDrilldownsApplicability', {
      queries,
      filters,
    });
    expect(applicable.map((each) => each.applicable)).toEqual([true, false]);
    const recommended = await call<{ groupByKeys: string[] }>('getRecommendedDrilldowns', { queries });
    expect(recommended.groupByKeys).toContain('route');
    const variables = await call<{ spec: { name: string } }[]>('getDefaultVariables');
    expect(variables.map(({ spec }) => spec.name)).toEqual(['team']);
  });

  test('a live query goes on after a restart of the service', async () => {
    await open.page.evaluate(() => (window as never as { listen(): void }).listen());
    const count = () =>
      open.page.evaluate(() => (window as never as { live: { last: number; steps: number } }).live);
    const before = await eventually(async () => {
      const live = await count();
      return live.steps >= 3 ? live : undefined;
    });
    await service.kill();
    service = await startService({ dataDir: join(data.path, 'data') });
    const after = await eventually(
      async () => {
        const live = await count();
        return live.last > before.last + 2000 ? live : undefined;
      },
      { timeoutMs: 60_000 },
    );
    expect(after.steps).toBeGreaterThan(before.steps);
    await open.page.evaluate(() => (window as never as { unlisten(): void }).unlisten());
  });

  test.each(['dark', 'light'])('editors are shown (%s)', async (theme) => {
    await open.page.evaluate(
      (mode) => (window as never as { edit(m: string): Promise<void> }).edit(mode),
      theme,
    );
    const { page } = open;
    await page.getByLabel('Signal').first().waitFor();
    await page.locator('#editors .monaco-editor').first().waitFor();
    expect(await page.locator('#statbar-token').count()).toBe(1);
    await page.screenshot({
      path: join(process.env['SCREENSHOTS'] ?? data.path, `datasource-${theme}.png`),
      fullPage: true,
    });
    await page.evaluate(() => (window as never as { unedit(): void }).unedit());
  });
});

function call<T>(method: string, ...args: unknown[]): Promise<T> {
  return open.page.evaluate(
    ([name, given]) =>
      (window as never as { source: Record<string, (...a: unknown[]) => unknown> }).source[name](...given),
    [method, args] as const,
  ) as Promise<T>;
}
