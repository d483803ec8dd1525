import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Service, type ServiceOptions, startService } from '../support/service.ts';
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
