import type { Histogram } from '../../model/index.ts';
import type { SampleBuffer } from '../../store/types.ts';
import { detectReset } from '../histogram/index.ts';

/**
 * Leaves of the buffer's histograms only count and sum. What the buckets say about counter resets is put into
 * the hints first, where they do not say so already.
 */
export function keepTotals(buffer: SampleBuffer): void {
  const { histograms, count } = buffer;
  if (histograms === undefined) return;
  let previous: Histogram | undefined;
  for (let i = 0; i < count; i++) {
    const histogram = histograms.get(i);
    if (histogram === undefined) {
      previous = undefined;
      continue;
    }
    let hint = histogram.counterResetHint;
    if (hint === 'unknown' && previous !== undefined)
      hint = detectReset(histogram, previous) ? 'reset' : 'not_reset';
    previous = histogram;
    histograms.set(i, {
      ...histogram,
      zeroCount: 0,
      positiveSpans: [],
      positiveBuckets: [],
      negativeSpans: [],
      negativeBuckets: [],
      counterResetHint: hint,
    });
  }
}
