import { ByteReader, ByteWriter } from '../base/index.ts';
import type { AnyAccumulations, ResultTable } from './row-pool.ts';

/**
 * A slice at rest: its keys, ascending, and their accumulations aggregate by aggregate, as bytes. The same bytes are
 * its form in a checkpoint.
 */
export interface PackedSlice {
  readonly keyIds: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const writer = new ByteWriter(4096);
let order = new Uint32Array(256);
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
  const packedKeys = new Uint32Array(count);
  for (let i = 0; i < count; i++) packedKeys[i] = keyIds[sorted[i]];
  writer.clear();
  for (const column of columns) for (let i = 0; i < count; i++) column.encode(rows[sorted[i]], writer);
  return { keyIds: packedKeys, bytes: writer.finish() };
}

function ascending(keyIds: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (keyIds[i - 1] >= keyIds[i]) return false;
  return true;
}

/** Merges all of a packed slice into the table's rows; of keys not asked for only the bytes are read. */
export function mergePacked(packed: PackedSlice, table: ResultTable): void {
  const { keyIds, bytes } = packed;
  if (targets.length < keyIds.length) targets = new Uint32Array(keyIds.length * 2);
  table.locate(keyIds, keyIds.length, targets);
  const reader = new ByteReader(bytes);
  for (const column of table.columns) column.mergeAllEncoded(targets, keyIds.length, reader);
}

export function packedSizeBytes({ keyIds, bytes }: PackedSlice): number {
  return keyIds.byteLength + bytes.byteLength + 96;
}
