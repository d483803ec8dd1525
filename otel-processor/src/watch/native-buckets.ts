import {
  addHistograms,
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  indexedBuckets,
  spansOf,
} from '../model/index.ts';

/** The sum of two native histograms; undefined when their buckets have nothing in common. */
export function sumOf(a: Histogram, b: Histogram): Histogram | undefined {
  const isCustom = a.schema === CUSTOM_BUCKETS_SCHEMA;
  if (isCustom !== (b.schema === CUSTOM_BUCKETS_SCHEMA)) return undefined;
  if (!isCustom) return addHistograms(a, b);
  const bounds = a.customValues ?? [];
  const theirs = b.customValues ?? [];
  if (bounds.length !== theirs.length || bounds.some((bound, i) => bound !== theirs[i])) return undefined;
  const counts = new Map(indexedBuckets(a.positiveSpans, a.positiveBuckets));
  for (const [index, count] of indexedBuckets(b.positiveSpans, b.positiveBuckets))
    counts.set(index, (counts.get(index) ?? 0) + count);
  const { spans, buckets } = spansOf([...counts].sort(([i], [j]) => i - j));
  return {
    ...a,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    positiveSpans: spans,
    positiveBuckets: buckets,
    counterResetHint: 'unknown',
  };
}

export function scaled(histogram: Histogram, factor: number): Histogram {
  return {
    ...histogram,
    zeroCount: histogram.zeroCount * factor,
    count: histogram.count * factor,
    sum: histogram.sum * factor,
    positiveBuckets: histogram.positiveBuckets.map((count) => count * factor),
    negativeBuckets: histogram.negativeBuckets.map((count) => count * factor),
  };
}

/**
 * What was counted between two samples of a cumulative native histogram; undefined when it was reset in between, or
 * when its buckets are others now.
 */
export function increaseOf(now: Histogram, before: Histogram): Histogram | undefined {
  if (now.counterResetHint === 'gauge') return undefined;
  const increase = sumOf(now, scaled(before, -1));
  if (increase === undefined || increase.count < 0 || increase.zeroCount < 0) return undefined;
  const isReset = (counts: readonly number[]): boolean => counts.some((count) => count < 0);
  return isReset(increase.positiveBuckets) || isReset(increase.negativeBuckets) ? undefined : increase;
}

/** Nothing was counted yet, with the buckets of `like`. */
export function emptyLike(like: Histogram): Histogram {
  return {
    ...like,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
  };
}

/**
 * The quantile of a native histogram, as PromQL's `histogram_quantile` has it: within a bucket values are spread
 * exponentially, in the zero bucket and in custom buckets evenly. NaN when nothing was counted.
 */
export function nativeQuantile(quantile: number, histogram: Histogram): number {
  const { customValues, schema } = histogram;
  const buckets = bucketsOf(histogram).filter(({ count }) => count > 0);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (buckets.length === 0) return Number.NaN;
  let rank = quantile * total;
  let at = 0;
  while (at < buckets.length - 1 && buckets[at].count < rank) rank -= buckets[at++].count;
  const { lower, upper, count } = buckets[at];
  const share = Math.min(1, rank / count);
  if (lower === Number.NEGATIVE_INFINITY) return upper;
  if (upper === Number.POSITIVE_INFINITY) return lower;
  if (schema === CUSTOM_BUCKETS_SCHEMA || customValues !== undefined || lower * upper <= 0)
    return lower + (upper - lower) * share;
  return lower * (upper / lower) ** share;
}

interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** In ascending order. */
function bucketsOf(histogram: Histogram): Bucket[] {
  const { schema, zeroThreshold, zeroCount, customValues = [] } = histogram;
  const positive = [...indexedBuckets(histogram.positiveSpans, histogram.positiveBuckets)];
  if (schema === CUSTOM_BUCKETS_SCHEMA)
    return positive.map(([index, count]) => {
      const upper = customValues[index] ?? Number.POSITIVE_INFINITY;
      const lower = index > 0 ? customValues[index - 1] : upper > 0 ? 0 : Number.NEGATIVE_INFINITY;
      return { lower, upper, count };
    });
  const negative = [...indexedBuckets(histogram.negativeSpans, histogram.negativeBuckets)];
  const bound = (index: number): number => 2 ** (index * 2 ** -schema);
  return [
    ...negative
      .reverse()
      .map(([index, count]) => ({ lower: -bound(index), upper: -bound(index - 1), count })),
    // Beside buckets of one sign only, the zero bucket holds values of that sign.
    {
      lower: negative.length === 0 && positive.length > 0 ? 0 : -zeroThreshold,
      upper: positive.length === 0 && negative.length > 0 ? 0 : zeroThreshold,
      count: zeroCount,
    },
    ...positive.map(([index, count]) => ({ lower: bound(index - 1), upper: bound(index), count })),
  ];
}
