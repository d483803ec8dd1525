import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Histogram, spansOf } from '../../model/index.ts';
import { allBuckets } from './bucket-list.ts';
import {
  added,
  compacted,
  detectReset,
  equals,
  HistogramTotal,
  histogramFraction,
  histogramQuantile,
  printHistogram,
  reducedTo,
  scaled,
  subtracted,
  trimmed,
} from './index.ts';

const side = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 100 })), {
    selector: ([index]) => index,
    maxLength: 8,
  })
  .map((buckets) => spansOf(buckets.sort((a, b) => a[0] - b[0])));

/** Counts are whole, so that sums are exact. */
const exponential: fc.Arbitrary<Histogram> = fc
  .record({
    schema: fc.integer({ min: -2, max: 4 }),
    zeroThreshold: fc.constantFrom(0, 2 ** -30, 0.001, 0.5),
    zeroCount: fc.nat(20),
    positive: side,
    negative: side,
    sum: fc.integer({ min: -1000, max: 1000 }),
  })
  .map(({ schema, zeroThreshold, zeroCount, positive, negative, sum }) => {
    // A real histogram has no bucket inside its zero bucket.
    const above = (part: typeof positive) => {
      const kept: Array<readonly [number, number]> = [];
      let index = 0;
      let at = 0;
      for (const span of part.spans) {
        index += span.offset;
        for (let i = 0; i < span.length; i++) {
          const count = part.buckets[at++];
          if (2 ** ((index - 1) * 2 ** -schema) >= zeroThreshold && count > 0) kept.push([index, count]);
          index += 1;
        }
      }
      return spansOf(kept);
    };
    const up = above(positive);
    const down = above(negative);
    const total = [...up.buckets, ...down.buckets].reduce((a, b) => a + b, zeroCount);
    return {
      schema,
      zeroThreshold,
      zeroCount,
      count: total,
      sum,
      positiveSpans: up.spans,
      positiveBuckets: up.buckets,
      negativeSpans: down.spans,
      negativeBuckets: down.buckets,
      counterResetHint: 'unknown',
    };
  });

/** A wider zero bucket swallows buckets as they are when it comes, so that their order would matter. */
const sameZero = exponential.map((histogram) => ({ ...histogram, zeroThreshold: 0 }));

const custom: fc.Arbitrary<Histogram> = fc
  .record({
    customValues: fc
      .uniqueArray(fc.integer({ min: -5, max: 12 }), { minLength: 1, maxLength: 6 })
      .map((bounds) => bounds.sort((a, b) => a - b)),
    counts: fc.array(fc.nat(50), { minLength: 7, maxLength: 7 }),
    sum: fc.integer({ min: -1000, max: 1000 }),
  })
  .map(({ customValues, counts, sum }) => {
    const { spans, buckets } = spansOf(
      counts.slice(0, customValues.length + 1).map((count, i) => [i, count] as const),
    );
    return {
      schema: -53,
      zeroThreshold: 0,
      zeroCount: 0,
      count: buckets.reduce((a, b) => a + b, 0),
      sum,
      positiveSpans: spans,
      positiveBuckets: buckets,
      negativeSpans: [],
      negativeBuckets: [],
      customValues,
      counterResetHint: 'unknown',
    };
  });

const either = fc.oneof(fc.tuple(exponential, exponential), fc.tuple(custom, custom));
const sumOf = (a: Histogram, b: Histogram): Histogram => added(a, b)!.histogram;
const bucketTotal = (histogram: Histogram): number =>
  allBuckets(histogram).reduce((sum, { count }) => sum + count, 0);

describe('addition', () => {
  test('is commutative', () => {
    fc.assert(
      fc.property(either, ([a, b]) => {
        expect(equals(sumOf(a, b), sumOf(b, a))).toBe(true);
      }),
    );
  });

  test('is associative', () => {
    const three = fc.oneof(fc.tuple(sameZero, sameZero, sameZero), fc.tuple(custom, custom, custom));
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        expect(printHistogram(sumOf(sumOf(a, b), c))).toBe(printHistogram(sumOf(a, sumOf(b, c))));
      }),
    );
  });

  test('loses no observation', () => {
    fc.assert(
      fc.property(either, ([a, b]) => {
        expect(bucketTotal(sumOf(a, b))).toBe(bucketTotal(a) + bucketTotal(b));
      }),
    );
  });

  test('of equal layouts is undone by subtraction', () => {
    fc.assert(
      fc.property(either, ([a]) => {
        const back = subtracted(sumOf(a, a), a)!.histogram;
        expect(printHistogram(back)).toBe(printHistogram(compacted(a)));
      }),
    );
  });

  test('all at once gives what one by one gives', () => {
    const lists = fc.oneof(
      fc.array(sameZero, { minLength: 1, maxLength: 6 }),
      fc.array(custom, { minLength: 1, maxLength: 6 }),
    );
    fc.assert(
      fc.property(lists, (list) => {
        const total = new HistogramTotal(list[0]);
        for (const histogram of list) expect(total.add(histogram)).toBe(true);
        expect(printHistogram(total.total)).toBe(printHistogram(list.reduce(sumOf)));
        const mean = new HistogramTotal(list[0], true);
        for (const histogram of list) mean.add(histogram);
        expect(mean.mean.count).toBeCloseTo(total.total.count / list.length);
      }),
    );
  });

  test('of exponential and custom buckets is refused', () => {
    fc.assert(
      fc.property(exponential, custom, (a, b) => {
        expect(added(a, b)).toBeUndefined();
        expect(new HistogramTotal(a).add(b)).toBe(false);
      }),
    );
  });

  test('a mean does not overflow where the sum would', () => {
    fc.assert(
      fc.property(exponential, (small) => {
        const huge = { ...small, count: 1.6e308, sum: 0 };
        const mean = new HistogramTotal(huge, true);
        for (let i = 0; i < 10; i++) mean.add(huge);
        expect(mean.mean.count / 1.6e308).toBeCloseTo(1, 12);
      }),
    );
  });
});

