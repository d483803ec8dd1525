import { median } from './median.ts';
import { known, type Past } from './past.ts';
import type { ChangeInput } from './types.ts';

/**
 * How much values scatter when nothing happens: of an expected value e, the variance is unit * e + spread * e^2. `unit`
 * is what one event adds to a value (1 where values count events), `spread` the square of what large values scatter by,
 * relative to themselves.
 */
export interface Noise {
  readonly unit: number;
  readonly spread: number;
}

/** The unit is at least this part of a leaf's mean value: data that never moved would make any move a wonder. */
const UNIT_SHARE_MIN = 1e-3;
/** Leaves of small values scatter by the unit, large ones by the spread. */
const SMALL_SHARE = 0.5;

/** Both parts by moments, at each typical step; of the steps, the median. */
export function estimateNoise(
  input: ChangeInput,
  past: Past,
  actual: Float64Array,
  nowWeights: Float64Array,
): Noise {
  const { steps, values, weights } = past;
  const bySize = [...values.keys()]
    .filter((leaf) => values[leaf] !== 0 && weights[leaf] > 0)
    .sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]));
  if (bySize.length === 0) return { unit: smallest(actual), spread: 0 };
  const meanSize = bySize.reduce((sum, leaf) => sum + Math.abs(values[leaf]), 0) / steps.length;
  const unitMin = (UNIT_SHARE_MIN * meanSize) / bySize.length;
  const estimates = (steps.length < 2 ? [-1] : steps).map((step) => {
    // With one step only, how far the present is from it has to do.
    const observed = step < 0 ? actual : input.history[step];
    const atWeights = step < 0 ? nowWeights : input.weights?.history[step];
    const freedom = step < 0 ? 2 : (steps.length - 1) / steps.length;
    return noiseOfStep(bySize, (leaf) => {
      const weight = atWeights === undefined ? 1 : known(atWeights[leaf]);
      const expected = (values[leaf] / weights[leaf]) * weight;
      return [Math.abs(expected), (known(observed[leaf]) - expected) ** 2 / freedom];
    });
  });
  return {
    unit: Math.max(unitMin, known(median(estimates.map(({ unit }) => unit)))),
    spread: Math.min(1, known(median(estimates.map(({ spread }) => spread)))),
  };
}

function noiseOfStep(
  bySize: readonly number[],
  look: (leaf: number) => readonly [expected: number, square: number],
): Noise {
  const seen = bySize.map(look).filter(([expected]) => expected > 0);
  const small = seen.slice(0, Math.ceil(seen.length * SMALL_SHARE));
  const unit = small.reduce((sum, [expected, square]) => sum + square / expected, 0) / small.length;
  let excess = 0;
  let squares = 0;
  for (const [expected, square] of seen) {
    excess += square - unit * expected;
    squares += expected * expected;
  }
  return { unit, spread: Math.max(0, excess / squares) };
}

/** Where there never was anything, the smallest thing that is there now is taken to be one event. */
function smallest(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) if (value !== 0) least = Math.min(least, Math.abs(value));
  return Number.isFinite(least) ? least : 1;
}
