import type { ByteReader, ByteWriter } from '../base/index.ts';

import { readVarint } from './fast-varint.ts';

/** Integers below this take part in the short form; twice it must stay below 2^52. */
const SHORT_MAX = 2 ** 40;

/**
 * A float in 1 to 9 bytes: integers, which most values are, in few. The first byte 0 says that eight raw bytes
 * follow; anything else is the start of a varint of the integer, moved away from 0.
 */
export function writeFloat(writer: ByteWriter, value: number): void {
  if (Number.isInteger(value) && value > -SHORT_MAX && value < SHORT_MAX && !Object.is(value, -0)) {
    writer.uvarint((value < 0 ? -value * 2 - 1 : value * 2) + 1);
    return;
  }
  writer.uvarint(0);
  writer.float64(value);
}

export function readFloat(reader: ByteReader): number {
  const code = readVarint(reader);
  if (code === 0) return reader.float64();
  const zigzag = code - 1;
  return zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
}
