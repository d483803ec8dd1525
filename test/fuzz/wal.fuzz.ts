import { ByteWriter, FaultError, Telemetry } from '../../otel-processor/src/base/index.ts';
import { type Histogram, LabelSet, SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import { decodeSamples } from '../../otel-processor/src/store/chunk-decoder.ts';
import { Exemplars } from '../../otel-processor/src/store/exemplars.ts';
import {
  decodeFileHeader,
  encodeFileHeader,
  FrameWriter,
  scanFrames,
} from '../../otel-processor/src/store/frame.ts';
import { Head } from '../../otel-processor/src/store/head.ts';
import type { LiveData } from '../../otel-processor/src/store/live-data.ts';
import { Metadata } from '../../otel-processor/src/store/metadata.ts';
import { Postings } from '../../otel-processor/src/store/postings.ts';
import * as records from '../../otel-processor/src/store/records.ts';
import { Replay } from '../../otel-processor/src/store/replay.ts';
import { createSampleBuffer } from '../../otel-processor/src/store/types.ts';

/**
 * The log and its snapshots. Checksums stop nearly every mutation at the door, so payloads are also handed to the
 * replay behind them: each input is a list of records, a byte of type and a byte of length before each.
 */
export const name = 'wal';

const SALT = 1;
let data = emptyData();
let runs = 0;

export function run(bytes: Uint8Array): void {
  decodeFileHeader('wal', bytes);
  scanFrames(bytes, SALT, () => {});
  readChunk(bytes);
  // A store's columns are large when fresh, so many inputs follow each other into one.
  if (runs++ % 200 === 0) data = emptyData();
  const replay = new Replay(data, 0);
  for (let at = 0; at + 3 <= bytes.length; ) {
    const length = bytes[at + 1] | (bytes[at + 2] << 8);
    const payload = bytes.subarray(at + 3, at + 3 + length);
    replay.apply({ type: bytes[at], sequence: 1, payload });
    at += 3 + length;
  }
  replay.finish();
}

function readChunk(bytes: Uint8Array): void {
  try {
    decodeSamples(bytes, 0, Math.min(bytes.length, 500), createSampleBuffer());
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
  }
}

function emptyData(): LiveData {
  const registry = new SeriesRegistry();
  const counter = new Telemetry().counter('statbar_fuzz_total', 'Unused.');
  return {
    registry,
    head: new Head({ blockRangeMs: 7_200_000, outOfOrderWindowMs: 600_000, outOfOrderSamplesMax: 8 }),
    postings: new Postings(registry),
    exemplars: new Exemplars(100, counter),
    metadata: new Metadata(100, counter),
  };
}

const histogram: Histogram = {
  schema: 0,
  zeroThreshold: 0.5,
  zeroCount: 1,
  count: 4,
  sum: 3.5,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [3],
  negativeSpans: [],
  negativeBuckets: [],
  counterResetHint: 'gauge',
};

export function seeds(): Uint8Array[] {
  const labels = LabelSet.from({ __name__: 'm', a: 'b' });
  const samples = {
    count: 3,
    seriesIds: new Uint32Array([0, 0, 0]),
    timestampsMs: new Float64Array([1000, 2000, 1500]),
    values: new Float64Array([1, 2.5, Math.PI]),
  };
  const seriesId = 0;
  const timestampMs = 3000;
  const all: Array<readonly [number, (writer: ByteWriter) => void]> = [
    [records.RECORD_SERIES, (writer) => records.writeSeries(writer, [{ seriesId, labels }])],
    [records.RECORD_SAMPLES, (writer) => records.writeSamples(writer, samples)],
    [
      records.RECORD_HISTOGRAMS,
      (writer) => records.writeHistograms(writer, [{ seriesId, timestampMs, histogram }]),
    ],
    [
      records.RECORD_EXEMPLARS,
      (writer) => records.writeExemplars(writer, [{ seriesId, labels, value: 1, timestampMs }]),
    ],
    [
      records.RECORD_METADATA,
      (writer) => records.writeMetadata(writer, [{ metricName: 'm', type: 'gauge', unit: '', help: 'x' }]),
    ],
    [records.RECORD_SEAL_BEGIN, (writer) => records.writeSealBegin(writer, { fromMs: 0, toMs: 7_200_000 })],
    [records.RECORD_SEAL_END, (writer) => records.writeSealEnd(writer, true)],
    [
      records.RECORD_DELETE,
      (writer) => records.writeDeletion(writer, { seriesIds: [seriesId], fromMs: 0, toMs: 1500 }),
    ],
    [records.RECORD_REMOVE, (writer) => records.writeIds(writer, [seriesId])],
  ];
  const list = new ByteWriter();
  const frames = new FrameWriter(1024);
  frames.bytes.raw(encodeFileHeader('wal', { salt: SALT, segment: 0, sequence: 1 }));
  all.forEach(([type, write], i) => {
    const payload = new ByteWriter();
    write(payload);
    list.uint8(type);
    list.uint8(payload.length & 0xff);
    list.uint8(payload.length >> 8);
    list.raw(payload.view());
    write(frames.begin(type, i + 1));
    frames.end(SALT);
  });
  return [list.finish(), frames.bytes.finish(), list.finish().subarray(0, 200)];
}
