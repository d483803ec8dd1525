import { ByteReader, ByteWriter } from '../base/index.ts';
import { readVarint } from '../math/index.ts';
import type { AnyAccumulations, ResultTable } from './row-pool.ts';

/**
 * A slice at rest: distances of its ascending keys, then their accumulations aggregate by aggregate, as bytes. The
 * same bytes are its form in a checkpoint.
 */
export interface PackedSlice {
  readonly keyCount: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const writer = new ByteWriter(4096);
let order = new Uint32Array(256);
let keys = new Uint32Array(256);
let targets = new Uint32Array(256);

/** Packs the rows `rows[i]` of `columns`, which belong to the keys `keyIds[i]`. */
export function packSlice(
  keyIds: Uint32Array,
  rows: Uint32Array,
  count: number,
  columns: readonly AnyAccumulations[],
): PackedSlice {
  if (order.length < count) order = new Uint32Array(count * 2);
  const sorted = order.subarray(0, count);
  for (let i = 0; i < count; i++) sorted[i] = i;
  if (!ascending(keyIds, count)) sorted.sort((a, b) => keyIds[a] - keyIds[b]);
  writer.clear();
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const keyId = keyIds[sorted[i]];
    writer.uvarint(keyId - previous);
    previous = keyId;
  }
  for (const column of columns) for (let i = 0; i < count; i++) column.encode(rows[sorted[i]], writer);
  return { keyCount: count, bytes: writer.finish() };
}

function ascending(keyIds: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (keyIds[i - 1] >= keyIds[i]) return false;
  return true;
}

/** The keys of a packed slice, ascending; valid until the next call. */
export function keysOf(packed: PackedSlice): Uint32Array {
  return readKeys(new ByteReader(packed.bytes), packed.keyCount);
}

/** Merges all of a packed slice into the table's rows; of keys not asked for only the bytes are read. */
export function mergePacked(packed: PackedSlice, table: ResultTable): void {
  const { keyCount, bytes } = packed;
  if (keyCount === 0) return;
  const reader = new ByteReader(bytes);
  const keyIds = readKeys(reader, keyCount);
  if (targets.length < keyCount) targets = new Uint32Array(keyCount * 2);
  table.locate(keyIds, keyCount, targets);
  for (const column of table.columns) column.mergeAllEncoded(targets, keyCount, reader);
}

function readKeys(reader: ByteReader, count: number): Uint32Array {
  if (keys.length < count) keys = new Uint32Array(count * 2);
  let keyId = 0;
  for (let i = 0; i < count; i++) {
    keyId += readVarint(reader);
    keys[i] = keyId;
  }
  return keys.subarray(0, count);
}

export function packedSizeBytes({ bytes }: PackedSlice): number {
  return bytes.byteLength + 160;
}
