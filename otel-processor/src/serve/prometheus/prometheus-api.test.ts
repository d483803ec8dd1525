import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { permanent, retryable } from '../../base/index.ts';
import { type Histogram, LabelSet } from '../../model/index.ts';
import type { QueryResult } from '../../query/types.ts';
import {
  createFakeTenant,
  type FakeTenant,
  type RunningService,
  startService,
  vectorResult,
} from '../fakes.test-support.ts';

let running: RunningService | undefined;
afterEach(async () => {
  await running?.service.shutdown();
  running = undefined;
});

async function start(querier = {}): Promise<{ url: string; tenant: FakeTenant }> {
  const tenant = createFakeTenant('default', querier);
  running = await startService({}, [tenant]);
  return { url: `${running.url}/api/v1`, tenant };
}

async function json(
  url: string,
  init?: RequestInit,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const statistics = { evaluationMs: 12, samplesTotal: 34, samplesPeak: 5, seriesTotal: 1 };
const empty: QueryResult = { value: { type: 'vector', samples: [] }, warnings: [], infos: [], statistics };

describe('queries', () => {
  test('GET, POST form and POST with the query in the URL mean the same', async () => {
    const { url, tenant } = await start();
    await json(`${url}/query?query=up&time=10.5`);
    await json(`${url}/query`, { method: 'POST', body: new URLSearchParams({ query: 'up', time: '10.5' }) });
    await json(`${url}/query?query=up`, { method: 'POST', body: new URLSearchParams({ time: '10.5' }) });
    expect(tenant.expressions).toEqual(['up', 'up', 'up']);
  });

  test('values are text: NaN, infinities and negative zero survive; times are seconds', async () => {
    const { url, tenant } = await start();
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e21, 1e-7, 0.1];
    tenant.answers.queried = async () => ({
      ...empty,
      value: {
        type: 'matrix',
        series: [
          {
            labels: LabelSet.from({ __name__: 'x', 'odd "name"': 'ü\n' }),
            timestampsMs: Float64Array.from(values, (_, i) => i * 1500),
            values: Float64Array.from(values),
            histograms: undefined,
          },
        ],
      },
    });
    const { body } = await json(`${url}/query_range?query=x&start=0&end=10&step=1.5`);
    expect(body).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'x', 'odd "name"': 'ü\n' },
            values: [
              [0, 'NaN'],
              [1.5, '+Inf'],
              [3, '-Inf'],
              [4.5, '-0'],
              [6, '1e+21'],
              [7.5, '1e-7'],
              [9, '0.1'],
            ],
          },
        ],
      },
    });
  });

  test('scalars, strings, warnings, infos and stats have their places', async () => {
    const { url, tenant } = await start();
    tenant.answers.queried = async () => ({
      value: { type: 'scalar', timestampMs: 1234, value: 2 },
      warnings: ['w'],
      infos: ['i'],
      statistics,
    });
    expect((await json(`${url}/query?query=2&stats=all`)).body).toMatchObject({
      data: {
        resultType: 'scalar',
        result: [1.234, '2'],
        stats: { timings: { evalTotalTime: 0.012 }, samples: { totalQueryableSamples: 34, peakSamples: 5 } },
      },
      warnings: ['w'],
      infos: ['i'],
    });
    tenant.answers.queried = async () => ({
      ...empty,
      value: { type: 'string', timestampMs: 0, value: 'a"b' },
    });
    expect((await json(`${url}/query?query=x`)).body).toMatchObject({
      data: { resultType: 'string', result: [0, 'a"b'] },
    });
  });

  test('native histograms are count, sum and the buckets that hold something, from low to high', async () => {
    const { url, tenant } = await start();
    const histogram: Histogram = {
      schema: 0,
      zeroThreshold: 0.001,
      zeroCount: 2,
      count: 9,
      sum: 18.4,
      positiveSpans: [
        { offset: 0, length: 2 },
        { offset: 1, length: 1 },
      ],
      positiveBuckets: [1, 2, 3],
      negativeSpans: [{ offset: 1, length: 2 }],
      negativeBuckets: [1, 0],
      counterResetHint: 'unknown',
    };
    tenant.answers.queried = async () => ({
      ...empty,
      value: {
        type: 'vector',
        samples: [{ labels: LabelSet.empty, timestampMs: 1000, value: Number.NaN, histogram }],
      },
    });
    expect((await json(`${url}/query?query=x`)).body['data']).toEqual({
      resultType: 'vector',
      result: [
        {
          metric: {},
          histogram: [
            1,
            {
              count: '9',
              sum: '18.4',
              buckets: [
                [1, '-2', '-1', '1'],
                [3, '-0.001', '0.001', '2'],
                [0, '0.5', '1', '1'],
                [0, '1', '2', '2'],
                [0, '4', '8', '3'],
              ],
            },
          ],
        },
      ],
    });
  });

  test('histograms with custom buckets show their own bounds, the outer ones infinite', async () => {
    const { url, tenant } = await start();
    const histogram: Histogram = {
      schema: -53,
      zeroThreshold: 0,
      zeroCount: 0,
      count: 6,
      sum: 1,
      positiveSpans: [{ offset: 0, length: 3 }],
      positiveBuckets: [1, 2, 3],
      negativeSpans: [],
      negativeBuckets: [],
      customValues: [5, 10],
      counterResetHint: 'unknown',
    };
    tenant.answers.queried = async () => ({
      ...empty,
      value: {
        type: 'vector',
        samples: [{ labels: LabelSet.empty, timestampMs: 0, value: Number.NaN, histogram }],
      },
    });
    const { body } = await json(`${url}/query?query=x`);
    expect(JSON.stringify(body)).toContain('[[3,"-Inf","5","1"],[0,"5","10","2"],[0,"10","+Inf","3"]]');
  });

  test('a limit cuts the result and warns', async () => {
    const { url, tenant } = await start();
    tenant.answers.queried = async (_expression, timeMs) => vectorResult(1, timeMs, 5);
    const { body } = await json(`${url}/query?query=x&limit=2`);
    expect((body['data'] as { result: unknown[] }).result).toHaveLength(2);
    expect(body['warnings']).toEqual(['results truncated due to limit']);
    expect((await json(`${url}/query?query=x&limit=5`)).body['warnings']).toBeUndefined();
  });

  test('large results arrive whole, plain and compressed', async () => {
    const { url, tenant } = await start();
    tenant.answers.queried = async (_expression, timeMs) => vectorResult(1, timeMs, 30_000);
    const plain = await json(`${url}/query?query=x`);
    expect((plain.body['data'] as { result: unknown[] }).result).toHaveLength(30_000);
    const raw = await rawGet(`${url}/query?query=x`, { 'accept-encoding': 'gzip' });
    expect(raw.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(raw.body).toString()).data.result).toHaveLength(30_000);
    expect(
      (await rawGet(`${url}/query?query=x`, { 'accept-encoding': 'gzip;q=0' })).encoding,
    ).toBeUndefined();
    expect((await rawGet(`${url}/query?query=x`, {})).encoding).toBeUndefined();
  });

  test('a client that leaves cancels its query', async () => {
    const { url, tenant } = await start();
    let signal: AbortSignal | undefined;
    tenant.engine.instant = (_expression, query) => {
      signal = query.signal;
      return new Promise((resolve) => {
        query.signal?.addEventListener('abort', () => resolve(permanent('canceled', 'gone')));
      });
    };
    const abort = new AbortController();
    const asked = fetch(`${url}/query?query=x`, { signal: abort.signal }).catch(() => 'aborted');
    await expect.poll(() => signal).toBeDefined();
    abort.abort();
    expect(await asked).toBe('aborted');
    await expect.poll(() => signal?.aborted).toBe(true);
  });
});

