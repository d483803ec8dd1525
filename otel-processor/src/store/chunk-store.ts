import { ByteReader, ByteWriter } from '../base/index.ts';
import type { Histogram } from '../model/index.ts';
import { decodeSamples } from './chunk-decoder.ts';
import { encodeSample, SAMPLE_BYTES_MAX } from './chunk-encoder.ts';
import { ChunkTable, KIND_FLOAT, KIND_HISTOGRAM } from './chunk-table.ts';
import { decodeHistogram, encodeHistogram } from './histogram-codec.ts';
import { NO_CHUNK, SeriesColumns } from './series-columns.ts';
import { classBytes, SIZE_CLASS_MAX, SlabAllocator, sizeClassFor } from './slab.ts';
import { growSampleBuffer, type SampleBuffer } from './types.ts';

/** 512 bytes: some 200 samples, which are decoded together. */
const FLOAT_CLASS_MAX = 3;
/** 4 KiB, unless a single histogram needs more. */
const HISTOGRAM_CLASS_MAX = 6;
/** Longest encoded histogram; the chunk also holds its time and length. */
export const HISTOGRAM_BYTES_MAX = classBytes(SIZE_CLASS_MAX) - 16;

/**
 * Chunks of all series, each series' in time order, and the encoders at their ends. Appends in time order only;
 * what comes late is `OutOfOrder`'s. A chunk never spans the border of a block range.
 */
export class ChunkStore {
  readonly columns: SeriesColumns;
  readonly chunks: ChunkTable;
  readonly slabs: SlabAllocator;
  readonly blockRangeMs: number;
  readonly #blob = new ByteWriter(4096);

  constructor(
    blockRangeMs: number,
    columns = new SeriesColumns(),
    chunks = new ChunkTable(),
    slabs = new SlabAllocator(),
  ) {
    this.blockRangeMs = blockRangeMs;
    this.columns = columns;
    this.chunks = chunks;
    this.slabs = slabs;
  }

  /** `timestampMs` is after the series' newest. `lo` and `hi` are the words of `value`. */
  appendFloat(seriesId: number, timestampMs: number, value: number, lo: number, hi: number): void {
    const { columns, chunks, slabs } = this;
    let chunk = columns.openChunks[seriesId];
    if (
      chunk === NO_CHUNK ||
      timestampMs >= columns.openUntilMs[seriesId] ||
      chunks.kinds[chunk] !== KIND_FLOAT
    ) {
      chunk = this.#begin(seriesId, timestampMs, KIND_FLOAT, 0);
    } else if (chunks.usedBytes[chunk] + SAMPLE_BYTES_MAX > 64 << chunks.sizeClasses[chunk]) {
      if (chunks.sizeClasses[chunk] < FLOAT_CLASS_MAX) this.#enlarge(chunk, chunks.sizeClasses[chunk] + 1);
      else chunk = this.#begin(seriesId, timestampMs, KIND_FLOAT, 0);
    }
    const block = chunks.blocks[chunk];
    const offset = slabs.offsetOf(block);
    const used = chunks.usedBytes[chunk];
    const out = slabs.bytesOf(block);
    const first = used === 0;
    const end = encodeSample(columns, seriesId, first, timestampMs, value, lo, hi, out, offset + used);
    chunks.usedBytes[chunk] = end - offset;
    chunks.sampleCounts[chunk] += 1;
    chunks.maxTimesMs[chunk] = timestampMs;
    columns.timestampsMs[seriesId] = timestampMs;
    columns.words[2 * seriesId] = lo;
    columns.words[2 * seriesId + 1] = hi;
    columns.kinds[seriesId] = KIND_FLOAT;
  }

