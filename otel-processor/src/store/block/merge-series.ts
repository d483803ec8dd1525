import type { LabelSet } from '../../model/index.ts';
import type { LabelIndex } from './label-index.ts';
import { compareSeries } from './sort-series.ts';

const SERIES_PER_TURN = 2000;

/** The series of several blocks in one order, each label set once. */
export interface MergedSeries {
  readonly count: number;
  /** Number in the merged order of a source's series; ascends with the series. */
  numberOf(source: number, series: number): number;
  labels(number: number): LabelSet;
}

/** Merges the sorted series of several blocks. */
export async function mergeSeries(
  indexes: readonly LabelIndex[],
  pause: () => Promise<void>,
): Promise<MergedSeries> {
  const total = indexes.reduce((sum, index) => sum + index.seriesCount, 0);
  const numbers = indexes.map((index) => new Uint32Array(index.seriesCount));
  // Where the labels of a merged series can be found.
  const sourceOf = new Uint16Array(total);
  const seriesOf = new Uint32Array(total);
  const next = indexes.map(() => 0);
  const heads = indexes.map((index) => (index.seriesCount > 0 ? index.labels(0) : undefined));
  let count = 0;
  for (;;) {
    const smallest = smallestOf(heads);
    if (smallest < 0) break;
    const labels = heads[smallest]!;
    sourceOf[count] = smallest;
    seriesOf[count] = next[smallest];
    for (let source = smallest; source < indexes.length; source++) {
      if (heads[source]?.equals(labels) !== true) continue;
      numbers[source][next[source]] = count;
      next[source] += 1;
      heads[source] =
        next[source] < indexes[source].seriesCount ? indexes[source].labels(next[source]) : undefined;
    }
    count += 1;
    if (count % SERIES_PER_TURN === 0) await pause();
  }
  return {
    count,
    numberOf: (source, series) => numbers[source][series],
    labels: (number) => indexes[sourceOf[number]].labels(seriesOf[number]),
  };
}

/** The first of the smallest; -1 when there is none. */
function smallestOf(heads: readonly (LabelSet | undefined)[]): number {
  let smallest = -1;
  heads.forEach((labels, source) => {
    if (labels === undefined) return;
    if (smallest < 0 || compareSeries(labels, heads[smallest]!) < 0) smallest = source;
  });
  return smallest;
}
