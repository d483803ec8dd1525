import type { CounterResetHint, Histogram } from '../../model/index.ts';
import {
  type BucketList,
  bucketList,
  coarsened,
  exponentialBound,
  mergedLists,
  toSpans,
  usesCustomBuckets,
} from './bucket-list.ts';

export interface Outcome {
  readonly histogram: Histogram;
  /** One operand is known to begin after a counter reset and the other not to. */
  readonly resetConflict: boolean;
  /** Custom bounds differed: only the common ones are left. */
  readonly boundsReconciled: boolean;
}

/** a + b, or undefined when one has custom buckets and the other exponential ones. */
export function added(a: Histogram, b: Histogram): Outcome | undefined {
  return combined(a, b, 1);
}

/** a - b, like `added`. */
export function subtracted(a: Histogram, b: Histogram): Outcome | undefined {
  return combined(a, b, -1);
}

/** Multiplied or divided by a float; a negative factor makes a gauge of it. */
export function scaled(
  histogram: Histogram,
  factor: number,
  operation: 'multiply' | 'divide' = 'multiply',
): Histogram {
  const scale =
    operation === 'multiply'
      ? (value: number): number => value * factor
      : (value: number): number => value / factor;
  const byZero = operation === 'divide' && factor === 0;
  return {
    ...histogram,
    zeroCount: scale(histogram.zeroCount),
    count: scale(histogram.count),
    sum: scale(histogram.sum),
    // Dividing by zero leaves no bucket that means anything.
    positiveSpans: byZero ? [] : histogram.positiveSpans,
    positiveBuckets: byZero ? [] : histogram.positiveBuckets.map(scale),
    negativeSpans: byZero ? [] : histogram.negativeSpans,
    negativeBuckets: byZero ? [] : histogram.negativeBuckets.map(scale),
    counterResetHint: factor < 0 ? 'gauge' : histogram.counterResetHint,
  };
}

/** Without its empty buckets. */
export function compacted(histogram: Histogram): Histogram {
  const positive = toSpans(bucketList(histogram.positiveSpans, histogram.positiveBuckets));
  const negative = toSpans(bucketList(histogram.negativeSpans, histogram.negativeBuckets));
  return {
    ...histogram,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  };
}

/** A histogram with the layout of `like` and nothing in it. */
export function emptyLike(like: Histogram): Histogram {
  return {
    schema: like.schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    ...(like.customValues === undefined ? {} : { customValues: like.customValues }),
    counterResetHint: 'unknown',
  };
}

/** At resolution `schema`, which is not finer than its own. */
export function reducedTo(histogram: Histogram, schema: number): Histogram {
  if (histogram.schema === schema || usesCustomBuckets(histogram)) return histogram;
  const shift = histogram.schema - schema;
  const positive = toSpans(coarsened(bucketList(histogram.positiveSpans, histogram.positiveBuckets), shift));
  const negative = toSpans(coarsened(bucketList(histogram.negativeSpans, histogram.negativeBuckets), shift));
  return {
    ...histogram,
    schema,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  };
}

function combined(a: Histogram, b: Histogram, sign: 1 | -1): Outcome | undefined {
  const custom = usesCustomBuckets(a);
  if (custom !== usesCustomBuckets(b)) return undefined;
  const { hint, conflict } = combinedHint(a.counterResetHint, b.counterResetHint);
  const totals = { count: a.count + sign * b.count, sum: a.sum + sign * b.sum, counterResetHint: hint };
  if (custom) {
    const { bounds, left, right, reconciled } = commonBounds(a, b);
    const { spans, buckets } = toSpans(mergedLists(left, right, sign));
    const histogram: Histogram = {
      ...emptyLike(a),
      ...totals,
      customValues: bounds,
      positiveSpans: spans,
      positiveBuckets: buckets,
    };
    return { histogram, resetConflict: conflict, boundsReconciled: reconciled };
  }
  const schema = Math.min(a.schema, b.schema);
  const zeroThreshold = commonThreshold(a, b);
  const left = aboveThreshold(a, zeroThreshold, schema);
  const right = aboveThreshold(b, zeroThreshold, schema);
  const positive = toSpans(mergedLists(left.positive, right.positive, sign));
  const negative = toSpans(mergedLists(left.negative, right.negative, sign));
  const histogram: Histogram = {
    schema,
    zeroThreshold,
    zeroCount: left.zeroCount + sign * right.zeroCount,
    ...totals,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  };
  return { histogram, resetConflict: conflict, boundsReconciled: false };
}

