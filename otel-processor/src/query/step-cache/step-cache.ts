import type { RangeSeries } from '../types.ts';
import type { DataChanges } from './changes.ts';
import { sliceSeries } from './splice.ts';

interface Entry {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of the data, from before the first of these steps was evaluated. */
  readonly version: number;
  readonly series: readonly RangeSeries[];
  readonly points: number;
}

/** Steps that need not be evaluated again: those up to `lastMs`. */
export interface CachedSteps {
  readonly lastMs: number;
  readonly series: readonly RangeSeries[];
}

/**
 * Results of range queries by step, for dashboards that ask for the same expression again and again with a
 * moving end: steps that lie wholly before the oldest change of the data since are taken from here.
 */
export class StepCache {
  readonly #changes: DataChanges;
  readonly #pointsMax: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #points = 0;

  constructor(changes: DataChanges, pointsMax: number) {
    this.#changes = changes;
    this.#pointsMax = pointsMax;
  }

  /** Samples held. */
  get points(): number {
    return this.#points;
  }

  /** To be asked before evaluation, and given back to `put`. */
  get version(): number {
    return this.#changes.version;
  }

  /** What is known of the steps fromMs, fromMs + stepMs, ... up to toMs, from the first one on. */
  get(key: string, fromMs: number, toMs: number, stepMs: number, aheadMs: number): CachedSteps | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (fromMs < entry.firstMs || fromMs > entry.lastMs) return undefined;
    const changedMs = this.#changes.oldestChangeMs(entry.version);
    // A step is untouched when everything it looks at is older than the oldest change.
    const untouched = Math.ceil((changedMs - aheadMs - fromMs) / stepMs) - 1;
    const known = Math.floor((Math.min(entry.lastMs, toMs) - fromMs) / stepMs);
    const last = Math.min(untouched, known);
    if (last < 0) return undefined;
    const lastMs = fromMs + last * stepMs;
    return { lastMs, series: entry.series.map((series) => sliceSeries(series, fromMs, lastMs)) };
  }

  /** Keeps the result of all steps from `firstMs` to `lastMs`. */
  put(key: string, firstMs: number, lastMs: number, version: number, series: readonly RangeSeries[]): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#forget(key, before);
    // A series costs about as much as 16 samples beside its samples.
    const points = series.reduce((sum, { timestampsMs }) => sum + timestampsMs.length + 16, 16);
    if (points > this.#pointsMax / 4) return;
    this.#entries.set(key, { firstMs, lastMs, version, series, points });
    this.#points += points;
    for (const [oldKey, entry] of this.#entries) {
      if (this.#points <= this.#pointsMax) break;
      this.#forget(oldKey, entry);
    }
  }

  #forget(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#points -= entry.points;
  }
}
