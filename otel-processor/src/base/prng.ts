/** Seeded random numbers: the same seed gives the same sequence on every machine. */
export interface Prng {
  /** An unsigned 32-bit integer. */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  next(): number;
  /** An integer in [low, high), uniform. */
  integer(low: number, high: number): number;
  /** A standard normal deviate (polar method of Marsaglia and Bray). */
  normal(): number;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes the usual batteries. */
export function createPrng(seed: number): Prng {
  let a = 0x9e3779b9;
  let b = seed | 0;
  let c = Math.floor(seed / 0x1_0000_0000) | 0;
  let counter = 1;
  const uint32 = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) uint32();
  const next = (): number => ((uint32() >>> 5) * 0x400_0000 + (uint32() >>> 6)) / 0x20_0000_0000_0000;
  return {
    uint32,
    next,
    integer: (low, high) => low + Math.floor(next() * (high - low)),
    normal() {
      for (;;) {
        const x = 2 * next() - 1;
        const y = 2 * next() - 1;
        const square = x * x + y * y;
        if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
      }
    },
  };
}
