import { median } from './median.ts';

/** With fewer common values a correlation says nothing. */
const PAIRS_MIN = 8;
const DEVIATION_OF_NORMAL = 1.4826;
/** One giant value must not be the whole correlation. */
const DEVIATIONS_MAX = 5;

/** Distance from the median in robust standard deviations, at most five either way; NaN stays. */
export function standardised(values: Float64Array): Float64Array {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const middle = median(known);
  let scale = DEVIATION_OF_NORMAL * median(known.map((value) => Math.abs(value - middle)));
  // Mostly constant: what moves at all is far out.
  if (!(scale > 0))
    scale = known.reduce((largest, value) => Math.max(largest, Math.abs(value - middle)), 0) / DEVIATIONS_MAX;
  return values.map((value) =>
    scale > 0
      ? Math.max(-DEVIATIONS_MAX, Math.min(DEVIATIONS_MAX, (value - middle) / scale))
      : value - middle,
  );
}

/**
 * Pearson's correlation of `a[i]` and `b[i - lead]`: with a positive lead b moves first. Only of pairs in which both are
 * there; 0 when they are few, or one of the two never moves.
 */
export function correlationAt(a: Float64Array, b: Float64Array, lead: number): number {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let squareA = 0;
  let squareB = 0;
  let product = 0;
  for (let i = Math.max(0, lead); i < Math.min(a.length, b.length + lead); i++) {
    const x = a[i];
    const y = b[i - lead];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    count += 1;
    sumA += x;
    sumB += y;
    squareA += x * x;
    squareB += y * y;
    product += x * y;
  }
  if (count < PAIRS_MIN) return 0;
  const varianceA = squareA - (sumA * sumA) / count;
  const varianceB = squareB - (sumB * sumB) / count;
  if (!(varianceA > 0) || !(varianceB > 0)) return 0;
  return (product - (sumA * sumB) / count) / Math.sqrt(varianceA * varianceB);
}

export interface LaggedCorrelation {
  readonly leadSteps: number;
  readonly correlation: number;
}

/** The strongest correlation with a lead of at most `leadStepsMax` either way; of equals the one with the least lead. */
export function strongestCorrelation(
  a: Float64Array,
  b: Float64Array,
  leadStepsMax: number,
): LaggedCorrelation {
  let best: LaggedCorrelation = { leadSteps: 0, correlation: correlationAt(a, b, 0) };
  for (let distance = 1; distance <= leadStepsMax; distance++) {
    for (const leadSteps of [distance, -distance]) {
      const correlation = correlationAt(a, b, leadSteps);
      if (Math.abs(correlation) > Math.abs(best.correlation)) best = { leadSteps, correlation };
    }
  }
  return best;
}
