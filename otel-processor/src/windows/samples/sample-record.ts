import { ByteReader, ByteWriter } from '../../base/index.ts';
import { readFloat, writeFloat } from '../../math/index.ts';
import type { Histogram, LabelSet } from '../../model/index.ts';
import { readHistogram, writeHistogram } from './histogram-bytes.ts';
import { readLabels, writeLabels } from './series-table.ts';

/** Samples of views as they came, by reference number of their series. The columns may be longer than `count`. */
export interface SampleRows {
  readonly count: number;
  readonly refs: Uint32Array;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** By row; such a row's value is meaningless. */
  readonly histograms: ReadonlyMap<number, Histogram>;
}

/** One entry of the log: which references end, which begin, then the rows. */
export interface SampleRecord extends SampleRows {
  readonly forgotten: readonly number[];
  readonly defined: ReadonlyArray<readonly [ref: number, labels: LabelSet]>;
}

const writer = new ByteWriter(4096);

export function encodeSamples(record: SampleRecord): Uint8Array {
  const { forgotten, defined, count, refs, timestampsMs, values, histograms } = record;
  writer.clear();
  writer.uvarint(forgotten.length);
  for (const ref of forgotten) writer.uvarint(ref);
  writer.uvarint(defined.length);
  for (const [ref, labels] of defined) {
    writer.uvarint(ref);
    writeLabels(writer, labels);
  }
  writer.uvarint(count);
  for (let row = 0; row < count; row++) writer.uvarint(refs[row]);
  // A request's samples mostly have few times.
  for (let row = 0; row < count; ) {
    let end = row + 1;
    while (end < count && timestampsMs[end] === timestampsMs[row]) end += 1;
    writer.uvarint(end - row);
    writer.float64(timestampsMs[row]);
    row = end;
  }
  for (let row = 0; row < count; row++) writeFloat(writer, values[row]);
  writer.uvarint(histograms.size);
  for (const [row, histogram] of histograms) {
    writer.uvarint(row);
    writeHistogram(writer, histogram);
  }
  return writer.finish();
}

/** Throws a `FaultError` on torn bytes. */
export function decodeSamples(bytes: Uint8Array): SampleRecord {
  const reader = new ByteReader(bytes);
  const forgotten = Array.from({ length: reader.uvarint() }, () => reader.uvarint());
  const defined: Array<readonly [number, LabelSet]> = [];
  for (let left = reader.uvarint(); left > 0; left--) {
    const ref = reader.uvarint();
    defined.push([ref, readLabels(reader)]);
  }
  const count = reader.uvarint();
  const refs = new Uint32Array(count);
  const timestampsMs = new Float64Array(count);
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) refs[row] = reader.uvarint();
  for (let row = 0; row < count; ) {
    const end = row + reader.uvarint();
    timestampsMs.fill(reader.float64(), row, end);
    row = end;
  }
  for (let row = 0; row < count; row++) values[row] = readFloat(reader);
  const histograms = new Map<number, Histogram>();
  for (let left = reader.uvarint(); left > 0; left--) {
    const row = reader.uvarint();
    histograms.set(row, readHistogram(reader));
  }
  return { forgotten, defined, count, refs, timestampsMs, values, histograms };
}
