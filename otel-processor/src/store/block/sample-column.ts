import type { Histogram } from '../../model/index.ts';
import type { SampleBuffer } from '../types.ts';
import { readHistograms, writeHistograms } from './histogram-column.ts';
import { NumberColumnCodec } from './number-column.ts';
import { malformed, type SectionReader, type SectionWriter } from './sections.ts';

const NUMBERS = 0;
/** Numbers as above, then histograms for some or all of the samples. */
const NUMBERS_AND_HISTOGRAMS = 1;

/** The values of one series over one strip, timestamps apart: those are columns of their own, shared by many series. */
export class SampleColumnCodec {
  readonly numbers = new NumberColumnCodec();
  #scratch = new Float64Array(256);

  /** Writes the values of samples [start, end) of the buffer; at least one. */
  write(buffer: SampleBuffer, start: number, end: number, out: SectionWriter): void {
    const count = end - start;
    const values = buffer.values.subarray(start, end);
    const words = buffer.words.subarray(2 * start, 2 * end);
    const indexes: number[] = [];
    const histograms: Histogram[] = [];
    if (buffer.histograms !== undefined) {
      for (const [index, histogram] of buffer.histograms) {
        if (index < start || index >= end) continue;
        indexes.push(index - start);
        histograms.push(histogram);
      }
    }
    if (indexes.length === 0) {
      out.coded.uint8(NUMBERS);
      this.numbers.write(values, words, count, out);
      return;
    }
    const order = indexes.map((_, i) => i).sort((a, b) => indexes[a] - indexes[b]);
    out.coded.uint8(NUMBERS_AND_HISTOGRAMS);
    this.#writeAround(words, count, new Set(indexes), out);
    writeHistograms(
      order.map((i) => indexes[i]),
      order.map((i) => histograms[i]),
      this.numbers,
      out,
    );
  }

  /** Fills `count` samples of the buffer from index `offset` on; the buffer has room for them. */
  read(sections: SectionReader, buffer: SampleBuffer, offset: number, count: number): void {
    const kind = sections.coded.uint8();
    if (kind > NUMBERS_AND_HISTOGRAMS) throw malformed(`unknown sample column ${kind}`);
    this.numbers.read(sections, buffer.values, buffer.words, offset, count);
    if (kind === NUMBERS) return;
    buffer.histograms ??= new Map();
    const target = buffer.histograms;
    readHistograms(sections, count, this.numbers, (index, histogram) =>
      target.set(offset + index, histogram),
    );
  }

  /** What a histogram's entry of `values` holds has no meaning: zeros there keep the column short. */
  #writeAround(words: Uint32Array, count: number, without: ReadonlySet<number>, out: SectionWriter): void {
    if (this.#scratch.length < count) this.#scratch = new Float64Array(count * 2);
    const values = this.#scratch;
    const kept = new Uint32Array(values.buffer);
    for (let i = 0; i < count; i++) {
      const drop = without.has(i);
      kept[2 * i] = drop ? 0 : words[2 * i];
      kept[2 * i + 1] = drop ? 0 : words[2 * i + 1];
    }
    this.numbers.write(values, kept, count, out);
  }
}
