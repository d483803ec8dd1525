import { type BucketSpan, CUSTOM_BUCKETS_SCHEMA, type Histogram } from './histogram.ts';
import { indexedBuckets, spansOf } from './histogram-buckets.ts';

/**
 * The sum of two exponential histograms, as the running total of deltas needs it: resolution falls to the
 * coarser of the two, the zero bucket widens to the wider of the two and swallows what now lies inside it
 * (OpenTelemetry metrics data model, "Exponential Histogram: Merge"; Prometheus, FloatHistogram.Add). A total
 * whose kind of buckets differs from the delta's starts afresh.
 */
export function addHistograms(total: Histogram, delta: Histogram): Histogram {
  if (total.schema === CUSTOM_BUCKETS_SCHEMA || delta.schema === CUSTOM_BUCKETS_SCHEMA) return delta;
  const schema = Math.min(total.schema, delta.schema);
  let zeroThreshold = Math.max(total.zeroThreshold, delta.zeroThreshold);
  const positive = new Map<number, number>();
  const negative = new Map<number, number>();
  for (const side of [total, delta]) {
    const shift = side.schema - schema;
    addBuckets(positive, side.positiveSpans, side.positiveBuckets, shift);
    addBuckets(negative, side.negativeSpans, side.negativeBuckets, shift);
  }
  let zeroCount = total.zeroCount + delta.zeroCount;
  // A populated bucket that straddles the threshold would be split: widen to its upper bound instead.
  for (const buckets of [positive, negative]) {
    for (const [index, count] of buckets) {
      const lower = 2 ** ((index - 1) * 2 ** -schema);
      const upper = 2 ** (index * 2 ** -schema);
      if (count !== 0 && lower < zeroThreshold && upper > zeroThreshold) zeroThreshold = upper;
    }
  }
  for (const buckets of [positive, negative]) {
    for (const [index, count] of buckets) {
      if (2 ** (index * 2 ** -schema) > zeroThreshold) continue;
      zeroCount += count;
      buckets.delete(index);
    }
  }
  const up = spansOf([...positive].sort(byIndex));
  const down = spansOf([...negative].sort(byIndex));
  return {
    schema,
    zeroThreshold,
    zeroCount,
    count: total.count + delta.count,
    sum: total.sum + delta.sum,
    positiveSpans: up.spans,
    positiveBuckets: up.buckets,
    negativeSpans: down.spans,
    negativeBuckets: down.buckets,
    counterResetHint: 'unknown',
  };
}

function addBuckets(
  into: Map<number, number>,
  spans: readonly BucketSpan[],
  buckets: readonly number[],
  shift: number,
): void {
  const width = 2 ** shift;
  for (const [index, count] of indexedBuckets(spans, buckets)) {
    const merged = Math.ceil(index / width);
    into.set(merged, (into.get(merged) ?? 0) + count);
  }
}

function byIndex(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0];
}
