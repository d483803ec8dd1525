import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weightedMedian } from './weighted-median.ts';

const pair = fc.record({ value: fc.integer({ min: -50, max: 50 }), weight: fc.integer({ min: 0, max: 5 }) });

test('weighted median: at least half of the weight is not above it, and less than half is below it', () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 30 }), (pairs) => {
      const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
      const values = Float64Array.from(pairs, ({ value }) => value);
      const weights = Float64Array.from(pairs, ({ weight }) => weight);
      const median = weightedMedian(values, weights, pairs.length);
      if (total === 0) {
        expect(median).toBeNaN();
        return;
      }
      const sumWhere = (is: (value: number) => boolean): number =>
        pairs.reduce((sum, { value, weight }) => sum + (is(value) ? weight : 0), 0);
      expect(sumWhere((value) => value <= median)).toBeGreaterThanOrEqual(total / 2);
      expect(sumWhere((value) => value < median)).toBeLessThan(total / 2);
    }),
  );
});
