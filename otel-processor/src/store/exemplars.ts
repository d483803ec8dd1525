import type { Counter } from '../base/index.ts';
import type { Exemplar } from '../model/index.ts';

/** How many of a series' newest exemplars are compared with one that comes in. */
const DUPLICATE_LOOKBACK = 16;

/** The newest exemplars of all series, at most `limit`; the oldest by arrival give way. */
export class Exemplars {
  readonly #limit: number;
  readonly #evicted: Counter;
  readonly #bySeries = new Map<number, Exemplar[]>();
  /** All of them in order of arrival, from `#oldest` on; entries of removed series linger until they come up. */
  #arrivals: Exemplar[] = [];
  #oldest = 0;
  #count = 0;

  constructor(limit: number, evicted: Counter) {
    this.#limit = limit;
    this.#evicted = evicted;
  }

  get count(): number {
    return this.#count;
  }

  /** Those that are new; a repeated request does not double its exemplars. */
  add(exemplars: readonly Exemplar[]): Exemplar[] {
    if (this.#limit === 0) return [];
    const added: Exemplar[] = [];
    for (const exemplar of exemplars) {
      let ofSeries = this.#bySeries.get(exemplar.seriesId);
      if (ofSeries === undefined) {
        ofSeries = [];
        this.#bySeries.set(exemplar.seriesId, ofSeries);
      } else if (ofSeries.slice(-DUPLICATE_LOOKBACK).some((known) => isSame(known, exemplar))) {
        continue;
      }
      ofSeries.push(exemplar);
      this.#arrivals.push(exemplar);
      this.#count += 1;
      added.push(exemplar);
    }
    while (this.#arrivals.length - this.#oldest > this.#limit) this.#evict();
    return added;
  }

  /** Of one series in [fromMs, toMs], in time order. */
  select(seriesId: number, fromMs: number, toMs: number): Exemplar[] {
    return (this.#bySeries.get(seriesId) ?? [])
      .filter(({ timestampMs }) => timestampMs >= fromMs && timestampMs <= toMs)
      .sort((a, b) => a.timestampMs - b.timestampMs);
  }

  /** All in order of arrival. */
  all(): Exemplar[] {
    return this.#arrivals.slice(this.#oldest).filter((exemplar) => this.#holds(exemplar));
  }

  remove(seriesId: number, fromMs: number, toMs: number): void {
    const ofSeries = this.#bySeries.get(seriesId);
    if (ofSeries === undefined) return;
    const kept = ofSeries.filter(({ timestampMs }) => timestampMs < fromMs || timestampMs > toMs);
    this.#count -= ofSeries.length - kept.length;
    if (kept.length > 0) this.#bySeries.set(seriesId, kept);
    else this.#bySeries.delete(seriesId);
  }

  #holds(exemplar: Exemplar): boolean {
    return this.#bySeries.get(exemplar.seriesId)?.includes(exemplar) === true;
  }

  #evict(): void {
    const oldest = this.#arrivals[this.#oldest++];
    const ofSeries = this.#bySeries.get(oldest.seriesId);
    // Removed ones linger in the order of arrival only.
    if (ofSeries?.[0] === oldest) {
      ofSeries.shift();
      if (ofSeries.length === 0) this.#bySeries.delete(oldest.seriesId);
      this.#count -= 1;
      this.#evicted.add(1);
    }
    if (this.#oldest > 1024 && this.#oldest * 2 > this.#arrivals.length) {
      this.#arrivals = this.#arrivals.slice(this.#oldest);
      this.#oldest = 0;
    }
  }
}

function isSame(a: Exemplar, b: Exemplar): boolean {
  return a.timestampMs === b.timestampMs && Object.is(a.value, b.value) && a.labels.equals(b.labels);
}
