import { assert, type ByteReader, type ByteWriter } from '../base/index.ts';
import { grownFloats, type Observations, RowAccumulations } from './aggregator.ts';

/**
 * Counts of values by bucket: bucket i holds (bounds[i-1], bounds[i]], the last one everything above; upper bounds
 * are inclusive, as in OpenTelemetry and Prometheus. Exact.
 */
export class BucketHistogram extends RowAccumulations<Float64Array> {
  readonly bounds: readonly number[];
  readonly #width: number;
  #counts = new Float64Array(0);

  /** `bounds` must increase strictly. */
  constructor(bounds: readonly number[]) {
    super();
    for (let i = 1; i < bounds.length; i++) assert(bounds[i] > bounds[i - 1], 'bounds must increase');
    this.bounds = bounds;
    this.#width = bounds.length + 1;
  }

  create(): BucketHistogram {
    return new BucketHistogram(this.bounds);
  }

  reserve(rowCount: number): void {
    this.#counts = grownFloats(this.#counts, rowCount * this.#width);
  }

  clear(row: number): void {
    this.#counts.fill(0, row * this.#width, (row + 1) * this.#width);
  }

  add(row: number, input: Observations, index: number): void {
    const value = input.values[index];
    if (Number.isNaN(value)) return;
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= this.bounds[middle]) high = middle;
      else low = middle + 1;
    }
    this.#counts[row * this.#width + low] += 1;
  }

  merge(row: number, source: BucketHistogram, sourceRow: number): void {
    for (let i = 0; i < this.#width; i++) {
      this.#counts[row * this.#width + i] += source.#counts[sourceRow * this.#width + i];
    }
  }

  /** Cumulative counts per bound, the last one for +Inf. */
  result(row: number): Float64Array {
    const cumulative = this.#counts.slice(row * this.#width, (row + 1) * this.#width);
    for (let i = 1; i < this.#width; i++) cumulative[i] += cumulative[i - 1];
    return cumulative;
  }

  encode(row: number, writer: ByteWriter): void {
    for (let i = 0; i < this.#width; i++) writer.uvarint(this.#counts[row * this.#width + i]);
  }

  decode(row: number, reader: ByteReader): void {
    for (let i = 0; i < this.#width; i++) this.#counts[row * this.#width + i] = reader.uvarint();
  }

  get sizeBytes(): number {
    return this.#counts.byteLength;
  }
}
