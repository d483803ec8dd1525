import type { ByteReader, ByteWriter } from '../base/index.ts';
import { type Observations, RowAccumulations } from './aggregator.ts';
import { IndexCounts } from './index-counts.ts';

/** Below it a value counts as zero: the smallest normal double. */
const ZERO_THRESHOLD = 2 ** -1022;

/** Counts by bucket: bucket i of `scale` holds (base^i, base^(i+1)] with base = 2^(2^-scale), or its negative. */
export interface BucketCounts {
  readonly scale: number;
  readonly zeros: number;
  readonly positive: ReadonlyArray<readonly [index: number, count: number]>;
  readonly negative: ReadonlyArray<readonly [index: number, count: number]>;
}

/** State of one row. Scales are the same for both signs. */
interface Sketch {
  scale: number;
  zeros: number;
  readonly positive: IndexCounts;
  readonly negative: IndexCounts;
}

/**
 * Quantiles from an exponential histogram (OpenTelemetry data model, "ExponentialHistogram"; DDSketch, Masson et
 * al. 2019, has the error argument): bucket i of scale s holds (base^i, base^(i+1)] with base = 2^(2^-s).
 *
 * The estimate of the value of rank floor(q (n-1)) is off by at most (base - 1) / (base + 1) of it: 1.08 % at the
 * default scale 5. When the used range of one sign would need more than `bucketsMax` buckets (at scale 5 and 2048
 * buckets: a ratio of 2^64 between largest and smallest), the scale goes down by one, which doubles the error;
 * `relativeError` tells. Merging is exact: scale and counts depend on the observations only, not on their order.
 */
export class ExponentialHistogram extends RowAccumulations<readonly number[]> {
  readonly quantiles: readonly number[];
  readonly #scaleMax: number;
  readonly #bucketsMax: number;
  readonly #factor: number;
  #rows: Array<Sketch | undefined> = [];
  #rowCount = 0;

  constructor(quantiles: readonly number[], scaleMax = 5, bucketsMax = 2048) {
    super();
    this.quantiles = quantiles;
    this.#scaleMax = scaleMax;
    this.#bucketsMax = bucketsMax;
    this.#factor = 2 ** scaleMax;
  }

