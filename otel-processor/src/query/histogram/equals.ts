import type { Histogram } from '../../model/index.ts';
import { type BucketList, bucketList, usesCustomBuckets } from './bucket-list.ts';

/** Same layout and same numbers, empty buckets included; the hint does not count. */
export function equals(a: Histogram, b: Histogram): boolean {
  if (a.schema !== b.schema || !Object.is(a.count, b.count) || !Object.is(a.sum, b.sum)) return false;
  if (usesCustomBuckets(a)) {
    if (!sameNumbers(a.customValues ?? [], b.customValues ?? [])) return false;
  } else if (a.zeroThreshold !== b.zeroThreshold || !Object.is(a.zeroCount, b.zeroCount)) {
    return false;
  }
  return (
    sameList(
      bucketList(a.positiveSpans, a.positiveBuckets),
      bucketList(b.positiveSpans, b.positiveBuckets),
    ) &&
    sameList(bucketList(a.negativeSpans, a.negativeBuckets), bucketList(b.negativeSpans, b.negativeBuckets))
  );
}

function sameList(a: BucketList, b: BucketList): boolean {
  return sameNumbers(a.indexes, b.indexes) && sameNumbers(a.counts, b.counts);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
