import type { ByteReader, ByteWriter } from '../base/index.ts';
import { grownFloats, NO_ROW, type Observations, RowAccumulations } from './aggregator.ts';
import { readFloat, writeFloat } from './float-code.ts';

/**
 * Compensated sum (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen"): the
 * rounding error of each addition is kept beside the sum. Error at most 2u|S| + O(n u^2) sum|x|, with u = 2^-53;
 * exact, and so independent of order, wherever the values are integers whose sums stay below 2^53.
 */
export class Sum extends RowAccumulations<number> {
  sums = new Float64Array(0);
  compensations = new Float64Array(0);

  create(): Sum {
    return new Sum();
  }

  reserve(rowCount: number): void {
    this.sums = grownFloats(this.sums, rowCount);
    this.compensations = grownFloats(this.compensations, rowCount);
  }

  clear(row: number): void {
    this.sums[row] = 0;
    this.compensations[row] = 0;
  }

  override clearAll(rows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) this.clear(rows[i]);
  }

  override clearFirst(rowCount: number): void {
    this.sums.fill(0, 0, rowCount);
    this.compensations.fill(0, 0, rowCount);
  }

  add(row: number, input: Observations, index: number): void {
    const value = input.values[index];
    if (!Number.isNaN(value)) this.plus(row, value);
  }

  override addAll(rows: Uint32Array, input: Observations): void {
    const { sums, compensations } = this;
    const { count, values } = input;
    for (let i = 0; i < count; i++) {
      const row = rows[i];
      const value = values[i];
      if (row === NO_ROW || Number.isNaN(value)) continue;
      const before = sums[row];
      const after = before + value;
      // Knuth's two-sum: the error without a comparison, which random signs would mispredict.
      const part = after - before;
      compensations[row] += before - (after - part) + (value - part);
      sums[row] = after;
    }
  }

  merge(row: number, source: Sum, sourceRow: number): void {
    this.plus(row, source.sums[sourceRow]);
    this.compensations[row] += source.compensations[sourceRow];
  }

  override mergeAll(rows: Uint32Array, source: Sum, sourceRows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) if (rows[i] !== NO_ROW) this.merge(rows[i], source, sourceRows[i]);
  }

  plus(row: number, value: number): void {
    const before = this.sums[row];
    const after = before + value;
    const part = after - before;
    this.compensations[row] += before - (after - part) + (value - part);
    this.sums[row] = after;
  }

  /** Infinite as soon as an infinite value was added; NaN when both infinities were. */
  result(row: number): number {
    const total = this.sums[row] + this.compensations[row];
    // An infinite sum leaves NaN in the compensation.
    return Number.isNaN(total) ? this.sums[row] : total;
  }

  override mergeAllEncoded(rows: Uint32Array, count: number, reader: ByteReader): void {
    for (let i = 0; i < count; i++) {
      const sum = readFloat(reader);
      const compensation = readFloat(reader);
      if (rows[i] === NO_ROW) continue;
      this.plus(rows[i], sum);
      this.compensations[rows[i]] += compensation;
    }
  }

  encode(row: number, writer: ByteWriter): void {
    writeFloat(writer, this.sums[row]);
    writeFloat(writer, this.compensations[row]);
  }

  override encodeAll(rows: Uint32Array, count: number, writer: ByteWriter): void {
    for (let i = 0; i < count; i++) {
      writeFloat(writer, this.sums[rows[i]]);
      writeFloat(writer, this.compensations[rows[i]]);
    }
  }

  decode(row: number, reader: ByteReader): void {
    this.sums[row] = readFloat(reader);
    this.compensations[row] = readFloat(reader);
  }

  get sizeBytes(): number {
    return this.sums.byteLength + this.compensations.byteLength;
  }
}
