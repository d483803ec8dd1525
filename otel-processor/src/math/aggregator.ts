import type { ByteReader, ByteWriter } from '../base/index.ts';

/** "No row here": such an entry of a row column is passed over. */
export const NO_ROW = 0xffff_ffff;

/**
 * What is observed, as columns of at least `count` entries. An aggregator reads the columns that it is about and
 * leaves the others alone. `NaN` in `values` means that there is nothing to observe in that entry, and so does
 * `undefined` in `items`.
 */
export interface Observations {
  readonly count: number;
  readonly timestampsMs: Float64Array;
  /** The measured numbers. */
  readonly values: Float64Array;
  /** What is counted apart or ranked: for `distinct`, `top` and comparisons by variant. */
  readonly items: ReadonlyArray<string | undefined>;
}

/**
 * The accumulations of one statistic for many rows (keys), as columns: one typed array per part of the state, no
 * object per row where the state is a few numbers. Row numbers are the caller's.
 *
 * Laws, held by `aggregator.suite.ts`: a row that nothing was added to is the identity of `merge`; merging is the
 * same as having added all observations to one row; it is commutative and associative; `decode(encode(row))` is
 * the row. For sketches "the same" means within the published bound, where the class says so.
 */
export interface Accumulations<Result> {
  /** An independent, empty set of rows with the same parameters. */
  create(): Accumulations<Result>;
  /** Makes the rows below `rowCount` addressable; new rows are empty. Never takes rows away. */
  reserve(rowCount: number): void;
  /** Makes a row empty. */
  clear(row: number): void;
  /** Makes `rows[i]` empty for all i below `count`. */
  clearAll(rows: Uint32Array, count: number): void;
  /** Makes all rows below `rowCount` empty. */
  clearFirst(rowCount: number): void;
  /** Adds entry `index` of `input` to `row`. */
  add(row: number, input: Observations, index: number): void;
  /** Adds entry `i` to `rows[i]` for all i below `input.count`; entries with `NO_ROW` are passed over. */
  addAll(rows: Uint32Array, input: Observations): void;
  /** Merges a row of `source`, which is of the same class and parameters and stays as it is. */
  merge(row: number, source: Accumulations<Result>, sourceRow: number): void;
  /** Merges source row `sourceRows[i]` into `rows[i]` for all i below `count`; rows `NO_ROW` pass over. */
  mergeAll(rows: Uint32Array, source: Accumulations<Result>, sourceRows: Uint32Array, count: number): void;
  result(row: number): Result;
  encode(row: number, writer: ByteWriter): void;
  /** Encodes `rows[i]` for all i below `count`, one after the other. */
  encodeAll(rows: Uint32Array, count: number, writer: ByteWriter): void;
  /** Replaces a row by an encoded one. Throws a `FaultError` on torn bytes. */
  decode(row: number, reader: ByteReader): void;
  /** Merges an encoded row into `row`. */
  mergeEncoded(row: number, reader: ByteReader): void;
  /** Merges `count` encoded rows that follow one another; those for `NO_ROW` are only read. */
  mergeAllEncoded(rows: Uint32Array, count: number, reader: ByteReader): void;
  /** Memory held, approximately. */
  readonly sizeBytes: number;
}

/** The loops that every statistic shares; the hot ones override them. */
export abstract class RowAccumulations<Result> implements Accumulations<Result> {
  #scratch: Accumulations<Result> | undefined;
  abstract create(): Accumulations<Result>;
  abstract reserve(rowCount: number): void;
  abstract clear(row: number): void;
  abstract add(row: number, input: Observations, index: number): void;
  abstract merge(row: number, source: Accumulations<Result>, sourceRow: number): void;
  abstract result(row: number): Result;
  abstract encode(row: number, writer: ByteWriter): void;
  abstract decode(row: number, reader: ByteReader): void;
  abstract readonly sizeBytes: number;

  clearAll(rows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) this.clear(rows[i]);
  }

  clearFirst(rowCount: number): void {
    for (let row = 0; row < rowCount; row++) this.clear(row);
  }

  addAll(rows: Uint32Array, input: Observations): void {
    for (let i = 0; i < input.count; i++) if (rows[i] !== NO_ROW) this.add(rows[i], input, i);
  }

  mergeAll(rows: Uint32Array, source: Accumulations<Result>, sourceRows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) if (rows[i] !== NO_ROW) this.merge(rows[i], source, sourceRows[i]);
  }

  encodeAll(rows: Uint32Array, count: number, writer: ByteWriter): void {
    for (let i = 0; i < count; i++) this.encode(rows[i], writer);
  }

  mergeEncoded(row: number, reader: ByteReader): void {
    const decoded = this.#decoded(reader);
    this.merge(row, decoded, 0);
    decoded.clear(0);
  }

  mergeAllEncoded(rows: Uint32Array, count: number, reader: ByteReader): void {
    for (let i = 0; i < count; i++) {
      if (rows[i] === NO_ROW) this.#decoded(reader).clear(0);
      else this.mergeEncoded(rows[i], reader);
    }
  }

  #decoded(reader: ByteReader): Accumulations<Result> {
    this.#scratch ??= this.create();
    this.#scratch.reserve(1);
    this.#scratch.decode(0, reader);
    return this.#scratch;
  }
}

/** A copy of `column` with room for `rowCount` rows and some to spare; new rows hold `empty`. */
export function grownFloats(
  column: Float64Array<ArrayBuffer>,
  rowCount: number,
  empty = 0,
): Float64Array<ArrayBuffer> {
  if (rowCount <= column.length) return column;
  const grown = new Float64Array(Math.max(rowCount, Math.ceil(column.length * 1.5), 8));
  grown.set(column);
  if (empty !== 0) grown.fill(empty, column.length);
  return grown;
}
