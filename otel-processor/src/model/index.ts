export {
  Batch,
  type Exemplar,
  FLAG_DELTA,
  type MetricMetadata,
  type MetricType,
} from './batch.ts';
export type { Appender, Consumer, SeriesResolver } from './consumer.ts';
export type {
  Episode,
  EpisodeFilter,
  EpisodePosition,
  Explanation,
  LabelRecord,
  RelatedSignal,
} from './episode.ts';
export { type AttributeValue, EventBatch, type RefusedEvent } from './event.ts';
export {
  type BucketSpan,
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  MAX_SCHEMA,
  MIN_SCHEMA,
} from './histogram.ts';
export { addHistograms } from './histogram-add.ts';
export { type IndexedBucket, indexedBuckets, spansOf } from './histogram-buckets.ts';
export { type Label, LabelSet, METRIC_NAME } from './label-set.ts';
export { createMatcher, type Matcher, type MatchType } from './matcher.ts';
export { Rejections, type RejectReason } from './rejections.ts';
export { SeriesRegistry } from './series-registry.ts';
export { isStale, markStale, wordsOf } from './stale.ts';
export { SymbolTable } from './symbol-table.ts';
