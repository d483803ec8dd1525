import type { LiveData } from './live-data.ts';
import { NO_CHUNK } from './series-columns.ts';

/** Series looked at between two turns of the event loop. */
const SERIES_PER_TURN = 20_000;

/** Starts of the block ranges of which the head holds samples, oldest first. */
export async function rangesOf(
  { head, registry }: LiveData,
  blockRangeMs: number,
  pause: () => Promise<void>,
): Promise<number[]> {
  const starts = new Set<number>();
  // Most chunks are of the same range as the one before.
  let lastMs = Number.NaN;
  const add = (timestampMs: number): void => {
    if (timestampMs >= lastMs && timestampMs < lastMs + blockRangeMs) return;
    lastMs = Math.floor(timestampMs / blockRangeMs) * blockRangeMs;
    starts.add(lastMs);
  };
  for (let seriesId = 0; seriesId < Math.min(registry.idEnd, head.store.columns.capacity); seriesId++) {
    const { columns, chunks } = head.store;
    for (let chunk = columns.firstChunks[seriesId]; chunk !== NO_CHUNK; chunk = chunks.next[chunk]) {
      add(chunks.minTimesMs[chunk]);
    }
    if ((seriesId + 1) % SERIES_PER_TURN === 0) await pause();
  }
  for (const { buffer } of head.late.values()) {
    for (let i = 0; i < buffer.count; i++) add(buffer.timestampsMs[i]);
  }
  return [...starts].sort((a, b) => a - b);
}
