import { type HashKey, mix32 } from '../base/index.ts';

/**
 * Folds the raw bytes that name a series into a keyed 64-bit hash, eight bytes a round. Each round is a
 * bijection of the state for a given input and of the input for a given state, and every run of bytes ends
 * with its length, so the only collisions are those of chance: about n^2 / 2^65 among n identities.
 */
export class IdentityHash {
  /** State while folding; the finished hash after `finish`. Signed 32-bit. */
  lo = 0;
  hi = 0;
  readonly #key: HashKey;

  constructor(key: HashKey) {
    this.#key = key;
  }

  start(): void {
    this.lo = this.#key.lo;
    this.hi = this.#key.hi;
  }

  /** Goes on from a state that was read from `lo` and `hi` before. */
  resume(lo: number, hi: number): void {
    this.lo = lo;
    this.hi = hi;
  }

  /** Folds the bytes [start, end) of `view`. */
  bytes(view: DataView, start: number, end: number): void {
    const { mulLo, mulHi } = this.#key;
    let { lo, hi } = this;
    const length = end - start;
    let pos = start;
    for (const stop = end - 8; pos <= stop; pos += 8) {
      lo ^= view.getInt32(pos, true);
      hi ^= view.getInt32(pos + 4, true);
      lo = (Math.imul((lo << 13) | (lo >>> 19), mulLo) + hi) | 0;
      hi = Math.imul((hi << 17) | (hi >>> 15), mulHi) ^ lo;
    }
    if (pos < end) {
      if (length >= 8) {
        // The last eight bytes again: together with the length below they say all that was left.
        lo ^= view.getInt32(end - 8, true);
        hi ^= view.getInt32(end - 4, true);
      } else {
        for (let shift = 0; pos < end; pos++, shift += 8) {
          if (shift < 32) lo ^= view.getUint8(pos) << shift;
          else hi ^= view.getUint8(pos) << (shift - 32);
        }
      }
      lo = (Math.imul((lo << 13) | (lo >>> 19), mulLo) + hi) | 0;
      hi = Math.imul((hi << 17) | (hi >>> 15), mulHi) ^ lo;
    }
    this.lo = lo;
    this.hi = hi;
    this.words(length, 0);
  }

  /** Folds two 32-bit words. */
  words(first: number, second: number): void {
    const { mulLo, mulHi } = this.#key;
    const a = this.lo ^ first;
    const b = this.hi ^ second;
    const lo = (Math.imul((a << 13) | (a >>> 19), mulLo) + b) | 0;
    this.lo = lo;
    this.hi = Math.imul((b << 17) | (b >>> 15), mulHi) ^ lo;
  }

  /** Folds `count` words of `source`, and how many they were. */
  wordsOf(source: Int32Array, count: number): void {
    for (let i = 0; i + 1 < count; i += 2) this.words(source[i], source[i + 1]);
    if (count % 2 === 1) this.words(source[count - 1], 0);
    this.words(count, 1);
  }

  /** Makes every bit of the state reach every bit of `lo` and `hi`. */
  finish(): void {
    const a = mix32(this.lo ^ this.hi);
    const b = mix32((this.hi + a) | 0);
    this.lo = (a + b) | 0;
    this.hi = b;
  }
}
