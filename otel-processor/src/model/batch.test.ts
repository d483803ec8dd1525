import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Batch, type Histogram, isStale, wordsOf } from './index.ts';

const histogram: Histogram = {
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 1,
  sum: 1,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [1],
  negativeSpans: [],
  negativeBuckets: [],
  counterResetHint: 'unknown',
};

test('filtering keeps exactly the wanted rows, with their flags, histograms and staleness bits', () => {
  const row = fc.record({
    keep: fc.boolean(),
    kind: fc.constantFrom('float', 'stale', 'histogram', 'delta'),
    value: fc.double({ noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const batch = new Batch(1);
      rows.forEach(({ kind, value }, i) => {
        if (kind === 'stale') batch.addStale(i, i, i);
        else if (kind === 'histogram') batch.addHistogram(i, i, i, histogram);
        else {
          const at = batch.add(i, i, i, value);
          if (kind === 'delta') batch.markDelta(at, i + 0.5);
        }
      });
      batch.filter(Uint8Array.from(rows, ({ keep }) => Number(keep)));
      const kept = rows.map((each, i) => ({ ...each, i })).filter(({ keep }) => keep);
      expect(batch.count).toBe(kept.length);
      kept.forEach(({ kind, value, i }, at) => {
        expect([batch.seriesIds[at], batch.timestampsMs[at], batch.points[at]]).toEqual([i, i, i]);
        expect(isStale(wordsOf(batch.values), at)).toBe(kind === 'stale');
        expect(batch.histograms?.has(at) ?? false).toBe(kind === 'histogram');
        expect(batch.flags?.[at] ?? 0).toBe(kind === 'delta' ? 1 : 0);
        if (kind === 'delta') expect(batch.startTimesMs?.[at]).toBe(i + 0.5);
        if (kind === 'float') expect(batch.values[at]).toBe(value);
      });
    }),
  );
});

test('a data point refused twice counts once, under its first reason', () => {
  const { rejections } = new Batch();
  rejections.reject(3, 'too_old', () => 'first');
  rejections.reject(3, 'invalid_value', () => 'second');
  rejections.reject(4, 'too_old', () => 'third');
  expect(rejections.points).toBe(2);
  expect(rejections.message()).toBe('2 points rejected: too_old (2; for example first)');
});
