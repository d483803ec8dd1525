import type { ByteReader, ByteWriter } from '../base/index.ts';
import { NO_ROW } from '../math/index.ts';
import { doubled, type HotSlice } from './hot-slice.ts';
import type { KeyTable } from './key-table.ts';
import {
  keysOf,
  mergeInSteps,
  mergePacked,
  type PackedSlice,
  packedSizeBytes,
  packInSteps,
  packSlice,
} from './packed-slice.ts';
import { type AnyAccumulations, ResultTable, RowPool } from './row-pool.ts';
import { SliceNodes } from './slice-nodes.ts';
import { inSteps, type Steps } from './steps.ts';

/** A power of two. */
const RECENT = 64;

/**
 * A view's slices. New observations go to rows of the pool (hot slices); a slice that the watermark has passed is
 * packed into bytes, and what still comes late lies hot beside it until it is packed again. Over packed slices there
 * are nodes of 4, 16, 64, ... slices, made when a window needs them, so that a window of n slices is put together
 * from O(log n) pieces. A late observation takes away the O(log n) nodes above its slice; in order there are none.
 */
export class SliceStore {
  readonly pool: RowPool;
  readonly table: ResultTable;
  readonly #keys: KeyTable;
  readonly #scratch: ResultTable;
  readonly #hot = new Map<number, HotSlice>();
  readonly #packed = new Map<number, PackedSlice>();
  readonly #nodes: SliceNodes;
  #packedBytes = 0;
  /** Hot slices by the last bits of their index: events jump between few of them. */
  readonly #recent: Array<HotSlice | undefined> = new Array(RECENT).fill(undefined);
  #spare: HotSlice[] = [];

  /** `create` makes a fresh set of columns, one per aggregate. */
  constructor(create: () => readonly AnyAccumulations[], keys: KeyTable, slicesPerWindow: number) {
    this.pool = new RowPool(create());
    this.table = new ResultTable(create());
    this.#scratch = new ResultTable(create());
    this.#keys = keys;
    this.#nodes = new SliceNodes(slicesPerWindow, this.#scratch);
  }

