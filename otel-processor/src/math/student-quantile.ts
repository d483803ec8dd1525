import { normalCdf, normalDensity } from './normal-distribution.ts';

/** The value below which a standard normal deviate lies with `probability`, in (0, 1); by Newton's method. */
function normalQuantile(probability: number): number {
  let z = 0;
  for (let i = 0; i < 60; i++) {
    const step = (normalCdf(z) - probability) / normalDensity(z);
    // Far out the density is small, and a whole step would leap over the root.
    z -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return z;
}

/**
 * How much farther out the two-sided interval of `level` reaches when its scale is known from `degrees` observations only:
 * the ratio of Student's quantile to the normal one (expansion of Fisher and Cornish, Abramowitz and Stegun 26.7.5).
 */
export function studentInflation(level: number, degrees: number): number {
  const z = normalQuantile((1 + level) / 2);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return (z + first / degrees + second / degrees ** 2) / z;
}
