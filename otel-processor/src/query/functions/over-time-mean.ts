import type { Histogram } from '../../model/index.ts';
import { compensationOf } from '../evaluate/kahan.ts';
import { added, compacted, scaled } from '../histogram/index.ts';
import type { RangeAnnotations } from './annotations.ts';

/** Mean of values[from, to): a compensated sum, or an incremental mean once the sum would overflow. */
export function averageOf(values: Float64Array, from: number, to: number): number {
  let sum = values[from];
  let compensation = 0;
  let i = from + 1;
  for (; i < to; i++) {
    const total = sum + values[i];
    if (Math.abs(total) === Number.POSITIVE_INFINITY) break;
    compensation += compensationOf(sum, values[i], total);
    sum = total;
  }
  let count = i - from;
  if (i === to) return sum / count + compensation / count;
  let mean = sum / count;
  compensation /= count;
  for (; i < to; i++) {
    count += 1;
    const weight = (count - 1) / count;
    const weighted = weight * mean;
    const share = values[i] / count;
    const total = weighted + share;
    compensation =
      Math.abs(total) === Number.POSITIVE_INFINITY
        ? 0
        : weight * compensation + compensationOf(weighted, share, total);
    mean = total;
  }
  return mean + compensation;
}

/** Sum of histograms; undefined, with an annotation, when they cannot be added. */
export function sumHistograms(
  histograms: readonly Histogram[],
  annotations: RangeAnnotations,
): Histogram | undefined {
  let total = histograms[0];
  let reconciled = false;
  for (let i = 1; i < histograms.length; i++) {
    const outcome = added(total, histograms[i]);
    if (outcome === undefined) {
      annotations.mixedBuckets();
      return undefined;
    }
    reconciled ||= outcome.boundsReconciled;
    total = outcome.histogram;
  }
  const hints = new Set(histograms.map((histogram) => histogram.counterResetHint));
  if (hints.has('reset') && hints.has('not_reset')) annotations.resetConflict();
  if (reconciled) annotations.reconciled('aggregation');
  return compacted(total);
}

export function averageHistogram(
  histograms: readonly Histogram[],
  annotations: RangeAnnotations,
): Histogram | undefined {
  const total = sumHistograms(histograms, annotations);
  if (total === undefined) return undefined;
  if (Number.isFinite(total.sum) && Number.isFinite(total.count))
    return scaled(total, histograms.length, 'divide');
  // The sum overflowed: halve before adding.
  const parts = histograms.map((histogram) => scaled(histogram, histograms.length, 'divide'));
  return sumHistograms(parts, annotations);
}
