/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * Distribution function of the standard normal distribution (Marsaglia 2004, "Evaluating the Normal Distribution":
 * a Taylor series, absolute error below 1e-14; beyond |z| = 8 it is 0 or 1).
 */
export function normalCdf(z: number): number {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let sum = z;
  let term = z;
  for (let i = 3, before = 0; sum !== before; i += 2) {
    before = sum;
    term = (term * z * z) / i;
    sum += term;
  }
  return 0.5 + sum * normalDensity(z);
}

/** The value below which a standard normal deviate lies with `probability`, in (0, 1); by Newton's method. */
export function normalQuantile(probability: number): number {
  let z = 0;
  for (let i = 0; i < 60; i++) {
    const step = (normalCdf(z) - probability) / normalDensity(z);
    // Far out the density is small, and a whole step would leap over the root.
    z -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return z;
}
