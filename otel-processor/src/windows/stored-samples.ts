import { type Histogram, isStale, type LabelSet } from '../model/index.ts';
import type { StoredSeries } from './engine-types.ts';
import type { SampleRecord, SeriesTable } from './samples/index.ts';
import type { View } from './view.ts';

/** Brings samples from the store, and records of live ones, under the reference numbers of one table. */
export class StoredSamples {
  readonly #view: View;
  readonly #table: SeriesTable;
  readonly #seriesMax: number;
  readonly #refs = new Map<string, number>();
  /** By reference in live records. */
  readonly #live = new Map<number, number | undefined>();

  constructor(view: View, table: SeriesTable, seriesMax: number) {
    this.#view = view;
    this.#table = table;
    this.#seriesMax = seriesMax;
  }

  /** The samples in [fromMs, toMs) of a series; undefined when the view does not read it. Copies what it keeps. */
  recordOf(series: StoredSeries, fromMs: number, toMs: number): SampleRecord | undefined {
    const { labels, count, words } = series;
    if (!this.#view.wants(labels)) return undefined;
    const ref = this.#refOf(labels);
    if (ref === undefined) return undefined;
    const timestampsMs = new Float64Array(count);
    const values = new Float64Array(count);
    const histograms = new Map<number, Histogram>();
    let rows = 0;
    for (let i = 0; i < count; i++) {
      const timestampMs = series.timestampsMs[i];
      if (timestampMs < fromMs || timestampMs >= toMs) continue;
      const histogram = series.histograms?.get(i);
      if (histogram === undefined && isStale(words, i)) continue;
      if (histogram !== undefined) histograms.set(rows, histogram);
      timestampsMs[rows] = timestampMs;
      values[rows++] = histogram === undefined ? series.values[i] : Number.NaN;
    }
    const refs = new Uint32Array(rows).fill(ref);
    return { forgotten: [], defined: [], count: rows, refs, timestampsMs, values, histograms };
  }

  /** A live record with the references of this table; `labelsOf` says what live references stood for before it. */
  translate(record: SampleRecord, labelsOf: (ref: number) => LabelSet | undefined): SampleRecord {
    for (const ref of record.forgotten) this.#live.delete(ref);
    for (const [ref, labels] of record.defined) this.#live.set(ref, this.#refOf(labels));
    const refs = new Uint32Array(record.count);
    for (let row = 0; row < record.count; row++) {
      const ref = record.refs[row];
      if (!this.#live.has(ref)) {
        const labels = labelsOf(ref);
        const wanted = labels !== undefined && this.#view.wants(labels);
        this.#live.set(ref, wanted ? this.#refOf(labels) : undefined);
      }
      // A number beyond the table is nobody's.
      refs[row] = this.#live.get(ref) ?? this.#table.end;
    }
    return { ...record, forgotten: [], defined: [], refs };
  }

  #refOf(labels: LabelSet): number | undefined {
    const known = this.#refs.get(labels.key);
    if (known !== undefined) return known;
    if (this.#refs.size >= this.#seriesMax) return undefined;
    const ref = this.#refs.size;
    this.#refs.set(labels.key, ref);
    this.#table.define(ref, labels);
    return ref;
  }
}
