import type { ByteReader, ByteWriter } from '../../base/index.ts';
import { readFloat, writeFloat } from '../../math/index.ts';
import type { BucketSpan, CounterResetHint, Histogram } from '../../model/index.ts';

const hints: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

/** A native histogram in the log and in checkpoints of views. */
export function writeHistogram(writer: ByteWriter, histogram: Histogram): void {
  writer.varint(histogram.schema);
  writer.uint8(hints.indexOf(histogram.counterResetHint));
  for (const number of [histogram.zeroThreshold, histogram.zeroCount, histogram.count, histogram.sum]) {
    writeFloat(writer, number);
  }
  writeSpans(writer, histogram.positiveSpans);
  writeFloats(writer, histogram.positiveBuckets);
  writeSpans(writer, histogram.negativeSpans);
  writeFloats(writer, histogram.negativeBuckets);
  writeFloats(writer, histogram.customValues ?? []);
}

export function readHistogram(reader: ByteReader): Histogram {
  const schema = reader.varint();
  const counterResetHint = hints[reader.uint8()] ?? 'unknown';
  const [zeroThreshold, zeroCount, count, sum] = [0, 1, 2, 3].map(() => readFloat(reader));
  const positiveSpans = readSpans(reader);
  const positiveBuckets = readFloats(reader);
  const negativeSpans = readSpans(reader);
  const negativeBuckets = readFloats(reader);
  const customValues = readFloats(reader);
  return {
    schema,
    counterResetHint,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    positiveBuckets,
    negativeSpans,
    negativeBuckets,
    ...(customValues.length > 0 ? { customValues } : {}),
  };
}

function writeSpans(writer: ByteWriter, spans: readonly BucketSpan[]): void {
  writer.uvarint(spans.length);
  for (const { offset, length } of spans) {
    writer.varint(offset);
    writer.uvarint(length);
  }
}

function readSpans(reader: ByteReader): BucketSpan[] {
  const spans: BucketSpan[] = [];
  for (let left = reader.uvarint(); left > 0; left--) {
    const offset = reader.varint();
    spans.push({ offset, length: reader.uvarint() });
  }
  return spans;
}

function writeFloats(writer: ByteWriter, numbers: readonly number[]): void {
  writer.uvarint(numbers.length);
  for (const number of numbers) writeFloat(writer, number);
}

function readFloats(reader: ByteReader): number[] {
  const numbers: number[] = [];
  for (let left = reader.uvarint(); left > 0; left--) numbers.push(readFloat(reader));
  return numbers;
}
