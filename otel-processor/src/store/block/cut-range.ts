import type { SampleBuffer } from '../types.ts';

/** Removes, of the samples from index `start` on, those with timestamps in [fromMs, toMs]. */
export function cutRangeFrom(buffer: SampleBuffer, start: number, fromMs: number, toMs: number): void {
  const { count, timestampsMs, words, histograms } = buffer;
  let out = start;
  for (let i = start; i < count; i++) {
    const histogram = histograms?.get(i);
    if (histogram !== undefined) histograms!.delete(i);
    if (timestampsMs[i] >= fromMs && timestampsMs[i] <= toMs) continue;
    if (histogram !== undefined) histograms!.set(out, histogram);
    timestampsMs[out] = timestampsMs[i];
    words[2 * out] = words[2 * i];
    words[2 * out + 1] = words[2 * i + 1];
    out += 1;
  }
  buffer.count = out;
  if (histograms?.size === 0) buffer.histograms = undefined;
}
