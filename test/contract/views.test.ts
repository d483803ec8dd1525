import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runChild } from '../support/child.ts';
import { type Service, type ServiceOptions, startService, statbarPath } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
});

async function start(options: ServiceOptions): Promise<void> {
  service = await startService(options);
}

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(service!.httpUrl + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

/** One value per label set, by what is left of the labels. */
async function query(expression: string): Promise<Record<string, string>> {
  const { data } = (await post(`/api/v1/query?query=${encodeURIComponent(expression)}`, {})) as {
    data: { result: Array<{ metric: Record<string, string>; value: [number, string] }> };
  };
  return Object.fromEntries(
    data.result.map(({ metric, value }) => [Object.values(metric).sort().join(' '), value[1]]),
  );
}

/** A cumulative histogram of durations, 10 bounds apart, with `counts` in its buckets, and a gauge beside it. */
async function exportMetrics(timeMs: number, counts: readonly number[], depth: number): Promise<void> {
  const timeUnixNano = `${timeMs}000000`;
  const dataPoint = {
    timeUnixNano,
    startTimeUnixNano: '1',
    attributes: [{ key: 'route', value: { stringValue: '/pay' } }],
    explicitBounds: [0.1, 1],
    bucketCounts: counts.map(String),
    count: String(counts.reduce((sum, count) => sum + count, 0)),
    sum: 1,
  };
  const metrics = [
    {
      name: 'http.server.request.duration',
      unit: 's',
      histogram: { aggregationTemporality: 2, dataPoints: [dataPoint] },
    },
    { name: 'queue.depth', gauge: { dataPoints: [{ timeUnixNano, asDouble: depth }] } },
  ];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  await post('/v1/metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
}

test('views over metrics by their OpenTelemetry names go on after a kill as if there had been none', async () => {
  const dataDir = join(createTempDir('views').path, 'data');
  const config = `
views:
  - name: api:latency
    from: http.server.request.duration
    by: [route]
    window: { tumbling: 2s }
    aggregate: { quantiles: { of: value, at: [0.5] }, rate: {} }
    idle_after: 1h
  - name: depth
    from: { metric: 'queue_depth{job="shop"}' }
    window: { tumbling: 2s }
    aggregate: { max: { of: value } }
    idle_after: 1h
  - name: depth_peak
    of: depth
    window: { tumbling: 4s }
    aggregate: { max: { of: value } }
`;
  await start({ dataDir, config });
  const startMs = Math.floor(Date.now() / 4000) * 4000 - 8000;
  await exportMetrics(startMs - 500, [5, 0, 0], 1);
  await exportMetrics(startMs + 500, [5, 10, 0], 7);
  await service!.kill();
  await start({ dataDir, config });
  await exportMetrics(startMs + 1500, [5, 10, 2], 3);
  // A client that had no answer sends again.
  await exportMetrics(startMs + 1500, [5, 10, 2], 3);
  await exportMetrics(startMs + 5000, [5, 10, 2], 0);
  const at = `@ ${(startMs + 2000) / 1000}`;
  const wanted: ReadonlyArray<readonly [string, Record<string, string>]> = [
    // 10 of 12 between 0.1 and 1: the sixth is in the middle of them.
    [`api:latency:quantiles ${at}`, { '/pay 0.5 api:latency:quantiles': String(0.1 + 0.9 * 0.6) }],
    [`api:latency:rate ${at}`, { '/pay api:latency:rate': '6' }],
    [`depth ${at}`, { depth: '7' }],
    [`depth_peak @ ${(startMs + 4000) / 1000}`, { depth_peak: '7' }],
  ];
  for (const [expression, expected] of wanted) {
    await expect.poll(() => query(expression), { timeout: 30_000 }).toEqual(expected);
  }
}, 90_000);

interface ViewLine {
  readonly name: string;
  readonly state: string;
  readonly origin: string;
  readonly events: number;
}

async function views(): Promise<readonly ViewLine[]> {
  const response = await fetch(`${service!.httpUrl}/statbar/v1/views`);
  const { data } = (await response.json()) as { data: { views: readonly ViewLine[] } };
  return data.views.map(({ name, state, origin, events }) => ({ name, state, origin, events }));
}

const kept = `
events: { history: 1h }
views:
  - name: kept
    from: visit
    window: { tumbling: 2s }
    aggregate: { count: {} }
    idle_after: 1h
`;
const added = `${kept}
  - name: visitors
    from: visit
    by: [country]
    window: { tumbling: 2s }
    aggregate: { distinct: { of: user } }
    idle_after: 1h
    backfill: 1h
  - name: depth
    from: { metric: queue_depth }
    window: { tumbling: 2s }
    aggregate: { max: { of: value } }
    idle_after: 1h
    backfill: 1h
`;

test('views that a reload brings are computed over stored events and samples; the others keep their state', async () => {
  const folder = createTempDir('reload').path;
  const path = join(folder, 'statbar.yaml');
  writeFileSync(path, kept);
  await start({ dataDir: join(folder, 'data'), args: ['--config', path] });
  const startMs = Math.floor(Date.now() / 2000) * 2000 - 8000;
  const visit = (timestamp: number, user: string) => ({
    name: 'visit',
    timestamp,
    attributes: { user, country: 'NL' },
  });
  await post('/statbar/v1/events', [visit(startMs, 'u'), visit(startMs + 1, 'v'), visit(startMs + 2, 'u')]);
  await exportMetrics(startMs + 500, [1, 0, 0], 7);
  const reload = () => fetch(`${service!.httpUrl}/-/reload`, { method: 'POST' });

  writeFileSync(path, `${added}  - { name: wrong }\n`);
  const refused = await reload();
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('views[3].from')]);
  expect((await views()).map(({ name }) => name)).toEqual(['kept']);

  writeFileSync(path, added);
  expect((await reload()).status).toBe(200);
  await expect
    .poll(async () => (await views()).map(({ state }) => state), { timeout: 30_000 })
    .toEqual(['live', 'live', 'live']);
  expect(await views()).toEqual([
    { name: 'kept', state: 'live', origin: 'restored', events: 3 },
    { name: 'visitors', state: 'live', origin: 'new', events: 3 },
    { name: 'depth', state: 'live', origin: 'new', events: 1 },
  ]);
  // What comes now counts with what was computed, and closes the windows.
  await post('/statbar/v1/events', [visit(startMs + 1000, 'w')]);
  await exportMetrics(startMs + 1500, [1, 0, 0], 3);
  await post('/statbar/v1/events', [visit(startMs + 6000, 'x')]);
  await exportMetrics(startMs + 6000, [1, 0, 0], 0);
  const at = `@ ${(startMs + 2000) / 1000}`;
  await expect.poll(() => query(`kept ${at}`), { timeout: 30_000 }).toEqual({ kept: '4' });
  await expect.poll(() => query(`visitors ${at}`), { timeout: 30_000 }).toEqual({ 'NL visitors': '3' });
  await expect.poll(() => query(`depth ${at}`), { timeout: 30_000 }).toEqual({ depth: '7' });

  writeFileSync(path, kept.replace('from: visit', 'from: leave'));
  process.kill(service!.pid, 'SIGHUP');
  await expect
    .poll(views, { timeout: 30_000 })
    .toEqual([{ name: 'kept', state: 'live', origin: 'changed', events: 0 }]);
  const table = await runChild(process.execPath, [statbarPath, 'views', '--url', service!.httpUrl]);
  expect(table.stdout).toMatch(/^kept +live +- +0/m);
}, 120_000);
