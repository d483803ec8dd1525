/** Seeded random numbers: the same seed gives the same demo. */
export interface Prng {
  /** In [0, 1). */
  next(): number;
  /** A standard normal deviate. */
  normal(): number;
  /** A count with this mean. */
  poisson(mean: number): number;
  /** How many of `count` happen, each with this probability. */
  binomial(count: number, probability: number): number;
}

/** xorshift128 (Marsaglia 2003), seeded through splitmix32 so that near seeds do not give near sequences. */
export function createPrng(seed: number): Prng {
  let mixed = seed | 0;
  const word = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed ^ (mixed >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  const state = [word(), word(), word(), word() | 1];
  const next = (): number => {
    let t = state[0];
    t ^= t << 11;
    t ^= t >>> 8;
    state[0] = state[1];
    state[1] = state[2];
    state[2] = state[3];
    state[3] ^= (state[3] >>> 19) ^ t;
    return (state[3] >>> 0) / 0x1_0000_0000;
  };
  // Box and Muller's transform; 1 - next() is never 0.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    normal,
    poisson(mean) {
      // The normal approximation is close enough from 30 on, and does not take time in proportion to the mean.
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count += 1;
      return count;
    },
    binomial(count, probability) {
      // As above: from here on the normal approximation does.
      if (count > 60) {
        const mean = count * probability;
        const drawn = Math.round(mean + Math.sqrt(mean * (1 - probability)) * normal());
        return Math.min(count, Math.max(0, drawn));
      }
      let happened = 0;
      for (let i = 0; i < count; i++) if (next() < probability) happened += 1;
      return happened;
    },
  };
}

/** A seed for one of many independent sequences. */
export function seedFor(seed: number, name: string): number {
  let hash = seed | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
