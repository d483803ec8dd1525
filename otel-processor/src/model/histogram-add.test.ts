import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addHistograms, type Histogram, indexedBuckets, spansOf } from './index.ts';

const buckets = fc
  .dictionary(fc.integer({ min: -20, max: 20 }).map(String), fc.integer({ min: 1, max: 9 }), { maxKeys: 8 })
  .map((record) =>
    spansOf(
      Object.entries(record)
        .map(([i, n]) => [Number(i), n] as const)
        .sort((a, b) => a[0] - b[0]),
    ),
  );

const histogram = fc
  .record({
    schema: fc.integer({ min: -1, max: 3 }),
    zeroCount: fc.nat({ max: 5 }),
    up: buckets,
    down: buckets,
  })
  .map(({ schema, zeroCount, up, down }): Histogram => {
    const count = [...up.buckets, ...down.buckets].reduce((a, b) => a + b, zeroCount);
    return {
      schema,
      zeroThreshold: 1e-128,
      zeroCount,
      count,
      sum: count / 2,
      positiveSpans: up.spans,
      positiveBuckets: up.buckets,
      negativeSpans: down.spans,
      negativeBuckets: down.buckets,
      counterResetHint: 'unknown',
    };
  });

function populationOf(h: Histogram): number {
  return [...h.positiveBuckets, ...h.negativeBuckets].reduce((a, b) => a + b, h.zeroCount);
}

test('adding is commutative and associative, and loses no observation', () => {
  fc.assert(
    fc.property(histogram, histogram, histogram, (a, b, c) => {
      expect(addHistograms(a, b)).toEqual(addHistograms(b, a));
      expect(addHistograms(addHistograms(a, b), c)).toEqual(addHistograms(a, addHistograms(b, c)));
      const total = addHistograms(a, b);
      expect(populationOf(total)).toBe(total.count);
      expect(total.count).toBe(a.count + b.count);
    }),
  );
});

test('each observation stays in a bucket that covers its old one', () => {
  const fine: Histogram = {
    schema: 1,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3,
    sum: 0,
    positiveSpans: [{ offset: 1, length: 3 }],
    positiveBuckets: [1, 1, 1],
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: 'unknown',
  };
  const coarse: Histogram = { ...fine, schema: 0, count: 0, positiveSpans: [], positiveBuckets: [] };
  const total = addHistograms(fine, coarse);
  // Indexes 1, 2, 3 at schema 1 are (1, 1.41], (1.41, 2], (2, 2.83]: buckets 1, 1 and 2 at schema 0.
  expect([...indexedBuckets(total.positiveSpans, total.positiveBuckets)]).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test('a wider zero bucket swallows what lies inside it', () => {
  const wide: Histogram = {
    schema: 0,
    zeroThreshold: 1.5,
    zeroCount: 2,
    count: 2,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: 'unknown',
  };
  const narrow: Histogram = {
    ...wide,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3,
    positiveSpans: [{ offset: 0, length: 3 }],
    positiveBuckets: [1, 1, 1],
  };
  const total = addHistograms(wide, narrow);
  // Buckets (0.5, 1] and (1, 2] touch the threshold 1.5: it widens to 2, and only (2, 4] is left.
  expect([total.zeroThreshold, total.zeroCount]).toEqual([2, 4]);
  expect([...indexedBuckets(total.positiveSpans, total.positiveBuckets)]).toEqual([[2, 1]]);
});
