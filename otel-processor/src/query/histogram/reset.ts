import type { Histogram } from '../../model/index.ts';
import { aboveThreshold, ontoBounds, uncut } from './arithmetic.ts';
import { type BucketList, bucketList, usesCustomBuckets } from './bucket-list.ts';

/**
 * Whether a counter was reset between `previous` and `current`: a count anywhere went down, or the layout
 * changed in a way that only a restart explains (higher resolution, narrower zero bucket). A hint decides alone.
 */
export function detectReset(current: Histogram, previous: Histogram): boolean {
  if (current.counterResetHint === 'reset') return true;
  if (current.counterResetHint === 'not_reset') return false;
  if (current.count < previous.count) return true;
  if (usesCustomBuckets(current) || usesCustomBuckets(previous)) return customReset(current, previous);
  if (current.schema > previous.schema || current.zeroThreshold < previous.zeroThreshold) return true;
  if (uncut(previous, current.zeroThreshold) !== current.zeroThreshold) return true;
  const before = aboveThreshold(previous, current.zeroThreshold, current.schema);
  if (current.zeroCount < before.zeroCount) return true;
  return (
    decreased(bucketList(current.positiveSpans, current.positiveBuckets), before.positive) ||
    decreased(bucketList(current.negativeSpans, current.negativeBuckets), before.negative)
  );
}

function customReset(current: Histogram, previous: Histogram): boolean {
  if (!usesCustomBuckets(current) || !usesCustomBuckets(previous)) return true;
  const now = bucketList(current.positiveSpans, current.positiveBuckets);
  const before = bucketList(previous.positiveSpans, previous.positiveBuckets);
  const nowBounds = current.customValues ?? [];
  const beforeBounds = previous.customValues ?? [];
  const known = new Set(beforeBounds);
  const bounds = nowBounds.filter((bound) => known.has(bound));
  return decreased(ontoBounds(now, nowBounds, bounds), ontoBounds(before, beforeBounds, bounds));
}

function decreased(now: BucketList, before: BucketList): boolean {
  let at = 0;
  for (let i = 0; i < before.indexes.length; i++) {
    while (at < now.indexes.length && now.indexes[at] < before.indexes[i]) at++;
    const count = now.indexes[at] === before.indexes[i] ? now.counts[at] : 0;
    if (count < before.counts[i]) return true;
  }
  return false;
}
