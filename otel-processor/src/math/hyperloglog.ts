import { assert, type ByteReader, type ByteWriter } from '../base/index.ts';
import { type Observations, RowAccumulations } from './aggregator.ts';
import { type Hash64, hashText } from './hash-text.ts';

/** Index bits of the sparse form; its entries are index and rank in one word. */
const SPARSE_BITS = 26;
const RANK_BITS = 6;

type Row = Set<number> | Uint8Array<ArrayBuffer> | undefined;

/**
 * Number of distinct texts. HyperLogLog (Flajolet et al. 2007) with 64-bit hashes, sparse below a quarter of its
 * registers' memory (entries of 26 index bits, as in Heule et al. 2013), and Ertl's improved raw estimator (2017,
 * "New cardinality estimation algorithms for HyperLogLog sketches", algorithm 6), which needs no bias tables.
 *
 * Relative standard error 1.04 / sqrt(2^precision): 0.81 % at the default precision 14 (16 KiB dense), and about
 * 0.01 % while sparse. State, and so the estimate, depends on the set of texts only: merging is exact.
 */
export class HyperLogLog extends RowAccumulations<number> {
  readonly precision: number;
  readonly #sparseMax: number;
  #rows: Row[] = [];
  readonly #hash: Hash64 = { hi: 0, lo: 0 };

  constructor(precision = 14) {
    super();
    assert(precision >= 4 && precision <= 18, 'precision must be within 4 and 18');
    this.precision = precision;
    // An entry of a Set costs about 16 bytes, a register one.
    this.#sparseMax = Math.max(4, (2 ** precision) >> 5);
  }

  /** Relative standard error of a dense sketch. */
  get standardError(): number {
    return 1.04 / Math.sqrt(2 ** this.precision);
  }

  create(): HyperLogLog {
    return new HyperLogLog(this.precision);
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
    hashText(item, this.#hash);
    const { hi, lo } = this.#hash;
    // 26 bits of index, then the rank in the 38 bits that are left.
    const rest = hi & 0x3f;
    const rank = rest !== 0 ? Math.clz32(rest) - 25 : Math.clz32(lo) + 7;
    this.#put(row, ((hi >>> RANK_BITS) << RANK_BITS) | rank);
  }

  merge(row: number, source: HyperLogLog, sourceRow: number): void {
    const theirs = source.#rows[sourceRow];
    if (theirs === undefined) return;
    if (theirs instanceof Set) {
      for (const entry of theirs) this.#put(row, entry);
      return;
    }
    const ours = this.#dense(row);
    for (let i = 0; i < theirs.length; i++) if (theirs[i] > ours[i]) ours[i] = theirs[i];
  }

  result(row: number): number {
    const state = this.#rows[row];
    if (state === undefined) return 0;
    if (state instanceof Set) {
      const size = 2 ** SPARSE_BITS;
      return size * Math.log(size / (size - state.size));
    }
    return ertlEstimate(state, this.precision);
  }

  encode(row: number, writer: ByteWriter): void {
    const state = this.#rows[row];
    if (state === undefined) {
      writer.uvarint(0);
    } else if (state instanceof Set) {
      writer.uvarint(state.size + 1);
      let previous = 0;
      for (const entry of [...state].map((each) => each >>> 0).sort((a, b) => a - b)) {
        writer.uvarint(entry - previous);
        previous = entry;
      }
    } else {
      writer.uvarint(this.#sparseMax + 2);
      writer.raw(state);
    }
  }

  decode(row: number, reader: ByteReader): void {
    this.clear(row);
    this.mergeEncoded(row, reader);
  }

  override mergeEncoded(row: number, reader: ByteReader): void {
    const head = reader.uvarint();
    if (head === 0) return;
    if (head === this.#sparseMax + 2) {
      const theirs = reader.raw(2 ** this.precision);
      const ours = this.#dense(row);
      for (let i = 0; i < theirs.length; i++) if (theirs[i] > ours[i]) ours[i] = theirs[i];
      return;
    }
    let entry = 0;
    for (let n = 1; n < head; n++) {
      entry += reader.uvarint();
      this.#put(row, entry | 0);
    }
  }

  get sizeBytes(): number {
    let sum = this.#rows.length * 8;
    for (const row of this.#rows) {
      if (row !== undefined) sum += row instanceof Set ? 64 + row.size * 16 : row.byteLength;
    }
    return sum;
  }

  /**
   * Sparse entries are distinct (index, rank) words. Two texts with one index and different ranks both stay: that
   * happens once in 2^26, and keeps the entries a plain set, whose size does not depend on order.
   */
  #put(row: number, entry: number): void {
    const state = this.#rows[row];
    if (state === undefined) {
      this.#rows[row] = new Set([entry]);
    } else if (state instanceof Set) {
      state.add(entry);
      if (state.size > this.#sparseMax) this.#dense(row);
    } else {
      setRegister(state, this.precision, entry);
    }
  }

  #dense(row: number): Uint8Array<ArrayBuffer> {
    const state = this.#rows[row];
    if (state instanceof Uint8Array) return state;
    const registers = new Uint8Array(2 ** this.precision);
    if (state !== undefined) for (const entry of state) setRegister(registers, this.precision, entry);
    this.#rows[row] = registers;
    return registers;
  }
}

function setRegister(registers: Uint8Array, precision: number, entry: number): void {
  const register = entry >>> (32 - precision);
  // The index bits beyond the precision are the first bits of the coarse rank.
  const rest = (entry << precision) >>> (precision + RANK_BITS);
  const width = SPARSE_BITS - precision;
  const rank = rest !== 0 ? Math.clz32(rest) - (32 - width) + 1 : width + (entry & 0x3f);
  if (rank > registers[register]) registers[register] = rank;
}

/** Ertl 2017, algorithm 6, for 64-bit hashes. */
function ertlEstimate(registers: Uint8Array, precision: number): number {
  const size = registers.length;
  const ranks = 64 - precision;
  const multiplicity = new Float64Array(ranks + 2);
  for (const rank of registers) multiplicity[rank] += 1;
  let z = size * tau(1 - multiplicity[ranks + 1] / size);
  for (let rank = ranks; rank >= 1; rank--) z = 0.5 * (z + multiplicity[rank]);
  z += size * sigma(multiplicity[0] / size);
  return ((size / (2 * Math.LN2)) * size) / z;
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; z !== before; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; z !== before; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
