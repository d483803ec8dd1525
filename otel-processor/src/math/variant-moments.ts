import type { ByteReader, ByteWriter } from '../base/index.ts';
import { type Observations, RowAccumulations } from './aggregator.ts';
import { type Moments, RunningMoments } from './moments.ts';

/** Where variants beyond the limit are counted together. */
export const OTHER_VARIANT = '__overflow__';

/** Count, mean and variance by the entry's item: a few variants per row, each as `RunningMoments` has them. */
export class VariantMoments extends RowAccumulations<ReadonlyMap<string, Moments>> {
  readonly #variantsMax: number;
  readonly #moments = new RunningMoments();
  readonly #free: number[] = [];
  #end = 0;
  /** By row: row of `#moments` by variant. */
  #rows: Array<Map<string, number> | undefined> = [];

  constructor(variantsMax = 16) {
    super();
    this.#variantsMax = variantsMax;
  }

  create(): VariantMoments {
    return new VariantMoments(this.#variantsMax);
  }

  reserve(rowCount: number): void {
    while (this.#rows.length < rowCount) this.#rows.push(undefined);
  }

  clear(row: number): void {
    for (const inner of this.#rows[row]?.values() ?? []) {
      this.#moments.clear(inner);
      this.#free.push(inner);
    }
    this.#rows[row] = undefined;
  }

  add(row: number, input: Observations, index: number): void {
    const variant = input.items[index];
    if (variant === undefined || Number.isNaN(input.values[index])) return;
    this.#moments.add(this.#inner(row, variant), input, index);
  }

  merge(row: number, source: VariantMoments, sourceRow: number): void {
    for (const [variant, inner] of source.#rows[sourceRow] ?? []) {
      this.#moments.merge(this.#inner(row, variant), source.#moments, inner);
    }
  }

  /** By variant, in order of their names. */
  result(row: number): ReadonlyMap<string, Moments> {
    const variants = this.#rows[row] ?? new Map<string, number>();
    return new Map(
      [...variants.keys()].sort().map((name) => [name, this.#moments.result(variants.get(name)!)]),
    );
  }

  encode(row: number, writer: ByteWriter): void {
    const variants = this.#rows[row] ?? new Map<string, number>();
    writer.uvarint(variants.size);
    for (const name of [...variants.keys()].sort()) {
      writer.string(name);
      this.#moments.encode(variants.get(name)!, writer);
    }
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    for (let left = reader.uvarint(); left > 0; left--) {
      this.#moments.decode(this.#inner(row, reader.string()), reader);
    }
  }

  get sizeBytes(): number {
    return this.#rows.length * 8 + this.#moments.sizeBytes + this.#end * 80;
  }

  #inner(row: number, variant: string): number {
    this.#rows[row] ??= new Map();
    const variants = this.#rows[row];
    // The limit leaves room for the overflow itself.
    const name = variants.has(variant) || variants.size < this.#variantsMax ? variant : OTHER_VARIANT;
    let inner = variants.get(name);
    if (inner === undefined) {
      inner = this.#free.pop() ?? this.#end++;
      this.#moments.reserve(this.#end);
      variants.set(name, inner);
    }
    return inner;
  }
}
