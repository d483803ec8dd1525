import { type Histogram, type LabelSet, METRIC_NAME } from '../../model/index.ts';

/** What a row holds at a step. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;
export type Presence = typeof ABSENT | typeof FLOAT | typeof HISTOGRAM;

/**
 * One series of an intermediate result: columns over the steps. Whoever is handed a row by a producer may
 * change its columns but must copy what it keeps, since the producer fills the same row again.
 */
export interface Row {
  labels: LabelSet;
  /** The metric name is to be left out of the result's labels. */
  dropName: boolean;
  values: Float64Array;
  presence: Uint8Array;
  /** By step; undefined when no step has a histogram. */
  histograms: (Histogram | undefined)[] | undefined;
}

export type RowSink = (row: Row) => void;

export function createRow(labels: LabelSet, stepCount: number): Row {
  return {
    labels,
    dropName: false,
    values: new Float64Array(stepCount),
    presence: new Uint8Array(stepCount),
    histograms: undefined,
  };
}

export function copyRow(row: Row): Row {
  return {
    labels: row.labels,
    dropName: row.dropName,
    values: row.values.slice(),
    presence: row.presence.slice(),
    histograms: row.histograms?.slice(),
  };
}

export function putHistogram(row: Row, step: number, histogram: Histogram): void {
  row.histograms ??= [];
  row.histograms[step] = histogram;
  row.presence[step] = HISTOGRAM;
}

export function isEmptyRow(row: Row): boolean {
  for (let i = 0; i < row.presence.length; i++) if (row.presence[i] !== ABSENT) return false;
  return true;
}

/** Labels that describe the metric and not the series; they go when the name goes. */
export const metadataLabels: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

export function withoutMetadata(labels: LabelSet): LabelSet {
  return labels.without(metadataLabels);
}

/** Hands out columns for many rows from few large arrays. */
export class RowArena {
  readonly #stepCount: number;
  #values = new Float64Array(0);
  #presence = new Uint8Array(0);
  #used = 0;
  #rows = 16;

  constructor(stepCount: number) {
    this.#stepCount = stepCount;
  }

  copy(row: Row): Row {
    const size = this.#stepCount;
    if (this.#used + size > this.#values.length) {
      this.#rows = Math.min(this.#rows * 2, Math.max(1, Math.floor(65_536 / size)));
      this.#values = new Float64Array(this.#rows * size);
      this.#presence = new Uint8Array(this.#rows * size);
      this.#used = 0;
    }
    const values = this.#values.subarray(this.#used, this.#used + size);
    const presence = this.#presence.subarray(this.#used, this.#used + size);
    this.#used += size;
    values.set(row.values);
    presence.set(row.presence);
    return {
      labels: row.labels,
      dropName: row.dropName,
      values,
      presence,
      histograms: row.histograms?.slice(),
    };
  }
}
