import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { BucketSpan, CounterResetHint, Histogram } from '../model/index.ts';

/** Order is the on-disk code. */
const hints: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

const FLAG_CUSTOM = 4;
const FLAG_INTEGER = 8;
const FLAG_ZERO_THRESHOLD = 16;

/** Writes one histogram, self-contained and lossless. Layout: docs/storage-format.md, "Histogram". */
export function encodeHistogram(writer: ByteWriter, histogram: Histogram): void {
  const { customValues, positiveBuckets, negativeBuckets } = histogram;
  const integer =
    isCount(histogram.count) &&
    isCount(histogram.zeroCount) &&
    positiveBuckets.every(isCount) &&
    negativeBuckets.every(isCount);
  let flags = Math.max(0, hints.indexOf(histogram.counterResetHint));
  if (customValues !== undefined) flags |= FLAG_CUSTOM;
  if (integer) flags |= FLAG_INTEGER;
  if (!Object.is(histogram.zeroThreshold, 0)) flags |= FLAG_ZERO_THRESHOLD;
  writer.uint8(flags);
  writer.varint(histogram.schema);
  if (flags & FLAG_ZERO_THRESHOLD) writer.float64(histogram.zeroThreshold);
  writer.float64(histogram.sum);
  writeCount(writer, histogram.zeroCount, integer);
  writeCount(writer, histogram.count, integer);
  writeSpans(writer, histogram.positiveSpans);
  writeBuckets(writer, positiveBuckets, integer);
  writeSpans(writer, histogram.negativeSpans);
  writeBuckets(writer, negativeBuckets, integer);
  if (customValues !== undefined) {
    writer.uvarint(customValues.length);
    for (const bound of customValues) writer.float64(bound);
  }
}

/** Throws a `FaultError` when the bytes end early or a length cannot be. */
export function decodeHistogram(reader: ByteReader): Histogram {
  const flags = reader.uint8();
  const integer = (flags & FLAG_INTEGER) !== 0;
  const schema = reader.varint();
  const zeroThreshold = flags & FLAG_ZERO_THRESHOLD ? reader.float64() : 0;
  const sum = reader.float64();
  const zeroCount = readCount(reader, integer);
  const count = readCount(reader, integer);
  const positiveSpans = readSpans(reader);
  const positiveBuckets = readBuckets(reader, integer);
  const negativeSpans = readSpans(reader);
  const negativeBuckets = readBuckets(reader, integer);
  const histogram: Histogram = {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    positiveBuckets,
    negativeSpans,
    negativeBuckets,
    counterResetHint: hints[flags & 3],
  };
  if ((flags & FLAG_CUSTOM) === 0) return histogram;
  const length = reader.uvarint();
  const customValues: number[] = [];
  for (let i = 0; i < length; i++) customValues.push(reader.float64());
  return { ...histogram, customValues };
}

/** Whole numbers that a zigzagged difference of two of them still holds exactly. */
function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 51 && !Object.is(value, -0);
}

function writeCount(writer: ByteWriter, value: number, integer: boolean): void {
  if (integer) writer.uvarint(value);
  else writer.float64(value);
}

function readCount(reader: ByteReader, integer: boolean): number {
  return integer ? reader.uvarint() : reader.float64();
}

function writeSpans(writer: ByteWriter, spans: readonly BucketSpan[]): void {
  writer.uvarint(spans.length);
  for (const span of spans) {
    writer.varint(span.offset);
    writer.uvarint(span.length);
  }
}

function readSpans(reader: ByteReader): BucketSpan[] {
  const length = reader.uvarint();
  const spans: BucketSpan[] = [];
  for (let i = 0; i < length; i++) spans.push({ offset: reader.varint(), length: reader.uvarint() });
  return spans;
}

/** Neighbouring buckets are alike, so whole counts are written as differences. */
function writeBuckets(writer: ByteWriter, buckets: readonly number[], integer: boolean): void {
  writer.uvarint(buckets.length);
  let previous = 0;
  for (const bucket of buckets) {
    if (integer) writer.varint(bucket - previous);
    else writer.float64(bucket);
    previous = bucket;
  }
}

function readBuckets(reader: ByteReader, integer: boolean): number[] {
  const length = reader.uvarint();
  const buckets: number[] = [];
  let previous = 0;
  for (let i = 0; i < length; i++) {
    previous = integer ? previous + reader.varint() : reader.float64();
    buckets.push(previous);
  }
  return buckets;
}
