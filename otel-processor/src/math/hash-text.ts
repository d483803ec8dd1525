import { mix32 } from '../base/index.ts';

/** The 64 bits of the last `hashText`, as two unsigned words; reused, so that hashing makes no garbage. */
export interface Hash64 {
  hi: number;
  lo: number;
}

/**
 * 64-bit hash of a text's UTF-16 code units in two lanes of multiply and xor-shift, the same on every machine and
 * in every run (sketches are stored). Not for adversaries: who can choose the texts can make a distinct count wrong.
 */
export function hashText(text: string, into: Hash64): void {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, 0x5bd1e995);
    b = ((b << 13) | (b >>> 19)) + a;
  }
  const hi = mix32(a ^ Math.imul(b, 0x27d4eb2f));
  into.lo = mix32(b ^ Math.imul(hi, 0x165667b1)) >>> 0;
  into.hi = mix32(hi ^ Math.imul(into.lo, 0x9e3779b1)) >>> 0;
}
