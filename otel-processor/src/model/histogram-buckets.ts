import type { BucketSpan } from './histogram.ts';

/** One bucket: its index (see `Histogram`) and its count. */
export type IndexedBucket = readonly [index: number, count: number];

/** Buckets with their indexes, in ascending order. */
export function* indexedBuckets(
  spans: readonly BucketSpan[],
  buckets: readonly number[],
): IterableIterator<IndexedBucket> {
  let index = 0;
  let at = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length; i++) yield [index++, buckets[at++]];
  }
}

/** The inverse of `indexedBuckets`; gaps of up to two empty buckets are written out instead of a new span. */
export function spansOf(buckets: Iterable<IndexedBucket>): { spans: BucketSpan[]; buckets: number[] } {
  const spans: Array<{ offset: number; length: number }> = [];
  const counts: number[] = [];
  let nextIndex = 0;
  for (const [index, count] of buckets) {
    const gap = index - nextIndex;
    const last = spans.at(-1);
    if (last === undefined || gap > 2) {
      spans.push({ offset: gap, length: 1 });
    } else {
      for (let i = 0; i < gap; i++) counts.push(0);
      last.length += gap + 1;
    }
    counts.push(count);
    nextIndex = index + 1;
  }
  return { spans, buckets: counts };
}
