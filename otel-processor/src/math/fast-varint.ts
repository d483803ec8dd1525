import type { ByteReader } from '../base/index.ts';

/** `reader.uvarint()`, faster for the one to four bytes that counts, distances and small sums have. */
export function readVarint(reader: ByteReader): number {
  const { bytes } = reader;
  let at = reader.position;
  if (at + 4 > reader.end) return reader.uvarint();
  let byte = bytes[at++];
  let value = byte & 0x7f;
  if (byte >= 0x80) {
    byte = bytes[at++];
    value |= (byte & 0x7f) << 7;
    if (byte >= 0x80) {
      byte = bytes[at++];
      value |= (byte & 0x7f) << 14;
      if (byte >= 0x80) {
        byte = bytes[at++];
        if (byte >= 0x80) return reader.uvarint();
        value |= byte << 21;
      }
    }
  }
  reader.position = at;
  return value;
}
