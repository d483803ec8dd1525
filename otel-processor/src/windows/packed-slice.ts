import { ByteReader, ByteWriter } from '../base/index.ts';
import { NO_ROW, readVarint } from '../math/index.ts';
import type { AnyAccumulations, ResultTable } from './row-pool.ts';
import { inSteps, type Steps } from './steps.ts';

/**
 * A slice at rest: distances of its ascending keys, then their accumulations aggregate by aggregate, as bytes. The
 * same bytes are its form in a checkpoint.
 */
export interface PackedSlice {
  readonly keyCount: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Below one key in so many ids it is faster to sort the keys than to look at all ids. */
const SPARSE = 32;

const writer = new ByteWriter(4096);
let order = new Uint32Array(256);
let keys = new Uint32Array(256);
let targets = new Uint32Array(256);

/** Keys with a row each. */
export interface KeyedRows {
  readonly keyIds: Uint32Array;
  readonly count: number;
  /** Row by key id; `NO_ROW` for the ids that are not among the keys. */
  readonly rowOf: Uint32Array;
}

/** Packs the rows of `columns` that belong to the keys. */
export function packSlice(from: KeyedRows, columns: readonly AnyAccumulations[]): PackedSlice {
  if (order.length < from.count) order = new Uint32Array(from.count * 2);
  writer.clear();
  writeKeys(from, writer, order);
  for (const column of columns) column.encodeAll(order, from.count, writer);
  return { keyCount: from.count, bytes: writer.finish() };
}

/** The same in steps, between which others may pack, too. */
export function* packInSteps(
  from: KeyedRows,
  columns: readonly AnyAccumulations[],
): Generator<undefined, PackedSlice> {
  const own = new ByteWriter(from.count * 4);
  const rows = new Uint32Array(from.count);
  writeKeys(from, own, rows);
  for (const column of columns) {
    yield* inSteps(from.count, (at, end) => column.encodeAll(rows.subarray(at, end), end - at, own));
  }
  return { keyCount: from.count, bytes: own.finish() };
}

/** Writes the distances of the ascending keys, and puts their rows into `rows` in that order. */
function writeKeys({ keyIds, count, rowOf }: KeyedRows, into: ByteWriter, rows: Uint32Array): void {
  let previous = 0;
  let at = 0;
  const write = (keyId: number): void => {
    into.uvarint(keyId - previous);
    previous = keyId;
    rows[at++] = rowOf[keyId];
  };
  if (count * SPARSE > rowOf.length) {
    for (let keyId = 0; at < count; keyId++) if (rowOf[keyId] !== NO_ROW) write(keyId);
    return;
  }
  for (const keyId of keyIds.slice(0, count).sort()) write(keyId);
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

/** The same in steps, between which others may merge, too. */
export function* mergeInSteps({ keyCount, bytes }: PackedSlice, table: ResultTable): Steps {
  const reader = new ByteReader(bytes);
  const rows = new Uint32Array(keyCount);
  table.locate(readKeys(reader, keyCount), keyCount, rows);
  for (const column of table.columns) {
    yield* inSteps(keyCount, (at, end) => column.mergeAllEncoded(rows.subarray(at, end), end - at, reader));
  }
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
