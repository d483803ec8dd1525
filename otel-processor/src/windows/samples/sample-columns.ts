import type { HistogramIncrease } from './histogram-increase.ts';
import type { SampleRecord } from './sample-record.ts';
import type { SeriesTable } from './series-table.ts';

/** Samples as views take them: each once, with what it means to its series. The columns may be longer than `count`. */
export interface SampleColumns {
  readonly count: number;
  readonly refs: Uint32Array;
  readonly timestampsMs: Float64Array;
  /** NaN for histograms. */
  readonly values: Float64Array;
  /** What a counter, or the count of a histogram, rose by since the sample before; NaN where that is not known. */
  readonly increases: Float64Array;
  /** By row. */
  readonly histograms: ReadonlyMap<number, HistogramIncrease>;
  /** Samples left out: seen before, and older than is remembered of their series. */
  readonly repeatedCount: number;
  readonly tooOldCount: number;
}

/** Brings the table up to date with a record and tells what of it is new. */
export function takeRecord(record: SampleRecord, table: SeriesTable): SampleColumns {
  const { memory } = table;
  for (const ref of record.forgotten) table.forget(ref);
  for (const [ref, labels] of record.defined) table.define(ref, labels);
  const refs = new Uint32Array(record.count);
  const timestampsMs = new Float64Array(record.count);
  const values = new Float64Array(record.count);
  const increases = new Float64Array(record.count);
  const histograms = new Map<number, HistogramIncrease>();
  let count = 0;
  let repeatedCount = 0;
  let tooOldCount = 0;
  for (let row = 0; row < record.count; row++) {
    const ref = record.refs[row];
    // Its definition was in a damaged place of the log.
    if (table.get(ref) === undefined) continue;
    const timestampMs = record.timestampsMs[row];
    const verdict = memory.see(ref, timestampMs);
    if (verdict === 'repeated' || verdict === 'too_old') {
      if (verdict === 'repeated') repeatedCount += 1;
      else tooOldCount += 1;
      continue;
    }
    const histogram = record.histograms.get(row);
    refs[count] = ref;
    timestampsMs[count] = timestampMs;
    values[count] = record.values[row];
    increases[count] = Number.NaN;
    // What a late sample of a counter rose by was counted with the next one already.
    if (verdict === 'newest') {
      if (histogram === undefined) increases[count] = memory.increase(ref, values[count]);
      else {
        const increase = memory.increaseOf(ref, histogram);
        increases[count] = increase?.count ?? Number.NaN;
        if (increase !== undefined) histograms.set(count, increase);
      }
    }
    count += 1;
  }
  return { count, refs, timestampsMs, values, increases, histograms, repeatedCount, tooOldCount };
}
