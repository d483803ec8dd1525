import type { Leaf } from './leaf.ts';
import type { WatchedFamily } from './timeline.ts';

/** A series that the watch has not met, or that it does not watch, or whose family is still reading its history. */
export const UNKNOWN = 0;
export const IGNORED = -1;
export const AWAITED = -2;

/** Series id to slot of the sample table: what the tap asks for each row. */
export class SeriesMap {
  #entries = new Int32Array(1024);
  #seriesBySlot = new Int32Array(1024).fill(-1);
  #generation = -1;

  /** Forgets everything when ids may stand for other series now. */
  sync(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#entries.fill(UNKNOWN);
    this.#seriesBySlot.fill(-1);
  }

  /** Slot + 1, or one of the marks above. */
  entry(seriesId: number): number {
    return seriesId < this.#entries.length ? this.#entries[seriesId] : UNKNOWN;
  }

  mark(seriesId: number, mark: typeof UNKNOWN | typeof IGNORED | typeof AWAITED): void {
    this.#reserve(seriesId);
    this.#entries[seriesId] = mark;
  }

  assign(seriesId: number, slot: number): void {
    this.#reserve(seriesId);
    this.#entries[seriesId] = slot + 1;
    if (slot >= this.#seriesBySlot.length) {
      const grown = new Int32Array(Math.max(slot + 1, this.#seriesBySlot.length * 2)).fill(-1);
      grown.set(this.#seriesBySlot);
      this.#seriesBySlot = grown;
    }
    this.#seriesBySlot[slot] = seriesId;
  }

  /** The slots of a leaf are given to others. */
  release(leaf: Leaf): void {
    for (const slot of leaf.slots) {
      const seriesId = slot < this.#seriesBySlot.length ? this.#seriesBySlot[slot] : -1;
      if (seriesId < 0) continue;
      this.#entries[seriesId] = UNKNOWN;
      this.#seriesBySlot[slot] = -1;
    }
  }

  /** Series that were awaited are met anew. */
  releaseAwaited(): void {
    for (let i = 0; i < this.#entries.length; i++)
      if (this.#entries[i] === AWAITED) this.#entries[i] = UNKNOWN;
  }

  #reserve(seriesId: number): void {
    if (seriesId < this.#entries.length) return;
    const grown = new Int32Array(Math.max(seriesId + 1, this.#entries.length * 2));
    grown.set(this.#entries);
    this.#entries = grown;
  }
}

/** The slot of a leaf's series, made if it is new. */
export function slotOf(
  { family }: WatchedFamily,
  leaf: Leaf,
  bound: number | undefined,
  addSlot: (isCounter: boolean) => number,
): number {
  const known = bound === undefined ? leaf.slots.at(0) : leaf.slots.at(leaf.bounds.indexOf(bound));
  if (known !== undefined && (bound === undefined || leaf.bounds.includes(bound))) return known;
  const slot = addSlot(family.kind !== 'gauge');
  family.addSlot(leaf, slot, bound);
  return slot;
}
