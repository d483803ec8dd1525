import type { ByteReader, ByteWriter } from '../../base/index.ts';
import type { Histogram } from '../../model/index.ts';
import { STEP_SIZE, type Steps } from '../steps.ts';
import { readHistogram, writeHistogram } from './histogram-bytes.ts';
import { type HistogramIncrease, histogramIncrease } from './histogram-increase.ts';

/** Timestamps of a series that are remembered: what is older than all of them counts as too late. */
export const REMEMBERED = 16;

/** `repeated`: seen before. `late`: older than the newest, not seen before. `too_old`: older than is remembered. */
export type SampleVerdict = 'newest' | 'late' | 'repeated' | 'too_old';

/**
 * What views must know of each series from one sample to the next, by reference number, as columns: its last
 * timestamps, so that a sample that is sent again counts once, and its last number, so that counters become increases.
 */
export class SeriesMemory {
  #timestampsMs = new Float64Array(0);
  #newestMs = new Float64Array(0);
  #values = new Float64Array(0);
  readonly #histograms = new Map<number, Histogram>();

  /** Makes references below `end` addressable; new ones have seen nothing. */
  reserve(end: number): void {
    const known = this.#newestMs.length;
    if (end <= known) return;
    const capacity = Math.max(64, end, known * 2);
    this.#timestampsMs = widened(this.#timestampsMs, capacity * REMEMBERED, Number.NEGATIVE_INFINITY);
    this.#newestMs = widened(this.#newestMs, capacity, Number.NEGATIVE_INFINITY);
    this.#values = widened(this.#values, capacity, Number.NaN);
  }

  get sizeBytes(): number {
    return this.#newestMs.length * 8 * (REMEMBERED + 2) + this.#histograms.size * 1000;
  }

  forget(ref: number): void {
    this.#timestampsMs.fill(Number.NEGATIVE_INFINITY, ref * REMEMBERED, (ref + 1) * REMEMBERED);
    this.#newestMs[ref] = Number.NEGATIVE_INFINITY;
    this.#values[ref] = Number.NaN;
    this.#histograms.delete(ref);
  }

  /** Notes a sample's time and says what it is to its series. */
  see(ref: number, timestampMs: number): SampleVerdict {
    const times = this.#timestampsMs;
    const start = ref * REMEMBERED;
    let oldest = start;
    for (let i = start; i < start + REMEMBERED; i++) {
      if (times[i] === timestampMs) return 'repeated';
      if (times[i] < times[oldest]) oldest = i;
    }
    if (timestampMs < times[oldest]) return 'too_old';
    times[oldest] = timestampMs;
    if (timestampMs < this.#newestMs[ref]) return 'late';
    this.#newestMs[ref] = timestampMs;
    return 'newest';
  }

  /** What a counter rose by up to its newest sample; NaN for the first one. A fall is a reset to 0. */
  increase(ref: number, value: number): number {
    const before = this.#values[ref];
    if (!Number.isNaN(value)) this.#values[ref] = value;
    return value >= before ? value - before : Number.isNaN(before) ? Number.NaN : value;
  }

  increaseOf(ref: number, histogram: Histogram): HistogramIncrease | undefined {
    const increase = histogramIncrease(this.#histograms.get(ref), histogram);
    this.#histograms.set(ref, histogram);
    return increase;
  }

  /** Takes over what another memory knows of a series, unless this one knows newer. */
  adopt(ref: number, from: SeriesMemory, fromRef: number): void {
    if (from.#newestMs[fromRef] < this.#newestMs[ref]) return;
    const start = fromRef * REMEMBERED;
    this.#timestampsMs.set(from.#timestampsMs.subarray(start, start + REMEMBERED), ref * REMEMBERED);
    this.#newestMs[ref] = from.#newestMs[fromRef];
    this.#values[ref] = from.#values[fromRef];
    const histogram = from.#histograms.get(fromRef);
    if (histogram !== undefined) this.#histograms.set(ref, histogram);
  }

  /** The references in `refs`, ascending. */
  *encode(refs: readonly number[], writer: ByteWriter): Steps {
    let left = STEP_SIZE;
    for (const ref of refs) {
      writer.float64(this.#newestMs[ref]);
      writer.float64(this.#values[ref]);
      for (let i = 0; i < REMEMBERED; i++) writer.float64(this.#timestampsMs[ref * REMEMBERED + i]);
      const histogram = this.#histograms.get(ref);
      writer.uint8(histogram === undefined ? 0 : 1);
      if (histogram !== undefined) writeHistogram(writer, histogram);
      if (left-- > 0) continue;
      left = STEP_SIZE;
      yield;
    }
  }

  decode(refs: readonly number[], reader: ByteReader): void {
    for (const ref of refs) {
      this.reserve(ref + 1);
      this.#newestMs[ref] = reader.float64();
      this.#values[ref] = reader.float64();
      for (let i = 0; i < REMEMBERED; i++) this.#timestampsMs[ref * REMEMBERED + i] = reader.float64();
      if (reader.uint8() === 1) this.#histograms.set(ref, readHistogram(reader));
    }
  }
}

function widened(from: Float64Array<ArrayBuffer>, length: number, empty: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length);
  to.set(from);
  to.fill(empty, from.length);
  return to;
}
