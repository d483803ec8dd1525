import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, isFault } from '../../base/index.ts';
import { type Histogram, LabelSet } from '../../model/index.ts';
import { histogramIncrease } from './histogram-increase.ts';
import {
  decodeSamples,
  encodeSamples,
  parseSampleSelector,
  REMEMBERED,
  SampleQuantiles,
  SeriesTable,
} from './index.ts';
import type { SampleObservations } from './sample-reader.ts';

const labels = (__name__: string, more: Record<string, string> = {}): LabelSet =>
  LabelSet.from({ __name__, ...more });

test.each([
  ['latency_ms', 'latency_ms', {}, 'value'],
  ['latency_ms', 'latency_ms_bucket', { le: '5' }, 'bucket'],
  ['latency_ms', 'latency_ms_count', {}, 'count'],
  ['latency_ms', 'latency_ms_sum', {}, undefined],
  ['latency_ms', 'latency_ms_total', {}, undefined],
  ['http.server.request.duration', 'http_server_request_duration_seconds', {}, 'value'],
  ['http.server.request.duration', 'http_server_request_duration_seconds_bucket', { le: '5' }, 'bucket'],
  ['http.server.request.duration', 'http.server.request.duration', {}, 'value'],
  ['http.server.request.duration', 'http_server_request_duration_budget', {}, undefined],
  ['bytes.sent', 'bytes_sent_bytes_per_second_total', {}, 'value'],
  ['x{route!=""}', 'x', { route: '/a' }, 'value'],
  ['x{route!=""}', 'x', {}, undefined],
  ['x{route=~"/a|/b", "odd name"=\'c"d\'}', 'x', { route: '/b', 'odd name': 'c"d' }, 'value'],
  ['{__name__=~"x|y", a="1"}', 'y', { a: '1' }, 'value'],
  ['{a="1"}', 'y_bucket', { a: '1', le: '2' }, 'bucket'],
] as const)('the selector %s takes %s%j as %s', (text, name, more, role) => {
  const selector = parseSampleSelector(text);
  if (isFault(selector)) throw new Error(selector.message);
  const series = labels(name, more);
  expect(selector.roleOf(series)).toBe(role);
  // What a store is asked for holds all that is wanted.
  if (role !== undefined) {
    expect(selector.matchers.every((matcher) => matcher.matches(series.get(matcher.name) ?? ''))).toBe(true);
  }
});

test.each([
  ['', 'expected a metric name or a selector'],
  ['{}', 'expected a metric name or a selector'],
  ['x{a}', 'expected label="text" at "a"'],
  ['x{a="1" b="2"}', 'expected label="text"'],
  ['x{a=~"("}', 'invalid regular expression'],
  ['sum(x)', 'expected'],
])('what is wrong with %s is said', (text, message) => {
  const selector = parseSampleSelector(text);
  // A name may hold any character but braces and spaces: `sum(x)` is a name that no series has.
  if (text === 'sum(x)') expect(isFault(selector)).toBe(false);
  else expect(isFault(selector) && selector.message).toContain(message);
});

test('a sample counts once, late ones too, as long as no sixteen newer ones are remembered', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 120 }), (times) => {
      const table = new SeriesTable();
      table.define(0, labels('x'));
      let remembered: number[] = [];
      for (const timeMs of times) {
        const newest = Math.max(...remembered, Number.NEGATIVE_INFINITY);
        const full = remembered.length === REMEMBERED;
        const expected = remembered.includes(timeMs)
          ? 'repeated'
          : full && timeMs < Math.min(...remembered)
            ? 'too_old'
            : timeMs > newest
              ? 'newest'
              : 'late';
        expect(table.memory.see(0, timeMs)).toBe(expected);
        if (expected === 'repeated' || expected === 'too_old') continue;
        remembered = [...remembered, timeMs].sort((a, b) => a - b).slice(-REMEMBERED);
      }
    }),
  );
});

test('increases of a counter add up to its rise; a fall is a reset to zero', () => {
  const table = new SeriesTable();
  table.define(0, labels('x'));
  const increases = [5, 7, 7, 3, 10].map((value) => table.memory.increase(0, value));
  expect(increases).toEqual([Number.NaN, 2, 0, 3, 7]);
});