  /** `timestampMs` is after the series' newest; the histogram fits (`fits`). */
  appendHistogram(seriesId: number, timestampMs: number, histogram: Histogram): void {
    const { columns, chunks, slabs } = this;
    const blob = this.#encode(histogram);
    const size = blob.length + 16;
    let chunk = columns.openChunks[seriesId];
    if (
      chunk === NO_CHUNK ||
      timestampMs >= columns.openUntilMs[seriesId] ||
      chunks.kinds[chunk] !== KIND_HISTOGRAM
    ) {
      chunk = this.#begin(seriesId, timestampMs, KIND_HISTOGRAM, sizeClassFor(size));
    } else {
      const needClass = sizeClassFor(chunks.usedBytes[chunk] + size);
      if (needClass > HISTOGRAM_CLASS_MAX && needClass > chunks.sizeClasses[chunk]) {
        chunk = this.#begin(seriesId, timestampMs, KIND_HISTOGRAM, sizeClassFor(size));
      } else if (needClass > chunks.sizeClasses[chunk]) {
        this.#enlarge(chunk, needClass);
      }
    }
    const block = chunks.blocks[chunk];
    const used = chunks.usedBytes[chunk];
    this.#blob.clear();
    this.#blob.float64(timestampMs);
    this.#blob.uvarint(blob.length);
    this.#blob.raw(blob);
    slabs.bytesOf(block).set(this.#blob.view(), slabs.offsetOf(block) + used);
    chunks.usedBytes[chunk] = used + this.#blob.length;
    chunks.sampleCounts[chunk] += 1;
    chunks.maxTimesMs[chunk] = timestampMs;
    columns.timestampsMs[seriesId] = timestampMs;
    columns.mantissas[seriesId] = used;
    columns.kinds[seriesId] = KIND_HISTOGRAM;
  }

  fits(histogram: Histogram): boolean {
    return this.#encode(histogram).length <= HISTOGRAM_BYTES_MAX;
  }

  /** The newest sample when it is a histogram and its chunk is still here. */
  lastHistogram(seriesId: number): Histogram | undefined {
    const chunk = this.columns.lastChunks[seriesId];
    if (chunk === NO_CHUNK || this.chunks.kinds[chunk] !== KIND_HISTOGRAM) return undefined;
    const block = this.chunks.blocks[chunk];
    const start = this.slabs.offsetOf(block) + this.columns.mantissas[seriesId];
    const reader = new ByteReader(this.slabs.bytesOf(block), start);
    reader.float64();
    reader.uvarint();
    return decodeHistogram(reader);
  }

  /** Appends the chunk's samples to the buffer. */
  decode(chunk: number, into: SampleBuffer): void {
    const { chunks, slabs } = this;
    const block = chunks.blocks[chunk];
    const count = chunks.sampleCounts[chunk];
    const bytes = slabs.bytesOf(block);
    const start = slabs.offsetOf(block);
    if (chunks.kinds[chunk] === KIND_FLOAT) {
      decodeSamples(bytes, start, count, into);
      return;
    }
    const reader = new ByteReader(bytes, start, start + chunks.usedBytes[chunk]);
    growSampleBuffer(into, into.count + count);
    into.histograms ??= new Map();
    for (let i = 0; i < count; i++) {
      const row = into.count++;
      into.timestampsMs[row] = reader.float64();
      into.values[row] = 0;
      const end = reader.uvarint() + reader.position;
      into.histograms.set(row, decodeHistogram(reader));
      reader.position = end;
    }
  }

  /** Removes the series' chunks for which `drop` holds. */
  removeChunks(seriesId: number, drop: (chunk: number) => boolean): void {
    const { columns, chunks, slabs } = this;
    let previous = NO_CHUNK;
    let chunk = columns.firstChunks[seriesId];
    while (chunk !== NO_CHUNK) {
      const next = chunks.next[chunk];
      if (drop(chunk)) {
        if (previous === NO_CHUNK) columns.firstChunks[seriesId] = next;
        else chunks.next[previous] = next;
        if (columns.lastChunks[seriesId] === chunk) columns.lastChunks[seriesId] = previous;
        if (columns.openChunks[seriesId] === chunk) columns.close(seriesId);
        slabs.free(chunks.blocks[chunk], chunks.sizeClasses[chunk]);
        chunks.remove(chunk);
      } else {
        previous = chunk;
      }
      chunk = next;
    }
  }

  /** Links a chunk with these bytes behind the series' others; for recovery. */
  restoreChunk(
    seriesId: number,
    kind: number,
    sampleCount: number,
    minTimeMs: number,
    maxTimeMs: number,
    bytes: Uint8Array,
  ): number {
    const sizeClass = sizeClassFor(bytes.length);
    const block = this.slabs.allocate(sizeClass);
    this.slabs.bytesOf(block).set(bytes, this.slabs.offsetOf(block));
    const chunk = this.chunks.add(block, sizeClass, kind);
    this.chunks.usedBytes[chunk] = bytes.length;
    this.chunks.sampleCounts[chunk] = sampleCount;
    this.chunks.minTimesMs[chunk] = minTimeMs;
    this.chunks.maxTimesMs[chunk] = maxTimeMs;
    this.#linkLast(seriesId, chunk);
    return chunk;
  }

  blockRangeEnd(timestampMs: number): number {
    return (Math.floor(timestampMs / this.blockRangeMs) + 1) * this.blockRangeMs;
  }

  #begin(seriesId: number, timestampMs: number, kind: number, sizeClass: number): number {
    const { columns, chunks } = this;
    const chunk = chunks.add(this.slabs.allocate(sizeClass), sizeClass, kind);
    chunks.minTimesMs[chunk] = timestampMs;
    this.#linkLast(seriesId, chunk);
    columns.openChunks[seriesId] = chunk;
    columns.openUntilMs[seriesId] = this.blockRangeEnd(timestampMs);
    return chunk;
  }

  #linkLast(seriesId: number, chunk: number): void {
    const last = this.columns.lastChunks[seriesId];
    if (last === NO_CHUNK) this.columns.firstChunks[seriesId] = chunk;
    else this.chunks.next[last] = chunk;
    this.columns.lastChunks[seriesId] = chunk;
  }

  #enlarge(chunk: number, sizeClass: number): void {
    const { chunks, slabs } = this;
    const from = chunks.blocks[chunk];
    const to = slabs.allocate(sizeClass);
    const start = slabs.offsetOf(from);
    const bytes = slabs.bytesOf(from).subarray(start, start + chunks.usedBytes[chunk]);
    slabs.bytesOf(to).set(bytes, slabs.offsetOf(to));
    slabs.free(from, chunks.sizeClasses[chunk]);
    chunks.blocks[chunk] = to;
    chunks.sizeClasses[chunk] = sizeClass;
  }

  #encode(histogram: Histogram): Uint8Array {
    histogramWriter.clear();
    encodeHistogram(histogramWriter, histogram);
    return histogramWriter.view();
  }
}

const histogramWriter = new ByteWriter(4096);

/** The bytes that stand for a histogram: equal histograms have equal bytes. */
export function histogramBytes(histogram: Histogram): Uint8Array {
  const writer = new ByteWriter(512);
  encodeHistogram(writer, histogram);
  return writer.finish();
}

export function sameHistogram(a: Histogram, b: Histogram): boolean {
  return Buffer.compare(histogramBytes(a), histogramBytes(b)) === 0;
}
