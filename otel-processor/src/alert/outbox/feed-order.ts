interface Place {
  readonly sequence: number;
  readonly id: string;
}

/** Beyond so many more places than entries the old ones are left out. */
const SLACK = 1000;

/**
 * Chat entries in the order in which they are offered. An entry that is offered anew gets a new place at the end, and its
 * old one is of no use any more; who reads on from a cursor looks at nothing before it.
 */
export class FeedOrder {
  #places: Place[] = [];

  /** Sequences only grow. */
  add(sequence: number, id: string): void {
    this.#places.push({ sequence, id });
  }

  /** Places after the cursor, in order; some may be old. */
  *after(sequence: number): Generator<Place> {
    for (let i = this.#indexAfter(sequence); i < this.#places.length; i++) yield this.#places[i];
  }

  /** Leaves out what is old when there is much of it. */
  tidy(liveCount: number, isLive: (place: Place) => boolean): void {
    if (this.#places.length > 2 * liveCount + SLACK) this.#places = this.#places.filter(isLive);
  }

  #indexAfter(sequence: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#places[middle].sequence <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
