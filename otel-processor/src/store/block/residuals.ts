import type { ByteReader, ByteWriter } from '../../base/index.ts';
import { PLANE_WIDTH_MAX, packBits, unpackBits } from './bit-packing.ts';
import { malformed, type SectionReader, type SectionWriter } from './sections.ts';

/** How many bits above the shift the widest usual residual has. Measured: see test/bench/block.bench.ts. */
const QUOTIENT_BITS = 5;
/** One residual in this many may be wider than the quotient has room for, and is written out in full. */
const OUTLIERS_PER = 64;
const ESCAPE = 255;
const SHIFT_MAX = 56;

/** Unsigned 64-bit residuals in two columns of 32 bits. */
export class Residuals {
  low = new Uint32Array(1024);
  high = new Uint32Array(1024);
  #planes = [new Uint32Array(1024), new Uint32Array(1024), new Uint32Array(1024)];

  reserve(count: number): void {
    if (count <= this.low.length) return;
    const size = Math.max(count, this.low.length * 2);
    this.low = new Uint32Array(size);
    this.high = new Uint32Array(size);
    this.#planes = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
  }

  /**
   * Writes entries [0, count). Each is cut at bit `shift`: the part above (usually a few bits) goes as one byte
   * into `coded`, where all columns of a page share its distribution, the part below into `packed`.
   */
  write(count: number, out: SectionWriter): void {
    const { low, high } = this;
    const shift = this.#chooseShift(count);
    const { coded } = out;
    coded.uint8(shift);
    coded.reserve(count);
    const start = coded.length;
    coded.length += count;
    const { bytes } = coded;
    let escaped = 0;
    for (let i = 0; i < count; i++) {
      const quotient = quotientOf(low[i], high[i], shift);
      if (quotient < ESCAPE) bytes[start + i] = quotient;
      else {
        bytes[start + i] = ESCAPE;
        escaped += 1;
      }
    }
    if (escaped > 0) this.#writeEscaped(count, start, coded);
    this.#writePlanes(count, shift, out.packed);
  }

  /** The inverse of `write`. */
  read(count: number, sections: SectionReader): void {
    const { coded, packed } = sections;
    const shift = coded.uint8();
    if (shift > SHIFT_MAX) throw malformed(`shift ${shift} out of range`);
    const quotients = coded.raw(count);
    this.reserve(count);
    if (shift <= PLANE_WIDTH_MAX) this.#readNarrow(count, shift, quotients, packed);
    else this.#readWide(count, shift, quotients, packed);
    const { low, high } = this;
    for (let i = quotients.indexOf(ESCAPE); i >= 0; i = quotients.indexOf(ESCAPE, i + 1)) {
      const length = coded.uint8();
      if (length > 8) throw malformed(`residual of ${length} bytes`);
      low[i] = 0;
      high[i] = 0;
      for (let b = 0; b < length; b++) {
        if (b < 4) low[i] |= coded.uint8() << (8 * b);
        else high[i] |= coded.uint8() << (8 * (b - 4));
      }
    }
  }

  #readNarrow(count: number, shift: number, quotients: Uint8Array, packed: ByteReader): void {
    const { low } = this;
    unpackBits(packed, low, count, shift);
    this.high.fill(0, 0, count);
    // 8 + 24 bits: the sum still fits in 32.
    for (let i = 0; i < count; i++) low[i] |= quotients[i] << shift;
  }

  #readWide(count: number, shift: number, quotients: Uint8Array, packed: ByteReader): void {
    const { low, high } = this;
    const [first, second, third] = this.#planes;
    unpackBits(packed, first, count, PLANE_WIDTH_MAX);
    unpackBits(packed, second, count, Math.min(PLANE_WIDTH_MAX, shift - PLANE_WIDTH_MAX));
    unpackBits(packed, third, count, Math.max(0, shift - 2 * PLANE_WIDTH_MAX));
    for (let i = 0; i < count; i++) {
      const quotient = quotients[i];
      low[i] = first[i] | (second[i] << 24) | (shift < 32 ? quotient << shift : 0);
      high[i] =
        (second[i] >>> 8) |
        (third[i] << 16) |
        (shift < 32 ? quotient >>> (32 - shift) : quotient << (shift - 32));
    }
  }

  #chooseShift(count: number): number {
    const lengths = new Uint32Array(65);
    for (let i = 0; i < count; i++) lengths[bitLength(this.low[i], this.high[i])] += 1;
    let allowed = Math.floor(count / OUTLIERS_PER);
    let widest = 64;
    while (widest > 0 && lengths[widest] <= allowed) allowed -= lengths[widest--];
    return Math.min(SHIFT_MAX, Math.max(0, widest - QUOTIENT_BITS));
  }

  #writeEscaped(count: number, start: number, coded: ByteWriter): void {
    for (let i = 0; i < count; i++) {
      if (coded.bytes[start + i] !== ESCAPE) continue;
      const length = Math.ceil(bitLength(this.low[i], this.high[i]) / 8);
      coded.uint8(length);
      for (let b = 0; b < length; b++) {
        coded.uint8((b < 4 ? this.low[i] >>> (8 * b) : this.high[i] >>> (8 * (b - 4))) & 0xff);
      }
    }
  }

  #writePlanes(count: number, shift: number, packed: ByteWriter): void {
    const { low, high } = this;
    packBits(low, count, Math.min(PLANE_WIDTH_MAX, shift), packed);
    if (shift <= PLANE_WIDTH_MAX) return;
    const [first, second] = this.#planes;
    for (let i = 0; i < count; i++) first[i] = (low[i] >>> 24) | (high[i] << 8);
    packBits(first, count, Math.min(PLANE_WIDTH_MAX, shift - PLANE_WIDTH_MAX), packed);
    if (shift <= 2 * PLANE_WIDTH_MAX) return;
    for (let i = 0; i < count; i++) second[i] = high[i] >>> 16;
    packBits(second, count, shift - 2 * PLANE_WIDTH_MAX, packed);
  }
}

export function bitLength(low: number, high: number): number {
  return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
}

/** Bits from `shift` up, or 255 when they do not fit below it. */
function quotientOf(low: number, high: number, shift: number): number {
  if (shift >= 32) return Math.min(ESCAPE, high >>> (shift - 32));
  if (high !== 0 && (shift === 0 || high >>> shift !== 0)) return ESCAPE;
  const quotient = shift === 0 ? low : ((low >>> shift) | (high << (32 - shift))) >>> 0;
  return Math.min(ESCAPE, quotient);
}
