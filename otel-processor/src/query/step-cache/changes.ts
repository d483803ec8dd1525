/** What the cache of steps must know of the data: whether what it was computed from is still what is stored. */
export interface DataChanges {
  /** Rises with every change. */
  readonly version: number;
  /**
   * The oldest timestamp of a sample that came, changed or went after `version`; Infinity when nothing did,
   * -Infinity when it is not known any more.
   */
  oldestChangeMs(version: number): number;
}

/** Changes that are remembered one by one; what was computed before them is taken to be out of date. */
const REMEMBERED = 4096;

/**
 * Remembers the recent changes of a store. `note` is called for each change once it can be read, and before
 * whoever made it is told that it is done.
 */
export class ChangeLog implements DataChanges {
  #version = 0;
  /** By version modulo its length. */
  readonly #oldestMs = new Float64Array(REMEMBERED);

  get version(): number {
    return this.#version;
  }

  /** Samples at `oldestMs` or later came or went; -Infinity when they may have been any. */
  note(oldestMs: number): void {
    this.#version += 1;
    this.#oldestMs[this.#version % REMEMBERED] = oldestMs;
  }

  oldestChangeMs(version: number): number {
    if (this.#version - version > REMEMBERED) return Number.NEGATIVE_INFINITY;
    let oldest = Number.POSITIVE_INFINITY;
    for (let at = version + 1; at <= this.#version; at++) {
      oldest = Math.min(oldest, this.#oldestMs[at % REMEMBERED]);
    }
    return oldest;
  }
}
