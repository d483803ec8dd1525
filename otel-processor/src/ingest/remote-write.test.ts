import fc from 'fast-check';
import protobuf from 'protobufjs';
import { compressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { accepted, testPorts } from '../../../test/support/ingest.ts';
import { describeRows } from '../../../test/support/otlp-reference.ts';
import { isFault } from '../base/index.ts';
import { isStale, LabelSet, wordsOf } from '../model/index.ts';
import { createRemoteWriteDecoder, decompressSnappy, ingestConfigSchema } from './index.ts';

/** prompb/remote.proto and types.proto, by field name, type and number. */
const type = protobuf
  .parse(
    `syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; }
  message MetricMetadata { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
  message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3; repeated Histogram histograms = 4; }
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }
  message Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
  message Histogram {
    oneof count { uint64 count_int = 1; double count_float = 2; }
    double sum = 3; sint32 schema = 4; double zero_threshold = 5;
    oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
    repeated BucketSpan negative_spans = 8; repeated sint64 negative_deltas = 9; repeated double negative_counts = 10;
    repeated BucketSpan positive_spans = 11; repeated sint64 positive_deltas = 12; repeated double positive_counts = 13;
    int32 reset_hint = 14; int64 timestamp = 15; repeated double custom_values = 16;
  }
  message BucketSpan { sint32 offset = 1; uint32 length = 2; }`,
    { keepCase: true },
  )
  .root.lookupType('WriteRequest');

type Json = Record<string, unknown>;
const plain = (request: Json): Uint8Array => type.encode(type.fromObject(request)).finish();
const encode = (request: Json): Uint8Array => compressSync(Buffer.from(plain(request)));
const labels = (record: Record<string, string>) =>
  Object.entries(record).map(([name, value]) => ({ name, value }));
const one = (
  record: Record<string, string>,
  rest: Json = { samples: [{ value: 1, timestamp: 5 }] },
): Json => ({
  timeseries: [{ labels: labels(record), ...rest }],
});

function open(overrides: Record<string, unknown> = {}) {
  const ports = testPorts();
  const decoder = createRemoteWriteDecoder(ingestConfigSchema.parse(overrides), ports);
  const decode = (request: Json) => accepted(decoder.decode(encode(request)));
  return {
    ...ports,
    ports,
    decoder,
    decode,
    rows: (request: Json) => describeRows(decode(request), ports.registry),
  };
}

describe('remote write', () => {
  test('samples come back with their labels, from strings and from the identity cache', () => {
    const series = fc.record({
      labels: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 20 }), {
        maxKeys: 6,
      }),
      samples: fc.array(fc.record({ value: fc.double({ noNaN: true }), timestamp: fc.maxSafeInteger() }), {
        maxLength: 4,
      }),
    });
    fc.assert(
      fc.property(fc.array(series, { maxLength: 6 }), (all) => {
        const { decoder, registry, resolved } = open();
        const named = all.map((each) => ({ ...each, labels: { ...each.labels, __name__: 'm' } }));
        const expected = named.flatMap((each) =>
          each.samples.map(({ value, timestamp }) => `${LabelSet.from(each.labels)} @${timestamp} ${value}`),
        );
        const body = encode({ timeseries: named.map((each) => ({ ...each, labels: labels(each.labels) })) });
        for (const pass of ['new', 'known']) {
          expect(describeRows(accepted(decoder.decode(body)), registry), pass).toEqual(expected);
        }
        expect(resolved.length).toBeLessThanOrEqual(all.length);
      }),
    );
  });

  test('a staleness marker keeps its bits', () => {
    const { decoder } = open();
    const bytes = plain(one({ __name__: 'm' }, { samples: [{ value: 77, timestamp: 5 }] }));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i + 8 <= bytes.length; i++) {
      if (view.getFloat64(i, true) === 77) view.setBigUint64(i, 0x7ff0_0000_0000_0002n, true);
    }
    const batch = accepted(decoder.decode(compressSync(Buffer.from(bytes))));
    expect(isStale(wordsOf(batch.values), 0)).toBe(true);
  });

  test('labels out of order are sorted', () => {
    expect(open().rows(one({ z: '1', __name__: 'm', a: '2' }))).toEqual(['m{a="2", z="1"} @5 1']);
  });

  test.each<[string, Json, string]>([
    ['no metric name', one({ a: '1' }), 'invalid_name'],
    ['an empty metric name', one({ __name__: '' }), 'invalid_name'],
    ['an empty label name', one({ __name__: 'm', '': 'x' }), 'invalid_label'],
    [
      'a label twice',
      {
        timeseries: [
          {
            labels: [...labels({ __name__: 'm', a: '1' }), ...labels({ a: '2' })],
            samples: [{ timestamp: 5 }],
          },
        ],
      },
      'invalid_label',
    ],
    ['too long a value', one({ __name__: 'm', a: 'x'.repeat(9000) }), 'label_value_too_long'],
    [
      'a time beyond numbers',
      one({ __name__: 'm' }, { samples: [{ timestamp: '9223372036854775807' }] }),
      'invalid_timestamp',
    ],
  ])('%s costs only its samples', (_name, bad, reason) => {
    const fine = one({ __name__: 'fine' });
    const timeseries = [...(bad['timeseries'] as Json[]), ...(fine['timeseries'] as Json[])];
    const batch = open().decode({ timeseries });
    expect(Object.fromEntries(batch.rejections.counts)).toEqual({ [reason]: 1 });
    expect(batch.count).toBe(1);
    expect(batch.pointCount).toBe(2);
  });

  test('refused series count all their samples', () => {
    const { decode, ports } = open();
    ports.refuse = 'series_limit';
    const samples = [{ timestamp: 1 }, { timestamp: 2 }];
    expect(decode(one({ __name__: 'm' }, { samples })).rejections.points).toBe(2);
  });

  test('samples may come before labels on the wire', () => {
    const { decoder, registry } = open();
    const whole = plain(one({ __name__: 'm' }));
    // Field 1, length, then the label (length 0x0d) and the sample.
    const series = whole.subarray(2);
    const label = series.subarray(0, 2 + series[1]);
    const swapped = Buffer.concat([whole.subarray(0, 2), series.subarray(label.length), label]);
    expect(describeRows(accepted(decoder.decode(compressSync(swapped))), registry)).toEqual(['m @5 1']);
  });

  test('exemplars and metadata are passed on', () => {
    const exemplars = [{ labels: labels({ trace_id: 'abc' }), value: 2.5, timestamp: 7 }];
    const { decode } = open();
    const request = {
      ...one({ __name__: 'm' }, { samples: [{ timestamp: 5 }], exemplars }),
      metadata: [{ type: 1, metric_family_name: 'm', help: 'Help.', unit: 's' }],
    };
    const batch = decode(request);
    expect(batch.exemplars).toHaveLength(1);
    expect(batch.exemplars[0]).toMatchObject({ seriesId: batch.seriesIds[0], value: 2.5, timestampMs: 7 });
    expect(batch.exemplars[0].labels.toRecord()).toEqual({ trace_id: 'abc' });
    expect(batch.metadata).toEqual([{ metricName: 'm', type: 'counter', unit: 's', help: 'Help.' }]);
    expect(decode(request).metadata).toEqual([]);
  });
});

