import type { Histogram } from '../model/index.ts';
import { sameHistogram } from './chunk-store.ts';
import { lowerBound } from './sample-runs.ts';
import { createSampleBuffer, growSampleBuffer, type SampleBuffer } from './types.ts';

/** Samples of one series that came late, in time order, distinct. Few and short-lived. */
export class OutOfOrderSamples {
  readonly buffer: SampleBuffer = createSampleBuffer(8);

  get count(): number {
    return this.buffer.count;
  }

  /** Index of the sample at exactly `timestampMs`, or -1. */
  find(timestampMs: number): number {
    const index = lowerBound(this.buffer.timestampsMs, 0, this.buffer.count, timestampMs);
    return index < this.buffer.count && this.buffer.timestampsMs[index] === timestampMs ? index : -1;
  }

  /** `timestampMs` is not there yet. */
  insert(timestampMs: number, lo: number, hi: number, histogram: Histogram | undefined): void {
    const { buffer } = this;
    growSampleBuffer(buffer, buffer.count + 1);
    const index = lowerBound(buffer.timestampsMs, 0, buffer.count, timestampMs);
    buffer.timestampsMs.copyWithin(index + 1, index, buffer.count);
    buffer.words.copyWithin(2 * index + 2, 2 * index, 2 * buffer.count);
    if (buffer.histograms !== undefined && index < buffer.count) {
      const moved = new Map<number, Histogram>();
      for (const [at, value] of buffer.histograms) moved.set(at < index ? at : at + 1, value);
      buffer.histograms = moved;
    }
    buffer.timestampsMs[index] = timestampMs;
    buffer.words[2 * index] = lo;
    buffer.words[2 * index + 1] = hi;
    if (histogram !== undefined) {
      buffer.histograms ??= new Map();
      buffer.histograms.set(index, histogram);
    }
    buffer.count += 1;
  }

  /** Takes out the samples in [fromMs, toMs); undefined when there is none. */
  takeRange(fromMs: number, toMs: number): OutOfOrderSamples | undefined {
    const taken = new OutOfOrderSamples();
    const rest = new OutOfOrderSamples();
    for (let i = 0; i < this.count; i++) {
      const timestampMs = this.buffer.timestampsMs[i];
      (timestampMs >= fromMs && timestampMs < toMs ? taken : rest).#copyFrom(this.buffer, i);
    }
    if (taken.count === 0) return undefined;
    Object.assign(this.buffer, rest.buffer);
    return taken;
  }

  addAll(other: OutOfOrderSamples): void {
    for (let i = 0; i < other.count; i++) {
      if (this.find(other.buffer.timestampsMs[i]) < 0) this.#copyFrom(other.buffer, i);
    }
  }

  clone(): OutOfOrderSamples {
    const copy = new OutOfOrderSamples();
    copy.addAll(this);
    return copy;
  }

  /** Appends the samples in [fromMs, toMs] to `into`. */
  read(into: SampleBuffer, fromMs: number, toMs: number): void {
    const { buffer } = this;
    growSampleBuffer(into, into.count + buffer.count);
    let row = lowerBound(buffer.timestampsMs, 0, buffer.count, fromMs);
    for (; row < buffer.count && buffer.timestampsMs[row] <= toMs; row++) {
      const at = into.count++;
      into.timestampsMs[at] = buffer.timestampsMs[row];
      into.words[2 * at] = buffer.words[2 * row];
      into.words[2 * at + 1] = buffer.words[2 * row + 1];
      const histogram = buffer.histograms?.get(row);
      if (histogram !== undefined) {
        into.histograms ??= new Map();
        into.histograms.set(at, histogram);
      }
    }
  }

  #copyFrom(from: SampleBuffer, row: number): void {
    this.insert(
      from.timestampsMs[row],
      from.words[2 * row],
      from.words[2 * row + 1],
      from.histograms?.get(row),
    );
  }
}

/** Bit-equal floats, or equal histograms; a float never equals a histogram. */
export function holds(
  buffer: SampleBuffer,
  index: number,
  lo: number,
  hi: number,
  histogram: Histogram | undefined,
): boolean {
  const held = buffer.histograms?.get(index);
  if (histogram !== undefined || held !== undefined) {
    return histogram !== undefined && held !== undefined && sameHistogram(histogram, held);
  }
  return buffer.words[2 * index] === lo && buffer.words[2 * index + 1] === hi;
}
