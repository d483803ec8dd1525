import type { ByteReader, ByteWriter } from '../../base/index.ts';
import { malformed } from './sections.ts';

/** Widest plane: with up to 7 bits pending, an accumulator of 31 bits stays a small integer. */
export const PLANE_WIDTH_MAX = 24;

/** Appends the low `width` bits of each of `count` entries, least significant bit first, padded to a whole byte. */
export function packBits(plane: Uint32Array, count: number, width: number, out: ByteWriter): void {
  if (width === 0) return;
  out.reserve(Math.ceil((count * width) / 8));
  const { bytes } = out;
  const mask = (1 << width) - 1;
  let position = out.length;
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0; i < count; i++) {
    pending |= (plane[i] & mask) << pendingBits;
    pendingBits += width;
    while (pendingBits >= 8) {
      bytes[position++] = pending;
      pending >>>= 8;
      pendingBits -= 8;
    }
  }
  if (pendingBits > 0) bytes[position++] = pending;
  out.length = position;
}

/** The inverse of `packBits`: fills `plane[0..count)`. */
export function unpackBits(reader: ByteReader, plane: Uint32Array, count: number, width: number): void {
  if (width === 0) {
    plane.fill(0, 0, count);
    return;
  }
  if (width > PLANE_WIDTH_MAX) throw malformed(`bit width ${width} out of range`);
  const bytes = reader.raw(Math.ceil((count * width) / 8));
  const mask = (1 << width) - 1;
  let position = 0;
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0; i < count; i++) {
    while (pendingBits < width) {
      pending |= bytes[position++] << pendingBits;
      pendingBits += 8;
    }
    plane[i] = pending & mask;
    pending >>>= width;
    pendingBits -= width;
  }
}