/** A gauge wins over everything, not knowing over knowing; contradiction ends in not knowing. */
export function combinedHint(
  a: CounterResetHint,
  b: CounterResetHint,
): { hint: CounterResetHint; conflict: boolean } {
  if (a === b) return { hint: a, conflict: false };
  if (a === 'gauge' || b === 'gauge') return { hint: 'gauge', conflict: false };
  return { hint: 'unknown', conflict: a !== 'unknown' && b !== 'unknown' };
}

interface Common {
  readonly bounds: readonly number[];
  readonly left: BucketList;
  readonly right: BucketList;
  readonly reconciled: boolean;
}

function commonBounds(a: Histogram, b: Histogram): Common {
  const ours = a.customValues ?? [];
  const theirs = b.customValues ?? [];
  const left = bucketList(a.positiveSpans, a.positiveBuckets);
  const right = bucketList(b.positiveSpans, b.positiveBuckets);
  if (ours.length === theirs.length && ours.every((bound, i) => bound === theirs[i])) {
    return { bounds: ours, left, right, reconciled: false };
  }
  const known = new Set(theirs);
  const bounds = ours.filter((bound) => known.has(bound));
  return {
    bounds,
    left: ontoBounds(left, ours, bounds),
    right: ontoBounds(right, theirs, bounds),
    reconciled: true,
  };
}

/** Moves each bucket into the one of `to` that its upper bound lies in. */
export function ontoBounds(list: BucketList, from: readonly number[], to: readonly number[]): BucketList {
  const indexes: number[] = [];
  const counts: number[] = [];
  let target = 0;
  for (let i = 0; i < list.indexes.length; i++) {
    const upper = from[list.indexes[i]] ?? Number.POSITIVE_INFINITY;
    while (target < to.length && to[target] < upper) target++;
    if (indexes.at(-1) === target) counts[counts.length - 1] += list.counts[i];
    else {
      indexes.push(target);
      counts.push(list.counts[i]);
    }
  }
  return { indexes, counts };
}

/** The smallest threshold at or above both that does not cut a populated bucket of either. */
function commonThreshold(a: Histogram, b: Histogram): number {
  let threshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  for (;;) {
    const wider = Math.max(uncut(a, threshold), uncut(b, threshold));
    if (wider === threshold) return threshold;
    threshold = wider;
  }
}

/** `threshold`, or the upper bound of the populated bucket that it would cut. */
export function uncut(histogram: Histogram, threshold: number): number {
  if (threshold === histogram.zeroThreshold) return threshold;
  let result = threshold;
  for (const { indexes, counts } of [
    bucketList(histogram.positiveSpans, histogram.positiveBuckets),
    bucketList(histogram.negativeSpans, histogram.negativeBuckets),
  ]) {
    for (let i = 0; i < indexes.length; i++) {
      if (exponentialBound(histogram.schema, indexes[i] - 1) >= threshold) break;
      const upper = exponentialBound(histogram.schema, indexes[i]);
      if (upper > threshold && counts[i] !== 0) result = Math.max(result, upper);
    }
  }
  return result;
}

/** The histogram as if its zero bucket reached to `threshold`, at resolution `schema`. */
export function aboveThreshold(
  histogram: Histogram,
  threshold: number,
  schema: number,
): { positive: BucketList; negative: BucketList; zeroCount: number } {
  let { zeroCount } = histogram;
  const sides = [
    bucketList(histogram.positiveSpans, histogram.positiveBuckets),
    bucketList(histogram.negativeSpans, histogram.negativeBuckets),
  ].map((list) => {
    let first = 0;
    if (threshold > histogram.zeroThreshold) {
      while (
        first < list.indexes.length &&
        exponentialBound(histogram.schema, list.indexes[first] - 1) < threshold
      ) {
        zeroCount += list.counts[first];
        first += 1;
      }
    }
    const rest = { indexes: list.indexes.slice(first), counts: list.counts.slice(first) };
    return coarsened(rest, histogram.schema - schema);
  });
  return { positive: sides[0], negative: sides[1], zeroCount };
}
