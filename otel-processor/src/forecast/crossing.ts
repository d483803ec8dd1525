import { createPrng } from '../base/index.ts';
import { normalQuantile } from '../math/index.ts';

/** Paths that are drawn; the probability is known to about 2 %. */
const PATHS = 512;

export interface CrossingPaths {
  readonly steps: number;
  /** Correlation of the errors of neighbouring steps, in [0, 1). */
  readonly persistence: number;
  /** The probability that the value at a step alone is over the level (under it, when that is asked). */
  readonly probability: (step: number) => number;
}

/**
 * The probability of having been over a level at some step up to each: by paths whose steps have the given probabilities
 * each and hang together as an autoregression does (a Gaussian copula). Never falls. The paths are the same every time.
 */
export function crossingProbability({ steps, persistence, probability }: CrossingPaths): Float64Array {
  const prng = createPrng(1);
  const state = new Float64Array(PATHS);
  for (let i = 0; i < PATHS; i++) state[i] = prng.normal();
  const crossed = new Uint8Array(PATHS);
  const fresh = Math.sqrt(1 - persistence * persistence);
  const result = new Float64Array(steps);
  let crossedCount = 0;
  for (let step = 0; step < steps; step++) {
    const over = probability(step);
    const threshold =
      over <= 0 ? Number.POSITIVE_INFINITY : over >= 1 ? Number.NEGATIVE_INFINITY : normalQuantile(1 - over);
    for (let i = 0; i < PATHS; i++) {
      if (step > 0) state[i] = persistence * state[i] + fresh * prng.normal();
      if (crossed[i] === 1 || state[i] < threshold) continue;
      crossed[i] = 1;
      crossedCount += 1;
    }
    const before = step === 0 ? 0 : result[step - 1];
    // One step alone is known exactly; the paths only say how several add up.
    result[step] = Math.max(before, over, crossedCount / PATHS);
  }
  return result;
}
