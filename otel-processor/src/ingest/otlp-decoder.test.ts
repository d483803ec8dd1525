import { describe, expect, test } from 'vitest';
import { accepted, testPorts } from '../../../test/support/ingest.ts';
import { describeRows } from '../../../test/support/otlp-reference.ts';
import { otlpRequestType } from '../../../test/support/otlp-schema.ts';
import { isFault } from '../base/index.ts';
import { createOtlpDecoder, type IngestConfig, ingestConfigSchema } from './index.ts';

const type = otlpRequestType();
const NOW_NS = 1_700_000_000_123_999_999n;
const timeUnixNano = String(NOW_NS);

type Json = Record<string, unknown>;
const text = (key: string, stringValue: string): Json => ({ key, value: { stringValue } });
const encode = (request: Json): Uint8Array => type.encode(type.fromObject(request)).finish();

function request(metrics: Json[], resource: Json[] = [], scope: Json = {}): Json {
  return { resourceMetrics: [{ resource: { attributes: resource }, scopeMetrics: [{ scope, metrics }] }] };
}

function gauge(name: string, ...dataPoints: Json[]): Json {
  return {
    name,
    gauge: { dataPoints: dataPoints.map((point) => ({ timeUnixNano, asDouble: 1, ...point })) },
  };
}

function open(overrides: Record<string, unknown> = {}) {
  const config: IngestConfig = ingestConfigSchema.parse(overrides);
  const ports = testPorts();
  const decoder = createOtlpDecoder(config, ports);
  const decode = (body: Json) => accepted(decoder.decodeProtobuf(encode(body)));
  const rows = (body: Json) => describeRows(decode(body), ports.registry);
  return { ...ports, ports, decoder, decode, rows };
}

describe('values and times', () => {
  test('nanoseconds become milliseconds rounded down, without passing through a number', () => {
    const { rows } = open();
    expect(rows(request([gauge('a', { timeUnixNano: '1700000000000999999' })]))).toEqual([
      'a @1700000000000 1',
    ]);
    expect(rows(request([gauge('a', { timeUnixNano: '18446744073709551615' })]))).toEqual([
      'a @18446744073709 1',
    ]);
    expect(rows(request([gauge('a', { timeUnixNano: '999999' })]))).toEqual(['a @0 1']);
  });

  test.each(['-1', '-9223372036854775808', '9223372036854775807', '4294967296', '-4294967297', '0'])(
    'the integer %s becomes the nearest double',
    (asInt) => {
      const point = { timeUnixNano, asInt };
      const batch = open().decode(request([{ name: 'a', gauge: { dataPoints: [point] } }]));
      expect(batch.values[0]).toBe(Number(BigInt(asInt)));
    },
  );

  test('a point without time or value is refused, its neighbours are not', () => {
    const batch = open().decode(
      request([
        gauge('a', { timeUnixNano: '0' }, {}),
        { name: 'b', gauge: { dataPoints: [{ timeUnixNano }] } },
      ]),
    );
    expect(batch.count).toBe(1);
    expect(batch.pointCount).toBe(3);
    expect(Object.fromEntries(batch.rejections.counts)).toEqual({ invalid_timestamp: 1, invalid_value: 1 });
    expect(batch.rejections.message()).toContain('"a"');
  });

  test('a NaN with the bits of a staleness marker does not become one', () => {
    const { decoder, registry } = open();
    const bytes = encode(request([gauge('a', { asDouble: 77 })]));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i + 8 <= bytes.length; i++) {
      if (view.getFloat64(i, true) === 77) view.setBigUint64(i, 0x7ff0_0000_0000_0002n, true);
    }
    const batch = accepted(decoder.decodeProtobuf(bytes));
    expect(describeRows(batch, registry)[0]).toContain('NaN');
  });

  test('temporality that is not said is refused for sums and histograms', () => {
    const points = { dataPoints: [{ timeUnixNano, asInt: '1' }] };
    const batch = open().decode(
      request([
        { name: 'a', sum: points },
        { name: 'b', histogram: points },
      ]),
    );
    expect(batch.rejections.counts.get('invalid_temporality')).toBe(2);
  });

  test('delta rows say when their interval began', () => {
    const points = [{ timeUnixNano, startTimeUnixNano: '1699999999000000000', asInt: '3' }];
    const sum = { dataPoints: points, aggregationTemporality: 1, isMonotonic: true };
    const { rows } = open();
    expect(rows(request([{ name: 'a', sum }]))).toEqual(['a_total @1700000000123 3 delta 1699999999000']);
  });

  test.each([
    ['NaN', Number.NaN, true],
    ['infinite', Number.POSITIVE_INFINITY, false],
    ['negative, of a counter', -1, true],
  ])('a delta that is %s is refused alone: it would spoil the total for ever', (_, asDouble, isMonotonic) => {
    const start = { startTimeUnixNano: '1699999999000000000' };
    const dataPoints = [
      { ...start, timeUnixNano, asDouble },
      { ...start, timeUnixNano, asDouble: 2, attributes: [text('k', 'v')] },
    ];
    const sums = (aggregationTemporality: number): Json =>
      request([{ name: 'a', sum: { dataPoints, aggregationTemporality, isMonotonic } }]);
    const batch = open().decode(sums(1));
    expect([batch.count, Object.fromEntries(batch.rejections.counts)]).toEqual([1, { invalid_value: 1 }]);
    expect(open().decode(sums(2)).count).toBe(2);
  });

  test('a delta below zero is fine where a sum may fall', () => {
    const dataPoints = [{ timeUnixNano, asDouble: -1 }];
    const batch = open().decode(request([{ name: 'a', sum: { dataPoints, aggregationTemporality: 1 } }]));
    expect([batch.count, batch.rejections.points]).toEqual([1, 0]);
  });

  test.each(['histogram', 'exponentialHistogram'])('a delta %s whose sum is NaN is refused', (kind) => {
    const of = (sum: number): Json => {
      const dataPoints = [{ timeUnixNano, count: '0', sum }];
      return request([{ name: 'a', [kind]: { dataPoints, aggregationTemporality: 1 } }]);
    };
    expect(open().decode(of(Number.NaN)).rejections.counts.get('invalid_histogram')).toBe(1);
    expect(open().decode(of(1)).rejections.points).toBe(0);
  });
});

