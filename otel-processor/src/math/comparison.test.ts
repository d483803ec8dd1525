import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPrng, type Prng } from '../base/index.ts';
import { compareSequentially, type VariantEstimate, winnerProbabilities } from './index.ts';
import { normalCdf } from './normal-distribution.ts';

const proportion = (conversions: number, count: number): VariantEstimate => {
  const mean = conversions / count;
  return { count, mean, variance: mean * (1 - mean) };
};

/** Looks after every visitor; true when the p-value was below alpha at any time. */
function rejectsWhilePeeking(prng: Prng, rates: readonly [number, number], visitors: number): boolean {
  const conversions = [0, 0];
  for (let n = 1; n <= visitors; n++) {
    for (const variant of [0, 1]) if (prng.next() < rates[variant]) conversions[variant] += 1;
    if (n < 50) continue;
    const [control, treatment] = conversions.map((each) => proportion(each, n));
    if (compareSequentially(control, treatment, 0.05, 0.01).pValue < 0.05) return true;
  }
  return false;
}

test('looked at after every visitor, equal variants are told apart in at most 5 % of experiments', () => {
  const prng = createPrng(11);
  let rejected = 0;
  for (let run = 0; run < 400; run++) if (rejectsWhilePeeking(prng, [0.3, 0.3], 1000)) rejected += 1;
  // Three deviations of a binomial with p = 5 % above its mean.
  expect(rejected / 400).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
});

test('a real difference is found', () => {
  const prng = createPrng(12);
  let rejected = 0;
  for (let run = 0; run < 50; run++) if (rejectsWhilePeeking(prng, [0.3, 0.4], 2000)) rejected += 1;
  expect(rejected / 50).toBeGreaterThan(0.9);
});

test('the p-value is below alpha exactly when the confidence sequence leaves out 0', () => {
  const estimate = fc.record({
    count: fc.integer({ min: 10, max: 1e6 }),
    mean: fc.double({ min: -10, max: 10, noNaN: true }),
    variance: fc.double({ min: 0.01, max: 100, noNaN: true }),
  });
  fc.assert(
    fc.property(estimate, estimate, fc.double({ min: 0.001, max: 0.2, noNaN: true }), (a, b, alpha) => {
      const { pValue, lower, upper } = compareSequentially(a, b, alpha, 0.25);
      if (Math.abs(pValue - alpha) < 1e-9) return;
      expect(pValue < alpha).toBe(lower > 0 || upper < 0);
    }),
  );
});

test('too few observations decide nothing', () => {
  expect(compareSequentially(proportion(0, 9), proportion(9, 9), 0.05, 0.01)).toMatchObject({
    pValue: 1,
    lower: Number.NEGATIVE_INFINITY,
  });
});

test('with two variants the chance to win is that of a positive normal difference', () => {
  const a = { count: 100, mean: 1, variance: 4 };
  const b = { count: 400, mean: 1.3, variance: 9 };
  const expected = normalCdf(0.3 / Math.sqrt(4 / 100 + 9 / 400));
  const [, chance] = winnerProbabilities([a, b]);
  expect(chance).toBeCloseTo(expected, 6);
});

test('chances sum to 1, and equals have equal chances', () => {
  const same = { count: 50, mean: 0.2, variance: 0.16 };
  for (const chance of winnerProbabilities([same, same, same])) expect(chance).toBeCloseTo(1 / 3, 9);
  expect(winnerProbabilities([same, { count: 1, mean: 9, variance: Number.NaN }])).toEqual([0.5, 0.5]);
  expect(
    winnerProbabilities([
      { ...same, variance: 0 },
      { ...same, mean: 1, variance: 0 },
    ]),
  ).toEqual([0, 1]);
});

test('the normal distribution has its textbook values', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14);
  expect(normalCdf(-3)).toBeCloseTo(0.0013498980316301, 14);
});