  create(): ExponentialHistogram {
    return new ExponentialHistogram(this.quantiles, this.#scaleMax, this.#bucketsMax);
  }

  reserve(rowCount: number): void {
    this.#rowCount = Math.max(this.#rowCount, rowCount);
    while (this.#rows.length < this.#rowCount) this.#rows.push(undefined);
  }

  clear(row: number): void {
    this.#rows[row] = undefined;
  }

  add(row: number, input: Observations, index: number): void {
    const value = input.values[index];
    if (Number.isNaN(value)) return;
    this.#rows[row] ??= this.#empty();
    const sketch = this.#rows[row];
    const size = Math.abs(value);
    if (size < ZERO_THRESHOLD) sketch.zeros += 1;
    else
      this.#count(
        sketch,
        value > 0 ? sketch.positive : sketch.negative,
        this.#indexOf(size),
        this.#scaleMax,
        1,
      );
  }

  /** Adds measurements that were counted elsewhere; at a coarser scale the row becomes as coarse. */
  addBuckets(row: number, { scale, zeros, positive, negative }: BucketCounts): void {
    this.#rows[row] ??= this.#empty();
    const sketch = this.#rows[row];
    sketch.zeros += zeros;
    if (scale < sketch.scale) this.#downscale(sketch, sketch.scale - scale);
    for (const [index, count] of positive) this.#count(sketch, sketch.positive, index, scale, count);
    for (const [index, count] of negative) this.#count(sketch, sketch.negative, index, scale, count);
  }

  merge(row: number, source: ExponentialHistogram, sourceRow: number): void {
    const theirs = source.#rows[sourceRow];
    if (theirs === undefined) return;
    this.#rows[row] ??= this.#empty();
    const sketch = this.#rows[row];
    sketch.zeros += theirs.zeros;
    if (theirs.scale < sketch.scale) this.#downscale(sketch, sketch.scale - theirs.scale);
    for (const sign of ['positive', 'negative'] as const) {
      theirs[sign].eachUsed((index, count) => this.#count(sketch, sketch[sign], index, theirs.scale, count));
    }
  }

  /** Values at `quantiles`; NaN for an empty row. */
  result(row: number): readonly number[] {
    return this.quantiles.map((q) => this.quantile(row, q));
  }

  quantile(row: number, q: number): number {
    const sketch = this.#rows[row];
    if (sketch === undefined) return Number.NaN;
    const { negative, positive, zeros } = sketch;
    const negatives = negative.total();
    const count = negatives + zeros + positive.total();
    // Half away from an integer, so that rounding of q (n-1) does not choose the neighbour.
    let rank = Math.floor(q * (count - 1) + 1e-9);
    if (rank < negatives) {
      for (let i = negative.last; i >= negative.first; i--) {
        rank -= negative.at(i);
        if (rank < 0) return -this.#middle(i, sketch.scale);
      }
    }
    rank -= negatives;
    if (rank < zeros) return 0;
    rank -= zeros;
    for (let i = positive.first; i <= positive.last; i++) {
      rank -= positive.at(i);
      if (rank < 0) return this.#middle(i, sketch.scale);
    }
    return Number.NaN;
  }

  /** Bound of the relative error of this row's quantiles. */
  relativeError(row: number): number {
    const base = 2 ** (2 ** -(this.#rows[row]?.scale ?? this.#scaleMax));
    return (base - 1) / (base + 1);
  }

  encode(row: number, writer: ByteWriter): void {
    const sketch = this.#rows[row];
    if (sketch === undefined) {
      writer.uvarint(0);
      return;
    }
    const { positive, negative, zeros } = sketch;
    const parts = (positive.span > 0 ? 1 : 0) | (negative.span > 0 ? 2 : 0) | (zeros > 0 ? 4 : 0);
    writer.uvarint((this.#scaleMax - sketch.scale) * 8 + parts);
    if (zeros > 0) writer.uvarint(zeros);
    if (positive.span > 0) positive.encode(writer);
    if (negative.span > 0) negative.encode(writer);
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    this.mergeEncoded(row, reader);
  }

  override mergeEncoded(row: number, reader: ByteReader): void {
    const head = reader.uvarint();
    if (head === 0) return;
    this.#rows[row] ??= this.#empty();
    const sketch = this.#rows[row];
    const scale = this.#scaleMax - Math.floor(head / 8);
    if ((head & 4) !== 0) sketch.zeros += reader.uvarint();
    if (scale < sketch.scale) this.#downscale(sketch, sketch.scale - scale);
    const into = (counts: IndexCounts): void =>
      IndexCounts.decode(reader, (index, count) => this.#count(sketch, counts, index, scale, count));
    if ((head & 1) !== 0) into(sketch.positive);
    if ((head & 2) !== 0) into(sketch.negative);
  }

  get sizeBytes(): number {
    let sum = this.#rows.length * 8;
    for (const sketch of this.#rows) {
      if (sketch !== undefined) sum += 64 + sketch.positive.sizeBytes + sketch.negative.sizeBytes;
    }
    return sum;
  }

  #empty(): Sketch {
    return {
      scale: this.#scaleMax,
      zeros: 0,
      positive: new IndexCounts(),
      negative: new IndexCounts(),
    };
  }

  /** Bucket at the finest scale. Always taken there and shifted, so that all orders of arrival agree. */
  #indexOf(size: number): number {
    return Math.ceil(Math.log2(Math.min(size, Number.MAX_VALUE)) * this.#factor) - 1;
  }

  /** Counts an index of scale `scale`, which is at least the sketch's own. */
  #count(sketch: Sketch, counts: IndexCounts, index: number, scale: number, count: number): void {
    for (;;) {
      const at = index >> (scale - sketch.scale);
      const span = counts.span === 0 ? 1 : Math.max(at, counts.last) - Math.min(at, counts.first) + 1;
      if (span <= this.#bucketsMax) {
        counts.add(at, count);
        return;
      }
      this.#downscale(sketch, 1);
    }
  }

  #downscale(sketch: Sketch, by: number): void {
    sketch.positive.downscale(by);
    sketch.negative.downscale(by);
    sketch.scale -= by;
  }

  /** The point of bucket `index` with the least relative error to both its ends. */
  #middle(index: number, scale: number): number {
    const base = 2 ** (2 ** -scale);
    // Harmonic mean of the bounds, in an order that cannot overflow.
    return 2 ** (index * 2 ** -scale) * ((2 * base) / (base + 1));
  }
}
