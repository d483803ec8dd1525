import type { SeriesRegistry } from '../model/index.ts';
import type { Exemplars } from './exemplars.ts';
import type { Head } from './head.ts';
import type { Metadata } from './metadata.ts';
import type { Postings } from './postings.ts';

/** All that the store holds in memory: what a snapshot saves and the log's replay rebuilds. */
export interface LiveData {
  readonly registry: SeriesRegistry;
  readonly head: Head;
  readonly postings: Postings;
  readonly exemplars: Exemplars;
  readonly metadata: Metadata;
}

/** Makes room for new series and indexes them. */
export function indexSeries(data: LiveData, seriesIds: readonly number[], minute: number): void {
  const { columns } = data.head.store;
  columns.ensure(data.registry.idEnd);
  for (const seriesId of seriesIds) {
    columns.reset(seriesId);
    columns.seenMinutes[seriesId] = minute;
    data.postings.add(seriesId);
  }
}

/** Forgets series altogether; their ids will stand for others. */
export function removeSeries(data: LiveData, seriesIds: readonly number[]): void {
  for (const seriesId of seriesIds) {
    data.head.forget(seriesId);
    data.exemplars.remove(seriesId, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }
  data.postings.removeAll(seriesIds);
  data.registry.remove(seriesIds);
  data.head.epoch += 1;
}

/** Deletes the samples in [fromMs, toMs] of these series in memory; the number of series that lost samples. */
export function deleteSamples(
  data: LiveData,
  seriesIds: Iterable<number>,
  fromMs: number,
  toMs: number,
): number {
  let touched = 0;
  for (const seriesId of seriesIds) {
    if (!data.registry.isLive(seriesId)) continue;
    if (data.head.deleteRange(seriesId, fromMs, toMs) > 0) touched += 1;
    data.exemplars.remove(seriesId, fromMs, toMs);
  }
  return touched;
}