describe('staleness', () => {
  test('NO_RECORDED_VALUE marks the series', () => {
    expect(open().rows(request([gauge('a', { flags: 1 })]))).toEqual(['a @1700000000123 stale']);
  });

  test('of a histogram without bounds marks every series of the last full point', () => {
    const { rows } = open();
    const point = { timeUnixNano, attributes: [text('k', 'v')] };
    const full = { ...point, count: '3', sum: 5, bucketCounts: ['1', '2'], explicitBounds: [1] };
    const histogram = (each: Json): Json =>
      request([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [each] } }]);
    rows(histogram(full));
    expect(rows(histogram({ ...point, flags: 1 }))).toEqual([
      'h_bucket{k="v", le="1"} @1700000000123 stale',
      'h_bucket{k="v", le="+Inf"} @1700000000123 stale',
      'h_count{k="v"} @1700000000123 stale',
      'h_sum{k="v"} @1700000000123 stale',
    ]);
  });
});

describe('identity', () => {
  const metrics = [gauge('a', {})];

  test('a series is resolved once, and again when series were removed', () => {
    const { decode, resolved, registry } = open();
    const body = request([gauge('a', { attributes: [text('k', 'v')] })]);
    const first = decode(body).seriesIds[0];
    expect(decode(body).seriesIds[0]).toBe(first);
    expect(resolved).toHaveLength(1);
    registry.remove([first]);
    decode(body);
    expect(resolved).toHaveLength(2);
  });

  test('a refused series is asked for again each time, so that a lifted limit is noticed', () => {
    const { decode, ports } = open();
    ports.refuse = 'series_limit';
    const refused = decode(request([gauge('a', {}), gauge('b', {})]));
    expect(refused.rejections.counts.get('series_limit')).toBe(2);
    expect(refused.rejections.message()).toContain('series_limit a');
    ports.refuse = undefined;
    expect(decode(request([gauge('a', {}), gauge('b', {})])).count).toBe(2);
  });

  test('the order of attributes does not matter', () => {
    const { rows } = open();
    const point = (...attributes: Json[]) => request([gauge('a', { attributes })]);
    expect(rows(point(text('x', '1'), text('y', '2')))).toEqual(rows(point(text('y', '2'), text('x', '1'))));
  });

  test('service name, namespace and instance id are the labels job and instance', () => {
    const resource = [
      text('service.name', 's'),
      text('service.namespace', 'n'),
      text('service.instance.id', 'i'),
    ];
    expect(open().rows(request(metrics, resource))).toEqual(['a{instance="i", job="n/s"} @1700000000123 1']);
  });

  test('resources that differ only in what no label shows are one series, unless configured', () => {
    const pod = (name: string) => request(metrics, [text('service.name', 's'), text('k8s.pod.name', name)]);
    const plain = open();
    expect(plain.decode(pod('p1')).seriesIds[0]).toBe(plain.decode(pod('p2')).seriesIds[0]);
    const configured = open({ instance_fallback_attributes: ['host.id', 'k8s.pod.name'] });
    expect(configured.rows(pod('p1'))).toEqual(['a{instance="p1", job="s"} @1700000000123 1']);
    expect(configured.rows(pod('p2'))).toEqual(['a{instance="p2", job="s"} @1700000000123 1']);
  });

  test('scopes are told apart by labels, if configured', () => {
    const scope = { name: 'lib', version: '1', attributes: [text('a.b', 'c')] };
    expect(open().rows(request(metrics, [], scope))).toEqual([
      'a{otel_scope_a_b="c", otel_scope_name="lib", otel_scope_version="1"} @1700000000123 1',
    ]);
    expect(open({ scope_labels: false }).rows(request(metrics, [], scope))).toEqual(['a @1700000000123 1']);
  });

  test('promoted resource attributes are labels of every series, below attributes of the point', () => {
    const { rows } = open({ promote_resource_attributes: ['host.name', 'zone'] });
    const body = request(
      [gauge('a', { attributes: [text('zone', 'point')] })],
      [text('host.name', 'h'), text('zone', 'r')],
    );
    expect(rows(body)).toEqual(['a{host_name="h", zone="point"} @1700000000123 1']);
  });

  test('of duplicate attribute keys the last counts', () => {
    const attributes = [text('k', 'first'), text('k', 'last')];
    expect(open().rows(request([gauge('a', { attributes })]))).toEqual(['a{k="last"} @1700000000123 1']);
  });
});

