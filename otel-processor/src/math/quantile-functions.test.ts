import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCdf, normalQuantile } from './normal-distribution.ts';
import { sortedQuantile } from './sorted-quantile.ts';
import { studentInflation } from './student-quantile.ts';

describe('the normal quantile', () => {
  test('is the inverse of the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (probability) => {
        expect(normalCdf(normalQuantile(probability))).toBeCloseTo(probability, 9);
      }),
    );
  });

  test('has the values of every table', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
    expect(normalQuantile(0.0001)).toBeCloseTo(-3.719016485455709, 8);
  });
});

test("Student's inflation is that of the tables: t(8) and t(30) at 95 %, nothing with many degrees", () => {
  expect(Math.abs(1.959964 * studentInflation(0.95, 8) - 2.306)).toBeLessThan(0.01);
  expect(1.959964 * studentInflation(0.95, 30)).toBeCloseTo(2.0423, 3);
  expect(1.281552 * studentInflation(0.8, 8)).toBeCloseTo(1.3968, 2);
  expect(studentInflation(0.95, 1e9)).toBeCloseTo(1, 8);
});

describe('quantiles of sorted values', () => {
  test('are linear between neighbours (R-7), and the ends at 0 and 1', () => {
    const sorted = Float64Array.of(1, 2, 4, 8);
    expect([0, 0.25, 0.5, 0.9, 1].map((quantile) => sortedQuantile(sorted, quantile))).toEqual([
      1, 1.75, 3, 6.800000000000001, 8,
    ]);
    expect(sortedQuantile(new Float64Array(0), 0.5)).toBeNaN();
  });
});
