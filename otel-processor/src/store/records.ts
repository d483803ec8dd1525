import { ByteReader, type ByteWriter, FaultError, permanent } from '../base/index.ts';
import {
  type Exemplar,
  type Histogram,
  LabelSet,
  type MetricMetadata,
  type MetricType,
} from '../model/index.ts';
import { decodeHistogram, encodeHistogram } from './histogram-codec.ts';

/*
 * Payloads of the log's records. Layout: docs/storage-format.md, "Records". Numbers are the format: never reuse.
 */
export const RECORD_SERIES = 1;
export const RECORD_SAMPLES = 2;
export const RECORD_HISTOGRAMS = 3;
export const RECORD_EXEMPLARS = 4;
export const RECORD_METADATA = 5;
export const RECORD_REMOVE = 7;
export const RECORD_SEAL_BEGIN = 8;
export const RECORD_SEAL_END = 9;
export const RECORD_DELETE = 10;
/** Only in snapshots. */
export const RECORD_STATE = 32;
export const RECORD_LATE = 33;
export const RECORD_LAST_HISTOGRAMS = 34;
export const RECORD_END = 63;

const SAMPLES_ONE_TIME = 1;

export function writeLabels(writer: ByteWriter, labels: LabelSet): void {
  writer.uvarint(labels.pairs.length);
  for (const text of labels.pairs) writer.string(text);
}

export function readLabels(reader: ByteReader): LabelSet {
  const length = reader.uvarint();
  const pairs: string[] = [];
  for (let i = 0; i < length; i++) pairs.push(reader.string());
  return LabelSet.fromSortedPairs(pairs);
}

export interface SeriesDefinition {
  readonly seriesId: number;
  readonly labels: LabelSet;
}

/** The strings of a record are written once each: series made together share most of them. */
export function writeSeries(writer: ByteWriter, series: readonly SeriesDefinition[]): void {
  const references = new Map<string, number>();
  for (const { labels } of series) {
    for (const text of labels.pairs) if (!references.has(text)) references.set(text, references.size);
  }
  writer.uvarint(references.size);
  for (const text of references.keys()) writer.string(text);
  writer.uvarint(series.length);
  for (const { seriesId, labels } of series) {
    writer.uvarint(seriesId);
    writer.uvarint(labels.pairs.length);
    for (const text of labels.pairs) writer.uvarint(references.get(text)!);
  }
}

export function readSeries(payload: Uint8Array, visit: (series: SeriesDefinition) => void): void {
  const reader = new ByteReader(payload);
  const texts: string[] = [];
  for (let rest = reader.uvarint(); rest > 0; rest--) texts.push(reader.string());
  for (let rest = reader.uvarint(); rest > 0; rest--) {
    const seriesId = reader.uvarint();
    const length = reader.uvarint();
    const pairs: string[] = [];
    for (let i = 0; i < length; i++) {
      const text = texts[reader.uvarint()];
      if (text === undefined)
        throw new FaultError(permanent('invalid', 'series refers to a string that is not there'));
      pairs.push(text);
    }
    if (length % 2 === 1) throw new FaultError(permanent('invalid', 'a label without a value'));
    visit({ seriesId, labels: LabelSet.fromSortedPairs(pairs) });
  }
}

export interface SampleColumns {
  readonly count: number;
  readonly seriesIds: Uint32Array<ArrayBuffer>;
  readonly timestampsMs: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/** Columns as they are in memory: copying them is all it costs. */
export function writeSamples(writer: ByteWriter, columns: SampleColumns): void {
  const { count, seriesIds, timestampsMs, values } = columns;
  let row = 1;
  while (row < count && timestampsMs[row] === timestampsMs[0]) row++;
  const oneTime = count > 0 && row === count;
  writer.uint32(count);
  writer.uint32(oneTime ? SAMPLES_ONE_TIME : 0);
  writer.raw(bytesOf(timestampsMs, oneTime ? 1 : count));
  writer.raw(bytesOf(values, count));
  writer.raw(bytesOf(seriesIds, count));
}

export function readSamples(payload: Uint8Array): SampleColumns {
  const reader = new ByteReader(payload);
  const count = reader.uint32();
  // Never written for no samples, but a damaged record may say it.
  const oneTime = (reader.uint32() & SAMPLES_ONE_TIME) !== 0 && count > 0;
  // Lengths are checked before anything of that size is made.
  const timestampBytes = reader.raw((oneTime ? 1 : count) * 8);
  const valueBytes = reader.raw(count * 8);
  const seriesBytes = reader.raw(count * 4);
  const timestampsMs = new Float64Array(count);
  new Uint8Array(timestampsMs.buffer).set(timestampBytes);
  if (oneTime) timestampsMs.fill(timestampsMs[0]);
  const values = new Float64Array(count);
  new Uint8Array(values.buffer).set(valueBytes);
  const seriesIds = new Uint32Array(count);
  new Uint8Array(seriesIds.buffer).set(seriesBytes);
  return { count, seriesIds, timestampsMs, values };
}

function bytesOf(column: Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, count: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT);
}

