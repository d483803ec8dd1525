import { normalQuantile } from './normal-distribution.ts';

/**
 * How much farther out the two-sided interval of `level` reaches when its scale is known from `degrees` observations only:
 * the ratio of Student's quantile to the normal one (expansion of Fisher and Cornish, Abramowitz and Stegun 26.7.5; right to
 * half a percent from 8 degrees on, a tenth too small at 2).
 */
export function studentInflation(level: number, degrees: number): number {
  const z = normalQuantile((1 + level) / 2);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return (z + first / degrees + second / degrees ** 2) / z;
}
