import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeastSquares } from './least-squares.ts';

const coefficient = fc.integer({ min: -9, max: 9 });

test('least squares finds the coefficients of exact data, the intercept last', () => {
  fc.assert(
    fc.property(fc.tuple(coefficient, coefficient, coefficient), ([a, b, c]) => {
      const sums = new LeastSquares(3);
      for (let x = -5; x <= 5; x++) {
        for (let y = -5; y <= 5; y++) sums.add(Float64Array.of(x, y, 1), a * x + b * y + c);
      }
      const found = sums.solve(0);
      [a, b, c].forEach((expected, i) => {
        expect(found[i]).toBeCloseTo(expected, 6);
      });
    }),
  );
});

test('a ridge shrinks coefficients towards 0, and leaves the intercept alone', () => {
  const sums = new LeastSquares(2);
  for (let x = -5; x <= 5; x++) sums.add(Float64Array.of(x, 1), 3 * x + 100);
  const [slope, intercept] = sums.solve(0.01);
  expect(slope).toBeGreaterThan(0);
  expect(slope).toBeLessThan(3);
  expect(intercept).toBeCloseTo(100, 6);
});

test('columns that say the same give finite coefficients; no rows give 0', () => {
  const sums = new LeastSquares(3);
  expect([...sums.solve(0.1)]).toEqual([0, 0, 0]);
  for (let x = 0; x < 10; x++) sums.add(Float64Array.of(x, x, 1), 2 * x);
  const [first, second, intercept] = sums.solve(1e-3);
  expect(first + second).toBeCloseTo(2, 1);
  expect(Number.isFinite(intercept)).toBe(true);
});
