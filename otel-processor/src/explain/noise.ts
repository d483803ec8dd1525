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
    const means = new Float64Array(bySize.length);
    const squares = new Float64Array(bySize.length);
    for (let i = 0; i < bySize.length; i++) {
      const leaf = bySize[i];
      const weight = atWeights === undefined ? 1 : known(atWeights[leaf]);
      means[i] = (values[leaf] / weights[leaf]) * weight;
      squares[i] = (known(observed[leaf]) - means[i]) ** 2 / freedom;
    }
    return noiseOfStep(means, squares);
  });
  return {
    unit: Math.max(unitMin, known(median(estimates.map(({ unit }) => unit)))),
    spread: Math.min(1, known(median(estimates.map(({ spread }) => spread)))),
  };
}

/** Of leaves in order of size: what is expected, and the square of the distance from it. */
function noiseOfStep(means: Float64Array, squares: Float64Array): Noise {
  const seen = means.reduce((count, mean) => count + (mean === 0 ? 0 : 1), 0);
  const small = Math.ceil(seen * SMALL_SHARE);
  let unit = 0;
  for (let i = 0, taken = 0; taken < small; i++) {
    if (means[i] === 0) continue;
    unit += squares[i] / Math.abs(means[i]) / small;
    taken += 1;
  }
  let excess = 0;
  let scale = 0;
  for (let i = 0; i < means.length; i++) {
    if (means[i] === 0) continue;
    excess += squares[i] - unit * Math.abs(means[i]);
    scale += means[i] * means[i];
  }
  return { unit: seen === 0 ? Number.NaN : unit, spread: Math.max(0, excess / scale) };
}

/** Where there never was anything, the smallest thing that is there now is taken to be one event. */
function smallest(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) if (value !== 0) least = Math.min(least, Math.abs(value));
  return Number.isFinite(least) ? least : 1;
}
