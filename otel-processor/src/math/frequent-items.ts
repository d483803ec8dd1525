import type { ByteReader, ByteWriter } from '../base/index.ts';
import { type Observations, RowAccumulations } from './aggregator.ts';

export interface FrequentItem {
  readonly item: string;
  /** Lower bound of the item's weight; the true weight is at most `weight + error`. */
  readonly weight: number;
}

export interface FrequentItems {
  /** Heaviest first, at most `k`; equal weights in order of the text. */
  readonly top: readonly FrequentItem[];
  /** How much any weight, also that of an item not listed, may be too low. */
  readonly error: number;
}

interface Summary {
  readonly weights: Map<string, number>;
  error: number;
}

/**
 * Heaviest items (Misra and Gries 1982; purged and merged as in Agarwal et al. 2012, "Mergeable Summaries"). At most
 * 2c counters are kept; when they are full, the (c+1)-th largest weight is taken from all and what is left of nothing
 * goes. Each unit taken so removes c + 1 units of the total weight N, so no weight is too low by more than
 * N / (c + 1), and the error that really arose is in the result. Exact while there are at most 2c distinct items.
 *
 * Weights are 1, or the entry's value when `weighted` (negative, infinite and missing ones are passed over).
 */
export class FrequentItemCounts extends RowAccumulations<FrequentItems> {
  readonly #k: number;
  readonly #counters: number;
  readonly #weighted: boolean;
  #rows: Array<Summary | undefined> = [];

  constructor(k: number, counters = Math.max(64, 4 * k), weighted = false) {
    super();
    this.#k = k;
    this.#counters = counters;
    this.#weighted = weighted;
  }

  create(): FrequentItemCounts {
    return new FrequentItemCounts(this.#k, this.#counters, this.#weighted);
  }

  reserve(rowCount: number): void {
    while (this.#rows.length < rowCount) this.#rows.push(undefined);
  }

  clear(row: number): void {
    this.#rows[row] = undefined;
  }

  add(row: number, input: Observations, index: number): void {
    const item = input.items[index];
    if (item === undefined) return;
    const weight = this.#weighted ? input.values[index] : 1;
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) return;
    const summary = this.#summary(row);
    summary.weights.set(item, (summary.weights.get(item) ?? 0) + weight);
    if (summary.weights.size > 2 * this.#counters) this.#purge(summary);
  }

  merge(row: number, source: FrequentItemCounts, sourceRow: number): void {
    const theirs = source.#rows[sourceRow];
    if (theirs === undefined) return;
    const summary = this.#summary(row);
    for (const [item, weight] of theirs.weights) {
      summary.weights.set(item, (summary.weights.get(item) ?? 0) + weight);
    }
    summary.error += theirs.error;
    if (summary.weights.size > 2 * this.#counters) this.#purge(summary);
  }

  result(row: number): FrequentItems {
    const summary = this.#rows[row];
    if (summary === undefined) return { top: [], error: 0 };
    return { top: ranked(summary.weights).slice(0, this.#k), error: summary.error };
  }

  encode(row: number, writer: ByteWriter): void {
    const summary = this.#rows[row];
    writer.uvarint(summary === undefined ? 0 : summary.weights.size + 1);
    if (summary === undefined) return;
    writer.float64(summary.error);
    // Sorted, so that equal states are equal bytes.
    for (const item of [...summary.weights.keys()].sort()) {
      writer.string(item);
      writer.float64(summary.weights.get(item)!);
    }
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    const head = reader.uvarint();
    if (head === 0) return;
    const summary = this.#summary(row);
    summary.error = reader.float64();
    for (let n = 1; n < head; n++) summary.weights.set(reader.string(), reader.float64());
  }

  get sizeBytes(): number {
    let sum = this.#rows.length * 8;
    // A map entry with its text, which is shared with nobody in the worst case.
    for (const row of this.#rows) if (row !== undefined) sum += 96 + row.weights.size * 80;
    return sum;
  }

  #summary(row: number): Summary {
    this.#rows[row] ??= { weights: new Map(), error: 0 };
    return this.#rows[row];
  }

  #purge(summary: Summary): void {
    const sorted = Float64Array.from(summary.weights.values()).sort();
    const taken = sorted[sorted.length - 1 - this.#counters];
    for (const [item, weight] of summary.weights) {
      if (weight > taken) summary.weights.set(item, weight - taken);
      else summary.weights.delete(item);
    }
    summary.error += taken;
  }
}

function ranked(weights: ReadonlyMap<string, number>): FrequentItem[] {
  return [...weights]
    .map(([item, weight]) => ({ item, weight }))
    .sort((a, b) => b.weight - a.weight || (a.item < b.item ? -1 : 1));
}
