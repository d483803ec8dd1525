import { CUSTOM_BUCKETS_SCHEMA, type Histogram, indexedBuckets } from '../../model/index.ts';
import { valueText } from './number-text.ts';

const OPEN_LEFT = 0;
const OPEN_RIGHT = 1;
const CLOSED = 3;

/**
 * A native histogram in the shape of the HTTP API: count, sum and the buckets that are not empty, from the
 * lowest to the highest, each [bounds, lower, upper, count].
 */
export function histogramJson(histogram: Histogram): string {
  const buckets: string[] = [];
  const push = (bounds: number, lower: number, upper: number, count: number): void => {
    if (count === 0) return;
    buckets.push(`[${bounds},"${valueText(lower)}","${valueText(upper)}","${valueText(count)}"]`);
  };
  const bound = boundOf(histogram);
  const custom = histogram.schema === CUSTOM_BUCKETS_SCHEMA;
  const negative = [...indexedBuckets(histogram.negativeSpans, histogram.negativeBuckets)];
  for (const [index, count] of negative.reverse()) push(OPEN_RIGHT, -bound(index), -bound(index - 1), count);
  if (!custom) push(CLOSED, -histogram.zeroThreshold, histogram.zeroThreshold, histogram.zeroCount);
  for (const [index, count] of indexedBuckets(histogram.positiveSpans, histogram.positiveBuckets)) {
    push(custom && index === 0 ? CLOSED : OPEN_LEFT, bound(index - 1), bound(index), count);
  }
  const tail = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":"${valueText(histogram.count)}","sum":"${valueText(histogram.sum)}"${tail}}`;
}

/** Upper bound of the bucket with this index. */
function boundOf(histogram: Histogram): (index: number) => number {
  const { schema, customValues } = histogram;
  if (schema !== CUSTOM_BUCKETS_SCHEMA) return (index) => exponentialBound(index, schema);
  return (index) => {
    if (index < 0) return Number.NEGATIVE_INFINITY;
    return customValues?.[index] ?? Number.POSITIVE_INFINITY;
  };
}

/** 2^(index * 2^-schema); powers of two come out exact. */
function exponentialBound(index: number, schema: number): number {
  if (schema <= 0) return saturated(index * 2 ** -schema);
  const perPower = 2 ** schema;
  const power = Math.floor(index / perPower);
  const rest = index - power * perPower;
  return 2 ** (rest / perPower) * saturated(power);
}

/** 2^power, with the largest double for what would overflow (the last bucket ends there). */
function saturated(power: number): number {
  return power >= 1024 ? Number.MAX_VALUE : 2 ** power;
}
