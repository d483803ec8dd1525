import type { Histogram } from '../../model/index.ts';
import { compensationOf } from '../evaluate/kahan.ts';
import { HistogramTotal } from '../histogram/index.ts';
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

/** Sum or mean of histograms; undefined, with an annotation, when they cannot be added. */
export function combineHistograms(
  histograms: readonly Histogram[],
  which: 'sum' | 'mean',
  annotations: RangeAnnotations,
): Histogram | undefined {
  const total = new HistogramTotal(histograms[0], which === 'mean');
  for (const histogram of histograms) {
    if (total.add(histogram)) continue;
    annotations.mixedBuckets();
    return undefined;
  }
  if (total.resetConflict) annotations.resetConflict();
  if (total.boundsReconciled) annotations.reconciled('aggregation');
  return which === 'mean' ? total.mean : total.total;
}
