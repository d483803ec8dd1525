import { labelsKey, type SeriesColumns } from '../frames/columns.ts';

interface Entry {
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: readonly SeriesColumns[];
  readonly sampleCount: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Results of range queries that a later one, over a range that moved on, need not ask for again. */
export class RangeCache {
  readonly #entries = new Map<string, Entry>();
  readonly #entriesMax: number;
  readonly #samplesMax: number;
  readonly #overlapMs: number;
  #sampleCount = 0;

  /**
   * Of the newest `overlapMs` everything is asked again: late samples change it. 0: nothing is kept. At most so many results,
   * and so many samples in all of them (16 bytes each), are kept.
   */
  constructor(overlapMs: number, entriesMax = 100, samplesMax = 5_000_000) {
    this.#overlapMs = overlapMs;
    this.#entriesMax = entriesMax;
    this.#samplesMax = samplesMax;
  }

  /** What must be asked: a part at the end of `span` when its beginning is known, else the whole. Ends lie on the step. */
  missing(key: string, span: Span, stepMs: number): Span {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.fromMs > span.fromMs || entry.toMs < span.fromMs) return span;
    const known = Math.floor((Math.min(entry.toMs, span.toMs) - this.#overlapMs) / stepMs) * stepMs;
    return known <= span.fromMs ? span : { fromMs: known, toMs: span.toMs };
  }

  /** Puts what was asked together with what was known, keeps it, and returns the whole of `span`. */
  merge(key: string, span: Span, asked: Span, fresh: readonly SeriesColumns[]): SeriesColumns[] {
    const entry = asked.fromMs > span.fromMs ? this.#entries.get(key) : undefined;
    const series = entry === undefined ? [...fresh] : joined(entry.series, fresh, span, asked.fromMs);
    this.#forget(key);
    if (this.#overlapMs > 0) {
      const sampleCount = series.reduce((sum, { values }) => sum + values.length, 0);
      this.#entries.set(key, { ...span, series, sampleCount });
      this.#sampleCount += sampleCount;
    }
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= this.#entriesMax && this.#sampleCount <= this.#samplesMax) break;
      this.#forget(oldest);
    }
    return series;
  }

  #forget(key: string): void {
    this.#sampleCount -= this.#entries.get(key)?.sampleCount ?? 0;
    this.#entries.delete(key);
  }
}

function joined(
  known: readonly SeriesColumns[],
  fresh: readonly SeriesColumns[],
  span: Span,
  cutMs: number,
): SeriesColumns[] {
  const parts = new Map<string, { labels: SeriesColumns['labels']; timesMs: number[]; values: number[] }>();
  for (const { labels, timesMs, values } of known) {
    const part = { labels, timesMs: [] as number[], values: [] as number[] };
    timesMs.forEach((timeMs, i) => {
      if (timeMs < span.fromMs || timeMs >= cutMs) return;
      part.timesMs.push(timeMs);
      part.values.push(values[i] as number);
    });
    if (part.timesMs.length > 0) parts.set(labelsKey(labels), part);
  }
  for (const { labels, timesMs, values } of fresh) {
    const key = labelsKey(labels);
    const part = parts.get(key);
    parts.set(key, {
      labels,
      timesMs: [...(part?.timesMs ?? []), ...timesMs],
      values: [...(part?.values ?? []), ...values],
    });
  }
  return [...parts.values()];
}
