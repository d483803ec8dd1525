import type { Histogram } from '../../model/index.ts';
import {
  added,
  compacted,
  detectReset,
  emptyLike,
  reducedTo,
  subtracted,
  usesCustomBuckets,
} from '../histogram/index.ts';
import type { RangeAnnotations } from './annotations.ts';

/**
 * The change from the first to the last of at least two histograms; for a counter with everything added that
 * was counted before each reset; `anew` says which began anew for other reasons than their counts. Undefined, with an annotation, when they cannot be combined.
 */
export function histogramIncrease(
  histograms: readonly Histogram[],
  counter: boolean,
  annotations: RangeAnnotations,
  anew?: readonly boolean[],
): Histogram | undefined {
  let first = histograms[0];
  const last = histograms[histograms.length - 1];
  checkHints(histograms, counter, annotations);
  // A reset right after the first sample makes its layout irrelevant.
  if (counter && (anew?.[1] === true || detectReset(histograms[1], first))) first = emptyLike(histograms[1]);
  const custom = usesCustomBuckets(first);
  const others = counter ? histograms.slice(1) : [last];
  if (others.some((histogram) => usesCustomBuckets(histogram) !== custom)) {
    annotations.mixedBuckets();
    return undefined;
  }
  const schema = Math.min(first.schema, ...others.map((histogram) => histogram.schema));
  const difference = subtracted(reducedTo(last, schema), first);
  if (difference === undefined) {
    annotations.mixedBuckets();
    return undefined;
  }
  if (difference.boundsReconciled) annotations.reconciled('subtraction');
  let total = difference.histogram;
  if (counter) {
    let previous = first;
    for (let i = 1; i < histograms.length; i++) {
      const current = histograms[i];
      if (anew?.[i] === true || detectReset(current, previous)) {
        const sum = added(total, previous);
        if (sum === undefined) {
          annotations.mixedBuckets();
          return undefined;
        }
        if (sum.boundsReconciled) annotations.reconciled('addition');
        total = sum.histogram;
      }
      previous = current;
    }
  }
  return compacted({ ...total, counterResetHint: 'gauge' });
}

function checkHints(histograms: readonly Histogram[], counter: boolean, annotations: RangeAnnotations): void {
  if (counter) {
    if (histograms.some((histogram) => histogram.counterResetHint === 'gauge')) annotations.notCounter();
    return;
  }
  const ends = [histograms[0], histograms[histograms.length - 1]];
  if (ends.some((histogram) => histogram.counterResetHint !== 'gauge')) annotations.notGauge();
}