describe('parameters', () => {
  const refused: Record<string, string> = {
    'query?query=x&time=yesterday': 'invalid parameter "time": cannot parse "yesterday" to a valid timestamp',
    'query?query=x&timeout=soon': 'invalid parameter "timeout": cannot parse "soon" to a valid duration',
    'query?query=x&limit=-1': 'invalid parameter "limit"',
    'query_range?query=x&end=1&step=1': 'invalid parameter "start"',
    'query_range?query=x&start=2&end=1&step=1':
      'invalid parameter "end": end timestamp must not be before start time',
    'query_range?query=x&start=0&end=1&step=0':
      'zero or negative query resolution step widths are not accepted',
    'query_range?query=x&start=0&end=1': 'invalid parameter "step"',
    'query_range?query=x&start=0&end=11001&step=1':
      'exceeded maximum resolution of 11000 points per timeseries',
    series: 'no match[] parameter provided',
    'series?match[]=a&start=2&end=1': 'end timestamp must not be before start time',
    'series?match[]={': 'invalid parameter "match[]"',
    'series?match[]={x=""}': 'non-empty matcher',
    'format_query?query=1%2B': 'parse error',
  };
  for (const [path, message] of Object.entries(refused)) {
    test(`400 bad_data: ${path}`, async () => {
      const { url } = await start();
      const { status, body } = await json(`${url}/${path}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({ status: 'error', errorType: 'bad_data' });
      expect(body['error']).toContain(message);
    });
  }

  test('times are seconds or RFC 3339, steps seconds or durations', async () => {
    const { url, tenant } = await start();
    const asked: unknown[] = [];
    tenant.engine.range = async (_expression, { fromMs, toMs, stepMs, timeoutMs, lookbackMs }) => {
      asked.push([fromMs, toMs, stepMs, timeoutMs, lookbackMs]);
      return empty;
    };
    await json(
      `${url}/query_range?query=x&start=1.5&end=1970-01-01T00:01:00Z&step=1m30s&timeout=3s&lookback_delta=1m`,
    );
    await json(`${url}/query_range?query=x&start=1970-01-01T01:00:00.25%2B01:00&end=60&step=0.5`);
    expect(asked).toEqual([
      [1500, 60_000, 90_000, 3000, 60_000],
      [250, 60_000, 500, undefined, undefined],
    ]);
  });
});

describe('faults have Prometheus status codes and error types', () => {
  const cases = [
    [permanent('invalid', 'm'), 400, 'bad_data'],
    [permanent('limit', 'm'), 422, 'execution'],
    [permanent('execution', 'm'), 422, 'execution'],
    [permanent('timeout', 'm'), 503, 'timeout'],
    [permanent('canceled', 'm'), 503, 'canceled'],
    [retryable('overloaded', 'm', 1000), 503, 'unavailable'],
    [permanent('internal', 'm'), 500, 'internal'],
  ] as const;
  for (const [fault, code, errorType] of cases) {
    test(`${fault.code} is ${code} ${errorType}`, async () => {
      const { url, tenant } = await start();
      tenant.answers.queried = async () => fault;
      expect(await json(`${url}/query?query=x`)).toEqual({
        status: code,
        body: { status: 'error', errorType, error: 'm' },
      });
    });
  }

  test('an exception is 500 without its text', async () => {
    const { url, tenant } = await start();
    tenant.answers.queried = () => Promise.reject(new Error('secret detail'));
    const { status, body } = await json(`${url}/query?query=x`);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret detail');
  });

  test('unknown paths are 404, other methods 405 with Allow', async () => {
    const { url } = await start();
    expect((await json(`${url}/nothing`)).status).toBe(404);
    const response = await fetch(`${url}/query`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  test('forms over the limit are 413', async () => {
    const { url } = await start();
    const body = new URLSearchParams({ query: 'x'.repeat(2_000_000) });
    expect((await json(`${url}/query`, { method: 'POST', body })).status).toBe(413);
  });
});

describe('series, labels and metadata', () => {
  test('label names in U__ notation are decoded', async () => {
    const names: string[] = [];
    const { url } = await start({
      labelValues: async (name: string) => {
        names.push(name);
        return ['v'];
      },
    });
    for (const name of ['job', 'U__service_2e_name', 'U__a__b', 'service.name', 'U__bad_zz_']) {
      await json(`${url}/label/${encodeURIComponent(name)}/values`);
    }
    expect(names).toEqual(['job', 'service.name', 'a_b', 'service.name', 'U__bad_zz_']);
  });

  test('several match[] are passed on together, limits cut with a warning', async () => {
    let sets = 0;
    const { url } = await start({
      series: async (matchers: unknown[]) => {
        sets = matchers.length;
        return [LabelSet.from({ a: '1' }), LabelSet.from({ a: '2' })];
      },
    });
    const { body } = await json(`${url}/series?match[]=a&match[]={b=~"c.*"}&limit=1`);
    expect(sets).toBe(2);
    expect(body).toEqual({
      status: 'success',
      data: [{ a: '1' }],
      warnings: ['results truncated due to limit'],
    });
  });

  test('metadata is by metric name', async () => {
    const entry = { metricName: 'm', type: 'counter', unit: 'bytes', help: 'h' };
    const { url } = await start({
      metadata: () =>
        new Map([
          ['m', [entry]],
          ['__proto__', [entry]],
        ]),
    });
    const { body } = await json(`${url}/metadata`);
    expect(Object.entries(body['data'] as object)).toContainEqual([
      'm',
      [{ type: 'counter', unit: 'bytes', help: 'h' }],
    ]);
    expect(Object.keys(body['data'] as object)).toHaveLength(2);
    expect(Object.keys((await json(`${url}/metadata?limit=1`)).body['data'] as object)).toHaveLength(1);
  });

  test('exemplars are asked for by every selector of the expression', async () => {
    const asked: string[] = [];
    const { url } = await start({
      exemplars: async (sets: { toString(): string; value: string }[][]) => {
        for (const set of sets) asked.push(set.map((matcher) => matcher.value).join());
        return [
          {
            labels: LabelSet.from({ a: '1' }),
            exemplars: [
              { seriesId: 1, labels: LabelSet.from({ trace_id: 't' }), value: 0.5, timestampMs: 1500 },
            ],
          },
        ];
      },
    });
    const query = encodeURIComponent('rate(a_total[5m]) / on (x) sum(b_total)');
    const { body } = await json(`${url}/query_exemplars?query=${query}`);
    expect(asked).toEqual(['a_total', 'b_total']);
    expect(body['data']).toEqual([
      { seriesLabels: { a: '1' }, exemplars: [{ labels: { trace_id: 't' }, value: '0.5', timestamp: 1.5 }] },
    ]);
  });
});

function rawGet(
  url: string,
  headers: Record<string, string>,
): Promise<{ encoding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}
