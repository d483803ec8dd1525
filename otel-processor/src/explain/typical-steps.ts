import { median } from './median.ts';

/** Steps that are kept however far they are out: fewer say nothing about spread. */
const KEPT_MIN = 3;
/** Of a normal distribution, the standard deviation by the median absolute deviation. */
const DEVIATION_OF_NORMAL = 1.4826;
const DEVIATIONS_MAX = 3;

/**
 * Indices of the steps that are like most others, in time order: those within three robust standard deviations of the
 * median. An earlier incident must not become part of what is expected. NaN is never typical.
 */
export function typicalSteps(totals: readonly number[]): number[] {
  const known = totals.flatMap((total, step) => (Number.isNaN(total) ? [] : [step]));
  const middle = median(known.map((step) => totals[step]));
  const distance = (step: number): number => Math.abs(totals[step] - middle);
  const spread = DEVIATION_OF_NORMAL * median(known.map(distance));
  return known
    .sort((a, b) => distance(a) - distance(b) || a - b)
    .filter((step, rank) => rank < KEPT_MIN || distance(step) <= DEVIATIONS_MAX * spread)
    .sort((a, b) => a - b);
}
