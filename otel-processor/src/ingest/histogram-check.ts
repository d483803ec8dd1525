import type { ExponentialPoint } from './exponential-point.ts';
import type { HistogramPoint } from './histogram-point.ts';
import type { NumberColumn } from './number-column.ts';
import type { SummaryPoint } from './summary-point.ts';

/** Why the point is not a classic histogram (metrics.proto, HistogramDataPoint), or undefined. */
export function histogramFault(point: HistogramPoint): string | undefined {
  const { bucketCounts, bounds, count } = point;
  if (bucketCounts.overLimit || bounds.overLimit)
    return overLimit(Math.max(bucketCounts.count, bounds.count));
  if (bucketCounts.count === 0 && bounds.count === 0) return undefined;
  if (bucketCounts.count !== bounds.count + 1) {
    return `${bucketCounts.count} bucket counts for ${bounds.count} bounds (expected one more than bounds)`;
  }
  for (let i = 0; i < bounds.count; i++) {
    if (!Number.isFinite(bounds.values[i])) return `bound ${bounds.values[i]} is not finite`;
    if (i > 0 && !(bounds.values[i] > bounds.values[i - 1])) return 'bounds do not increase';
  }
  const total = sum(bucketCounts);
  return total === count ? undefined : `bucket counts sum to ${total}, count is ${count}`;
}

/** Highest scale that OpenTelemetry's mapping functions define is 20; far beyond it indexes lose their meaning. */
const SCALE_MAX = 52;
const SCALE_MIN = -4;

/** Why the point is not an exponential histogram that a native histogram can hold, or undefined. */
export function exponentialFault(point: ExponentialPoint): string | undefined {
  const { positive, negative, scale, count, zeroCount } = point;
  if (positive.overLimit || negative.overLimit) return overLimit(Math.max(positive.count, negative.count));
  if (scale < SCALE_MIN || scale > SCALE_MAX) return `scale ${scale} is not in [${SCALE_MIN}, ${SCALE_MAX}]`;
  const total = sum(positive) + sum(negative) + zeroCount;
  if (total !== count) return `bucket counts and zero count sum to ${total}, count is ${count}`;
  if (point.zeroThreshold < 0 || Number.isNaN(point.zeroThreshold))
    return `zero threshold ${point.zeroThreshold}`;
  return (
    indexFault(positive, point.positiveOffset, scale) ?? indexFault(negative, point.negativeOffset, scale)
  );
}

/** Why the point is not a summary, or undefined. */
export function summaryFault(point: SummaryPoint): string | undefined {
  const { quantiles } = point;
  if (quantiles.overLimit) return overLimit(quantiles.count);
  for (let i = 0; i < quantiles.count; i++) {
    const quantile = quantiles.values[i];
    if (!(quantile >= 0 && quantile <= 1)) return `quantile ${quantile} is not in [0, 1]`;
    if (i > 0 && !(quantile > quantiles.values[i - 1])) return 'quantiles do not increase';
    if (point.values.values[i] < 0)
      return `value ${point.values.values[i]} of quantile ${quantile} is negative`;
  }
  return undefined;
}

/** Buckets that hold something must lie within the range of doubles: 2^-1074 to 2^1024. */
function indexFault(counts: NumberColumn, offset: number, scale: number): string | undefined {
  const indexesPerDoubling = 2 ** scale;
  for (let i = 0; i < counts.count; i++) {
    if (counts.values[i] === 0) continue;
    const index = offset + i;
    if (index >= 1024 * indexesPerDoubling || index + 1 <= -1075 * indexesPerDoubling) {
      return `bucket ${index} at scale ${scale} is out of the range of numbers`;
    }
  }
  return undefined;
}

function sum(counts: NumberColumn): number {
  let total = 0;
  for (let i = 0; i < counts.count; i++) total += counts.values[i];
  return total;
}

function overLimit(count: number): string {
  return `${count} buckets (over ingest.histogram_buckets_max)`;
}
