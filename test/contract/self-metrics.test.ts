import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { apiGet, type VectorSample } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

/* What the service knows of itself, asked for as series, over HTTP. */

let service: Service | undefined;
afterEach(() => service?.stop());

async function vectorOf(query: string, token?: string): Promise<readonly VectorSample[]> {
  const response = await fetch(`${service?.httpUrl}/api/v1/query?${new URLSearchParams({ query })}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return ((await response.json()) as { data: { result: VectorSample[] } }).data.result;
}

const someOf = (query: string, token?: string): Promise<readonly VectorSample[]> =>
  eventually(
    async () => {
      const found = await vectorOf(query, token);
      return found.length > 0 ? found : undefined;
    },
    { timeoutMs: 60_000, what: `an answer to ${query}` },
  );

/** Gauges `probe{n="0"}`, `probe{n="1"}`, ... */
async function send(count: number): Promise<void> {
  const timeUnixNano = `${Date.now()}000000`;
  const dataPoints = Array.from({ length: count }, (_, n) => ({
    asDouble: n,
    timeUnixNano,
    attributes: [{ key: 'n', value: { stringValue: String(n) } }],
  }));
  const metrics = [{ name: 'probe', gauge: { dataPoints } }];
  const response = await fetch(`${service?.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  });
  expect(response.status).toBe(200);
}

test('its own metrics are series, also where the limit on series is reached, and what was refused is seen at once', async () => {
  service = await startService({
    config: 'serve: { self_metrics: { interval: 200ms } }\npipeline: { series_max: 3 }\n',
  });
  await someOf('statbar_store_series{job="statbar"}');
  await send(10);
  const [refused] = await someOf('increase(statbar_cardinality_refused_total{limit="series_limit"}[1m]) > 0');
  expect(refused.metric).toMatchObject({ job: 'statbar', limit: 'series_limit' });
  await vectorOf('probe');
  const quantiles = await someOf(
    'histogram_quantile(0.99, sum by (le) (rate(statbar_query_seconds_bucket[1m]))) > 0',
  );
  expect(quantiles).toHaveLength(1);
  expect(await apiGet(service.httpUrl, 'metadata', { metric: 'statbar_query_seconds' })).toEqual({
    statbar_query_seconds: [expect.objectContaining({ type: 'histogram' })],
  });
});

test('they stop at their own limit', async () => {
  service = await startService({
    config: 'serve: { self_metrics: { interval: 200ms, series_max: 30 } }\n',
  });
  await send(1);
  await someOf('count({job="statbar"}) == 30');
  const page = await (await fetch(`${service.httpUrl}/metrics`)).text();
  expect(page).toMatch(/^statbar_self_omitted_total [1-9]/m);
});

test("a tenant has what is its own; what is the process's, the default tenant has", async () => {
  const sha = (token: string): string => createHash('sha256').update(token).digest('hex');
  const token = (tenant: string): string => `token-of-tenant-${tenant}`;
  const tokens = ['other', 'default'].map(
    (tenant) => `{ name: ${tenant}, sha256: ${sha(token(tenant))}, scopes: [read], tenant: ${tenant} }`,
  );
  service = await startService({
    config: `serve: { self_metrics: { interval: 200ms }, tokens: [${tokens.join(', ')}] }\n`,
  });
  for (const tenant of ['other', 'default']) {
    const own = await someOf('statbar_store_writable', token(tenant));
    expect(own).toHaveLength(1);
    expect(own[0].metric).not.toHaveProperty('tenant');
  }
  await someOf('process_resident_memory_bytes', token('default'));
  expect(await vectorOf('process_resident_memory_bytes', token('other'))).toEqual([]);
});

test('nothing is stored when it is off', async () => {
  service = await startService({ config: 'serve: { self_metrics: { interval: 0s } }\n' });
  await send(1);
  await someOf('probe');
  expect(await vectorOf('{job="statbar"}')).toEqual([]);
});
