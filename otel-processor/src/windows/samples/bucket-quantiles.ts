import type { ByteReader, ByteWriter } from '../../base/index.ts';
import { ExponentialHistogram, RowAccumulations, readFloat, writeFloat } from '../../math/index.ts';
import type { SampleObservations } from './sample-reader.ts';

/** Bounds of classic buckets that one row keeps; increases under further ones are left out. */
const BOUNDS_MAX = 512;

/**
 * Quantiles over samples of any kind: numbers and native histograms go to an exponential histogram, increases of
 * classic buckets (items are their bounds) are added up bound by bound. Where a row has classic buckets they are what
 * the result is, interpolated as PromQL's `histogram_quantile` does. Merging is exact.
 */
export class SampleQuantiles extends RowAccumulations<readonly number[]> {
  readonly quantiles: readonly number[];
  readonly #sketch: ExponentialHistogram;
  /** Cumulative count by upper bound. */
  #rows: Array<Map<number, number> | undefined> = [];

  constructor(quantiles: readonly number[]) {
    super();
    this.quantiles = quantiles;
    this.#sketch = new ExponentialHistogram(quantiles);
  }

  create(): SampleQuantiles {
    return new SampleQuantiles(this.quantiles);
  }

  reserve(rowCount: number): void {
    this.#sketch.reserve(rowCount);
    while (this.#rows.length < rowCount) this.#rows.push(undefined);
  }

  clear(row: number): void {
    this.#sketch.clear(row);
    this.#rows[row] = undefined;
  }

  add(row: number, input: SampleObservations, index: number): void {
    const buckets = input.buckets[index];
    const bound = input.items[index];
    if (buckets !== undefined) this.#sketch.addBuckets(row, buckets);
    else if (bound === undefined) this.#sketch.add(row, input, index);
    else if (!Number.isNaN(input.values[index])) this.#count(row, boundOf(bound), input.values[index]);
  }

  merge(row: number, source: SampleQuantiles, sourceRow: number): void {
    this.#sketch.merge(row, source.#sketch, sourceRow);
    for (const [bound, count] of source.#rows[sourceRow] ?? []) this.#count(row, bound, count);
  }

  /** Values at `quantiles`; NaN where there is none. */
  result(row: number): readonly number[] {
    const counts = this.#rows[row];
    if (counts === undefined) return this.#sketch.result(row);
    const bounds = [...counts].sort((a, b) => a[0] - b[0]);
    return this.quantiles.map((quantile) => interpolated(bounds, quantile));
  }

  encode(row: number, writer: ByteWriter): void {
    this.#sketch.encode(row, writer);
    const bounds = [...(this.#rows[row] ?? [])].sort((a, b) => a[0] - b[0]);
    writer.uvarint(bounds.length);
    for (const [bound, count] of bounds) {
      writeFloat(writer, bound);
      writeFloat(writer, count);
    }
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    this.mergeEncoded(row, reader);
  }

  override mergeEncoded(row: number, reader: ByteReader): void {
    this.#sketch.mergeEncoded(row, reader);
    for (let left = reader.uvarint(); left > 0; left--) {
      const bound = readFloat(reader);
      this.#count(row, bound, readFloat(reader));
    }
  }

  get sizeBytes(): number {
    let sum = this.#sketch.sizeBytes + this.#rows.length * 8;
    for (const counts of this.#rows) sum += (counts?.size ?? 0) * 40;
    return sum;
  }

  #count(row: number, bound: number, count: number): void {
    this.#rows[row] ??= new Map();
    const counts = this.#rows[row];
    if (Number.isNaN(bound) || (!counts.has(bound) && counts.size >= BOUNDS_MAX)) return;
    counts.set(bound, (counts.get(bound) ?? 0) + count);
  }
}

function boundOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}

/** Prometheus, `histogram_quantile`: linear within a bucket, the highest finite bound beyond it. */
function interpolated(
  bounds: ReadonlyArray<readonly [bound: number, count: number]>,
  quantile: number,
): number {
  const total = bounds.at(-1)?.[1] ?? 0;
  if (bounds.at(-1)?.[0] !== Number.POSITIVE_INFINITY || bounds.length < 2 || total === 0) return Number.NaN;
  const rank = quantile * total;
  // Counts of an honest histogram ascend; those of series that came and went may not.
  let reached = 0;
  const at = bounds.findIndex(([, count]) => {
    reached = Math.max(reached, count);
    return reached >= rank;
  });
  if (at === bounds.length - 1) return bounds[at - 1][0];
  const [upper, count] = bounds[at];
  if (at === 0 && upper <= 0) return upper;
  const [lower, below] = at === 0 ? [0, 0] : bounds[at - 1];
  return lower + ((upper - lower) * (rank - below)) / (count - below);
}
