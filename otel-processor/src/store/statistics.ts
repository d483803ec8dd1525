import { METRIC_NAME } from '../model/index.ts';
import type { BlockMeta } from './block-types.ts';
import type { LiveData } from './live-data.ts';
import { NO_CHUNK } from './series-columns.ts';
import type { StoreStatistics } from './types.ts';

type Counted = readonly [string, number];

/** Counts of the series in memory; the time range is that of everything stored. */
export function headStatistics(data: LiveData, blocks: readonly BlockMeta[], limit: number): StoreStatistics {
  const { head, postings, registry } = data;
  const range = timeRange(data, blocks);
  const byMetricName: Counted[] = [];
  postings.forEachValue(METRIC_NAME, (value, seriesIds) => byMetricName.push([value, seriesIds.length]));
  const byLabelName: Counted[] = [];
  const byPair: Counted[] = [];
  for (const name of postings.names()) {
    byLabelName.push([name, postings.valueCount(name)]);
    const ofName: Counted[] = [];
    postings.forEachValue(name, (value, seriesIds) => ofName.push([`${name}=${value}`, seriesIds.length]));
    byPair.push(...largest(ofName, limit));
  }
  return {
    seriesCount: registry.size,
    chunkCount: head.store.chunks.count,
    ...range,
    labelPairCount: postings.pairCount,
    seriesCountByMetricName: largest(byMetricName, limit),
    labelValueCountByLabelName: largest(byLabelName, limit),
    seriesCountByLabelPair: largest(byPair, limit),
  };
}

function largest(counted: Counted[], limit: number): Counted[] {
  return counted.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit);
}

function timeRange({ head, registry }: LiveData, blocks: readonly BlockMeta[]) {
  const { columns, chunks } = head.store;
  let minTimeMs = Number.POSITIVE_INFINITY;
  let maxTimeMs = Number.NEGATIVE_INFINITY;
  for (const block of blocks) {
    minTimeMs = Math.min(minTimeMs, block.minTimeMs);
    maxTimeMs = Math.max(maxTimeMs, block.maxTimeMs);
  }
  for (let seriesId = 0; seriesId < Math.min(registry.idEnd, columns.capacity); seriesId++) {
    const first = columns.firstChunks[seriesId];
    if (first === NO_CHUNK) continue;
    minTimeMs = Math.min(minTimeMs, chunks.minTimesMs[first]);
    maxTimeMs = Math.max(maxTimeMs, chunks.maxTimesMs[columns.lastChunks[seriesId]]);
  }
  for (const late of head.late.values()) {
    if (late.count > 0) minTimeMs = Math.min(minTimeMs, late.buffer.timestampsMs[0]);
  }
  return { minTimeMs, maxTimeMs };
}
