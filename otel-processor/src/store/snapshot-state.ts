import { ByteReader, type ByteWriter, FaultError, permanent } from '../base/index.ts';
import type { Exemplar, Histogram, MetricMetadata, SeriesRegistry } from '../model/index.ts';
import type { ChunkTable } from './chunk-table.ts';
import type { LiveData } from './live-data.ts';
import { OutOfOrderSamples } from './out-of-order.ts';
import { type HistogramRow, readHistograms, writeHistograms } from './records.ts';
import { NO_CHUNK, type SeriesColumns } from './series-columns.ts';
import { classBytes, SIZE_CLASS_MAX, type SlabAllocator } from './slab.ts';

const CHUNK_BYTES_MAX = classBytes(SIZE_CLASS_MAX);

/** The head as it was at one moment. Chunk bytes are not copied: the slabs are held meanwhile. */
export interface FrozenHead {
  readonly columns: SeriesColumns;
  readonly chunks: ChunkTable;
  readonly slabs: SlabAllocator;
  readonly seriesIds: Uint32Array;
  readonly late: ReadonlyMap<number, OutOfOrderSamples>;
  readonly lastHistograms: ReadonlyMap<number, Histogram>;
  readonly exemplars: readonly Exemplar[];
  readonly metadata: readonly MetricMetadata[];
  readonly registry: SeriesRegistry;
}

/** Holds the slabs; call `thaw` when the snapshot has been written or given up. No series may be removed meanwhile. */
export function freeze(data: LiveData): FrozenHead {
  const { registry, head } = data;
  const { columns, chunks, slabs } = head.store;
  const seriesIds = new Uint32Array(registry.size);
  let count = 0;
  for (let seriesId = 0; seriesId < registry.idEnd; seriesId++) {
    if (registry.isLive(seriesId)) seriesIds[count++] = seriesId;
  }
  slabs.hold();
  return {
    columns: columns.clone(registry.idEnd),
    chunks: chunks.clone(),
    slabs,
    seriesIds,
    late: new Map([...head.late].map(([seriesId, late]) => [seriesId, late.clone()])),
    lastHistograms: new Map(head.lastHistograms),
    exemplars: data.exemplars.all(),
    metadata: data.metadata.all(),
    registry,
  };
}

export function thaw(frozen: FrozenHead): void {
  frozen.slabs.unhold();
}

/** One series' columns and chunks. */
export function writeState(writer: ByteWriter, frozen: FrozenHead, seriesId: number): void {
  const { columns, chunks, slabs } = frozen;
  writer.uvarint(seriesId);
  writer.float64(columns.timestampsMs[seriesId]);
  writer.uint32(columns.words[2 * seriesId]);
  writer.uint32(columns.words[2 * seriesId + 1]);
  writer.uint8(columns.kinds[seriesId]);
  writer.uvarint(columns.seenMinutes[seriesId]);
  writer.float64(columns.openUntilMs[seriesId]);
  writer.float64(columns.mantissas[seriesId]);
  writer.varint(columns.mantissaDeltas[seriesId]);
  writer.varint(columns.timestampDeltas[seriesId]);
  writer.uint8(columns.exponents[seriesId]);
  writer.uint8(columns.rawCounts[seriesId]);
  writer.uint8(columns.openChunks[seriesId] === NO_CHUNK ? 0 : 1);
  for (let chunk = columns.firstChunks[seriesId]; chunk !== NO_CHUNK; chunk = chunks.next[chunk]) {
    const start = slabs.offsetOf(chunks.blocks[chunk]);
    writer.uint8(1);
    writer.uint8(chunks.kinds[chunk]);
    writer.uvarint(chunks.sampleCounts[chunk]);
    writer.float64(chunks.minTimesMs[chunk]);
    writer.float64(chunks.maxTimesMs[chunk]);
    writer.uvarint(chunks.usedBytes[chunk]);
    writer.raw(slabs.bytesOf(chunks.blocks[chunk]).subarray(start, start + chunks.usedBytes[chunk]));
    if (chunk === columns.lastChunks[seriesId]) break;
  }
  writer.uint8(0);
}

/** Puts the states of a RECORD_STATE back; series that are not defined are passed over. */
export function readStates(payload: Uint8Array, data: LiveData): void {
  const reader = new ByteReader(payload);
  const { columns } = data.head.store;
  while (!reader.done) {
    const seriesId = reader.uvarint();
    if (!data.registry.isLive(seriesId)) throw new FaultError(permanent('invalid', `no series ${seriesId}`));
    columns.timestampsMs[seriesId] = reader.float64();
    columns.words[2 * seriesId] = reader.uint32();
    columns.words[2 * seriesId + 1] = reader.uint32();
    columns.kinds[seriesId] = reader.uint8();
    columns.seenMinutes[seriesId] = reader.uvarint();
    const openUntilMs = reader.float64();
    columns.mantissas[seriesId] = reader.float64();
    columns.mantissaDeltas[seriesId] = reader.varint();
    columns.timestampDeltas[seriesId] = reader.varint();
    columns.exponents[seriesId] = reader.uint8();
    columns.rawCounts[seriesId] = reader.uint8();
    const open = reader.uint8() === 1;
    let chunk = NO_CHUNK;
    while (reader.uint8() === 1) {
      const kind = reader.uint8();
      const sampleCount = reader.uvarint();
      const minTimeMs = reader.float64();
      const maxTimeMs = reader.float64();
      const bytes = reader.raw(reader.uvarint());
      if (kind > 1 || sampleCount === 0 || sampleCount > bytes.length || bytes.length > CHUNK_BYTES_MAX) {
        throw new FaultError(permanent('invalid', `chunk of series ${seriesId} makes no sense`));
      }
      chunk = data.head.store.restoreChunk(seriesId, kind, sampleCount, minTimeMs, maxTimeMs, bytes);
    }
    if (!open || chunk === NO_CHUNK) continue;
    columns.openChunks[seriesId] = chunk;
    columns.openUntilMs[seriesId] = openUntilMs;
  }
}

export function writeLate(writer: ByteWriter, seriesId: number, late: OutOfOrderSamples): void {
  const { count, timestampsMs, words, histograms } = late.buffer;
  const rows: HistogramRow[] = [];
  writer.uvarint(seriesId);
  writer.uvarint(count - (histograms?.size ?? 0));
  for (let i = 0; i < count; i++) {
    const histogram = histograms?.get(i);
    if (histogram !== undefined) {
      rows.push({ seriesId, timestampMs: timestampsMs[i], histogram });
      continue;
    }
    writer.float64(timestampsMs[i]);
    writer.uint32(words[2 * i]);
    writer.uint32(words[2 * i + 1]);
  }
  writeHistograms(writer, rows);
}

export function readLate(payload: Uint8Array, data: LiveData): void {
  const reader = new ByteReader(payload);
  const seriesId = reader.uvarint();
  const samples = new OutOfOrderSamples();
  for (let rest = reader.uvarint(); rest > 0; rest--) {
    const timestampMs = reader.float64();
    const lo = reader.uint32();
    samples.insert(timestampMs, lo, reader.uint32(), undefined);
  }
  for (const { timestampMs, histogram } of readHistograms(payload.subarray(reader.position))) {
    samples.insert(timestampMs, 0, 0, histogram);
  }
  if (data.registry.isLive(seriesId) && samples.count > 0) data.head.late.set(seriesId, samples);
}