test('a coarser resolution keeps every observation', () => {
  fc.assert(
    fc.property(exponential, (histogram) => {
      expect(bucketTotal(reducedTo(histogram, -3))).toBe(bucketTotal(histogram));
    }),
  );
});

describe('reset detection', () => {
  test('a counter that only grew was not reset', () => {
    fc.assert(
      fc.property(either, ([a, b]) => {
        const total = sumOf(a, b);
        expect(detectReset(total, a)).toBe(false);
      }),
    );
  });

  test('a counter that lost an observation was', () => {
    fc.assert(
      fc.property(either, ([a]) => {
        fc.pre(a.positiveBuckets.length > 0 && a.positiveBuckets[0] > 0);
        const fewer = { ...a, positiveBuckets: [a.positiveBuckets[0] - 1, ...a.positiveBuckets.slice(1)] };
        expect(detectReset(fewer, a)).toBe(true);
        expect(detectReset(a, { ...a, count: a.count + 1 })).toBe(true);
      }),
    );
  });

  test('a hint decides alone', () => {
    fc.assert(
      fc.property(either, ([a, b]) => {
        expect(detectReset({ ...a, counterResetHint: 'reset' }, b)).toBe(true);
        expect(detectReset({ ...a, counterResetHint: 'not_reset' }, b)).toBe(false);
      }),
    );
  });
});

describe('quantiles', () => {
  const phi = fc.double({ min: 0, max: 1, noNaN: true });

  test('rise with phi', () => {
    fc.assert(
      fc.property(fc.oneof(exponential, custom), phi, phi, (histogram, a, b) => {
        fc.pre(histogram.count > 0);
        const low = histogramQuantile(Math.min(a, b), histogram).value;
        const high = histogramQuantile(Math.max(a, b), histogram).value;
        expect(low).toBeLessThanOrEqual(high + Math.abs(high) * 1e-9 + 1e-12);
      }),
    );
  });

  test('the fraction below a quantile is phi', () => {
    fc.assert(
      fc.property(exponential, phi, (histogram, at) => {
        fc.pre(histogram.count > 0);
        const { value } = histogramQuantile(at, histogram);
        const edges = new Set(allBuckets(histogram).flatMap(({ lower, upper }) => [lower, upper]));
        fc.pre(!edges.has(value) && value !== 0);
        expect(histogramFraction(Number.NEGATIVE_INFINITY, value, histogram)).toBeCloseTo(at, 6);
      }),
    );
  });

  test('outside of [0, 1] they are infinite, of nothing NaN', () => {
    fc.assert(
      fc.property(exponential, (histogram) => {
        expect(histogramQuantile(-0.1, histogram).value).toBe(Number.NEGATIVE_INFINITY);
        expect(histogramQuantile(1.1, histogram).value).toBe(Number.POSITIVE_INFINITY);
        expect(histogramQuantile(0.5, { ...histogram, count: 0 }).value).toBeNaN();
      }),
    );
  });

  test('fractions of neighbouring intervals add up', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(exponential, custom), value, (histogram, at) => {
        fc.pre(histogram.count > 0);
        const whole = histogramFraction(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, histogram);
        const below = histogramFraction(Number.NEGATIVE_INFINITY, at, histogram);
        expect(below + histogramFraction(at, Number.POSITIVE_INFINITY, histogram)).toBeCloseTo(whole, 9);
      }),
    );
  });
});

test('what trimming takes away on one side is left on the other', () => {
  fc.assert(
    fc.property(exponential, fc.double({ min: -50, max: 50, noNaN: true }), (histogram, limit) => {
      // A zero bucket without width lies on both sides of zero.
      fc.pre(limit !== 0 || histogram.zeroThreshold > 0);
      const below = trimmed(histogram, limit, 'upper');
      const above = trimmed(histogram, limit, 'lower');
      expect(below.count + above.count).toBeCloseTo(histogram.count, 6);
    }),
  );
});

test('scaling by a power of two and back is exact', () => {
  fc.assert(
    fc.property(fc.oneof(exponential, custom), (histogram) => {
      expect(equals(scaled(scaled(histogram, 8), 8, 'divide'), histogram)).toBe(true);
    }),
  );
});