describe('attribute values', () => {
  const valued = (value: Json, overrides = {}): string[] =>
    open(overrides).rows(request([gauge('a', { attributes: [{ key: 'k', value }] })]));

  test.each<[Json, string]>([
    [{ boolValue: false }, 'false'],
    [{ intValue: '-9007199254740993' }, '-9007199254740993'],
    [{ intValue: '5' }, '5'],
    [{ doubleValue: 0.1 }, '0.1'],
    [{ doubleValue: Number.NaN }, 'NaN'],
    [{ bytesValue: Buffer.from([1, 2, 255]) }, 'AQL/'],
    [
      { arrayValue: { values: [{ stringValue: 'x"' }, { intValue: '9007199254740993' }, {}] } },
      '["x\\"",9007199254740993,null]',
    ],
    [
      {
        kvlistValue: {
          values: [
            { key: 'b', value: { boolValue: true } },
            { key: 'a', value: { doubleValue: Number.POSITIVE_INFINITY } },
          ],
        },
      },
      '{"a":"Infinity","b":true}',
    ],
  ])('%j is the text %s', (value, expected) => {
    expect(valued(value)).toEqual([`a{k=${JSON.stringify(expected)}} @1700000000123 1`]);
  });

  test('empty values and string indexes are no label, and the latter are counted', () => {
    expect(valued({})).toEqual(['a @1700000000123 1']);
    const { rows, telemetry } = open();
    expect(
      rows(request([gauge('a', { attributes: [{ key: 'k', value: { stringValueStrindex: 3 } }] })])),
    ).toEqual(['a @1700000000123 1']);
    expect(telemetry.render()).toContain('statbar_ingest_attributes_dropped_total{reason="string_index"} 1');
  });
});

