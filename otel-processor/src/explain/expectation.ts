import { estimateNoise, type Noise } from './noise.ts';
import { known, pastOf, total } from './past.ts';
import type { ChangeInput } from './types.ts';

/** Events in all of the past, at least. */
const EVENTS_MIN = 0.5;

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
  const rate = rateOf(total(values), total(weights), noise.unit);
  const expected = actual.map((_, leaf) => {
    // One event's worth of doubt: a leaf with little past is taken to be like the others.
    const events = Math.abs(rate) * weights[leaf];
    const ownRate = (rate * (noise.unit + values[leaf] * Math.sign(rate))) / (noise.unit + events);
    return nowWeights[leaf] * ownRate;
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

/** Value by weight of all leaves together. Where nothing ever was, half an event in all of the past: not impossible. */
function rateOf(value: number, weight: number, unit: number): number {
  const least = (EVENTS_MIN * unit) / weight;
  return Math.abs(value / weight) >= least ? value / weight : least;
}
