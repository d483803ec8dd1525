import { type BucketSpan, type Histogram, type IndexedBucket, MAX_SCHEMA, spansOf } from '../model/index.ts';
import type { ExponentialPoint } from './exponential-point.ts';
import type { NumberColumn } from './number-column.ts';

/** What OpenTelemetry assumes where a client gives no threshold for the zero bucket. */
const DEFAULT_ZERO_THRESHOLD = 1e-128;

/**
 * An OTLP exponential histogram as a native one. Its index is one less than the native one (lower against
 * upper bound), and scales above 8 lose resolution until they are 8: 2^n neighbours become one bucket, exactly.
 * The point must have passed `exponentialFault`.
 */
export function nativeHistogramOf(point: ExponentialPoint): Histogram {
  const { scale } = point;
  const schema = Math.min(scale, MAX_SCHEMA);
  const merged = 2 ** (scale - schema);
  const positive = buckets(point.positive, point.positiveOffset, merged);
  const negative = buckets(point.negative, point.negativeOffset, merged);
  return {
    schema,
    zeroThreshold: point.zeroThreshold === 0 ? DEFAULT_ZERO_THRESHOLD : point.zeroThreshold,
    zeroCount: point.zeroCount,
    count: point.count,
    // A histogram of values that may be negative has no meaningful sum; the model has no other way to say so.
    sum: point.hasSum ? point.sum : Number.NaN,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    counterResetHint: 'unknown',
  };
}

function buckets(
  counts: NumberColumn,
  offset: number,
  merged: number,
): { spans: BucketSpan[]; buckets: number[] } {
  const found: Array<[number, number]> = [];
  for (let i = 0; i < counts.count; i++) {
    const count = counts.values[i];
    if (count === 0) continue;
    const index = Math.floor((offset + i) / merged) + 1;
    const last = found.at(-1);
    if (last !== undefined && last[0] === index) last[1] += count;
    else found.push([index, count]);
  }
  return spansOf(found satisfies IndexedBucket[]);
}
