import type { ByteReader, ByteWriter } from '../base/index.ts';
import { grownFloats, type Observations, RowAccumulations } from './aggregator.ts';
import { readFloat, writeFloat } from './float-code.ts';

export interface Moments {
  readonly count: number;
  /** NaN when count is 0. */
  readonly mean: number;
  /** Unbiased (divided by count - 1); NaN when count is below 2. */
  readonly variance: number;
}

/**
 * Count, mean and variance in one pass (Welford 1962), merged by the parallel formula of Chan, Golub and LeVeque
 * (1979). Relative error of the variance about n u kappa, with kappa the ratio of root mean square to deviation.
 */
export class RunningMoments extends RowAccumulations<Moments> {
  #counts = new Float64Array(0);
  #means = new Float64Array(0);
  /** Sums of squared differences from the mean. */
  #squares = new Float64Array(0);

  create(): RunningMoments {
    return new RunningMoments();
  }

  reserve(rowCount: number): void {
    this.#counts = grownFloats(this.#counts, rowCount);
    this.#means = grownFloats(this.#means, rowCount);
    this.#squares = grownFloats(this.#squares, rowCount);
  }

  clear(row: number): void {
    this.#counts[row] = 0;
    this.#means[row] = 0;
    this.#squares[row] = 0;
  }

  add(row: number, input: Observations, index: number): void {
    const value = input.values[index];
    if (Number.isNaN(value)) return;
    this.#counts[row] += 1;
    const before = value - this.#means[row];
    this.#means[row] += before / this.#counts[row];
    this.#squares[row] += before * (value - this.#means[row]);
  }

  merge(row: number, source: RunningMoments, sourceRow: number): void {
    const theirs = source.#counts[sourceRow];
    if (theirs === 0) return;
    const ours = this.#counts[row];
    const total = ours + theirs;
    const difference = source.#means[sourceRow] - this.#means[row];
    this.#means[row] =
      ours === 0 ? source.#means[sourceRow] : this.#means[row] + difference * (theirs / total);
    this.#squares[row] += source.#squares[sourceRow] + difference * difference * ((ours * theirs) / total);
    this.#counts[row] = total;
  }

  result(row: number): Moments {
    const count = this.#counts[row];
    return {
      count,
      mean: count > 0 ? this.#means[row] : Number.NaN,
      variance: count > 1 ? this.#squares[row] / (count - 1) : Number.NaN,
    };
  }

  encode(row: number, writer: ByteWriter): void {
    writer.uvarint(this.#counts[row]);
    if (this.#counts[row] === 0) return;
    writeFloat(writer, this.#means[row]);
    writeFloat(writer, this.#squares[row]);
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    this.#counts[row] = reader.uvarint();
    if (this.#counts[row] === 0) return;
    this.#means[row] = readFloat(reader);
    this.#squares[row] = readFloat(reader);
  }

  get sizeBytes(): number {
    return 3 * this.#counts.byteLength;
  }
}
