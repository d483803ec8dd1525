import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, FaultError } from '../../otel-processor/src/base/index.ts';
import { LabelSet } from '../../otel-processor/src/model/index.ts';
import {
  IndexFile,
  IndexFileWriter,
  SECTION_COLUMN,
  SECTION_HASHES,
  SECTION_SHAPES,
  SECTION_SYMBOLS,
} from '../../otel-processor/src/store/block/index-file.ts';
import { LabelIndex } from '../../otel-processor/src/store/block/label-index.ts';
import { LabelIndexWriter } from '../../otel-processor/src/store/block/label-index-writer.ts';
import { decodeMeta } from '../../otel-processor/src/store/block/meta-file.ts';
import { Page, PageBuilder } from '../../otel-processor/src/store/block/page.ts';
import { SampleColumnCodec } from '../../otel-processor/src/store/block/sample-column.ts';
import { decodeStrip, encodeStrip } from '../../otel-processor/src/store/block/strip-index.ts';
import { decodeTombstones } from '../../otel-processor/src/store/block/tombstones.ts';
import { createSampleBuffer, type SampleBuffer } from '../../otel-processor/src/store/types.ts';

/**
 * The files of a block. Checksums would stop nearly every mutation at the door, so the bytes are also handed to
 * what lies behind them. The first byte says to which reader.
 */
export const name = 'block';

const codec = new SampleColumnCodec();
const SAMPLES = 60;
const labelSeeds = await labelSections();

export function run(bytes: Uint8Array): void {
  const body = bytes.subarray(1);
  const readers = [
    readPage,
    readSections,
    readLabels,
    readStrip,
    readIndexFile,
    decodeMeta,
    decodeTombstones,
  ];
  try {
    readers[(bytes[0] ?? 0) % readers.length](body);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
  }
}

function readPage(bytes: Uint8Array): void {
  readSlots(Page.decode(bytes));
}

/** Two bytes with the length of the coded section, then both sections. */
function readSections(bytes: Uint8Array): void {
  const codedSize = (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0);
  readSlots(Page.fromSections(bytes.slice(2, 2 + codedSize), bytes.slice(2 + codedSize)));
}

function readSlots(page: Page): void {
  const buffer = createSampleBuffer(SAMPLES);
  for (let slot = 0; slot < Math.min(page.slotCount, 50); slot++) {
    buffer.histograms = undefined;
    codec.read(page.slot(slot), buffer, 0, SAMPLES);
  }
}

/** Four sections of the label index, each after two bytes with its length. */
function readLabels(bytes: Uint8Array): void {
  const file = new IndexFileWriter();
  let at = 0;
  for (const kind of [SECTION_SYMBOLS, SECTION_SHAPES, SECTION_COLUMN, SECTION_HASHES]) {
    const size = (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
    const raw = bytes.subarray(at + 2, at + 2 + size);
    file.append(kind, 0, raw.length, zstdCompressSync(raw));
    at += 2 + size;
  }
  const labels = new LabelIndex(new IndexFile(file.finish()));
  labels.match([]);
  for (let series = 0; series < Math.min(labels.seriesCount, 20); series++) {
    labels.labels(series);
    labels.labelsHash(series);
  }
}

function readStrip(bytes: Uint8Array): void {
  decodeStrip(bytes, 3, 1_000_000);
}

function readIndexFile(bytes: Uint8Array): void {
  const file = new IndexFile(bytes);
  file.verify();
  new LabelIndex(file);
}

export function seeds(): Uint8Array[] {
  const labels = new ByteWriter();
  for (const section of labelSeeds) {
    labels.uint8(section.length % 256);
    labels.uint8(section.length >> 8);
    labels.raw(section);
  }
  const strip = encodeStrip({
    fromMs: 1000,
    toMs: 2000,
    timePages: [{ offset: 0, sizeBytes: 100, slotCount: 1 }],
    timeColumns: [{ count: SAMPLES, minTimeMs: 1000, maxTimeMs: 1900 }],
    valuePages: [{ offset: 100, sizeBytes: 500, slotCount: 2 }],
    timeIds: Uint32Array.of(1, 0, 1),
  });
  const json = (text: string): Uint8Array => Buffer.from(text);
  return [
    prefixed(1, pageSections()),
    prefixed(2, labels.view()),
    prefixed(3, strip),
    prefixed(5, json('{"checksum":"00000000","block":{"version":1,"id":"a","strips":[],"sources":[]}}')),
    prefixed(
      6,
      json('{"checksum":0,"body":{"version":1,"deletes":[{"matchers":[],"fromMs":null,"toMs":1}]}}'),
    ),
  ];
}

function prefixed(reader: number, bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(reader, ...bytes);
}

async function labelSections(): Promise<Uint8Array[]> {
  const writer = new LabelIndexWriter();
  writer.add(LabelSet.from({ __name__: 'a' }));
  writer.add(LabelSet.from({ __name__: 'b' }));
  const sections: Uint8Array[] = [];
  const collect = { add: (_kind: number, _key: number, raw: Uint8Array) => void sections.push(raw.slice()) };
  await writer.finish(collect as unknown as IndexFileWriter, 1, async () => {});
  return sections;
}

/** Columns of every mode: constant, decimal of each order, bits, with exceptions, with histograms. */
function pageSections(): Uint8Array {
  const builder = new PageBuilder();
  const shapes: Array<(i: number) => number> = [
    () => 7,
    (i) => (i * 37) % 64,
    (i) => i * 1000 + ((i * 7) % 5),
    (i) => i * i * 3 + 0.5,
    (i) => Math.sqrt(i + 1) * 1e-3,
    (i) => (i % 20 === 0 ? Number.NaN : i / 100),
  ];
  const sizes = new ByteWriter();
  sizes.uvarint(shapes.length + 1);
  let codedEnd = 0;
  let packedEnd = 0;
  const column = (buffer: SampleBuffer): void => {
    codec.write(buffer, 0, SAMPLES, builder.out);
    builder.closeSlot();
    sizes.uvarint(builder.out.coded.length - codedEnd);
    sizes.uvarint(builder.out.packed.length - packedEnd);
    codedEnd = builder.out.coded.length;
    packedEnd = builder.out.packed.length;
  };
  for (const shape of shapes) column(bufferOf(shape));
  column(withHistograms());
  const out = new ByteWriter();
  const codedSize = sizes.length + codedEnd;
  out.uint8(codedSize % 256);
  out.uint8(codedSize >> 8);
  out.raw(sizes.view());
  out.raw(builder.out.coded.view());
  out.raw(builder.out.packed.view());
  return out.view();
}

function bufferOf(shape: (i: number) => number): SampleBuffer {
  const buffer = createSampleBuffer(SAMPLES);
  for (let i = 0; i < SAMPLES; i++) buffer.values[i] = shape(i);
  buffer.count = SAMPLES;
  return buffer;
}

function withHistograms(): SampleBuffer {
  const buffer = bufferOf((i) => i);
  buffer.histograms = new Map();
  for (let i = 0; i < SAMPLES; i += 3) {
    buffer.histograms.set(i, {
      schema: 3,
      zeroThreshold: 1e-9,
      zeroCount: 1,
      count: 10 + i,
      sum: 0.1 * i,
      positiveSpans: [{ offset: -2, length: 2 }],
      positiveBuckets: [4 + i, 5],
      negativeSpans: [],
      negativeBuckets: [],
      counterResetHint: 'unknown',
    });
  }
  return buffer;
}
