import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../support/child.ts';
import { need } from '../support/need.ts';
import { pythonWith } from '../support/python.ts';
import { queryByLabel, queryValue, queryVector } from '../support/query.ts';
import { pythonOpenTelemetry } from '../support/requirements.ts';
import { type Service, startService } from '../support/service.ts';

const python = await need('the OpenTelemetry SDK for Python', pythonWith(pythonOpenTelemetry));
const sender = fileURLToPath(new URL('./otel_sender.py', import.meta.url));

describe.skipIf(python === undefined).each([
  ['http', 'cumulative'],
  ['http-gzip', 'delta'],
  ['grpc', 'delta'],
])('OpenTelemetry Python over %s with %s temporality', (protocol, temporality) => {
  let service: Service;
  const job = `py-${protocol}-${temporality}`;

  beforeAll(async () => {
    service = await startService();
    const url = protocol === 'grpc' ? `http://${service.grpcAddress}` : service.httpUrl;
    const result = await runChild(python!, [sender, protocol, url, temporality, job]);
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
  });

  afterAll(async () => {
    await service?.stop();
  });

  test('a counter is the sum of both exports', async () => {
    const [sample] = await queryVector(service.httpUrl, `jobs_total{job="${job}"}`);
    expect(sample.value?.[1]).toBe('10');
    expect(sample.metric).toMatchObject({ queue: 'mail', retry: 'true', priority: '3', instance: 'py-1' });
  });

  test('an up-down counter is where it ended', async () => {
    expect(await queryValue(service.httpUrl, `depth{job="${job}"}`)).toBe(0);
  });

  test('a histogram has all observations in its buckets', async () => {
    expect(await queryByLabel(service.httpUrl, `duration_seconds_bucket{job="${job}"}`, 'le')).toEqual({
      '0.1': 0,
      '1': 2,
      '+Inf': 2,
    });
    expect(await queryValue(service.httpUrl, `duration_seconds_sum{job="${job}"}`)).toBeCloseTo(1, 12);
  });

  test('an exponential histogram is a native histogram', async () => {
    expect(await queryValue(service.httpUrl, `histogram_count(payload_bytes{job="${job}"})`)).toBe(2);
    expect(await queryValue(service.httpUrl, `histogram_sum(payload_bytes{job="${job}"})`)).toBe(1000);
  });
});