  /** Memory of slices, nodes and pool, approximately. */
  get sizeBytes(): number {
    let hotBytes = 0;
    for (const hot of this.#hot.values()) hotBytes += 4 * (hot.rowOf.length + 2 * hot.keyIds.length);
    return this.pool.sizeBytes + this.#packedBytes + this.#nodes.sizeBytes + hotBytes;
  }

  /** Indexes of all slices with observations, ascending. */
  indexes(): number[] {
    return [...new Set([...this.#hot.keys(), ...this.#packed.keys()])].sort((a, b) => a - b);
  }

  /** The slice as it takes observations. */
  hot(index: number): HotSlice {
    const recent = this.#recent[index & (RECENT - 1)];
    if (recent !== undefined && recent.index === index) return recent;
    let slice = this.#hot.get(index);
    if (slice === undefined) {
      const spare = this.#spare.pop();
      slice = {
        index,
        rowOf: spare?.rowOf ?? new Uint32Array(64).fill(NO_ROW),
        keyIds: spare?.keyIds ?? new Uint32Array(16),
        rows: spare?.rows ?? new Uint32Array(16),
        count: 0,
      };
      this.#hot.set(index, slice);
    }
    this.#recent[index & (RECENT - 1)] = slice;
    return slice;
  }

  /** The row of a key in a hot slice, made where missing. Call `pool.settle` before adding to new rows. */
  rowFor(slice: HotSlice, keyId: number): number {
    if (keyId < slice.rowOf.length && slice.rowOf[keyId] !== NO_ROW) return slice.rowOf[keyId];
    return this.#newRow(slice, keyId);
  }

  /** Says that slices before the watermark changed: nodes above them are made again when needed. */
  invalidate(index: number): void {
    this.#nodes.invalidate(index);
  }

  /** Packs the hot slices below `indexEnd`. */
  pack(indexEnd: number): void {
    for (const hot of [...this.#hot.values()]) if (hot.index < indexEnd) this.#packOne(hot);
    if (this.pool.isSparse) this.#compact();
  }

  /** Drops the slices below `indexEnd`, and all nodes that reach below it. */
  drop(indexEnd: number): void {
    for (const [index, packed] of this.#packed) {
      if (index >= indexEnd) continue;
      for (const keyId of keysOf(packed)) this.#keys.release(keyId);
      this.#packed.delete(index);
      this.#packedBytes -= packedSizeBytes(packed);
    }
    this.#nodes.drop(indexEnd);
    // Also of keys that came only with events that were too late.
    this.#keys.sweep();
  }

  /**
   * Puts the slices [from, to) together in `table`. Nodes are used for slices below `settledEnd`, which must be
   * packed. With `only`, other keys are left out.
   */
  collect(from: number, to: number, settledEnd: number, only?: ReadonlySet<number>): void {
    this.table.reset(this.#keys.idEnd, only);
    for (let at = from; at < to; ) {
      const width = this.#mergeAt(at, to, settledEnd);
      at += width;
    }
  }

  *encode(writer: ByteWriter): Steps {
    for (const hot of [...this.#hot.values()]) yield* this.#packInSteps(hot);
    if (this.pool.isSparse) this.#compact();
    writer.uvarint(this.#packed.size);
    for (const index of [...this.#packed.keys()].sort((a, b) => a - b)) {
      const { keyCount, bytes } = this.#packed.get(index)!;
      writer.varint(index);
      writer.uvarint(keyCount);
      writer.uvarint(bytes.length);
      writer.raw(bytes);
      yield;
    }
  }

  /** Into an empty store, after the key table. */
  decode(reader: ByteReader): void {
    for (let left = reader.uvarint(); left > 0; left--) {
      const index = reader.varint();
      const keyCount = reader.uvarint();
      const packed = { keyCount, bytes: reader.raw(reader.uvarint()).slice() };
      for (const keyId of keysOf(packed)) this.#keys.acquire(keyId);
      this.#setPacked(index, packed);
    }
  }

  #packOne(hot: HotSlice): void {
    const packed = this.#packed.get(hot.index);
    if (packed !== undefined) this.#unpack(packed, hot);
    this.#setPacked(hot.index, packSlice(hot, this.pool.columns));
    this.#recycle(hot);
  }

  /** The same in steps. */
  *#packInSteps(hot: HotSlice): Steps {
    const packed = this.#packed.get(hot.index);
    if (packed !== undefined) {
      this.#scratch.reset(this.#keys.idEnd);
      yield* mergeInSteps(packed, this.#scratch);
      yield* this.#takeBack(packed, hot);
      yield* this.#scratch.emptyInSteps();
    }
    const result = yield* packInSteps(hot, this.pool.columns);
    this.#setPacked(hot.index, result);
    yield* this.pool.giveInSteps(hot.rows, hot.count);
    this.#retire(hot);
    yield;
  }

  #newRow(slice: HotSlice, keyId: number): number {
    if (keyId >= slice.rowOf.length) {
      const grown = new Uint32Array(Math.max(keyId + 1, slice.rowOf.length * 2)).fill(NO_ROW);
      grown.set(slice.rowOf);
      slice.rowOf = grown;
    }
    if (slice.count === slice.keyIds.length) {
      slice.keyIds = doubled(slice.keyIds);
      slice.rows = doubled(slice.rows);
    }
    const row = this.pool.take();
    slice.rowOf[keyId] = row;
    slice.keyIds[slice.count] = keyId;
    slice.rows[slice.count++] = row;
    this.#keys.acquire(keyId);
    return row;
  }

  /** Merges the largest piece that starts at slice `at`; returns how many slices it was. */
  #mergeAt(at: number, to: number, settledEnd: number): number {
    const { level, width } = this.#nodes.largestAt(at, Math.min(to, settledEnd));
    if (level > 0) {
      const sliceAt = (index: number) => this.#packed.get(index);
      mergePacked(this.#nodes.get(level, at / width, sliceAt, this.#keys.idEnd), this.table);
      return width;
    }
    this.#mergeSlice(at, this.table);
    return 1;
  }

  #mergeSlice(index: number, into: ResultTable): void {
    const packed = this.#packed.get(index);
    if (packed !== undefined) mergePacked(packed, into);
    const hot = this.#hot.get(index);
    if (hot === undefined) return;
    if (targets.length < hot.count) targets = new Uint32Array(hot.count * 2);
    into.locate(hot.keyIds, hot.count, targets);
    into.columns.forEach((column, i) => {
      column.mergeAll(targets, this.pool.columns[i], hot.rows, hot.count);
    });
  }

  /** Brings packed accumulations back into the hot rows beside them. */
  #unpack(packed: PackedSlice, hot: HotSlice): void {
    this.#scratch.reset(this.#keys.idEnd);
    mergePacked(packed, this.#scratch);
    for (const _ of this.#takeBack(packed, hot));
  }

  /** Merges what was packed, and is in the scratch table now, into the hot rows. */
  *#takeBack(packed: PackedSlice, hot: HotSlice): Steps {
    const { keyIds, count, columns } = this.#scratch;
    const rows = new Uint32Array(count);
    const sources = new Uint32Array(count);
    for (let row = 0; row < count; row++) {
      sources[row] = row;
      rows[row] = this.rowFor(hot, keyIds[row]);
    }
    this.pool.settle();
    for (const [i, column] of this.pool.columns.entries()) {
      yield* inSteps(count, (at, end) => {
        column.mergeAll(rows.subarray(at, end), columns[i], sources.subarray(at, end), end - at);
      });
    }
    for (const keyId of keysOf(packed)) this.#keys.release(keyId);
    this.#packedBytes -= packedSizeBytes(packed);
    this.#packed.delete(hot.index);
  }

  /** Moves the rows in use to new columns, so that the memory of a burst is given back. */
  #compact(): void {
    const former = this.pool.restart();
    for (const hot of this.#hot.values()) {
      const before = hot.rows.slice(0, hot.count);
      for (let i = 0; i < hot.count; i++) {
        hot.rows[i] = this.pool.take();
        hot.rowOf[hot.keyIds[i]] = hot.rows[i];
      }
      this.pool.settle();
      this.pool.columns.forEach((column, i) => {
        column.mergeAll(hot.rows, former[i], before, hot.count);
      });
    }
    this.#spare = [];
  }

  #setPacked(index: number, packed: PackedSlice): void {
    this.#packed.set(index, packed);
    this.#packedBytes += packedSizeBytes(packed);
  }

  /** The keys' uses go over to the packed slice. */
  #recycle(hot: HotSlice): void {
    this.pool.giveAll(hot.rows, hot.count);
    this.#retire(hot);
  }

  #retire(hot: HotSlice): void {
    for (let i = 0; i < hot.count; i++) hot.rowOf[hot.keyIds[i]] = NO_ROW;
    this.#hot.delete(hot.index);
    if (this.#recent[hot.index & (RECENT - 1)] === hot) this.#recent[hot.index & (RECENT - 1)] = undefined;
    if (this.#spare.length < 4) this.#spare.push(hot);
  }
}

let targets = new Uint32Array(256);