describe('limits', () => {
  const nested = (depth: number): Json =>
    depth === 0 ? { stringValue: 'x' } : { arrayValue: { values: [nested(depth - 1)] } };
  const attribute = (key: string, value: Json): Json => gauge('a', { attributes: [{ key, value }] });

  test.each<[string, Record<string, unknown>, Json, string]>([
    ['nesting', { nesting_max: 3 }, attribute('k', nested(3)), 'invalid_label'],
    [
      'label value length',
      { label_value_length_max: 5 },
      attribute('k', { stringValue: '123456' }),
      'label_value_too_long',
    ],
    [
      'label name length',
      { label_name_length_max: 5 },
      attribute('k23456', { stringValue: 'x' }),
      'label_name_too_long',
    ],
    ['metric name length', { label_name_length_max: 5 }, gauge('metric', {}), 'label_name_too_long'],
    [
      'number of labels',
      { labels_per_series_max: 1 },
      attribute('k', { stringValue: 'x' }),
      'too_many_labels',
    ],
    ['empty metric name', {}, gauge('', {}), 'invalid_name'],
    ['attribute key without a name', {}, attribute('日本', { stringValue: 'x' }), 'invalid_label'],
    [
      'histogram buckets',
      { histogram_buckets_max: 2 },
      {
        name: 'h',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ timeUnixNano, bucketCounts: ['0', '0', '0'], explicitBounds: [1, 2] }],
        },
      },
      'invalid_histogram',
    ],
  ])('%s', (_name, overrides, metric, reason) => {
    const { decode } = open(overrides);
    const batch = decode(request([metric, gauge('fine', {})]));
    expect(Object.fromEntries(batch.rejections.counts)).toEqual({ [reason]: 1 });
    expect(batch.count).toBe(1);
  });

  test('nesting up to the limit is accepted', () => {
    expect(open({ nesting_max: 4 }).decode(request([attribute('k', nested(3))])).count).toBe(1);
  });

  test('points per request: the request is refused whole', () => {
    const answer = open({ points_per_request_max: 2 }).decoder.decodeProtobuf(
      encode(request([gauge('a', {}, {}, {})])),
    );
    expect(answer).toMatchObject({ code: 'too_large', retryable: false });
    expect(isFault(answer) && answer.message).toContain('ingest.points_per_request_max');
  });

  test('metrics per request: empty ones count too', () => {
    const { decoder, decode } = open({ points_per_request_max: 10 });
    expect(decode(request(new Array<Json>(8).fill({}))).pointCount).toBe(0);
    expect(decoder.decodeProtobuf(encode(request(new Array<Json>(9).fill({}))))).toMatchObject({
      code: 'too_large',
    });
  });

  test('number of labels of a scope', () => {
    const scope = { name: 'lib', attributes: [text('a', '1'), text('b', '2')] };
    const { decode } = open({ labels_per_series_max: 2 });
    expect(decode(request([gauge('m', {}, {})], [], scope)).rejections.counts.get('too_many_labels')).toBe(2);
  });

  test('samples per request: a few flagged points do not become millions of markers', () => {
    const point = {
      timeUnixNano,
      count: '0',
      bucketCounts: new Array(101).fill('0'),
      explicitBounds: Array.from({ length: 100 }, (_, i) => i),
    };
    const histogram = (...dataPoints: Json[]) =>
      request([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints } }]);
    const { decoder, decode } = open({ samples_per_request_max: 1000 });
    decode(histogram(point));
    const flagged = new Array<Json>(50).fill({ timeUnixNano, flags: 1 });
    expect(decoder.decodeProtobuf(encode(histogram(...flagged)))).toMatchObject({
      code: 'too_large',
      retryable: false,
    });
  });

  test('values of a JSON request: refused before it is parsed', () => {
    const { decoder, telemetry } = open({ json_values_max: 100 });
    const decodeJson = (text: string) => decoder.decodeJson(new TextEncoder().encode(text));
    expect(decodeJson(`{"resourceMetrics":[${'{},'.repeat(60)}{}]}`)).toMatchObject({ code: 'too_large' });
    expect(accepted(decodeJson(`{"resourceMetrics":[${'{},'.repeat(40)}{}]${' '.repeat(200)}}`)).count).toBe(
      0,
    );
    expect(telemetry.render()).toContain('statbar_ingest_limits_hit_total{limit="json_values_max"} 1');
  });

  test('names with metadata, and resources: the memory of them starts anew, and says so', () => {
    const { decode, telemetry } = open({ metadata_names_max: 2, resources_max: 2 });
    const from = (host: string) =>
      request([gauge(host, {})], [text('service.name', 's'), text('host.name', host)]);
    for (const host of ['a', 'b', 'c']) expect(decode(from(host)).count).toBe(2);
    expect(decode(from('a')).count).toBe(2);
    const page = telemetry.render();
    expect(page).toContain('statbar_ingest_limits_hit_total{limit="resources_max"} 1');
    expect(page).toContain('statbar_ingest_limits_hit_total{limit="metadata_names_max"} 1');
  });

  test('series in the identity cache: what was forgotten is looked up again', () => {
    const { decode, resolved } = open({ identity_cache_entries_max: 10 });
    const all = Array.from({ length: 50 }, (_, i) => gauge(`m${i}`, {}));
    const first = decode(request(all));
    const second = decode(request(all));
    expect(second.seriesIds.subarray(0, 50)).toEqual(first.seriesIds.subarray(0, 50));
    expect(resolved.length).toBeGreaterThan(50);
  });

  test('text that is not UTF-8 costs only its point', () => {
    const { decoder } = open();
    const bytes = encode(request([gauge('a', { attributes: [text('k', 'XYZ')] }, {})]));
    bytes[Buffer.from(bytes).indexOf('XYZ')] = 0xff;
    const batch = accepted(decoder.decodeProtobuf(bytes));
    expect(batch.rejections.counts.get('invalid_label')).toBe(1);
    expect(batch.count).toBe(1);
  });
});

