import { estimateNoise, type Noise } from './noise.ts';
import { known, pastOf, total } from './past.ts';
import type { ChangeInput } from './types.ts';

/** By leaf: what the step in question has, and what its past lets one expect there. */
export interface Expectation {
  readonly actual: Float64Array;
  readonly expected: Float64Array;
  /** Of ratios, the weights at the step in question; of sums, ones. */
  readonly weights: Float64Array;
  /** Mean weight at the typical steps, by leaf. */
  readonly weightsBefore: Float64Array;
  /** Mean value at the typical steps, by leaf. */
  readonly valuesBefore: Float64Array;
  readonly noise: Noise;
}

/** Undefined when there is no past to judge by. */
export function expectLeaves(input: ChangeInput): Expectation | undefined {
  const past = pastOf(input);
  if (past === undefined) return undefined;
  const { steps, values, weights } = past;
  const actual = input.current.map(known);
  const nowWeights = input.weights?.current.map(known) ?? new Float64Array(actual.length).fill(1);
  const noise = estimateNoise(input, past, actual, nowWeights);
  const rate = total(values) / total(weights);
  const expected = actual.map((_, leaf) => {
    // One event's worth of doubt: a leaf with little past is taken to be like the others.
    const events = Math.abs(rate) * weights[leaf];
    const ownRate = (rate * (noise.unit + values[leaf] * Math.sign(rate || 1))) / (noise.unit + events);
    return nowWeights[leaf] * (Number.isFinite(ownRate) ? ownRate : values[leaf] / steps.length);
  });
  const mean = (sum: number): number => sum / steps.length;
  return {
    actual,
    expected,
    weights: nowWeights,
    weightsBefore: weights.map(mean),
    valuesBefore: values.map(mean),
    noise,
  };
}
