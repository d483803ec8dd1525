import type { Residuals } from './residuals.ts';

/** Signed integers below 2^52 as entries of `Residuals`: zigzag, so that small ones of either sign are short. */
export function setZigzag(residuals: Residuals, index: number, residual: number): void {
  const zigzag = residual < 0 ? -2 * residual - 1 : 2 * residual;
  if (zigzag < 0x1_0000_0000) {
    residuals.low[index] = zigzag;
    residuals.high[index] = 0;
  } else {
    const high = Math.floor(zigzag / 0x1_0000_0000);
    residuals.high[index] = high;
    residuals.low[index] = zigzag - high * 0x1_0000_0000;
  }
}

export function fromZigzag(low: number, high: number): number {
  if (high === 0) return (low >>> 1) ^ -(low & 1);
  const half = high * 0x8000_0000 + (low >>> 1);
  return (low & 1) === 0 ? half : -half - 1;
}

const lengths = new Uint32Array(65);

/**
 * About what an entropy coder needs for the first `count` residuals: the entropy of their bit lengths, plus the
 * bits below the leading one.
 */
export function estimateBits(residuals: Residuals, count: number): number {
  const { low, high } = residuals;
  lengths.fill(0);
  for (let i = 0; i < count; i++) {
    const upper = high[i];
    lengths[upper === 0 ? 32 - Math.clz32(low[i]) : 64 - Math.clz32(upper)] += 1;
  }
  let bits = 0;
  for (let length = 0; length <= 64; length++) {
    const times = lengths[length];
    if (times > 0) bits += times * (Math.max(0, length - 1) + Math.log2(count / times));
  }
  return bits;
}
