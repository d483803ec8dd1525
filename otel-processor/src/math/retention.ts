import type { ByteReader, ByteWriter } from '../base/index.ts';
import { type Observations, RowAccumulations } from './aggregator.ts';
import { readVarint } from './fast-varint.ts';
import { type Hash64, hashText } from './hash-text.ts';

/** Periods that one row may touch: bits of a mask. */
const PERIODS_MAX = 31;
const LEVEL_MAX = 32;

/** Items first seen in one period. Counts are estimates as soon as a sample is kept. */
export interface Cohort {
  /** Number of the period since the epoch. */
  readonly period: number;
  readonly size: number;
  /** How many of them were seen again 1, 2, ... periods later; shorter where nobody was later. */
  readonly seenAfter: readonly number[];
}

interface Sketch {
  /** Items whose hash begins with so many zero bits are kept. */
  level: number;
  /** Period of the lowest bit. */
  base: number;
  /** By hash: a bit for each period in which the item was seen. */
  readonly items: Map<number, number>;
}

const hash: Hash64 = { hi: 0, lo: 0 };

/**
 * In which periods of length `everyMs` items were seen, by cohort of their first one. Exact up to `itemsMax` different
 * items; beyond, a uniform sample of them by their hashes (adaptive sampling; Flajolet 1990, "On adaptive sampling")
 * of more than `itemsMax / 2` on average: a share p among n sampled items has the standard error sqrt(p (1 - p) / n).
 * Which items are kept depends on the items only, so that merging is the same as having added all to one row.
 */
export class RetentionCohorts extends RowAccumulations<readonly Cohort[]> {
  readonly everyMs: number;
  readonly itemsMax: number;
  #rows: Array<Sketch | undefined> = [];

  constructor(everyMs: number, itemsMax: number) {
    super();
    this.everyMs = everyMs;
    this.itemsMax = itemsMax;
  }

  create(): RetentionCohorts {
    return new RetentionCohorts(this.everyMs, this.itemsMax);
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
    hashText(item, hash);
    // The first bits are what the sample goes by, so they must be in the number that is kept.
    const key = hash.hi * 2 ** 21 + (hash.lo >>> 11);
    this.#note(row, key, Math.floor(input.timestampsMs[index] / this.everyMs), 1);
  }

  merge(row: number, source: RetentionCohorts, sourceRow: number): void {
    const theirs = source.#rows[sourceRow];
    if (theirs === undefined) return;
    this.#raise(row, theirs.level);
    for (const [key, mask] of theirs.items) this.#note(row, key, theirs.base, mask);
  }

  /** By period, ascending. */
  result(row: number): readonly Cohort[] {
    const sketch = this.#rows[row];
    if (sketch === undefined) return [];
    const scale = 2 ** sketch.level;
    const cohorts: Array<{ period: number; size: number; seenAfter: number[] } | undefined> = [];
    for (const mask of sketch.items.values()) {
      const first = 31 - Math.clz32(mask & -mask);
      cohorts[first] ??= { period: sketch.base + first, size: 0, seenAfter: [] };
      const { seenAfter } = cohorts[first];
      cohorts[first].size += scale;
      for (let later = mask >>> (first + 1), i = 0; later !== 0; later >>>= 1, i++) {
        while (seenAfter.length <= i) seenAfter.push(0);
        if ((later & 1) !== 0) seenAfter[i] += scale;
      }
    }
    return cohorts.filter((cohort) => cohort !== undefined);
  }

  encode(row: number, writer: ByteWriter): void {
    const sketch = this.#rows[row];
    writer.uvarint(sketch?.items.size ?? 0);
    if (sketch === undefined) return;
    writer.uvarint(sketch.level);
    writer.varint(sketch.base);
    let before = 0;
    for (const [key, mask] of [...sketch.items].sort((a, b) => a[0] - b[0])) {
      writer.uvarint(key - before);
      writer.uvarint(mask);
      before = key;
    }
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    this.mergeEncoded(row, reader);
  }

  override mergeEncoded(row: number, reader: ByteReader): void {
    let left = readVarint(reader);
    if (left === 0) return;
    this.#raise(row, readVarint(reader));
    const base = reader.varint();
    for (let key = 0; left > 0; left--) {
      key += readVarint(reader);
      this.#note(row, key, base, readVarint(reader));
    }
  }

  get sizeBytes(): number {
    let sum = this.#rows.length * 8;
    for (const sketch of this.#rows) if (sketch !== undefined) sum += 200 + sketch.items.size * 48;
    return sum;
  }

  /** Says that an item was seen in the periods of `mask`, counted from `base`. */
  #note(row: number, key: number, base: number, mask: number): void {
    const sketch = this.#sketch(row, base);
    if (key >= 2 ** (53 - sketch.level)) return;
    if (base < sketch.base) rebase(sketch, base);
    const shift = base - sketch.base;
    // A window touches fewer periods than that.
    if (shift >= PERIODS_MAX) return;
    const known = sketch.items.get(key);
    sketch.items.set(key, ((known ?? 0) | (mask << shift)) & 0x7fff_ffff);
    if (known === undefined) while (sketch.items.size > this.itemsMax) this.#raise(row, sketch.level + 1);
  }

  #sketch(row: number, base: number): Sketch {
    this.#rows[row] ??= { level: 0, base, items: new Map() };
    return this.#rows[row];
  }

  /** Keeps only items of `level` and above. */
  #raise(row: number, level: number): void {
    const sketch = this.#rows[row];
    if (sketch === undefined) {
      if (level > 0) this.#rows[row] = { level, base: Number.MAX_SAFE_INTEGER, items: new Map() };
      return;
    }
    if (level <= sketch.level || level > LEVEL_MAX) return;
    sketch.level = level;
    const end = 2 ** (53 - level);
    for (const key of sketch.items.keys()) if (key >= end) sketch.items.delete(key);
  }
}

/** Counts bits from an earlier period on. */
function rebase(sketch: Sketch, base: number): void {
  const shift = sketch.base - base;
  for (const [key, mask] of sketch.items) {
    sketch.items.set(key, shift >= PERIODS_MAX ? 0 : (mask << shift) & 0x7fff_ffff);
  }
  sketch.base = base;
}
