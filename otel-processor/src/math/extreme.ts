import type { ByteReader, ByteWriter } from '../base/index.ts';
import { grownFloats, NO_ROW, type Observations, RowAccumulations } from './aggregator.ts';
import { readFloat, writeFloat } from './float-code.ts';

/** Smallest value; NaN for an empty row. Exact. */
export class Minimum extends RowAccumulations<number> {
  #values = new Float64Array(0);

  create(): Minimum {
    return new Minimum();
  }

  reserve(rowCount: number): void {
    this.#values = grownFloats(this.#values, rowCount, Number.NaN);
  }

  clear(row: number): void {
    this.#values[row] = Number.NaN;
  }

  add(row: number, input: Observations, index: number): void {
    this.#offer(row, input.values[index]);
  }

  override addAll(rows: Uint32Array, input: Observations): void {
    for (let i = 0; i < input.count; i++) if (rows[i] !== NO_ROW) this.#offer(rows[i], input.values[i]);
  }

  merge(row: number, source: Minimum, sourceRow: number): void {
    this.#offer(row, source.#values[sourceRow]);
  }

  result(row: number): number {
    return this.#values[row];
  }

  encode(row: number, writer: ByteWriter): void {
    writeFloat(writer, this.#values[row]);
  }

  decode(row: number, reader: ByteReader): void {
    this.#values[row] = readFloat(reader);
  }

  get sizeBytes(): number {
    return this.#values.byteLength;
  }

  /** The comparison is written so that an empty row (NaN) takes the value and a missing one (NaN) is not taken. */
  #offer(row: number, value: number): void {
    if (!(this.#values[row] <= value) && !Number.isNaN(value)) this.#values[row] = value;
  }
}

/** Largest value; NaN for an empty row. Exact. */
export class Maximum extends RowAccumulations<number> {
  #values = new Float64Array(0);

  create(): Maximum {
    return new Maximum();
  }

  reserve(rowCount: number): void {
    this.#values = grownFloats(this.#values, rowCount, Number.NaN);
  }

  clear(row: number): void {
    this.#values[row] = Number.NaN;
  }

  add(row: number, input: Observations, index: number): void {
    this.#offer(row, input.values[index]);
  }

  override addAll(rows: Uint32Array, input: Observations): void {
    for (let i = 0; i < input.count; i++) if (rows[i] !== NO_ROW) this.#offer(rows[i], input.values[i]);
  }

  merge(row: number, source: Maximum, sourceRow: number): void {
    this.#offer(row, source.#values[sourceRow]);
  }

  result(row: number): number {
    return this.#values[row];
  }

  encode(row: number, writer: ByteWriter): void {
    writeFloat(writer, this.#values[row]);
  }

  decode(row: number, reader: ByteReader): void {
    this.#values[row] = readFloat(reader);
  }

  get sizeBytes(): number {
    return this.#values.byteLength;
  }

  #offer(row: number, value: number): void {
    if (!(this.#values[row] >= value) && !Number.isNaN(value)) this.#values[row] = value;
  }
}
