import type { Expectation } from './expectation.ts';

/**
 * Multipliers that are tried, as logarithms: from a change by 2.5 % to one by a factor of 100, either way. Between two
 * of them the evidence hardly differs.
 */
export const LOG_MULTIPLIERS: readonly number[] = (() => {
  const steps: number[] = [];
  for (let step = 0.025; step < Math.log(100); step *= 1.5) steps.push(step, -step);
  return steps;
})();

/**
 * By leaf and multiplier, at `leaf * LOG_MULTIPLIERS.length + m`: how much more likely the actual value is when the leaf
 * was multiplied by it than when it was not, as a logarithm. Values are negative-binomially distributed around what is
 * expected of them: events come at random (in units of `noise.unit`), and beyond that leaves differ among themselves
 * with a variance of 1 / shape (a Gamma mixture of Poisson distributions). Where there are negative values they are
 * normally distributed with the same variance.
 */
export function evidenceOf({ actual, expected, noise }: Expectation, shape: number): Float64Array {
  const width = LOG_MULTIPLIERS.length;
  const multipliers = LOG_MULTIPLIERS.map(Math.exp);
  const evidence = new Float64Array(actual.length * width);
  const signed = actual.some((value) => value < 0) || expected.some((value) => value < 0);
  for (let leaf = 0; leaf < actual.length; leaf++) {
    const seen = actual[leaf] / noise.unit;
    const mean = expected[leaf] / noise.unit;
    if (mean === 0) continue;
    for (let m = 0; m < width; m++) {
      evidence[leaf * width + m] = signed
        ? normalRatio(seen, mean, multipliers[m], shape)
        : (seen === 0 ? 0 : seen * LOG_MULTIPLIERS[m]) -
          (seen + shape) * Math.log((shape + multipliers[m] * mean) / (shape + mean));
    }
  }
  return evidence;
}

function normalRatio(seen: number, mean: number, multiplier: number, shape: number): number {
  const variance = Math.abs(mean) + (mean * mean) / shape;
  return ((seen - mean) ** 2 - (seen - multiplier * mean) ** 2) / (2 * variance);
}
