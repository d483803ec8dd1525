import { type LiveData, removeSeries } from './live-data.ts';
import { RECORD_REMOVE, writeIds } from './records.ts';
import type { Wal } from './wal.ts';

/** Series looked at, and removed if it comes to that, in one turn of the event loop. */
const SERIES_PER_TURN = 4000;

export interface RemoveIdleOptions {
  readonly data: LiveData;
  readonly wal: Wal | undefined;
  /** Minute of the epoch: series with nothing in memory that were last seen before it go. */
  readonly idleSinceMinute: number;
  readonly registerCreated: () => void;
  readonly pause: () => Promise<void>;
}

/**
 * Forgets series that have no samples in memory and were idle; how many. From the last id down, so that the free ids
 * are given out again in ascending order, which is how lists of ids grow at their end.
 */
export async function removeIdle(options: RemoveIdleOptions): Promise<number> {
  const { data, wal, idleSinceMinute, registerCreated, pause } = options;
  const { registry, head } = data;
  let removed = 0;
  for (let end = registry.idEnd; end > 0; end -= SERIES_PER_TURN) {
    // What was made since the last turn has no columns before this.
    registerCreated();
    const idle: number[] = [];
    for (let seriesId = end - 1; seriesId >= Math.max(0, end - SERIES_PER_TURN); seriesId--) {
      if (!registry.isLive(seriesId) || head.hasSamples(seriesId)) continue;
      if (head.store.columns.seenMinutes[seriesId] < idleSinceMinute) idle.push(seriesId);
    }
    if (idle.length > 0) {
      wal?.append(RECORD_REMOVE, (writer) => writeIds(writer, idle));
      removeSeries(data, idle);
      removed += idle.length;
    }
    await pause();
  }
  return removed;
}
