import type { RangeWindow } from '../evaluate/range-window.ts';

/**
 * The floats of a sliding window in order: what comes and what goes is found by halving, and the rest moves in
 * one piece. Cheaper than sorting every window anew as soon as windows overlap.
 */
export class SortedWindow {
  #sorted = new Float64Array(64);
  #count = 0;
  /** NaN sorts before everything. */
  #nanCount = 0;
  #from = 0;
  #to = 0;

  restart(): void {
    this.#count = 0;
    this.#nanCount = 0;
    this.#from = 0;
    this.#to = 0;
  }

  /** Follows the window, which only ever moves on. */
  follow({ series, from, to }: RangeWindow): void {
    const { values } = series;
    if (from >= this.#to) {
      this.restart();
      this.#from = from;
      this.#to = from;
    }
    while (this.#from < from) this.#remove(values[this.#from++]);
    while (this.#to < to) this.#insert(values[this.#to++]);
  }

  /** The quantile with linear interpolation between ranks; -Inf below 0, +Inf above 1. */
  quantile(phi: number): number {
    const total = this.#count + this.#nanCount;
    if (total === 0 || Number.isNaN(phi)) return Number.NaN;
    if (phi < 0) return Number.NEGATIVE_INFINITY;
    if (phi > 1) return Number.POSITIVE_INFINITY;
    const rank = phi * (total - 1);
    const lower = Math.floor(rank);
    const weight = rank - lower;
    return this.#at(lower) * (1 - weight) + this.#at(Math.min(total - 1, lower + 1)) * weight;
  }

  #at(rank: number): number {
    return rank < this.#nanCount ? Number.NaN : this.#sorted[rank - this.#nanCount];
  }

  #insert(value: number): void {
    if (Number.isNaN(value)) {
      this.#nanCount += 1;
      return;
    }
    if (this.#count === this.#sorted.length) {
      const grown = new Float64Array(this.#count * 2);
      grown.set(this.#sorted);
      this.#sorted = grown;
    }
    const at = this.#find(value);
    this.#sorted.copyWithin(at + 1, at, this.#count);
    this.#sorted[at] = value;
    this.#count += 1;
  }

  #remove(value: number): void {
    if (Number.isNaN(value)) {
      this.#nanCount -= 1;
      return;
    }
    const at = this.#find(value);
    this.#sorted.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }

  /** Index of the first that is not smaller. */
  #find(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