test('an exemplar that is not UTF-8 is dropped, with its sample kept', () => {
  const { decoder, telemetry } = open();
  const exemplars = [
    { labels: labels({ a: 'XYZ', b: 'UVW' }), value: 2 },
    { labels: labels({ c: 'd' }), value: 3 },
  ];
  const bytes = plain(one({ __name__: 'm' }, { samples: [{ timestamp: 5 }], exemplars }));
  bytes[Buffer.from(bytes).indexOf('XYZ')] = 0xff;
  const batch = accepted(decoder.decode(compressSync(Buffer.from(bytes))));
  expect(batch.count).toBe(1);
  expect(batch.exemplars.map(({ value }) => value)).toEqual([3]);
  expect(telemetry.render()).toContain('statbar_ingest_exemplars_dropped_total{reason="labels"} 1');
});

describe('native histograms', () => {
  const spans = [
    { offset: -2, length: 2 },
    { offset: 1, length: 1 },
  ];
  const integer = {
    timestamp: 5,
    count_int: 12,
    sum: 18.5,
    schema: 1,
    zero_threshold: 0.001,
    zero_count_int: 2,
    positive_spans: spans,
    positive_deltas: [1, 2, -1],
    negative_spans: [{ offset: 0, length: 1 }],
    negative_deltas: [4],
    reset_hint: 2,
  };
  const single = (histogram: Json) => {
    const batch = open().decode(one({ __name__: 'h' }, { histograms: [histogram] }));
    return { batch, histogram: batch.histograms?.get(0) };
  };

  test('of integers are made absolute', () => {
    expect(single(integer).histogram).toEqual({
      schema: 1,
      zeroThreshold: 0.001,
      zeroCount: 2,
      count: 12,
      sum: 18.5,
      positiveSpans: spans,
      positiveBuckets: [1, 3, 2],
      negativeSpans: [{ offset: 0, length: 1 }],
      negativeBuckets: [4],
      counterResetHint: 'not_reset',
    });
  });

  test('of floats and with custom bounds are kept', () => {
    const custom = {
      timestamp: 5,
      count_float: 3,
      sum: 1,
      schema: -53,
      positive_spans: [{ offset: 0, length: 3 }],
      positive_counts: [0.5, 1.5, 1],
      custom_values: [1, 2],
    };
    expect(single(custom).histogram).toMatchObject({
      schema: -53,
      positiveBuckets: [0.5, 1.5, 1],
      customValues: [1, 2],
    });
  });

  test('with the sum of a staleness marker end their series', () => {
    const bytes = plain(one({ __name__: 'h' }, { histograms: [{ ...integer, sum: 77 }] }));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i + 8 <= bytes.length; i++) {
      if (view.getFloat64(i, true) === 77) view.setBigUint64(i, 0x7ff0_0000_0000_0002n, true);
    }
    const batch = accepted(open().decoder.decode(compressSync(Buffer.from(bytes))));
    expect(isStale(wordsOf(batch.values), 0)).toBe(true);
    expect(batch.histograms).toBeUndefined();
  });

  test.each<[string, Json]>([
    ['spans that do not match', { ...integer, positive_deltas: [1] }],
    ['a negative bucket', { ...integer, positive_deltas: [1, -2, 1] }],
    ['more in buckets than counted', { ...integer, count_int: 3 }],
    ['an unknown schema', { ...integer, schema: 9 }],
    ['overlapping spans', { ...integer, positive_spans: [spans[0], { offset: -1, length: 1 }] }],
    ['custom bounds that decrease', { timestamp: 5, schema: -53, custom_values: [2, 1] }],
    [
      'a span beyond the custom bounds',
      {
        timestamp: 5,
        schema: -53,
        count_int: 1,
        custom_values: [2],
        positive_spans: [{ offset: 2, length: 1 }],
        positive_deltas: [1],
      },
    ],
  ])('with %s are refused', (_name, histogram) => {
    const { batch } = single(histogram);
    expect(batch.rejections.counts.get('invalid_histogram')).toBe(1);
    expect(batch.count).toBe(0);
  });
});

