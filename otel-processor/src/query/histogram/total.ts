import type { CounterResetHint, Histogram } from '../../model/index.ts';
import { aboveThreshold, combinedHint, ontoBounds, uncut } from './arithmetic.ts';
import { type BucketList, bucketList, exponentialBound, toSpans, usesCustomBuckets } from './bucket-list.ts';

/** Largest sum of magnitudes before the total is scaled down, so that a mean does not overflow on the way. */
const MAGNITUDE_MAX = 2 ** 1022;
const SCALE = 2 ** -64;

/** A sum with Neumaier's compensation, see `KahanSum`; plain, because there is one for each bucket. */
interface Cell {
  sum: number;
  compensation: number;
}

function add(cell: Cell, value: number): void {
  const { sum } = cell;
  const total = sum + value;
  if (Math.abs(total) === Number.POSITIVE_INFINITY) cell.compensation = 0;
  else cell.compensation += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
  cell.sum = total;
}

function totalOf(cell: Cell): number {
  return Math.abs(cell.sum) === Number.POSITIVE_INFINITY ? cell.sum : cell.sum + cell.compensation;
}

/** Running total of histograms that reconciles their layouts as they come. */
export class HistogramTotal {
  #schema: number;
  #threshold: number;
  #bounds: readonly number[] | undefined;
  #hint: CounterResetHint;
  /** What everything is multiplied by, a power of two. */
  #scale = 1;
  #magnitude = 0;
  readonly #forMean: boolean;
  readonly #count: Cell = { sum: 0, compensation: 0 };
  readonly #sum: Cell = { sum: 0, compensation: 0 };
  readonly #zero: Cell = { sum: 0, compensation: 0 };
  #positive = new Map<number, Cell>();
  #negative = new Map<number, Cell>();
  #sawReset = false;
  #sawNoReset = false;
  /** Number of histograms added. */
  added = 0;
  /** Custom bounds differed: only the common ones are left. */
  boundsReconciled = false;

  /** `forMean`: only the mean is wanted, so the total itself may exceed what a float can hold. */
  constructor(like: Histogram, forMean = false) {
    this.#schema = like.schema;
    this.#threshold = like.zeroThreshold;
    this.#bounds = usesCustomBuckets(like) ? (like.customValues ?? []) : undefined;
    this.#hint = like.counterResetHint;
    this.#forMean = forMean;
  }

  /** Resets are known of some histograms and excluded of others. */
  get resetConflict(): boolean {
    return this.#sawReset && this.#sawNoReset;
  }