describe('metadata', () => {
  test('is passed on once, and again when it changes', () => {
    const { decode } = open();
    const metric = (unit: string, description: string, k: string) =>
      request([{ ...gauge('m', { attributes: [text('k', k)] }), unit, description }]);
    expect(decode(metric('s', 'how long', '1')).metadata).toEqual([
      { metricName: 'm_seconds', type: 'gauge', unit: 'seconds', help: 'how long' },
    ]);
    expect(decode(metric('s', 'how long', '2')).metadata).toEqual([]);
    expect(decode(metric('s', 'how very long', '3')).metadata).toHaveLength(1);
  });
});

describe('target_info', () => {
  const resource = [text('service.name', 's'), text('host.name', 'h'), text('os', 'linux')];
  const at = (timeMs: number, ...attributes: Json[]) =>
    request(
      [gauge('a', { timeUnixNano: String(BigInt(timeMs) * 1_000_000n) })],
      [...resource, ...attributes],
    );
  const infoTimes = (
    batch: ReturnType<ReturnType<typeof open>['decode']>,
    registry: ReturnType<typeof open>['registry'],
  ) => {
    const times: number[] = [];
    for (let row = 0; row < batch.count; row++) {
      const labels = registry.labels(batch.seriesIds[row]);
      if (labels.metricName !== 'target_info') continue;
      expect(String(labels)).toBe('target_info{host_name="h", job="s", os="linux"}');
      expect(batch.values[row]).toBe(1);
      expect(batch.points[row]).toBe(batch.pointCount);
      times.push(batch.timestampsMs[row]);
    }
    return times;
  };

  test('leaves out and counts the attributes that are over a limit of labels', () => {
    const { decode, registry, telemetry } = open({
      labels_per_series_max: 5,
      label_name_length_max: 20,
      label_value_length_max: 10,
    });
    const extra = [text('long', 'x'.repeat(11)), text('y'.repeat(21), 'v'), text('zone', 'z')];
    const batch = decode(at(1_000_000, ...extra));
    expect(infoTimes(batch, registry)).toEqual([1_000_000]);
    expect(batch.rejections.points).toBe(0);
    expect(telemetry.render()).toContain('statbar_ingest_attributes_dropped_total{reason="over_limit"} 3');
  });

  test('is written at first sight and then once per interval of event time', () => {
    const { decode, registry } = open();
    const seen: number[] = [];
    for (let timeMs = 1_000_000; timeMs <= 1_600_000; timeMs += 10_000)
      seen.push(...infoTimes(decode(at(timeMs)), registry));
    expect(seen).toEqual([1_000_000, 1_150_000, 1_300_000, 1_450_000, 1_600_000]);
  });

  test('follows history that is loaded after newer data', () => {
    const { decode, registry } = open();
    decode(at(90_000_000));
    expect(infoTimes(decode(at(1_000_000)), registry)).toEqual([1_000_000]);
  });

  test('needs an identifier and something to tell, and can be turned off', () => {
    const only = (...attributes: Json[]) => request([gauge('a', {})], attributes);
    expect(open().decode(only(text('host.name', 'h'))).count).toBe(1);
    expect(open().decode(only(text('service.name', 's'))).count).toBe(1);
    expect(open({ target_info: false }).decode(at(1_000_000)).count).toBe(1);
    expect(open().decode(at(1_000_000)).count).toBe(2);
  });

  test('refused later on does not count as a point of the client', () => {
    const { decode } = open();
    const batch = decode(at(1_000_000));
    batch.rejections.reject(batch.points[1], 'too_old', () => '');
    expect(batch.rejections.points).toBe(0);
    batch.rejections.reject(batch.points[0], 'too_old', () => '');
    expect(batch.rejections.points).toBe(1);
  });

  test('is bounded for a request that spans years', () => {
    const { decode } = open();
    const points = [{ timeUnixNano: '1' }, { timeUnixNano: String(10n ** 18n) }];
    expect(decode(request([gauge('a', ...points)], resource)).count).toBeLessThanOrEqual(1002);
  });
});

