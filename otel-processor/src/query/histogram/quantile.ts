import type { Histogram } from '../../model/index.ts';
import { allBuckets, type Bucket, usesCustomBuckets } from './bucket-list.ts';

export interface QuantileResult {
  readonly value: number;
  /** What observations of NaN, which are in no bucket, did to the result. */
  readonly nan: 'none' | 'skewed' | 'lost';
}

/**
 * The quantile of a native histogram. Within a bucket the observations are taken to be spread exponentially,
 * or evenly in the zero bucket and in custom buckets (Prometheus, histogram_quantile).
 */
export function histogramQuantile(phi: number, histogram: Histogram): QuantileResult {
  if (phi < 0) return { value: Number.NEGATIVE_INFINITY, nan: 'none' };
  if (phi > 1) return { value: Number.POSITIVE_INFINITY, nan: 'none' };
  const { count: total } = histogram;
  if (total === 0 || Number.isNaN(phi)) return { value: Number.NaN, nan: 'none' };
  const buckets = biased(histogram, allBuckets(histogram));
  const hasNan = Number.isNaN(histogram.sum);
  // From the nearer end, to lose less to rounding; NaN observations count as above everything.
  const forward = hasNan || phi < 0.5;
  let rank = (forward ? phi : 1 - phi) * total;
  let cumulated = 0;
  let found: Bucket | undefined;
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[forward ? i : buckets.length - 1 - i];
    if (bucket.count === 0) continue;
    found = bucket;
    cumulated += bucket.count;
    if (cumulated >= rank) break;
  }
  if (found === undefined) return { value: Number.NaN, nan: hasNan ? 'lost' : 'none' };
  const { lower, upper, count } = found;
  cumulated = Math.min(cumulated, total);
  if (cumulated < rank && hasNan) return { value: Number.NaN, nan: 'lost' };
  const nan = hasNan ? 'skewed' : 'none';
  if (usesCustomBuckets(histogram)) {
    if (lower === Number.NEGATIVE_INFINITY) return { value: upper, nan };
    if (upper === Number.POSITIVE_INFINITY) return { value: lower, nan };
  }
  if (cumulated < rank) return { value: upper, nan };
  rank = forward ? rank - (cumulated - count) : cumulated - rank;
  return { value: interpolated(histogram, lower, upper, rank / count), nan };
}

/** The value below which `fraction` of a bucket's observations lie. */
function interpolated(histogram: Histogram, lower: number, upper: number, fraction: number): number {
  if (usesCustomBuckets(histogram) || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

/**
 * A zero bucket beside positive buckets only is taken to hold no negative observation, and the other way
 * round; the lowest custom bucket to begin at 0 when it ends above.
 */
function biased(histogram: Histogram, buckets: Bucket[]): Bucket[] {
  if (usesCustomBuckets(histogram)) {
    for (const bucket of buckets) {
      if (bucket.lower === Number.NEGATIVE_INFINITY && bucket.upper > 0) bucket.lower = 0;
    }
    return buckets;
  }
  const hasPositive = histogram.positiveBuckets.length > 0;
  const hasNegative = histogram.negativeBuckets.length > 0;
  for (const bucket of buckets) {
    if (!(bucket.lower < 0 && bucket.upper > 0)) continue;
    if (hasPositive && !hasNegative) bucket.lower = 0;
    else if (hasNegative && !hasPositive) bucket.upper = 0;
  }
  return buckets;
}

/** Share of the observations between `lower` and `upper`; the inverse of the quantile. */
export function histogramFraction(lower: number, upper: number, histogram: Histogram): number {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const buckets = biased(histogram, allBuckets(histogram));
  const total = histogram.count;
  // A bucket without an end cannot be cut: what lies in it is taken to lie at its only end.
  const below = (limit: number): number => {
    let rank = 0;
    for (const bucket of buckets) {
      if (bucket.lower >= limit) return rank;
      if (bucket.upper > limit) {
        if (bucket.upper === Number.POSITIVE_INFINITY) return rank;
        if (bucket.lower === Number.NEGATIVE_INFINITY) return rank + bucket.count;
        return rank + bucket.count * shareBelow(histogram, bucket, limit);
      }
      rank += bucket.count;
    }
    // NaN observations are in no bucket and so in no interval; the whole still counts them.
    return Number.isNaN(histogram.sum) ? rank : total;
  };
  return (Math.min(below(upper), total) - Math.min(below(lower), total)) / total;
}

/** Which part of a bucket's observations lies below `limit`, inside the bucket. */
export function shareBelow(histogram: Histogram, bucket: Bucket, limit: number): number {
  const { lower, upper } = bucket;
  if (usesCustomBuckets(histogram)) {
    if (lower === Number.NEGATIVE_INFINITY) return upper > limit ? 0 : 1;
    if (upper === Number.POSITIVE_INFINITY) return 0;
    return (limit - lower) / (upper - lower);
  }
  if (lower <= 0 && upper >= 0) return (limit - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logLimit = Math.log2(Math.abs(limit));
  return lower > 0
    ? (logLimit - logLower) / (logUpper - logLower)
    : 1 - (logLimit - logUpper) / (logLower - logUpper);
}
