/**
 * Keyed 64-bit hash in two 32-bit lanes of multiply and xor-shift. The key is random per process, so that
 * an outsider cannot choose inputs that collide; it is not a cryptographic hash, and nothing that crosses
 * a tenant's border relies on it.
 */
export interface HashKey {
  readonly lo: number;
  readonly hi: number;
  /** Odd multipliers. */
  readonly mulLo: number;
  readonly mulHi: number;
}

export function hashKeyFrom(words: ArrayLike<number>): HashKey {
  return { lo: words[0] | 0, hi: words[1] | 0, mulLo: words[2] | 1, mulHi: words[3] | 1 };
}

/** A key for this process; differs on each start. */
export function randomHashKey(): HashKey {
  return hashKeyFrom(crypto.getRandomValues(new Uint32Array(4)));
}

/** Finalizer of MurmurHash3 (public domain, Austin Appleby): every input bit reaches every output bit. */
export function mix32(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