describe('exemplars', () => {
  const exemplar = { timeUnixNano, asDouble: 3, traceId: Buffer.alloc(16, 0xab), spanId: Buffer.alloc(8, 1) };
  const labels = { trace_id: 'ab'.repeat(16), span_id: '01'.repeat(8) };

  test('of a number point go to its series, with ids in hexadecimal', () => {
    const filteredAttributes = [text('user.id', 'u')];
    const batch = open().decode(
      request([gauge('a', { exemplars: [{ ...exemplar, filteredAttributes }, {}] })]),
    );
    expect(batch.exemplars).toHaveLength(1);
    const [found] = batch.exemplars;
    expect(found.labels.toRecord()).toEqual({ ...labels, user_id: 'u' });
    expect(found).toMatchObject({ seriesId: batch.seriesIds[0], value: 3, timestampMs: 1_700_000_000_123 });
  });

  test('lose their filtered attributes when they would be over 128 runes', () => {
    const long = (length: number) =>
      open().decode(
        request([
          gauge('a', { exemplars: [{ ...exemplar, filteredAttributes: [text('k', '💥'.repeat(length))] }] }),
        ]),
      );
    // 8 + 32 + 7 + 16 runes for the ids and their names, 1 for k.
    expect(long(64).exemplars[0].labels.size).toBe(3);
    expect(long(65).exemplars[0].labels.toRecord()).toEqual(labels);
  });

  test('of a histogram go to the bucket that they fell into', () => {
    const { decode, registry } = open();
    const point = {
      timeUnixNano,
      count: '4',
      bucketCounts: ['1', '2', '1'],
      explicitBounds: [1, 3],
      exemplars: [exemplar, { ...exemplar, asDouble: 9 }],
    };
    const batch = decode(
      request([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [point] } }]),
    );
    const buckets = batch.exemplars.map(({ seriesId }) => registry.labels(seriesId).get('le'));
    expect(buckets).toEqual(['3', '+Inf']);
  });

  test('over the limit of a request are dropped and counted', () => {
    const { decode, telemetry } = open({ exemplars_per_request_max: 1 });
    expect(decode(request([gauge('a', { exemplars: [exemplar, exemplar] })])).exemplars).toHaveLength(1);
    expect(telemetry.render()).toContain('statbar_ingest_exemplars_dropped_total{reason="too_many"} 1');
  });
});
