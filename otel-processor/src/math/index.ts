export {
  type Accumulations,
  grownFloats,
  NO_ROW,
  type Observations,
  RowAccumulations,
} from './aggregator.ts';
export { autocorrelation } from './autocorrelation.ts';
export { Average } from './average.ts';
export { BucketHistogram } from './bucket-histogram.ts';
export { Count } from './count.ts';
export { EdgeValue } from './edge-value.ts';
export { type BucketCounts, ExponentialHistogram } from './exponential-histogram.ts';
export { Maximum, Minimum } from './extreme.ts';
export { readVarint } from './fast-varint.ts';
export { readFloat, writeFloat } from './float-code.ts';
export { type FrequentItem, FrequentItemCounts, type FrequentItems } from './frequent-items.ts';
export { type Hash64, hashText } from './hash-text.ts';
export { HyperLogLog } from './hyperloglog.ts';
export { LeastSquares } from './least-squares.ts';
export { type Moments, RunningMoments } from './moments.ts';
export { normalQuantile } from './normal-distribution.ts';
export { type Cohort, RetentionCohorts } from './retention.ts';
export { compareSequentially, type SequentialComparison, type VariantEstimate } from './sequential-test.ts';
export { sortedQuantile } from './sorted-quantile.ts';
export { studentInflation } from './student-quantile.ts';
export { Sum } from './sum.ts';
export {
  addToTail,
  fadeTail,
  initTail,
  TAIL_SLOTS,
  tailMagnitude,
  tailSurprise,
  tailUnits,
} from './tail-sketch.ts';
export { OTHER_VARIANT, VariantMoments } from './variant-moments.ts';
export { weightedMedian } from './weighted-median.ts';
export { winnerProbabilities } from './winner-probability.ts';
