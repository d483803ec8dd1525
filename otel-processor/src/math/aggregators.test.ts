import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { aggregatorSuite, columnsOf, type Observation } from './aggregator.suite.ts';
import {
  Average,
  BucketHistogram,
  Count,
  EdgeValue,
  ExponentialHistogram,
  FrequentItemCounts,
  type FrequentItems,
  HyperLogLog,
  Maximum,
  Minimum,
  OTHER_VARIANT,
  RetentionCohorts,
  RunningMoments,
  Sum,
  VariantMoments,
} from './index.ts';

const numbersOf = (all: readonly Observation[]): number[] =>
  all.map(({ value }) => value).filter((value) => !Number.isNaN(value));
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

aggregatorSuite('Count', {
  create: () => new Count(),
  check: (count, all) => expect(count).toBe(all.length),
});
aggregatorSuite('Count of values', {
  create: () => new Count(true),
  check: (count, all) => expect(count).toBe(numbersOf(all).length),
});
aggregatorSuite('Sum', {
  create: () => new Sum(),
  check: (sum, all) => expect(sum).toBe(total(numbersOf(all))),
});
aggregatorSuite('Average', {
  create: () => new Average(),
  check: (mean, all) => expect(mean).toBe(total(numbersOf(all)) / numbersOf(all).length),
});
aggregatorSuite('Minimum', {
  create: () => new Minimum(),
  check: (least, all) =>
    expect(least).toBe(numbersOf(all).length > 0 ? Math.min(...numbersOf(all)) : Number.NaN),
});
aggregatorSuite('Maximum', {
  create: () => new Maximum(),
  check: (most, all) =>
    expect(most).toBe(numbersOf(all).length > 0 ? Math.max(...numbersOf(all)) : Number.NaN),
});
for (const edge of ['first', 'last'] as const) {
  aggregatorSuite(`EdgeValue ${edge}`, {
    create: () => new EdgeValue(edge),
    check(value, all) {
      const sorted = all
        .filter((each) => !Number.isNaN(each.value))
        .sort((a, b) => a.timestampMs - b.timestampMs || a.value - b.value);
      expect(value).toBe(sorted.at(edge === 'first' ? 0 : -1)?.value ?? Number.NaN);
    },
  });
}
aggregatorSuite('RunningMoments', {
  create: () => new RunningMoments(),
  check(moments, all) {
    const values = numbersOf(all);
    const mean = total(values) / values.length;
    const variance = total(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
    expect(moments.count).toBe(values.length);
    if (values.length > 0) expect(Math.abs(moments.mean - mean)).toBeLessThanOrEqual(1e-6);
    else expect(moments.mean).toBeNaN();
    if (values.length > 1)
      expect(Math.abs(moments.variance - variance)).toBeLessThanOrEqual(1e-12 * (1e12 + variance));
    else expect(moments.variance).toBeNaN();
  },
});
const bounds = [-500_000, 0, 10, 400_000];
aggregatorSuite('BucketHistogram', {
  create: () => new BucketHistogram(bounds),
  check: (cumulative, all) =>
    expect([...cumulative]).toEqual(
      [...bounds, Number.POSITIVE_INFINITY].map((bound) => numbersOf(all).filter((v) => v <= bound).length),
    ),
});

const quantiles = [0, 0.25, 0.5, 0.95, 0.99, 1];
const within =
  (bound: number) =>
  (actual: readonly number[], all: readonly Observation[]): void => {
    const sorted = numbersOf(all).sort((a, b) => a - b);
    quantiles.forEach((q, i) => {
      if (sorted.length === 0) {
        expect(actual[i]).toBeNaN();
        return;
      }
      const exact = sorted[Math.floor(q * (sorted.length - 1) + 1e-9)];
      expect(Math.abs(actual[i] - exact)).toBeLessThanOrEqual(
        bound * Math.abs(exact) * (1 + 1e-9) + 2 ** -1022,
      );
    });
  };
aggregatorSuite('ExponentialHistogram, error at most 1.09 % within a ratio of 2^64', {
  create: () => new ExponentialHistogram(quantiles),
  check: within(0.0109),
});
aggregatorSuite('ExponentialHistogram over all doubles, error at most one third', {
  create: () => new ExponentialHistogram(quantiles),
  value: fc.double({ noDefaultInfinity: true }),
  check: within(1 / 3),
});
aggregatorSuite('HyperLogLog, small sets', {
  create: () => new HyperLogLog(12),
  check: (estimate, all) => {
    const distinct = new Set(all.flatMap(({ item }) => (item === undefined ? [] : [item]))).size;
    expect(Math.abs(estimate - distinct)).toBeLessThan(0.01);
  },
});

const weightsOf = (all: readonly Observation[]): Map<string, number> => {
  const weights = new Map<string, number>();
  for (const { item } of all) if (item !== undefined) weights.set(item, (weights.get(item) ?? 0) + 1);
  return weights;
};
const frequentWithin =
  (counters: number) =>
  ({ top, error }: FrequentItems, all: readonly Observation[]): void => {
    const weights = weightsOf(all);
    const sum = total([...weights.values()]);
    expect(error).toBeLessThanOrEqual(sum / (counters + 1));
    const listed = new Map(top.map(({ item, weight }) => [item, weight]));
    for (const [item, weight] of weights) {
      const low = listed.get(item) ?? 0;
      expect(low).toBeLessThanOrEqual(weight);
      if (listed.has(item)) expect(low + error).toBeGreaterThanOrEqual(weight);
    }
    // What is not listed, though there is room, is no heavier than the error.
    if (top.length < 10) {
      for (const [item, weight] of weights) if (!listed.has(item)) expect(weight).toBeLessThanOrEqual(error);
    }
  };
aggregatorSuite('FrequentItemCounts with few counters, error at most N / (c + 1)', {
  create: () => new FrequentItemCounts(10, 5),
  check: frequentWithin(5),
});
aggregatorSuite('FrequentItemCounts with counters for all is exact', {
  create: () => new FrequentItemCounts(3, 41),
  check(result, all) {
    expect(result.error).toBe(0);
    const sorted = [...weightsOf(all)].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    expect(result.top.map(({ item, weight }) => [item, weight])).toEqual(sorted.slice(0, 3));
  },
});

test('the sum is compensated: what plain addition loses is there', () => {
  const sum = new Sum();
  sum.reserve(1);
  const values = [1, 1e100, 1, -1e100];
  sum.addAll(
    new Uint32Array(4),
    columnsOf(values.map((value) => ({ timestampMs: 0, value, item: undefined }))),
  );
  expect(sum.result(0)).toBe(2);
  sum.plus(0, Number.POSITIVE_INFINITY);
  expect(sum.result(0)).toBe(Number.POSITIVE_INFINITY);
});

test('quantiles of 100,000 log-normal values keep the bound of 1.09 %', () => {
  const prng = createPrng(7);
  const values = Array.from({ length: 100_000 }, () => Math.exp(2 * prng.normal()));
  const sketch = new ExponentialHistogram(quantiles);
  sketch.reserve(1);
  const all = values.map((value) => ({ timestampMs: 0, value, item: undefined }));
  sketch.addAll(new Uint32Array(all.length), columnsOf(all));
  within(0.0109)(sketch.result(0), all);
  expect(sketch.relativeError(0)).toBeLessThan(0.0109);
});

test.each([12, 14])(
  'HyperLogLog at precision %i: error over 40 sets has the published standard error',
  (precision) => {
    for (const size of [1000, 20_000, 60_000]) {
      let squares = 0;
      const runs = 40;
      for (let run = 0; run < runs; run++) {
        const sketch = new HyperLogLog(precision);
        sketch.reserve(1);
        const items = Array.from({ length: size }, (_, i) => `user-${run}-${i}`);
        sketch.addAll(new Uint32Array(size), {
          count: size,
          timestampsMs: new Float64Array(size),
          values: new Float64Array(size),
          items,
        });
        squares += ((sketch.result(0) - size) / size) ** 2;
      }
      // The mean of 40 squared errors exceeds 1.7 times its expectation once in a thousand times (chi-squared).
      expect(Math.sqrt(squares / runs)).toBeLessThan(
        new HyperLogLog(precision).standardError * Math.sqrt(1.7),
      );
    }
  },
);

test('frequent items of a skewed stream: every item above N / (c + 1) is found', () => {
  const prng = createPrng(3);
  const all = Array.from({ length: 50_000 }, () => ({
    timestampMs: 0,
    value: 1,
    item: `i${Math.floor(1 / (prng.next() + 1e-6))}`,
  }));
  const sketch = new FrequentItemCounts(1000, 100);
  sketch.reserve(1);
  sketch.addAll(new Uint32Array(all.length), columnsOf(all));
  const listed = new Set(sketch.result(0).top.map(({ item }) => item));
  const { error } = sketch.result(0);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThanOrEqual(all.length / 101);
  for (const [item, weight] of weightsOf(all)) if (weight > all.length / 101) expect(listed).toContain(item);
});

aggregatorSuite('VariantMoments', {
  create: () => new VariantMoments(64),
  check(variants, all) {
    const values = new Map<string, number[]>();
    for (const { item, value } of all) {
      if (item === undefined || Number.isNaN(value)) continue;
      values.set(item, [...(values.get(item) ?? []), value]);
    }
    expect([...variants.keys()]).toEqual([...values.keys()].sort());
    for (const [item, moments] of variants) {
      const each = values.get(item)!;
      expect(moments.count).toBe(each.length);
      expect(Math.abs(moments.mean - total(each) / each.length)).toBeLessThanOrEqual(1e-6);
    }
  },
});

test('variants beyond the limit are counted together', () => {
  const variants = new VariantMoments(2);
  variants.reserve(1);
  const all = ['a', 'b', 'c', 'd', 'a'].map((item) => ({ timestampMs: 0, value: 1, item }));
  variants.addAll(new Uint32Array(5), columnsOf(all));
  expect([...variants.result(0)].map(([name, { count }]) => [name, count])).toEqual([
    [OTHER_VARIANT, 2],
    ['a', 2],
    ['b', 1],
  ]);
});

const PERIOD_MS = 10;

/** Cohorts by definition: the first period of each item, and in which later ones it was there. */
function cohortsOf(all: readonly Observation[]): Array<readonly [number, number, readonly number[]]> {
  const periods = new Map<string, Set<number>>();
  for (const { item, timestampMs } of all) {
    if (item === undefined) continue;
    periods.set(item, (periods.get(item) ?? new Set()).add(Math.floor(timestampMs / PERIOD_MS)));
  }
  const cohorts = new Map<number, { size: number; seenAfter: number[] }>();
  for (const seen of periods.values()) {
    const first = Math.min(...seen);
    const cohort = cohorts.get(first) ?? { size: 0, seenAfter: [] };
    cohorts.set(first, cohort);
    cohort.size += 1;
    for (let i = 1; i <= Math.max(...seen) - first; i++) {
      cohort.seenAfter[i - 1] = (cohort.seenAfter[i - 1] ?? 0) + (seen.has(first + i) ? 1 : 0);
    }
  }
  return [...cohorts]
    .sort((a, b) => a[0] - b[0])
    .map(([period, { size, seenAfter }]) => [period, size, seenAfter] as const);
}

aggregatorSuite('RetentionCohorts', {
  create: () => new RetentionCohorts(PERIOD_MS, 100),
  check: (cohorts, all) =>
    expect(cohorts.map(({ period, size, seenAfter }) => [period, size, seenAfter])).toEqual(cohortsOf(all)),
});

test('retention over its limit is a sample: shares stay within four standard errors, merged or added', () => {
  const prng = createPrng(7);
  const all: Observation[] = [];
  for (let user = 0; user < 20_000; user++) {
    all.push({ timestampMs: 1, value: 0, item: `user ${user}` });
    if (prng.next() < 0.3) all.push({ timestampMs: 11, value: 0, item: `user ${user}` });
  }
  const added = new RetentionCohorts(PERIOD_MS, 1024);
  added.reserve(2);
  added.addAll(new Uint32Array(all.length), columnsOf(all));
  const [cohort] = added.result(0);
  const error = Math.sqrt((0.3 * 0.7) / 512);
  expect(Math.abs(cohort.seenAfter[0] / cohort.size - 0.3)).toBeLessThan(4 * error);
  expect(Math.abs(cohort.size / 20_000 - 1)).toBeLessThan(4 / Math.sqrt(512));
  const halves = new RetentionCohorts(PERIOD_MS, 1024);
  halves.reserve(2);
  const rows = Uint32Array.from(all, (_, i) => i % 2);
  halves.addAll(rows, columnsOf(all));
  halves.merge(0, halves, 1);
  expect(halves.result(0)).toEqual(added.result(0));
});
