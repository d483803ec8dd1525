import type { ByteReader, ByteWriter } from '../base/index.ts';
import { grownFloats, type Observations, RowAccumulations } from './aggregator.ts';
import { readFloat, writeFloat } from './float-code.ts';

/**
 * The value at the earliest (`first`) or latest (`last`) event time; NaN for an empty row. Of values at the same
 * time `first` takes the smallest and `last` the largest, so that the result does not depend on arrival. Exact.
 */
export class EdgeValue extends RowAccumulations<number> {
  readonly #edge: 'first' | 'last';
  /** 1 to prefer later times and larger values, -1 for the opposite. */
  readonly #sign: 1 | -1;
  #timesMs = new Float64Array(0);
  #values = new Float64Array(0);

  constructor(edge: 'first' | 'last') {
    super();
    this.#edge = edge;
    this.#sign = edge === 'last' ? 1 : -1;
  }

  create(): EdgeValue {
    return new EdgeValue(this.#edge);
  }

  reserve(rowCount: number): void {
    this.#timesMs = grownFloats(this.#timesMs, rowCount, Number.NaN);
    this.#values = grownFloats(this.#values, rowCount, Number.NaN);
  }

  clear(row: number): void {
    this.#timesMs[row] = Number.NaN;
    this.#values[row] = Number.NaN;
  }

  add(row: number, input: Observations, index: number): void {
    this.#offer(row, input.timestampsMs[index], input.values[index]);
  }

  merge(row: number, source: EdgeValue, sourceRow: number): void {
    this.#offer(row, source.#timesMs[sourceRow], source.#values[sourceRow]);
  }

  result(row: number): number {
    return this.#values[row];
  }

  encode(row: number, writer: ByteWriter): void {
    writeFloat(writer, this.#timesMs[row]);
    writeFloat(writer, this.#values[row]);
  }

  decode(row: number, reader: ByteReader): void {
    this.#timesMs[row] = readFloat(reader);
    this.#values[row] = readFloat(reader);
  }

  get sizeBytes(): number {
    return this.#timesMs.byteLength + this.#values.byteLength;
  }

  #offer(row: number, timestampMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    const ahead = (timestampMs - this.#timesMs[row]) * this.#sign;
    if (ahead < 0 || (ahead === 0 && (value - this.#values[row]) * this.#sign <= 0)) return;
    this.#timesMs[row] = timestampMs;
    this.#values[row] = value;
  }
}
