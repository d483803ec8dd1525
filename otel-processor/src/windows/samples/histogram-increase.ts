import type { BucketCounts } from '../../math/index.ts';
import { CUSTOM_BUCKETS_SCHEMA, type Histogram, indexedBuckets } from '../../model/index.ts';

/** What a native histogram rose by. */
export interface HistogramIncrease {
  /** Number of measurements. */
  readonly count: number;
  /** Undefined for custom buckets, which an exponential sketch cannot take. */
  readonly buckets: BucketCounts | undefined;
}

/**
 * The measurements between two histograms of one series: bucket by bucket, at the coarser of both resolutions. After
 * a reset, all of `current`; a gauge histogram is its own increase. Undefined without a histogram before.
 */
export function histogramIncrease(
  before: Histogram | undefined,
  current: Histogram,
): HistogramIncrease | undefined {
  if (current.counterResetHint === 'gauge') return whole(current);
  if (before === undefined) return undefined;
  if (current.counterResetHint === 'reset' || current.count < before.count) return whole(current);
  const count = current.count - before.count;
  if (current.schema === CUSTOM_BUCKETS_SCHEMA || before.schema === CUSTOM_BUCKETS_SCHEMA) {
    return { count, buckets: undefined };
  }
  const scale = Math.min(before.schema, current.schema);
  const positive = difference(before, current, 'positive', scale);
  const negative = difference(before, current, 'negative', scale);
  const zeros = current.zeroCount - before.zeroCount;
  // Without a hint a reset shows in a bucket that fell.
  if (positive === undefined || negative === undefined || zeros < 0) return whole(current);
  return { count, buckets: { scale, zeros, positive, negative } };
}

function whole(histogram: Histogram): HistogramIncrease {
  const { schema: scale, count, zeroCount: zeros } = histogram;
  if (scale === CUSTOM_BUCKETS_SCHEMA) return { count, buckets: undefined };
  const positive = [...counts(histogram, 'positive', scale)];
  return { count, buckets: { scale, zeros, positive, negative: [...counts(histogram, 'negative', scale)] } };
}

function difference(
  before: Histogram,
  current: Histogram,
  sign: 'positive' | 'negative',
  scale: number,
): ReadonlyArray<readonly [index: number, count: number]> | undefined {
  const left = counts(current, sign, scale);
  for (const [index, count] of counts(before, sign, scale)) left.set(index, (left.get(index) ?? 0) - count);
  const rest: Array<readonly [number, number]> = [];
  for (const [index, count] of left) {
    if (count < 0) return undefined;
    if (count > 0) rest.push([index, count]);
  }
  return rest;
}

/** By OpenTelemetry's index at `scale`: bucket i holds (base^i, base^(i+1)]. */
function counts(histogram: Histogram, sign: 'positive' | 'negative', scale: number): Map<number, number> {
  const [spans, buckets] =
    sign === 'positive'
      ? [histogram.positiveSpans, histogram.positiveBuckets]
      : [histogram.negativeSpans, histogram.negativeBuckets];
  const shift = histogram.schema - scale;
  const byIndex = new Map<number, number>();
  for (const [index, count] of indexedBuckets(spans, buckets)) {
    const at = (index - 1) >> shift;
    byIndex.set(at, (byIndex.get(at) ?? 0) + count);
  }
  return byIndex;
}
