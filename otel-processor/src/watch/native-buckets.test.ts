import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Histogram, spansOf } from '../model/index.ts';
import { increaseOf, nativeQuantile, sumOf } from './native-buckets.ts';

type Counts = ReadonlyArray<readonly [index: number, count: number]>;

function exponential(schema: number, counts: Counts, zeroCount = 0): Histogram {
  const { spans, buckets } = spansOf(counts);
  return {
    ...{ schema, zeroThreshold: 1e-128, zeroCount, sum: 0, counterResetHint: 'unknown' },
    count: counts.reduce((sum, [, count]) => sum + count, zeroCount),
    ...{ positiveSpans: spans, positiveBuckets: buckets, negativeSpans: [], negativeBuckets: [] },
  };
}

/** What the values are in, by the definition of buckets: (base^(i-1), base^i]. */
function of(values: readonly number[], schema: number): Histogram {
  const counts = new Map<number, number>();
  for (const value of values) {
    const index = Math.ceil(Math.log2(value) * 2 ** schema);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return exponential(
    schema,
    [...counts].sort(([a], [b]) => a - b),
  );
}

const samples = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('native histograms', () => {
  test('a quantile lies in the bucket of the value of its rank', () => {
    fc.assert(
      fc.property(
        samples,
        fc.constantFrom(0.5, 0.95, 0.99),
        fc.integer({ min: 0, max: 5 }),
        (values, q, schema) => {
          const ordered = [...values].sort((a, b) => a - b);
          const exact = ordered[Math.max(0, Math.ceil(q * values.length - 1e-9) - 1)];
          const factor = 2 ** (2 ** -schema) * (1 + 1e-9);
          const found = nativeQuantile(q, of(values, schema));
          expect(found).toBeLessThanOrEqual(exact * factor);
          expect(found).toBeGreaterThanOrEqual(exact / factor);
        },
      ),
    );
  });

  test('what was added is the increase, whatever was there before, also when the resolution has fallen', () => {
    fc.assert(
      fc.property(samples, samples, fc.integer({ min: 0, max: 2 }), (before, added, fall) => {
        const now = of([...before, ...added], 4 - fall);
        const increase = increaseOf(now, of(before, 4));
        expect(increase?.count).toBe(added.length);
        for (const q of [0.5, 0.95, 0.99])
          expect(nativeQuantile(q, increase as Histogram)).toBeCloseTo(
            nativeQuantile(q, of(added, 4 - fall)),
            9,
          );
      }),
    );
  });

  test('a reset has no increase, also when more has been counted since than before', () => {
    expect(increaseOf(exponential(0, [[5, 90]]), exponential(0, [[1, 10]]))).toBeUndefined();
    expect(increaseOf(exponential(0, [[1, 5]]), exponential(0, [[1, 10]]))).toBeUndefined();
  });

  test('custom buckets are added when they are the same, and are evenly filled', () => {
    const custom = (bounds: readonly number[], counts: Counts): Histogram => ({
      ...exponential(-53, counts),
      customValues: bounds,
    });
    const sum = sumOf(
      custom([1, 2], [[0, 2]]),
      custom(
        [1, 2],
        [
          [1, 6],
          [2, 2],
        ],
      ),
    );
    expect(sum).toMatchObject({ count: 10 });
    expect(nativeQuantile(0.5, sum as Histogram)).toBeCloseTo(1.5);
    expect(nativeQuantile(0.99, sum as Histogram)).toBe(2);
    expect(sumOf(custom([1, 2], [[0, 2]]), custom([1, 3], [[0, 2]]))).toBeUndefined();
    expect(sumOf(custom([1, 2], [[0, 2]]), exponential(0, [[0, 2]]))).toBeUndefined();
  });

  test('nothing counted has no quantile; a zero bucket alone is about 0', () => {
    expect(nativeQuantile(0.5, exponential(0, []))).toBeNaN();
    expect(Math.abs(nativeQuantile(0.5, exponential(0, [], 10)))).toBeLessThan(1e-100);
  });
});
