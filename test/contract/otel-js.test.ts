import { ValueType } from '@opentelemetry/api';
import { OTLPMetricExporter as GrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryByLabel, queryValue, queryVector } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
});

afterAll(async () => {
  await service?.stop();
});

const { CUMULATIVE, DELTA } = AggregationTemporality;
const senders: ReadonlyArray<readonly [string, (temporality: AggregationTemporality) => PushMetricExporter]> =
  [
    [
      'http/protobuf',
      (temporalityPreference) =>
        new ProtobufExporter({ url: `${service.httpUrl}/v1/metrics`, temporalityPreference }),
    ],
    [
      'http/json',
      (temporalityPreference) =>
        new JsonExporter({ url: `${service.httpUrl}/v1/metrics`, temporalityPreference }),
    ],
    [
      'grpc',
      (temporalityPreference) =>
        new GrpcExporter({ url: `http://${service.grpcAddress}`, temporalityPreference }),
    ],
  ];
const temporalities = [
  ['cumulative', CUMULATIVE],
  ['delta', DELTA],
] as const;

describe.each(senders)('OpenTelemetry JS over %s', (protocol, createExporter) => {
  describe.each(temporalities)('with %s temporality', (name, temporality) => {
    const job = `js-${protocol.replace('/', '-')}-${name}`;
    const at = (metric: string, labels = ''): string => `${metric}{job="shop/${job}"${labels}}`;

    beforeAll(() => sendEverything(job, createExporter(temporality)), 60_000);

    test('a counter is the sum of its additions over both exports, by attributes', async () => {
      expect(await queryByLabel(service.httpUrl, at('http_requests_total'), 'http_route')).toEqual({
        '/cart': 15,
        '/größe': 2,
      });
    });

    test('a counter of fractions keeps every bit', async () => {
      expect(await queryValue(service.httpUrl, at('energy_joules_total'))).toBe(0.1 + 0.2);
    });

    test('an up-down counter is a gauge of the running total', async () => {
      expect(await queryValue(service.httpUrl, at('queue_length'))).toBe(3);
    });

    test('a gauge keeps its last value, with the unit in its name', async () => {
      expect(await queryValue(service.httpUrl, at('room_temperature_celsius'))).toBe(-4.25);
    });

    test('observable instruments arrive as counter, gauge and up-down counter', async () => {
      expect(await queryValue(service.httpUrl, at('page_faults_total'))).toBe(9_007_199_254_740_991);
      expect(await queryValue(service.httpUrl, at('load_ratio'))).toBe(0.75);
      expect(await queryValue(service.httpUrl, at('threads'))).toBe(12);
    });

    test('a histogram becomes cumulative buckets, a sum and a count', async () => {
      expect(await queryByLabel(service.httpUrl, at('latency_milliseconds_bucket'), 'le')).toEqual({
        '10': 2,
        '100': 4,
        '500': 5,
        '+Inf': 6,
      });
      expect(await queryValue(service.httpUrl, at('latency_milliseconds_sum'))).toBe(1285 + 55);
      expect(await queryValue(service.httpUrl, at('latency_milliseconds_count'))).toBe(6);
    });

    test('an exponential histogram becomes a native histogram', async () => {
      const metric = at('payload_bytes');
      expect(await queryValue(service.httpUrl, `histogram_count(${metric})`)).toBe(5);
      expect(await queryValue(service.httpUrl, `histogram_sum(${metric})`)).toBe(1 + 2 + 4 + 1000 + 0);
      const median = await queryValue(service.httpUrl, `histogram_quantile(0.5, ${metric})`);
      expect(median).toBeGreaterThan(1);
      expect(median).toBeLessThanOrEqual(2);
      const [sample] = await queryVector(service.httpUrl, metric);
      expect(sample.histogram?.[1].count).toBe('5');
    });

    test('the resource becomes job, instance and target_info', async () => {
      const [info] = await queryVector(service.httpUrl, at('target_info'));
      expect(info.value?.[1]).toBe('1');
      expect(info.metric).toMatchObject({ job: `shop/${job}`, instance: 'pod-1', host_name: 'a b' });
      const [counter] = await queryVector(service.httpUrl, at('http_requests_total', ',http_route="/cart"'));
      expect(counter.metric).toMatchObject({ otel_scope_name: 'contract', otel_scope_version: '1.2.3' });
    });
  });
});

test('nothing of what was sent was refused', async () => {
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  const refused = text
    .split('\n')
    .filter((line) => /^statbar_\w*reject\w*_total\{/.test(line) && !line.endsWith(' 0'));
  expect(refused).toEqual([]);
});

/** Two exports, so that delta sends two deltas and cumulative two totals. */
async function sendEverything(serviceName: string, exporter: PushMetricExporter): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.namespace': 'shop',
      'service.instance.id': 'pod-1',
      'host.name': 'a b',
    }),
    readers: [reader],
    views: [{ instrumentName: 'payload', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  const meter = provider.getMeter('contract', '1.2.3');
  const requests = meter.createCounter('http.requests', { unit: '{request}', valueType: ValueType.INT });
  const energy = meter.createCounter('energy', { unit: 'J' });
  const queue = meter.createUpDownCounter('queue.length');
  const temperature = meter.createGauge('room.temperature', { unit: 'Cel' });
  const latency = meter.createHistogram('latency', {
    unit: 'ms',
    advice: { explicitBucketBoundaries: [10, 100, 500] },
  });
  const payload = meter.createHistogram('payload', { unit: 'By' });
  meter
    .createObservableCounter('page.faults', { valueType: ValueType.INT })
    .addCallback((result) => result.observe(Number.MAX_SAFE_INTEGER));
  meter.createObservableGauge('load', { unit: '1' }).addCallback((result) => result.observe(0.75));
  meter.createObservableUpDownCounter('threads').addCallback((result) => result.observe(12));

  requests.add(5, { 'http.route': '/cart' });
  requests.add(7, { 'http.route': '/cart' });
  requests.add(2, { 'http.route': '/größe' });
  energy.add(0.1);
  queue.add(5);
  temperature.record(21.5);
  for (const value of [5, 25, 250, 1005]) latency.record(value);
  for (const value of [1, 2, 4]) payload.record(value);
  await provider.forceFlush();

  requests.add(3, { 'http.route': '/cart' });
  energy.add(0.2);
  queue.add(-2);
  temperature.record(-4.25);
  for (const value of [10, 45]) latency.record(value);
  for (const value of [1000, 0]) payload.record(value);
  await provider.forceFlush();
  await provider.shutdown();
}