export interface HistogramRow {
  readonly seriesId: number;
  readonly timestampMs: number;
  readonly histogram: Histogram;
}

export function writeHistograms(writer: ByteWriter, rows: readonly HistogramRow[]): void {
  writer.uvarint(rows.length);
  for (const { seriesId, timestampMs, histogram } of rows) {
    writer.uvarint(seriesId);
    writer.float64(timestampMs);
    encodeHistogram(writer, histogram);
  }
}

export function readHistograms(payload: Uint8Array): HistogramRow[] {
  const reader = new ByteReader(payload);
  const count = reader.uvarint();
  const rows: HistogramRow[] = [];
  for (let i = 0; i < count; i++) {
    const seriesId = reader.uvarint();
    const timestampMs = reader.float64();
    rows.push({ seriesId, timestampMs, histogram: decodeHistogram(reader) });
  }
  return rows;
}

export function writeExemplars(writer: ByteWriter, exemplars: readonly Exemplar[]): void {
  writer.uvarint(exemplars.length);
  for (const { seriesId, labels, value, timestampMs } of exemplars) {
    writer.uvarint(seriesId);
    writer.float64(timestampMs);
    writer.float64(value);
    writeLabels(writer, labels);
  }
}

export function readExemplars(payload: Uint8Array): Exemplar[] {
  const reader = new ByteReader(payload);
  const count = reader.uvarint();
  const exemplars: Exemplar[] = [];
  for (let i = 0; i < count; i++) {
    const seriesId = reader.uvarint();
    const timestampMs = reader.float64();
    const value = reader.float64();
    exemplars.push({ seriesId, timestampMs, value, labels: readLabels(reader) });
  }
  return exemplars;
}

export function writeMetadata(writer: ByteWriter, metadata: readonly MetricMetadata[]): void {
  writer.uvarint(metadata.length);
  for (const { metricName, type, unit, help } of metadata) {
    writer.string(metricName);
    writer.string(type);
    writer.string(unit);
    writer.string(help);
  }
}

export function readMetadata(payload: Uint8Array): MetricMetadata[] {
  const reader = new ByteReader(payload);
  const count = reader.uvarint();
  const metadata: MetricMetadata[] = [];
  for (let i = 0; i < count; i++) {
    metadata.push({
      metricName: reader.string(),
      type: reader.string() as MetricType,
      unit: reader.string(),
      help: reader.string(),
    });
  }
  return metadata;
}

/** Of some series all samples in [fromMs, toMs]. */
export interface Deletion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly seriesIds: Iterable<number> & { readonly length: number };
}

export function writeDeletion(writer: ByteWriter, deletion: Deletion): void {
  writer.float64(deletion.fromMs);
  writer.float64(deletion.toMs);
  writeIds(writer, deletion.seriesIds);
}

export function readDeletion(payload: Uint8Array): Deletion {
  const reader = new ByteReader(payload);
  const fromMs = reader.float64();
  const toMs = reader.float64();
  return { fromMs, toMs, seriesIds: readIds(payload.subarray(reader.position)) };
}

export function writeIds(writer: ByteWriter, ids: Iterable<number> & { readonly length: number }): void {
  writer.uvarint(ids.length);
  for (const id of ids) writer.uvarint(id);
}

export function readIds(payload: Uint8Array): number[] {
  const reader = new ByteReader(payload);
  const count = reader.uvarint();
  const ids: number[] = [];
  for (let i = 0; i < count; i++) ids.push(reader.uvarint());
  return ids;
}

export interface SealRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From here on, samples of [fromMs, toMs) are later than the block that is being written. */
export function writeSealBegin(writer: ByteWriter, range: SealRange): void {
  writer.float64(range.fromMs);
  writer.float64(range.toMs);
}

export function readSealBegin(payload: Uint8Array): SealRange {
  const reader = new ByteReader(payload);
  return { fromMs: reader.float64(), toMs: reader.float64() };
}

/** Whether the block is durable, so that what had been set apart at the seal's begin is to be dropped. */
export function writeSealEnd(writer: ByteWriter, done: boolean): void {
  writer.uint8(done ? 1 : 0);
}

export function readSealEnd(payload: Uint8Array): boolean {
  return new ByteReader(payload).uint8() === 1;
}