function histogramOf(counts: Readonly<Record<number, number>>, schema: number, zeroCount = 0): Histogram {
  const indexes = Object.keys(counts).map(Number);
  const first = Math.min(...indexes);
  const length = Math.max(...indexes) - first + 1;
  const buckets = Array.from({ length }, (_, i) => counts[first + i] ?? 0);
  const sum = buckets.reduce((total, count) => total + count, zeroCount);
  return {
    schema,
    zeroThreshold: 0,
    zeroCount,
    count: sum,
    sum: 0,
    positiveSpans: [{ offset: first, length }],
    positiveBuckets: buckets,
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: 'unknown',
  };
}

test('the increase of a native histogram is bucket by bucket, at the coarser resolution, reset-aware', () => {
  const before = histogramOf({ 1: 2, 2: 1 }, 1, 1);
  expect(histogramIncrease(undefined, before)).toBeUndefined();
  // Schema 0 has two buckets of schema 1 in one; OpenTelemetry's index is one less than Prometheus's.
  expect(histogramIncrease(before, histogramOf({ 1: 7, 3: 2 }, 0, 2))).toEqual({
    count: 7,
    buckets: {
      scale: 0,
      zeros: 1,
      positive: [
        [0, 4],
        [2, 2],
      ],
      negative: [],
    },
  });
  expect(histogramIncrease(before, histogramOf({ 1: 1 }, 1))?.count).toBe(1);
  // No fewer in all, but fewer in one bucket.
  expect(histogramIncrease(before, histogramOf({ 1: 1, 2: 9 }, 1, 1))?.count).toBe(11);
});

test('records and tables come back as they were written', () => {
  const histogram = {
    ...histogramOf({ 3: 1 }, 3),
    customValues: [1, 2.5],
    counterResetHint: 'gauge' as const,
  };
  const record = {
    forgotten: [4],
    defined: [[4, labels('x', { a: 'b' })]] as const,
    count: 3,
    refs: Uint32Array.of(4, 1, 4),
    timestampsMs: Float64Array.of(10, 10, 11.5),
    values: Float64Array.of(0.25, Number.NaN, -3),
    histograms: new Map([[1, histogram]]),
  };
  expect(decodeSamples(encodeSamples(record))).toEqual(record);
  const table = new SeriesTable();
  table.define(2, labels('x'));
  table.memory.see(2, 5);
  table.memory.increase(2, 8);
  table.memory.increaseOf(2, histogram);
  const writer = new ByteWriter();
  for (const _ of table.encode(writer));
  const copy = new SeriesTable();
  copy.decode(new ByteReader(writer.finish()));
  expect(copy.get(2)?.labels.toString()).toBe('x');
  expect([copy.memory.see(2, 5), copy.memory.increase(2, 9)]).toEqual(['repeated', 1]);
});

/** Prometheus's own definition, over the increases of all series. */
function histogramQuantile(quantile: number, counts: ReadonlyMap<number, number>): number {
  const bounds = [...counts.keys()].sort((a, b) => a - b);
  const rank = quantile * counts.get(Number.POSITIVE_INFINITY)!;
  for (let i = 0; i < bounds.length; i++) {
    const count = counts.get(bounds[i])!;
    if (count < rank) continue;
    if (bounds[i] === Number.POSITIVE_INFINITY) return bounds[i - 1];
    const [lower, below] = i === 0 ? [0, 0] : [bounds[i - 1], counts.get(bounds[i - 1])!];
    return lower + ((bounds[i] - lower) * (rank - below)) / (count - below);
  }
  return Number.NaN;
}

const bounds = [1, 2.5, 10, Number.POSITIVE_INFINITY];

test('quantiles of classic buckets are those of histogram_quantile over the sum, however they are merged and moved', () => {
  const measured = fc.array(fc.constantFrom(0.5, 1, 2, 3, 9, 50), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(measured, measured, (a, b) => {
      const quantiles = [0.1, 0.5, 0.99];
      const column = new SampleQuantiles(quantiles);
      column.reserve(3);
      const totals = new Map<number, number>();
      [a, b].forEach((values, row) => {
        for (const bound of bounds) {
          const count = values.filter((value) => value <= bound).length;
          totals.set(bound, (totals.get(bound) ?? 0) + count);
          const input: SampleObservations = {
            count: 1,
            timestampsMs: Float64Array.of(0),
            values: Float64Array.of(count),
            items: [bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound)],
            buckets: [],
          };
          column.add(row, input, 0);
        }
      });
      const writer = new ByteWriter();
      column.encode(1, writer);
      column.merge(0, column, 1);
      const expected = quantiles.map((quantile) => histogramQuantile(quantile, totals));
      column.result(0).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 9);
      });
      column.decode(2, new ByteReader(writer.finish()));
      expect(column.result(2)).toEqual(column.result(1));
    }),
  );
});
