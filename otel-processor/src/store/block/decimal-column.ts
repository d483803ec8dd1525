import { EXPONENT_MAX, powersOfTen } from './decimal.ts';
import { estimateBits, setZigzag } from './residual-values.ts';
import type { Residuals } from './residuals.ts';
import type { SectionWriter } from './sections.ts';

/** Below it, differences of second order of mantissas are exact, and so is their zigzag (< 2^53). */
const MANTISSA_LIMIT = 2 ** 49;
/** One value in this many may be no decimal (staleness markers, infinities); it is written out beside the column. */
const EXCEPTIONS_PER = 8;

/**
 * Columns of short decimals (counters, byte sizes, percentages with two places): value = mantissa / 10^exponent,
 * where the mantissas are integers `base + divisor * n`. The n are written as residuals of order 0 (value), 1
 * (delta) or 2 (delta of delta) against a reference. Division of exact integers by an exact power of ten is
 * correctly rounded (IEEE 754), so the test `mantissa / 10^exponent === value` proves the round trip.
 */
export class DecimalColumn {
  #mantissas = new Float64Array(1024);
  #count = 0;
  #exponent = 0;
  #base = 0;
  #divisor = 1;
  #order = 0;
  #reference = 0;
  readonly #exceptions: number[] = [];

  /**
   * Takes the column apart and picks the cheapest order; leaves its residuals in `residuals`.
   * Returns the estimated size in bits, or infinity when too many values are no short decimals.
   */
  prepare(values: Float64Array, words: Uint32Array, count: number, residuals: Residuals): number {
    if (!this.#takeApart(values, words, count)) return Number.POSITIVE_INFINITY;
    this.#reduce();
    let bestBits = Number.POSITIVE_INFINITY;
    let bestOrder = 0;
    for (let order = 0; order <= 2; order++) {
      // Where deltas are no shorter than values, deltas of deltas are longer still.
      if (order === 2 && bestOrder === 0) break;
      const bits = estimateBits(residuals, this.#fill(order, residuals));
      if (bits < bestBits) {
        bestBits = bits;
        bestOrder = order;
      }
    }
    if (this.#order !== bestOrder) this.#fill(bestOrder, residuals);
    return bestBits + this.#exceptions.length * 80;
  }

  /** Writes what `prepare` found; `residuals` must still hold it. */
  write(words: Uint32Array, residuals: Residuals, out: SectionWriter): void {
    const { coded } = out;
    coded.uint8(this.#exponent * 4 + this.#order);
    coded.varint(this.#base);
    coded.uvarint(this.#divisor);
    coded.varint(this.#reference);
    coded.uvarint(this.#exceptions.length);
    let previous = 0;
    for (const index of this.#exceptions) {
      coded.uvarint(index - previous);
      coded.uint32(words[2 * index]);
      coded.uint32(words[2 * index + 1]);
      previous = index;
    }
    residuals.write(this.#order === 0 ? this.#count : this.#count - 1, out);
  }

  #takeApart(values: Float64Array, words: Uint32Array, count: number): boolean {
    const allowed = Math.floor(count / EXCEPTIONS_PER) + 1;
    const exponent = commonExponent(values, count, allowed);
    if (exponent < 0) return false;
    if (this.#mantissas.length < count) this.#mantissas = new Float64Array(count * 2);
    const mantissas = this.#mantissas;
    const scale = powersOfTen[exponent];
    this.#exceptions.length = 0;
    this.#count = count;
    this.#exponent = exponent;
    let held = Number.NaN;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      const mantissa = Math.round(value * scale);
      const exact = mantissa / scale === value && Math.abs(mantissa) < MANTISSA_LIMIT;
      // The integer 0 has one sign only.
      if (exact && (mantissa !== 0 || words[2 * i + 1] === 0)) {
        held = mantissa;
      } else {
        this.#exceptions.push(i);
        if (this.#exceptions.length > allowed) return false;
      }
      // An exception repeats its neighbour, so that it costs nothing in the residuals.
      mantissas[i] = held;
    }
    for (let i = this.#exceptions.length - 1; i >= 0; i--) {
      const index = this.#exceptions[i];
      if (Number.isNaN(mantissas[index])) mantissas[index] = index + 1 < count ? mantissas[index + 1] : 0;
    }
    return true;
  }

  /** Subtracts the first mantissa and divides by what all differences have in common (pages of memory, round numbers). */
  #reduce(): void {
    const mantissas = this.#mantissas;
    const count = this.#count;
    const base = mantissas[0];
    let divisor = 0;
    for (let i = 1; i < count && divisor !== 1; i++) {
      divisor = greatestCommonDivisor(divisor, Math.abs(mantissas[i] - base));
    }
    if (divisor === 0) divisor = 1;
    for (let i = 0; i < count; i++) mantissas[i] = (mantissas[i] - base) / divisor;
    this.#base = base;
    this.#divisor = divisor;
  }

  #fill(order: number, residuals: Residuals): number {
    const mantissas = this.#mantissas;
    const count = this.#count;
    residuals.reserve(count);
    this.#order = order;
    if (order === 0) {
      const reference = sampledMedian(count, (i) => mantissas[i]);
      for (let i = 0; i < count; i++) setZigzag(residuals, i, mantissas[i] - reference);
      this.#reference = reference;
      return count;
    }
    if (order === 1) {
      const reference = sampledMedian(count - 1, (i) => mantissas[i + 1] - mantissas[i]);
      for (let i = 1; i < count; i++)
        setZigzag(residuals, i - 1, mantissas[i] - mantissas[i - 1] - reference);
      this.#reference = reference;
      return count - 1;
    }
    let delta = mantissas[1] - mantissas[0];
    this.#reference = delta;
    for (let i = 1; i < count; i++) {
      const next = mantissas[i] - mantissas[i - 1];
      setZigzag(residuals, i - 1, next - delta);
      delta = next;
    }
    return count - 1;
  }
}

/** The smallest exponent under which all but `allowed` values are decimals; -1 when there is none. */
function commonExponent(values: Float64Array, count: number, allowed: number): number {
  let exponent = 0;
  let misfits = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    let candidate = exponent;
    while (candidate <= EXPONENT_MAX && !isDecimal(value, powersOfTen[candidate])) candidate += 1;
    if (candidate <= EXPONENT_MAX) exponent = candidate;
    else if (++misfits > allowed) return -1;
  }
  return exponent;
}

function isDecimal(value: number, scale: number): boolean {
  const mantissa = Math.round(value * scale);
  return mantissa / scale === value && Math.abs(mantissa) < MANTISSA_LIMIT;
}

function greatestCommonDivisor(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) {
    const rest = x % y;
    x = y;
    y = rest;
  }
  return x;
}

const sample = new Float64Array(15);

/** Median of at most 15 entries spread over the column: close enough for a reference, whatever the length. */
function sampledMedian(count: number, at: (index: number) => number): number {
  if (count <= 0) return 0;
  const size = Math.min(count, sample.length);
  for (let i = 0; i < size; i++) {
    const value = at(Math.floor((i * count) / size));
    // Insertion sort: faster than any other for so few.
    let place = i;
    for (; place > 0 && sample[place - 1] > value; place--) sample[place] = sample[place - 1];
    sample[place] = value;
  }
  return sample[size >> 1];
}
