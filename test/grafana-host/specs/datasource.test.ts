import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, startHostFixture } from '../fixture.ts';
import { sendAlert, sendMetrics, slowTraceId } from './datasource-data.test-support.ts';
import { SourcePage } from './datasource-page.test-support.ts';

const data = createTempDir('datasource-spec');
let fixture: HostFixture;
let service: Service;
let source: SourcePage;
/** Of the requests that reach the service, as Grafana's data proxy adds them. */
const headers: Record<string, string> = {};

beforeAll(async () => {
  service = await startService({ dataDir: join(data.path, 'data') });
  const nowMs = Date.now();
  await sendMetrics(service.httpUrl, nowMs);
  await sendAlert(service.httpUrl, nowMs);
  fixture = await startHostFixture(['grafana-datasource']);
  source = await SourcePage.open(fixture, { url: service.httpUrl, headers }, [], {
    traceUrl: 'https://tempo.example/trace/{{traceId}}',
  });
}, 600_000);

afterAll(async () => {
  await source?.close();
  await fixture?.close();
  await service?.stop();
  data.remove();
});

const ask: SourcePage['ask'] = (...args) => source.ask(...args);
const call: SourcePage['call'] = (method, ...args) => source.call(method, ...args);

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
    const links = await call<{ tags: string[]; includeVars: boolean }[]>('getDefaultLinks');
    expect(links).toMatchObject([{ tags: ['statbar'], includeVars: true, keepTime: true }]);
  });

  test('exemplars lie over the graph, and lead to their trace', async () => {
    const query = { kind: 'promql', expr: 'rate(shop_latency_seconds_bucket[5m])', exemplars: true };
    const { frames } = await ask(query);
    const exemplars = frames.find(({ name }) => name === 'exemplar');
    expect([exemplars?.topic, exemplars?.length]).toEqual(['annotations', 1]);
    const trace = exemplars?.fields.find(({ name }) => name === 'trace_id');
    expect(trace?.values).toEqual([slowTraceId]);
    expect(trace?.links).toEqual([{ title: 'Trace', url: 'https://tempo.example/trace/${__value.raw}' }]);
  });

  test('a native histogram at one time is a histogram', async () => {
    const { frames, errors } = await ask({
      kind: 'promql',
      mode: 'instant',
      expr: 'increase(shop_size[5m])',
    });
    expect([errors, frames.map(({ type }) => type)]).toEqual([[], ['histogram']]);
    expect(frames[0].fields.map(({ name }) => name)).toEqual(['xMin', 'xMax', 'count']);
  });

  test('each value leads to its anomalies, its forecast and the alerts', async () => {
    const { frames } = await ask({ kind: 'promql', expr: 'sum by (route) (rate(shop_requests_total[1m]))' });
    const { links } = frames[0].fields[1];
    expect(links.map(({ title }) => title)).toEqual(['Anomalies of this signal', 'Forecast', 'Alerts']);
    const anomalies = await ask(links[0].query ?? {});
    expect(anomalies.errors).toEqual([]);
    expect(anomalies.frames[0].fields[1].labels).toMatchObject({
      route: '/a',
      __name__: 'shop_requests_total',
    });
  });

  test('of a range that moved on only its end is asked for, and the answer is the same', async () => {
    const asked: string[] = [];
    const { page } = source.open;
    page.on('request', (request) => {
      if (request.url().endsWith('/query_range')) asked.push(request.postData() ?? '');
    });
    const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
    const query = { kind: 'promql', expr: 'shop_memory_bytes * 1' };
    await ask(query, { endMs: nowMs - 60_000 });
    const moved = await ask(query, { endMs: nowMs });
    const spans = asked.map((form) => {
      const parameters = new URLSearchParams(form);
      return Number(parameters.get('end')) - Number(parameters.get('start'));
    });
    expect(spans).toEqual([1800, 660]);
    const fresh = await ask({ ...query, expr: 'shop_memory_bytes * 1 + 0' }, { endMs: nowMs });
    const points = ({ frames }: typeof moved) => frames[0].fields.map(({ values }) => values);
    expect(points(moved)).toEqual(points(fresh));
  });

  test('variables list names, values, metrics and results', async () => {
    const list = (query: Readonly<Record<string, unknown>>) =>
      source.open.page.evaluate(
        async (asked) => {
          const { source: ds, grafanaData } = window as never as {
            source: { variables: { query(r: unknown): { subscribe(n: (a: unknown) => void): void } } };
            grafanaData: { dateTime(ms: number): unknown };
          };
          const range = {
            from: grafanaData.dateTime(Date.now() - 3_600_000),
            to: grafanaData.dateTime(Date.now()),
          };
          const scopedVars = asked.search
            ? { __searchFilter: { text: asked.search, value: asked.search } }
            : {};
          const answer = await new Promise<{ data: { text: string }[] }>((resolve) =>
            ds.variables
              .query({ targets: [{ refId: 'V', ...asked }], range, scopedVars })
              .subscribe(resolve as never),
          );
          return answer.data.map(({ text }) => text);
        },
        query as Record<string, string>,
      );
    expect(await list({ kind: 'label_values', label: 'route' })).toEqual(['/a', '/b', '/c', '/d']);
    expect(await list({ kind: 'label_values', label: 'route', search: 'B' })).toEqual(['/b']);
    expect(await list({ kind: 'label_names', match: 'shop_requests_total' })).toEqual(['route', 'team']);
    expect(await list({ kind: 'metrics', match: '{team="shop"}' })).toContain('shop_requests_total');
    const results = await list({ kind: 'query_result', match: 'shop_requests_total{route="/a"}' });
    expect(results[0]).toMatch(/^shop_requests_total\{route="\/a", team="shop"\} \d+ \d+$/);
  });

  test('queries of a Prometheus data source come whole, those of others by their labels', async () => {
    const taken = await source.open.page.evaluate(async () => {
      const { source: ds, grafanaData } = window as never as {
        source: { importQueries(q: unknown, origin: unknown): Promise<{ expr: string; kind: string }[]> };
        grafanaData: { hasQueryImportSupport(ds: unknown): boolean };
      };
      const exportToAbstractQueries = async () => [
        { refId: 'A', labelMatchers: [{ name: 'team', value: 'shop', operator: 'Equal' }] },
      ];
      // In this order Grafana decides how to take over queries.
      const take = async (type: string, queries: unknown[]) =>
        grafanaData.hasQueryImportSupport(ds)
          ? 'by labels alone'
          : (await ds.importQueries(queries, { type, exportToAbstractQueries }))[0].expr;
      return [
        await take('prometheus', [{ refId: 'A', expr: 'sum(rate(up[5m]))' }]),
        await take('loki', [{ refId: 'A', expr: '{team="shop"} |= "x"' }]),
      ];
    });
    expect(taken).toEqual(['sum(rate(up[5m]))', '{team="shop"}']);
    const exported = await call<{ labelMatchers: { name: string; value: string }[] }[]>(
      'exportToAbstractQueries',
      [{ refId: 'A', version: 2, kind: 'promql', expr: 'sum(rate(up{job="a"}[5m]))' }],
    );
    expect(exported[0].labelMatchers.map(({ name, value }) => [name, value])).toEqual([
      ['__name__', 'up'],
      ['job', 'a'],
    ]);
  });
});
