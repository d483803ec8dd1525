/** A run of consecutive buckets: `offset` buckets after the end of the previous span (or index 0), `length` long. */
export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

/** What is known about a counter reset between this histogram and the one before it in its series. */
export type CounterResetHint = 'unknown' | 'reset' | 'not_reset' | 'gauge';

/** Custom bucket bounds instead of exponential ones (Prometheus native histograms with custom buckets). */
export const CUSTOM_BUCKETS_SCHEMA = -53;
export const MIN_SCHEMA = -4;
export const MAX_SCHEMA = 8;

/**
 * A native histogram. `schema` n in [-4, 8] has bucket bounds 2^(i * 2^-n): bucket i holds
 * (base^(i-1), base^i] (Prometheus's index; OTLP's index + 1). Buckets are absolute counts, one per bucket of
 * the spans, in order. With schema -53 the upper bounds are `customValues` (the last bucket is +Inf), buckets
 * are positive only and bucket 0 is (-Inf, customValues[0]].
 */
export interface Histogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly BucketSpan[];
  readonly negativeBuckets: readonly number[];
  readonly customValues?: readonly number[];
  readonly counterResetHint: CounterResetHint;
}