  /** False, and nothing added, when one has custom buckets and the other exponential ones. */
  add(histogram: Histogram): boolean {
    if (usesCustomBuckets(histogram) !== (this.#bounds !== undefined)) return false;
    if (histogram.counterResetHint === 'reset') this.#sawReset = true;
    if (histogram.counterResetHint === 'not_reset') this.#sawNoReset = true;
    this.#hint = combinedHint(this.#hint, histogram.counterResetHint).hint;
    this.added += 1;
    if (this.#forMean) this.#guardOverflow(histogram);
    const scale = this.#scale;
    add(this.#count, histogram.count * scale);
    add(this.#sum, histogram.sum * scale);
    if (this.#bounds !== undefined) {
      this.#addCustom(histogram);
      return true;
    }
    this.#reconcile(histogram);
    const parts = aboveThreshold(histogram, this.#threshold, this.#schema);
    add(this.#zero, parts.zeroCount * scale);
    addList(this.#positive, parts.positive, scale);
    addList(this.#negative, parts.negative, scale);
    return true;
  }

  get total(): Histogram {
    return this.#result((cell) => totalOf(cell) / this.#scale);
  }

  get mean(): Histogram {
    const { added } = this;
    return this.#result((cell) => totalOf(cell) / added / this.#scale);
  }

  #guardOverflow(histogram: Histogram): void {
    let largest = Math.max(Math.abs(histogram.count), histogram.zeroCount);
    if (Number.isFinite(histogram.sum)) largest = Math.max(largest, Math.abs(histogram.sum));
    for (const count of histogram.positiveBuckets) largest = Math.max(largest, Math.abs(count));
    for (const count of histogram.negativeBuckets) largest = Math.max(largest, Math.abs(count));
    if (!Number.isFinite(largest)) return;
    this.#magnitude += largest * this.#scale;
    if (this.#magnitude < MAGNITUDE_MAX) return;
    // A power of two changes exponents only.
    this.#scale *= SCALE;
    this.#magnitude = this.#magnitude === Number.POSITIVE_INFINITY ? 2 ** 960 : this.#magnitude * SCALE;
    for (const cell of [
      this.#count,
      this.#sum,
      this.#zero,
      ...this.#positive.values(),
      ...this.#negative.values(),
    ]) {
      cell.sum *= SCALE;
      cell.compensation *= SCALE;
    }
  }

  #addCustom(histogram: Histogram): void {
    const ours = this.#bounds!;
    const theirs = histogram.customValues ?? [];
    const list = bucketList(histogram.positiveSpans, histogram.positiveBuckets);
    if (ours.length === theirs.length && ours.every((bound, i) => bound === theirs[i])) {
      addList(this.#positive, list, this.#scale);
      return;
    }
    this.boundsReconciled = true;
    const known = new Set(theirs);
    const common = ours.filter((bound) => known.has(bound));
    this.#positive = remapped(this.#positive, (index) => {
      const upper = ours[index] ?? Number.POSITIVE_INFINITY;
      const at = common.findIndex((bound) => bound >= upper);
      return at < 0 ? common.length : at;
    });
    this.#bounds = common;
    addList(this.#positive, ontoBounds(list, theirs, common), this.#scale);
  }

  /** Brings schema and zero threshold to what fits both sides. */
  #reconcile(histogram: Histogram): void {
    if (histogram.schema < this.#schema) {
      const width = 2 ** (this.#schema - histogram.schema);
      this.#positive = remapped(this.#positive, (index) => Math.ceil(index / width));
      this.#negative = remapped(this.#negative, (index) => Math.ceil(index / width));
      this.#schema = histogram.schema;
    }
    let threshold = Math.max(this.#threshold, histogram.zeroThreshold);
    if (threshold === this.#threshold && threshold === histogram.zeroThreshold) return;
    for (;;) {
      const wider = Math.max(uncut(histogram, threshold), this.#uncut(threshold));
      if (wider === threshold) break;
      threshold = wider;
    }
    if (threshold === this.#threshold) return;
    this.#threshold = threshold;
    for (const side of [this.#positive, this.#negative]) {
      for (const [index, cell] of side) {
        if (exponentialBound(this.#schema, index - 1) >= threshold) continue;
        add(this.#zero, cell.sum);
        add(this.#zero, cell.compensation);
        side.delete(index);
      }
    }
  }

  #uncut(threshold: number): number {
    let result = threshold;
    for (const side of [this.#positive, this.#negative]) {
      for (const [index, cell] of side) {
        const upper = exponentialBound(this.#schema, index);
        const cuts = exponentialBound(this.#schema, index - 1) < threshold && upper > threshold;
        if (cuts && totalOf(cell) !== 0) result = Math.max(result, upper);
      }
    }
    return result;
  }

  #result(value: (cell: Cell) => number): Histogram {
    const positive = toSpans(toList(this.#positive, value));
    const negative = toSpans(toList(this.#negative, value));
    return {
      schema: this.#schema,
      zeroThreshold: this.#threshold,
      zeroCount: value(this.#zero),
      count: value(this.#count),
      sum: value(this.#sum),
      positiveSpans: positive.spans,
      positiveBuckets: positive.buckets,
      negativeSpans: negative.spans,
      negativeBuckets: negative.buckets,
      ...(this.#bounds === undefined ? {} : { customValues: this.#bounds }),
      counterResetHint: this.#hint,
    };
  }
}

function addList(side: Map<number, Cell>, list: BucketList, scale: number): void {
  for (let i = 0; i < list.indexes.length; i++) {
    let cell = side.get(list.indexes[i]);
    if (cell === undefined) {
      cell = { sum: 0, compensation: 0 };
      side.set(list.indexes[i], cell);
    }
    add(cell, list.counts[i] * scale);
  }
}

function remapped(side: Map<number, Cell>, to: (index: number) => number): Map<number, Cell> {
  const result = new Map<number, Cell>();
  for (const [index, cell] of side) {
    const target = to(index);
    const known = result.get(target);
    if (known === undefined) {
      result.set(target, cell);
    } else {
      add(known, cell.sum);
      add(known, cell.compensation);
    }
  }
  return result;
}

function toList(side: Map<number, Cell>, value: (cell: Cell) => number): BucketList {
  const indexes = [...side.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => value(side.get(index)!)) };
}
