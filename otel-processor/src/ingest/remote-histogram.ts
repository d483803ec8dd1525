import {
  type BucketSpan,
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  MAX_SCHEMA,
  MIN_SCHEMA,
} from '../model/index.ts';
import { NumberColumn } from './number-column.ts';
import type { WireReader } from './wire.ts';

/** Histogram.ResetHint (prompb/types.proto), by number. */
const resetHints: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

/** Buckets of one sign: spans, and counts either as deltas of integers or as floats. */
class Side {
  readonly offsets: NumberColumn;
  readonly lengths: NumberColumn;
  readonly deltas: NumberColumn;
  readonly floats: NumberColumn;

  constructor(bucketsMax: number) {
    this.offsets = new NumberColumn(bucketsMax);
    this.lengths = new NumberColumn(bucketsMax);
    this.deltas = new NumberColumn(bucketsMax);
    this.floats = new NumberColumn(bucketsMax);
  }

  clear(): void {
    for (const column of [this.offsets, this.lengths, this.deltas, this.floats]) column.clear();
  }

  /** BucketSpan { offset: sint32 = 1, length: uint32 = 2 }. */
  readSpan(reader: WireReader, end: number): void {
    let offset = 0;
    let length = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x08) offset = reader.sint32(end);
      else if (tag === 0x10) length = reader.uint32(end);
      else reader.skip(tag, end);
    }
    this.offsets.push(offset);
    this.lengths.push(length);
  }

  get bucketCount(): number {
    return Math.max(this.deltas.count, this.floats.count);
  }

  fault(): string | undefined {
    if (this.offsets.overLimit || this.deltas.overLimit || this.floats.overLimit) {
      return `more buckets than ingest.histogram_buckets_max`;
    }
    let total = 0;
    for (let i = 0; i < this.lengths.count; i++) {
      total += this.lengths.values[i];
      if (i > 0 && this.offsets.values[i] < 0) return 'spans overlap';
    }
    if (total !== this.bucketCount) return `spans of ${total} buckets for ${this.bucketCount} counts`;
    return undefined;
  }

  spans(): BucketSpan[] {
    const spans: BucketSpan[] = [];
    for (let i = 0; i < this.offsets.count; i++) {
      spans.push({ offset: this.offsets.values[i], length: this.lengths.values[i] });
    }
    return spans;
  }

  counts(): number[] {
    if (this.floats.count > 0) return [...this.floats.values.subarray(0, this.floats.count)];
    const counts: number[] = [];
    let count = 0;
    for (let i = 0; i < this.deltas.count; i++) {
      count += this.deltas.values[i];
      counts.push(count);
    }
    return counts;
  }
}

/** prompb.Histogram, of integers or floats, with exponential or custom buckets. */
export class RemoteHistogram {
  timestampMs = 0;
  /** The sum has the bits of a staleness marker: the series has ended. */
  stale = false;
  #count = 0;
  #zeroCount = 0;
  #sum = 0;
  #schema = 0;
  #zeroThreshold = 0;
  #resetHint = 0;
  readonly #positive: Side;
  readonly #negative: Side;
  readonly #customValues: NumberColumn;

  constructor(bucketsMax: number) {
    this.#positive = new Side(bucketsMax);
    this.#negative = new Side(bucketsMax);
    this.#customValues = new NumberColumn(bucketsMax);
  }

  /** Reads from the cursor to `end`. */
  scan(reader: WireReader, end: number): void {
    this.timestampMs = 0;
    this.stale = false;
    this.#count = 0;
    this.#zeroCount = 0;
    this.#sum = 0;
    this.#schema = 0;
    this.#zeroThreshold = 0;
    this.#resetHint = 0;
    this.#positive.clear();
    this.#negative.clear();
    this.#customValues.clear();
    while (reader.pos < end) this.#field(reader, reader.tag(end), end);
  }

