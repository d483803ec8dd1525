import type { ByteReader, ByteWriter } from '../base/index.ts';
import { type Observations, RowAccumulations } from './aggregator.ts';
import { Count } from './count.ts';
import { Sum } from './sum.ts';

/** Arithmetic mean: compensated sum over count. NaN for an empty row. */
export class Average extends RowAccumulations<number> {
  readonly #sum = new Sum();
  readonly #count = new Count(true);

  create(): Average {
    return new Average();
  }

  reserve(rowCount: number): void {
    this.#sum.reserve(rowCount);
    this.#count.reserve(rowCount);
  }

  clear(row: number): void {
    this.#sum.clear(row);
    this.#count.clear(row);
  }

  add(row: number, input: Observations, index: number): void {
    this.#sum.add(row, input, index);
    this.#count.add(row, input, index);
  }

  override addAll(rows: Uint32Array, input: Observations): void {
    this.#sum.addAll(rows, input);
    this.#count.addAll(rows, input);
  }

  merge(row: number, source: Average, sourceRow: number): void {
    this.#sum.merge(row, source.#sum, sourceRow);
    this.#count.merge(row, source.#count, sourceRow);
  }

  result(row: number): number {
    return this.#sum.result(row) / this.#count.result(row);
  }

  encode(row: number, writer: ByteWriter): void {
    this.#sum.encode(row, writer);
    this.#count.encode(row, writer);
  }

  decode(row: number, reader: ByteReader): void {
    this.#sum.decode(row, reader);
    this.#count.decode(row, reader);
  }

  get sizeBytes(): number {
    return this.#sum.sizeBytes + this.#count.sizeBytes;
  }
}
