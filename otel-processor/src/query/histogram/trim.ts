import type { Histogram } from '../../model/index.ts';
import { compacted } from './arithmetic.ts';
import { type Bucket, bucketList, exponentialBound, usesCustomBuckets } from './bucket-list.ts';
import { shareBelow } from './quantile.ts';

/**
 * Cuts away the observations above (`upper`) or below (`lower`) a limit. A bucket that the limit cuts keeps the
 * share that interpolation gives it; the sum is estimated anew from the buckets' middles when anything was cut.
 */
export function trimmed(histogram: Histogram, limit: number, cut: 'upper' | 'lower'): Histogram {
  const keepsBelow = cut === 'upper';
  if (limit === (keepsBelow ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)) return histogram;
  const totals = { count: 0, sum: 0, changed: false };
  const part = (bucket: Bucket): number => kept(histogram, bucket, limit, keepsBelow, totals);
  if (usesCustomBuckets(histogram)) {
    const bounds = histogram.customValues ?? [];
    const { indexes, counts } = bucketList(histogram.positiveSpans, histogram.positiveBuckets);
    const positiveBuckets = counts.map((count, i) => {
      const index = indexes[i];
      const upper = index >= bounds.length ? Number.POSITIVE_INFINITY : bounds[index];
      let lower = index <= 0 ? Number.NEGATIVE_INFINITY : bounds[index - 1];
      // The lowest bucket is taken to begin at 0 when it ends above, unless a cut from below says otherwise.
      const beginsAtZero = upper > 0 && upper !== Number.POSITIVE_INFINITY && (keepsBelow || limit >= 0);
      if (lower === Number.NEGATIVE_INFINITY && beginsAtZero) lower = 0;
      return part({ lower, upper, count });
    });
    return finished(histogram, { positiveBuckets }, totals);
  }
  const { schema, zeroThreshold, zeroCount } = histogram;
  const side = (spans: Histogram['positiveSpans'], buckets: readonly number[], sign: 1 | -1): number[] => {
    const { indexes, counts } = bucketList(spans, buckets);
    return counts.map((count, i) => {
      const near = Math.max(exponentialBound(schema, indexes[i] - 1), zeroThreshold);
      const far = exponentialBound(schema, indexes[i]);
      return part(sign > 0 ? { lower: near, upper: far, count } : { lower: -far, upper: -near, count });
    });
  };
  const positiveBuckets = side(histogram.positiveSpans, histogram.positiveBuckets, 1);
  const negativeBuckets = side(histogram.negativeSpans, histogram.negativeBuckets, -1);
  const hasPositive = histogram.positiveBuckets.length > 0;
  const hasNegative = histogram.negativeBuckets.length > 0;
  const zero = part({
    lower: hasPositive && !hasNegative ? 0 : -zeroThreshold,
    upper: hasNegative && !hasPositive ? 0 : zeroThreshold,
    count: zeroCount,
  });
  return finished(histogram, { positiveBuckets, negativeBuckets, zeroCount: zero }, totals);
}

interface Totals {
  count: number;
  sum: number;
  changed: boolean;
}

function finished(histogram: Histogram, parts: Partial<Histogram>, totals: Totals): Histogram {
  if (!totals.changed) return histogram;
  return compacted({ ...histogram, ...parts, count: totals.count, sum: totals.sum });
}

/** How much of the bucket stays; adds it up in `totals`. */
function kept(
  histogram: Histogram,
  bucket: Bucket,
  limit: number,
  keepsBelow: boolean,
  totals: Totals,
): number {
  const { lower, upper, count } = bucket;
  if (count === 0) return 0;
  const whole = keepsBelow ? upper <= limit : lower >= limit;
  if (whole) {
    totals.count += count;
    totals.sum += count * middle(histogram, lower, upper);
    return count;
  }
  const none = keepsBelow ? lower >= limit : upper <= limit;
  if (none) {
    totals.changed = true;
    return 0;
  }
  if (lower === Number.NEGATIVE_INFINITY || upper === Number.POSITIVE_INFINITY) {
    return keptUnbounded(bucket, limit, keepsBelow, totals);
  }
  totals.changed = true;
  const below = shareBelow(histogram, bucket, limit);
  const share = count * (keepsBelow ? below : 1 - below);
  totals.count += share;
  totals.sum += share * (keepsBelow ? middle(histogram, lower, limit) : middle(histogram, limit, upper));
  return share;
}

/** A limit inside a bucket without an end: only the part towards the end that exists can be kept, as a whole. */
function keptUnbounded(bucket: Bucket, limit: number, keepsBelow: boolean, totals: Totals): number {
  const { lower, upper, count } = bucket;
  const endless = lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY;
  const keeps =
    !endless && (keepsBelow ? lower === Number.NEGATIVE_INFINITY : upper === Number.POSITIVE_INFINITY);
  totals.changed = true;
  if (!keeps) return 0;
  totals.count += count;
  totals.sum += count * limit;
  return count;
}

/** The value that stands for a bucket's observations. */
function middle(histogram: Histogram, lower: number, upper: number): number {
  if (lower === Number.NEGATIVE_INFINITY) return upper;
  if (upper === Number.POSITIVE_INFINITY) return lower;
  if (usesCustomBuckets(histogram) || (lower <= 0 && upper >= 0)) return (lower + upper) / 2;
  if (Math.abs(lower) <= histogram.zeroThreshold && Math.abs(upper) <= histogram.zeroThreshold) {
    return (lower + upper) / 2;
  }
  return Math.sqrt(lower * upper) * Math.sign(lower);
}