describe('snappy', () => {
  test('inflates what the reference compressed', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat({ max: 60 }))
        .map(([bytes, times]) => Buffer.concat(new Array<Uint8Array>(times).fill(bytes))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        const answer = decompressSnappy(compressSync(bytes), 1 << 20);
        expect(isFault(answer) ? answer : Buffer.from(answer)).toEqual(bytes);
      }),
    );
  });

  test('inflates long literals and far copies', () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => i));
    for (let i = 0; i < 100_000; i++) bytes[i] = (Math.imul(i, 0x9e3779b1) >>> 13) & 255;
    bytes.copyWithin(200_000, 0, 60_000);
    expect(Buffer.from(decompressSnappy(compressSync(bytes), 1 << 20) as Uint8Array)).toEqual(bytes);
  });

  test('refuses a declared length over the limit before inflating', () => {
    const answer = open({ remote_write_size_max: '1MiB' }).decoder.decode(
      compressSync(Buffer.alloc(2 << 20)),
    );
    expect(answer).toMatchObject({ code: 'too_large', retryable: false });
    expect(isFault(answer) && answer.message).toContain('ingest.remote_write_size_max');
  });

  test('does not believe a length that its input cannot have', () => {
    const claim = Uint8Array.of(0x80, 0x80, 0x80, 0x10, 0x00, 0x61);
    expect(decompressSnappy(claim, 1 << 30)).toMatchObject({ code: 'invalid' });
  });

  test('answers a fault or bytes for anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat({ max: 255 }), (bytes, at, value) => {
        expect(() => decompressSnappy(bytes, 4096)).not.toThrow();
        const compressed = new Uint8Array(compressSync(Buffer.from(bytes)));
        compressed[at % compressed.length] = value;
        expect(() => decompressSnappy(compressed, 4096)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
