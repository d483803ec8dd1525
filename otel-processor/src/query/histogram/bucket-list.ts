import { type BucketSpan, CUSTOM_BUCKETS_SCHEMA, type Histogram, spansOf } from '../../model/index.ts';

/** One side's buckets, in ascending order of index. */
export interface BucketList {
  readonly indexes: number[];
  readonly counts: number[];
}

export function bucketList(spans: readonly BucketSpan[], buckets: readonly number[]): BucketList {
  const indexes: number[] = [];
  let index = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length; i++) indexes.push(index++);
  }
  return { indexes, counts: buckets.slice(0, indexes.length) };
}

/** Back to spans, empty buckets left out. */
export function toSpans(list: BucketList): { spans: BucketSpan[]; buckets: number[] } {
  const populated: Array<readonly [number, number]> = [];
  for (let i = 0; i < list.indexes.length; i++) {
    if (list.counts[i] !== 0) populated.push([list.indexes[i], list.counts[i]]);
  }
  return spansOf(populated);
}

/** a + sign * b, index by index. */
export function mergedLists(a: BucketList, b: BucketList, sign: number): BucketList {
  const indexes: number[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = i < a.indexes.length ? a.indexes[i] : Number.POSITIVE_INFINITY;
    const right = j < b.indexes.length ? b.indexes[j] : Number.POSITIVE_INFINITY;
    let count = 0;
    if (left <= right) count += a.counts[i++];
    if (right <= left) count += sign * b.counts[j++];
    indexes.push(Math.min(left, right));
    counts.push(count);
  }
  return { indexes, counts };
}

/** Buckets of a resolution that is coarser by `shift` steps: 2^shift neighbours become one. */
export function coarsened(list: BucketList, shift: number): BucketList {
  if (shift === 0) return list;
  const width = 2 ** shift;
  const indexes: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < list.indexes.length; i++) {
    const index = Math.ceil(list.indexes[i] / width);
    if (indexes.length > 0 && indexes.at(-1) === index) counts[counts.length - 1] += list.counts[i];
    else {
      indexes.push(index);
      counts.push(list.counts[i]);
    }
  }
  return { indexes, counts };
}

export function usesCustomBuckets(histogram: Histogram): boolean {
  return histogram.schema === CUSTOM_BUCKETS_SCHEMA;
}

/** The upper bound of positive bucket `index` (Prometheus's numbering): 2^(index * 2^-schema). */
export function exponentialBound(schema: number, index: number): number {
  const exponent = index * 2 ** -schema;
  // The last bucket that a double can reach ends at the largest double, and only the one after it at infinity.
  if (exponent >= 1024) {
    return exponent === 1024 ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
  }
  return 2 ** exponent;
}

export interface Bucket {
  lower: number;
  upper: number;
  readonly count: number;
}

/** All buckets from the lowest to the highest, the zero bucket among them when it is not empty. */
export function allBuckets(histogram: Histogram): Bucket[] {
  const positive = bucketList(histogram.positiveSpans, histogram.positiveBuckets);
  const buckets: Bucket[] = [];
  if (usesCustomBuckets(histogram)) {
    const bounds = histogram.customValues ?? [];
    for (let i = 0; i < positive.indexes.length; i++) {
      const index = positive.indexes[i];
      buckets.push({
        lower: index <= 0 ? Number.NEGATIVE_INFINITY : bounds[index - 1],
        upper: index >= bounds.length ? Number.POSITIVE_INFINITY : bounds[index],
        count: positive.counts[i],
      });
    }
    return buckets;
  }
  const { schema, zeroThreshold } = histogram;
  const negative = bucketList(histogram.negativeSpans, histogram.negativeBuckets);
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i];
    const upper = -exponentialBound(schema, index - 1);
    buckets.push({
      lower: -exponentialBound(schema, index),
      upper: Math.min(upper, -zeroThreshold),
      count: negative.counts[i],
    });
  }
  if (histogram.zeroCount > 0) {
    buckets.push({ lower: -zeroThreshold, upper: zeroThreshold, count: histogram.zeroCount });
  }
  for (let i = 0; i < positive.indexes.length; i++) {
    const index = positive.indexes[i];
    const lower = exponentialBound(schema, index - 1);
    buckets.push({
      lower: Math.max(lower, zeroThreshold),
      upper: exponentialBound(schema, index),
      count: positive.counts[i],
    });
  }
  return buckets;
}
