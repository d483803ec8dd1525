import { BitsColumn, readBitsColumn } from './bits-column.ts';
import { DecimalColumn } from './decimal-column.ts';
import { readDecimalColumn } from './decimal-column-reader.ts';
import { Residuals } from './residuals.ts';
import { malformed, type SectionReader, type SectionWriter } from './sections.ts';

const CONSTANT = 0;
const DECIMAL = 1;
const BITS = 2;

/** Decimals that need more than this per sample may be accidents; then the bits are tried as well. */
const DOUBTFUL_BITS = 24;

/**
 * Writes and reads columns of doubles, bit by bit as they were, in the form that an estimate over the real data
 * finds smallest. Holds scratch memory: use one per writer or reader, for as long as that lives.
 */
export class NumberColumnCodec {
  readonly #residuals = new Residuals();
  readonly #decimal = new DecimalColumn();
  readonly #bits = new BitsColumn();

  /** `words` is the integer view of `values`; `count` >= 1. */
  write(values: Float64Array, words: Uint32Array, count: number, out: SectionWriter): void {
    const { coded } = out;
    if (isConstant(words, count)) {
      coded.uint8(CONSTANT);
      coded.uint32(words[0]);
      coded.uint32(words[1]);
      return;
    }
    const residuals = this.#residuals;
    const decimalBits = this.#decimal.prepare(values, words, count, residuals);
    if (decimalBits > count * DOUBTFUL_BITS) {
      if (this.#bits.prepare(words, count, residuals) < decimalBits) {
        coded.uint8(BITS);
        this.#bits.write(residuals, out);
        return;
      }
      this.#decimal.prepare(values, words, count, residuals);
    }
    coded.uint8(DECIMAL);
    this.#decimal.write(words, residuals, out);
  }

  /**
   * Fills `values[offset..offset + count)`, `count` >= 1. The arrays must be long enough.
   * Throws a `FaultError` when the sections do not hold such a column.
   */
  read(
    sections: SectionReader,
    values: Float64Array,
    words: Uint32Array,
    offset: number,
    count: number,
  ): void {
    const mode = sections.coded.uint8();
    if (mode === CONSTANT) {
      const low = sections.coded.uint32();
      const high = sections.coded.uint32();
      for (let i = 2 * offset; i < 2 * (offset + count); i += 2) {
        words[i] = low;
        words[i + 1] = high;
      }
    } else if (mode === DECIMAL) {
      readDecimalColumn(sections, this.#residuals, values, words, offset, count);
    } else if (mode === BITS) {
      readBitsColumn(sections, this.#residuals, words, offset, count);
    } else {
      throw malformed(`unknown column mode ${mode}`);
    }
  }
}

function isConstant(words: Uint32Array, count: number): boolean {
  const low = words[0];
  const high = words[1];
  for (let i = 1; i < count; i++) if (words[2 * i] !== low || words[2 * i + 1] !== high) return false;
  return true;
}
