import type { Matcher } from '../model/index.ts';
import { deleteSamples, type LiveData } from './live-data.ts';
import { selectSeries } from './postings-select.ts';
import { RECORD_DELETE, writeDeletion } from './records.ts';
import type { Wal } from './wal.ts';

const SERIES_PER_TURN = 2000;

/**
 * Deletes the samples in [fromMs, toMs] of the series that match, in memory; the number of series that lost some.
 * Each slice is logged in the turn in which it is deleted, with its series: what is appended in between is on the
 * same side of the deletion in memory and in the log. No series may be removed meanwhile.
 */
export async function deleteInSlices(
  data: LiveData,
  wal: Wal | undefined,
  matchers: readonly Matcher[],
  fromMs: number,
  toMs: number,
  pause: () => Promise<void>,
): Promise<number> {
  const all = selectSeries(data.registry, data.postings, matchers);
  let touched = 0;
  for (let start = 0; start < all.length; start += SERIES_PER_TURN) {
    const seriesIds = all.subarray(start, start + SERIES_PER_TURN);
    touched += deleteSamples(data, seriesIds, fromMs, toMs);
    wal?.append(RECORD_DELETE, (writer) => writeDeletion(writer, { fromMs, toMs, seriesIds }));
    await pause();
  }
  return touched;
}
