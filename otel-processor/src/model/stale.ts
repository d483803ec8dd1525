/**
 * A staleness marker is the NaN with the bits 0x7ff0000000000002 (Prometheus, model/value). JavaScript may
 * change a NaN's bits whenever it handles one as a number, so markers are written and recognised through
 * an integer view of the same memory, and columns are copied only as whole typed arrays (`set`, `slice`).
 */
const STALE_LO = 2;
const STALE_HI = 0x7ff0_0000;

/** The integer view to use with `isStale` and `markStale`. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

export function isStale(words: Uint32Array, index: number): boolean {
  return words[2 * index + 1] === STALE_HI && words[2 * index] === STALE_LO;
}

export function markStale(words: Uint32Array, index: number): void {
  words[2 * index] = STALE_LO;
  words[2 * index + 1] = STALE_HI;
}