  #field(reader: WireReader, tag: number, end: number): void {
    switch (tag) {
      case 0x08:
        reader.varint64(end);
        this.#count = reader.unsigned();
        return;
      case 0x11:
        this.#count = reader.float64(end);
        return;
      case 0x19: {
        const next = reader.fixed64End(end);
        const { view, pos } = reader;
        this.stale = view.getInt32(pos, true) === 2 && view.getInt32(pos + 4, true) === 0x7ff0_0000;
        this.#sum = view.getFloat64(pos, true);
        reader.pos = next;
        return;
      }
      case 0x20:
        this.#schema = reader.sint32(end);
        return;
      case 0x29:
        this.#zeroThreshold = reader.float64(end);
        return;
      case 0x30:
        reader.varint64(end);
        this.#zeroCount = reader.unsigned();
        return;
      case 0x39:
        this.#zeroCount = reader.float64(end);
        return;
      case 0x70:
        this.#resetHint = reader.uint32(end);
        return;
      case 0x78:
        reader.varint64(end);
        this.timestampMs = reader.hi * 0x1_0000_0000 + (reader.lo >>> 0);
        return;
      default:
        this.#bucketField(reader, tag, end);
    }
  }

  /** Fields 8 to 10 (negative), 11 to 13 (positive) and 16 (custom bounds); repeated ones may be packed. */
  #bucketField(reader: WireReader, tag: number, end: number): void {
    const field = tag >>> 3;
    const side = field <= 10 ? this.#negative : this.#positive;
    const role =
      field === 16 ? 'custom' : field < 8 || field > 13 ? '' : ['span', 'delta', 'float'][(field - 8) % 3];
    const wire = tag & 7;
    if (role === 'span' && wire === 2) side.readSpan(reader, reader.lengthEnd(end));
    else if (role === 'delta' && (wire === 2 || wire === 0)) side.deltas.readZigzag(reader, tag, end);
    else if (role === 'float' && (wire === 2 || wire === 1)) side.floats.readDouble(reader, tag, end);
    else if (role === 'custom' && (wire === 2 || wire === 1)) this.#customValues.readDouble(reader, tag, end);
    else reader.skip(tag, end);
  }

  /** Why it is not a histogram, or undefined. */
  fault(): string | undefined {
    const schema = this.#schema;
    const custom = schema === CUSTOM_BUCKETS_SCHEMA;
    if (!custom && (schema < MIN_SCHEMA || schema > MAX_SCHEMA)) return `schema ${schema} is not supported`;
    const sides = this.#positive.fault() ?? this.#negative.fault();
    if (sides !== undefined) return sides;
    if (custom) {
      const why = this.#customFault();
      if (why !== undefined) return why;
    }
    let total = this.#zeroCount;
    for (const count of [...this.#positive.counts(), ...this.#negative.counts()]) {
      if (!(count >= 0)) return `bucket count ${count}`;
      total += count;
    }
    if (!(this.#zeroCount >= 0)) return `zero count ${this.#zeroCount}`;
    // Observations that are NaN are counted, and are in no bucket.
    if (total > this.#count * (1 + 1e-9)) return `bucket counts sum to ${total}, count is ${this.#count}`;
    return undefined;
  }

  #customFault(): string | undefined {
    const bounds = this.#customValues;
    if (bounds.overLimit) return 'more custom bounds than ingest.histogram_buckets_max';
    for (let i = 0; i < bounds.count; i++) {
      if (!Number.isFinite(bounds.values[i])) return `custom bound ${bounds.values[i]} is not finite`;
      if (i > 0 && !(bounds.values[i] > bounds.values[i - 1])) return 'custom bounds do not increase';
    }
    if (this.#negative.bucketCount > 0 || this.#zeroCount !== 0)
      return 'custom buckets with a negative or zero bucket';
    let index = 0;
    for (const { offset, length } of this.#positive.spans()) {
      if (offset < 0) return 'a span before the first custom bucket';
      index += offset + length;
    }
    return index > bounds.count + 1 ? 'a span beyond the last custom bucket' : undefined;
  }

  /** Only after `fault` has answered undefined. */
  read(): Histogram {
    return {
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount,
      count: this.#count,
      sum: this.#sum,
      positiveSpans: this.#positive.spans(),
      positiveBuckets: this.#positive.counts(),
      negativeSpans: this.#negative.spans(),
      negativeBuckets: this.#negative.counts(),
      ...(this.#schema === CUSTOM_BUCKETS_SCHEMA
        ? { customValues: [...this.#customValues.values.subarray(0, this.#customValues.count)] }
        : {}),
      counterResetHint: resetHints[this.#resetHint] ?? 'unknown',
    };
  }
}
