import { estimateBits } from './residual-values.ts';
import type { Residuals } from './residuals.ts';
import { malformed, type SectionReader, type SectionWriter } from './sections.ts';

/**
 * Columns of arbitrary doubles, taken as 64-bit integers: doubles of one sign and similar size are close as
 * integers too. Zero bits at the end that all have in common are cut off first (floats of 32 bits, halves and
 * quarters). Residuals of order 0 (against a typical value) or 1 (against the one before), modulo 2^64.
 */
export class BitsColumn {
  #count = 0;
  #cut = 0;
  #order = 0;
  #referenceLow = 0;
  #referenceHigh = 0;

  /** As `DecimalColumn.prepare`. */
  prepare(words: Uint32Array, count: number, residuals: Residuals): number {
    this.#count = count;
    this.#cut = commonTrailingZeros(words, count);
    residuals.reserve(count);
    const bitsPlain = estimateBits(residuals, this.#fill(0, words, residuals));
    const bitsDelta = estimateBits(residuals, this.#fill(1, words, residuals));
    if (bitsPlain < bitsDelta) this.#fill(0, words, residuals);
    return Math.min(bitsPlain, bitsDelta);
  }

  write(residuals: Residuals, out: SectionWriter): void {
    const { coded } = out;
    coded.uint8(this.#cut * 2 + this.#order);
    coded.uint32(this.#referenceLow);
    coded.uint32(this.#referenceHigh);
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
      if (order === 1) {
        fromLow = wordLow;
        fromHigh = wordHigh;
      }
    }
    return this.#count;
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
  const cut = kind >> 1;
  if (cut > 63) throw malformed('unknown column kind');
  const referenceLow = coded.uint32();
  const referenceHigh = coded.uint32();
  residuals.read(count, sections);
  const { low, high } = residuals;
  const delta = (kind & 1) === 1;
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
    if (delta) {
      fromLow = sumLow;
      fromHigh = sumHigh;
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
  const size = Math.min(count, 33);
  const indexes = Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));
  indexes.sort((a, b) => words[2 * a + 1] - words[2 * b + 1] || words[2 * a] - words[2 * b]);
  return indexes[size >> 1] ?? 0;
}
