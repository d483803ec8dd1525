import type { Histogram } from '../model/index.ts';
import { createSampleBuffer, growSampleBuffer, type SampleBuffer } from './types.ts';

/** Index of the first of `timestampsMs[from, to)` that is not before `timestampMs`; `to` when there is none. */
export function lowerBound(
  timestampsMs: Float64Array,
  from: number,
  to: number,
  timestampMs: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestampsMs[middle] < timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keeps, of the samples from index `start` on, those in [fromMs, toMs]. They are in time order. */
export function trimSamples(buffer: SampleBuffer, start: number, fromMs: number, toMs: number): void {
  const { timestampsMs, words, histograms } = buffer;
  const end = buffer.count;
  const low = timestampsMs[start] >= fromMs ? start : lowerBound(timestampsMs, start, end, fromMs);
  let high = end;
  if (end > low && timestampsMs[end - 1] > toMs) {
    high = lowerBound(timestampsMs, low, end, toMs);
    if (timestampsMs[high] === toMs) high += 1;
  }
  if (histograms !== undefined && histograms.size > 0) {
    for (let i = start; i < end; i++) {
      const histogram = histograms.get(i);
      if (histogram === undefined) continue;
      histograms.delete(i);
      if (i >= low && i < high) histograms.set(i - low + start, histogram);
    }
    if (histograms.size === 0) buffer.histograms = undefined;
  }
  if (low > start) {
    timestampsMs.copyWithin(start, low, high);
    words.copyWithin(2 * start, 2 * low, 2 * high);
  }
  buffer.count = start + Math.max(0, high - low);
}

const merged = createSampleBuffer(1024);

/**
 * The buffer ends in two runs, [start, split) and [split, count), each in time order: makes them one.
 * Of two samples at one time the second run's stays.
 */
export function mergeRuns(buffer: SampleBuffer, split: number, start = 0): void {
  const { count, timestampsMs, words, histograms } = buffer;
  if (split === start || split === count || timestampsMs[split - 1] < timestampsMs[split]) return;
  growSampleBuffer(merged, count - start);
  const moved = histograms === undefined ? undefined : new Map<number, Histogram>();
  if (histograms !== undefined) for (const [at, value] of histograms) if (at < start) moved?.set(at, value);
  let left = start;
  let right = split;
  let out = 0;
  while (left < split || right < count) {
    let from: number;
    if (right === count || (left < split && timestampsMs[left] < timestampsMs[right])) {
      from = left++;
    } else {
      if (left < split && timestampsMs[left] === timestampsMs[right]) left += 1;
      from = right++;
    }
    merged.timestampsMs[out] = timestampsMs[from];
    merged.words[2 * out] = words[2 * from];
    merged.words[2 * out + 1] = words[2 * from + 1];
    const histogram = histograms?.get(from);
    if (histogram !== undefined) moved?.set(start + out, histogram);
    out += 1;
  }
  timestampsMs.set(merged.timestampsMs.subarray(0, out), start);
  words.set(merged.words.subarray(0, 2 * out), 2 * start);
  buffer.histograms = moved;
  buffer.count = start + out;
}

export function clearSamples(buffer: SampleBuffer): void {
  buffer.count = 0;
  buffer.histograms = undefined;
}

/** Removes the samples in [fromMs, toMs]. */
export function cutRange(buffer: SampleBuffer, fromMs: number, toMs: number): void {
  const { count, timestampsMs, words, histograms } = buffer;
  const moved = new Map<number, Histogram>();
  let out = 0;
  for (let i = 0; i < count; i++) {
    if (timestampsMs[i] >= fromMs && timestampsMs[i] <= toMs) continue;
    timestampsMs[out] = timestampsMs[i];
    words[2 * out] = words[2 * i];
    words[2 * out + 1] = words[2 * i + 1];
    const histogram = histograms?.get(i);
    if (histogram !== undefined) moved.set(out, histogram);
    out += 1;
  }
  buffer.histograms = moved.size > 0 ? moved : undefined;
  buffer.count = out;
}
