import type { Histogram } from './histogram.ts';
import type { LabelSet } from './label-set.ts';
import { Rejections } from './rejections.ts';
import { markStale, wordsOf } from './stale.ts';

/** An example measurement behind a sample. */
export interface Exemplar {
  readonly seriesId: number;
  readonly labels: LabelSet;
  readonly value: number;
  readonly timestampMs: number;
}

export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface MetricMetadata {
  /** The Prometheus name of the family, for example without `_bucket`. */
  readonly metricName: string;
  readonly type: MetricType;
  readonly unit: string;
  readonly help: string;
}

/** The sample is a delta, to be added to its series' running total. */
export const FLAG_DELTA = 1;

/**
 * Columns of one accepted request. One row is one sample; several rows may come from one OTLP data point
 * (a classic histogram), which `points` says, so that rejections count data points and not samples.
 * Whoever is handed a batch owns it.
 */
export class Batch {
  /** Number of rows. The columns may be longer. */
  count = 0;
  seriesIds: Uint32Array<ArrayBuffer>;
  timestampsMs: Float64Array<ArrayBuffer>;
  /** A staleness marker is a NaN with bits of its own: see `stale.ts`. */
  values: Float64Array<ArrayBuffer>;
  /** Index of the data point in the request that the row came from; ascending. */
  points: Uint32Array<ArrayBuffer>;
  /** Number of data points in the request, refused ones included. */
  pointCount = 0;
  /** `FLAG_*` per row; undefined when no row has any. */
  flags: Uint8Array<ArrayBuffer> | undefined;
  /** When a delta's interval began, 0 if not said; undefined when no row is a delta. */
  startTimesMs: Float64Array<ArrayBuffer> | undefined;
  /** Native histograms by row; such a row's `values` entry is meaningless. */
  histograms: Map<number, Histogram> | undefined;
  exemplars: Exemplar[] = [];
  metadata: MetricMetadata[] = [];
  readonly rejections: Rejections;

  constructor(capacity = 256, rejections = new Rejections()) {
    this.rejections = rejections;
    this.seriesIds = new Uint32Array(capacity);
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.points = new Uint32Array(capacity);
  }

  /** Appends a row of the data point `point`; returns its index. */
  add(point: number, seriesId: number, timestampMs: number, value: number): number {
    if (this.count === this.seriesIds.length) this.#grow();
    const row = this.count++;
    this.seriesIds[row] = seriesId;
    this.timestampsMs[row] = timestampMs;
    this.values[row] = value;
    this.points[row] = point;
    return row;
  }

  addStale(point: number, seriesId: number, timestampMs: number): number {
    const row = this.add(point, seriesId, timestampMs, 0);
    markStale(wordsOf(this.values), row);
    return row;
  }

  addHistogram(point: number, seriesId: number, timestampMs: number, histogram: Histogram): number {
    const row = this.add(point, seriesId, timestampMs, 0);
    this.histograms ??= new Map();
    this.histograms.set(row, histogram);
    return row;
  }

  /** Appends row `row` of `source` bit for bit, without its delta flag. */
  copyRow(source: Batch, row: number): void {
    const at = this.add(source.points[row], source.seriesIds[row], source.timestampsMs[row], 0);
    const from = wordsOf(source.values);
    const to = wordsOf(this.values);
    to[2 * at] = from[2 * row];
    to[2 * at + 1] = from[2 * row + 1];
    const histogram = source.histograms?.get(row);
    if (histogram !== undefined) {
      this.histograms ??= new Map();
      this.histograms.set(at, histogram);
    }
  }

  /** Says that `row` is a delta over (startTimeMs, timestamp]. */
  markDelta(row: number, startTimeMs: number): void {
    this.flags ??= new Uint8Array(this.seriesIds.length);
    this.startTimesMs ??= new Float64Array(this.seriesIds.length);
    this.flags[row] = FLAG_DELTA;
    this.startTimesMs[row] = startTimeMs;
  }

  /** Removes the rows for which `keep` is 0, in place, in order. `keep` has at least `count` entries. */
  filter(keep: Uint8Array): void {
    let end = 0;
    const words = wordsOf(this.values);
    for (let row = 0; row < this.count; row++) {
      if (keep[row] === 0) {
        this.histograms?.delete(row);
        continue;
      }
      if (end !== row) {
        this.seriesIds[end] = this.seriesIds[row];
        this.timestampsMs[end] = this.timestampsMs[row];
        words[2 * end] = words[2 * row];
        words[2 * end + 1] = words[2 * row + 1];
        this.points[end] = this.points[row];
        if (this.flags !== undefined) this.flags[end] = this.flags[row];
        if (this.startTimesMs !== undefined) this.startTimesMs[end] = this.startTimesMs[row];
        const histogram = this.histograms?.get(row);
        if (histogram !== undefined) {
          this.histograms!.delete(row);
          this.histograms!.set(end, histogram);
        }
      }
      end += 1;
    }
    this.count = end;
  }

  #grow(): void {
    const capacity = Math.max(16, this.seriesIds.length * 2);
    this.seriesIds = grown(this.seriesIds, new Uint32Array(capacity));
    this.timestampsMs = grown(this.timestampsMs, new Float64Array(capacity));
    this.values = grown(this.values, new Float64Array(capacity));
    this.points = grown(this.points, new Uint32Array(capacity));
    if (this.flags !== undefined) this.flags = grown(this.flags, new Uint8Array(capacity));
    if (this.startTimesMs !== undefined)
      this.startTimesMs = grown(this.startTimesMs, new Float64Array(capacity));
  }
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
