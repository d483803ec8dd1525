import { estimateBits } from './residual-values.ts';
import type { Residuals } from './residuals.ts';
import { malformed, type SectionReader, type SectionWriter } from './sections.ts';

/** Entries looked at to find a typical one. */
const SAMPLED = 15;

/**
 * Columns of arbitrary doubles, taken as 64-bit integers: doubles of one sign and similar size are close as
 * integers too. Zero bits at the end that all have in common are cut off first (floats of 32 bits, halves and
 * quarters). Residuals of order 0 (against a typical value), 1 (against the one before) or 2 (against the one before
 * plus a typical step, for sums that grow), modulo 2^64.
 */
export class BitsColumn {
  #count = 0;
  #cut = 0;
  #order = 0;
  #referenceLow = 0;
  #referenceHigh = 0;
  #stepLow = 0;
  #stepHigh = 0;

  /** As `DecimalColumn.prepare`. */
  prepare(words: Uint32Array, count: number, residuals: Residuals): number {
    this.#count = count;
    this.#cut = commonTrailingZeros(words, count);
    residuals.reserve(count);
    let bestBits = Number.POSITIVE_INFINITY;
    let bestOrder = 0;
    for (let order = 0; order <= 2; order++) {
      const bits = estimateBits(residuals, this.#fill(order, words, residuals));
      if (bits < bestBits) {
        bestBits = bits;
        bestOrder = order;
      }
    }
    if (this.#order !== bestOrder) this.#fill(bestOrder, words, residuals);
    return bestBits;
  }

  write(residuals: Residuals, out: SectionWriter): void {
    const { coded } = out;
    coded.uint8(this.#cut * 4 + this.#order);
    coded.uint32(this.#referenceLow);
    coded.uint32(this.#referenceHigh);
    if (this.#order === 2) {
      coded.uint32(this.#stepLow);
      coded.uint32(this.#stepHigh);
    }
    residuals.write(this.#count, out);
  }

  #fill(order: number, words: Uint32Array, residuals: Residuals): number {
    const { low, high } = residuals;
    const cut = this.#cut;
    this.#order = order;
    const start = order === 0 ? typicalIndex(words, this.#count) : 0;
    let fromLow = words[2 * start];
    let fromHigh = words[2 * start + 1];
    this.#referenceLow = fromLow;
    this.#referenceHigh = fromHigh;
    if (order === 2) this.#takeStep(words);
    const stepLow = order === 2 ? this.#stepLow : 0;
    const stepHigh = order === 2 ? this.#stepHigh : 0;
    for (let i = 0; i < this.#count; i++) {
      const wordLow = words[2 * i];
      const wordHigh = words[2 * i + 1];
      const differenceLow = (wordLow - fromLow) | 0;
      const differenceHigh = (wordHigh - fromHigh - (wordLow < fromLow ? 1 : 0)) | 0;
      // Arithmetic shift right by `cut`, then zigzag: sign to the lowest bit.
      const shiftedLow = cut === 0 ? differenceLow : shiftedLowWord(differenceLow, differenceHigh, cut);
      const shiftedHigh = cut >= 32 ? differenceHigh >> 31 : differenceHigh >> cut;
      const sign = differenceHigh >> 31;
      low[i] = (shiftedLow << 1) ^ sign;
      high[i] = ((shiftedHigh << 1) | (shiftedLow >>> 31)) ^ sign;
      if (order !== 0) {
        fromLow = (wordLow + stepLow) >>> 0;
        fromHigh = (wordHigh + stepHigh + (fromLow < stepLow ? 1 : 0)) >>> 0;
      }
    }
    return this.#count;
  }

  /** The median, by the upper word, of a few steps spread over the column. */
  #takeStep(words: Uint32Array): void {
    const size = Math.min(this.#count - 1, SAMPLED);
    const steps = Array.from({ length: size }, (_, i) => {
      const at = 2 * Math.floor((i * (this.#count - 1)) / size);
      const borrow = words[at + 2] < words[at] ? 1 : 0;
      return [(words[at + 2] - words[at]) >>> 0, (words[at + 3] - words[at + 1] - borrow) | 0] as const;
    });
    steps.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const [low, high] = steps[size >> 1] ?? [0, 0];
    this.#stepLow = low;
    this.#stepHigh = high >>> 0;
  }
}

/** Reads a column written by `BitsColumn` into `words`, from sample `offset` on. */
export function readBitsColumn(
  sections: SectionReader,
  residuals: Residuals,
  words: Uint32Array,
  offset: number,
  count: number,
): void {
  const { coded } = sections;
  const kind = coded.uint8();
  const cut = kind >> 2;
  const order = kind & 3;
  if (order > 2) throw malformed('unknown column kind');
  const referenceLow = coded.uint32();
  const referenceHigh = coded.uint32();
  const stepLow = order === 2 ? coded.uint32() : 0;
  const stepHigh = order === 2 ? coded.uint32() : 0;
  residuals.read(count, sections);
  const { low, high } = residuals;
  let fromLow = referenceLow;
  let fromHigh = referenceHigh;
  for (let i = 0; i < count; i++) {
    const sign = -(low[i] & 1);
    const plainLow = ((low[i] >>> 1) | (high[i] << 31)) ^ sign;
    const plainHigh = (high[i] >>> 1) ^ sign;
    const shiftedLow = cut >= 32 ? 0 : plainLow << cut;
    const shiftedHigh =
      cut === 0
        ? plainHigh
        : cut >= 32
          ? plainLow << (cut - 32)
          : (plainHigh << cut) | (plainLow >>> (32 - cut));
    const sumLow = (fromLow + (shiftedLow >>> 0)) >>> 0;
    const sumHigh = (fromHigh + shiftedHigh + (sumLow < shiftedLow >>> 0 ? 1 : 0)) >>> 0;
    words[2 * (offset + i)] = sumLow;
    words[2 * (offset + i) + 1] = sumHigh;
    if (order !== 0) {
      fromLow = (sumLow + stepLow) >>> 0;
      fromHigh = (sumHigh + stepHigh + (fromLow < stepLow ? 1 : 0)) >>> 0;
    }
  }
}

function shiftedLowWord(low: number, high: number, cut: number): number {
  return cut >= 32 ? high >> (cut - 32) : (low >>> cut) | (high << (32 - cut));
}

function commonTrailingZeros(words: Uint32Array, count: number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; i++) {
    low |= words[2 * i];
    high |= words[2 * i + 1];
  }
  if (low !== 0) return 31 - Math.clz32(low & -low);
  return high === 0 ? 0 : 63 - Math.clz32(high & -high);
}

/** Index of the median, by the upper word, of a few entries spread over the column. */
function typicalIndex(words: Uint32Array, count: number): number {
  const size = Math.min(count, SAMPLED);
  const indexes = Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));
  indexes.sort((a, b) => words[2 * a + 1] - words[2 * b + 1] || words[2 * a] - words[2 * b]);
  return indexes[size >> 1] ?? 0;
}
