import { NumberColumn } from './number-column.ts';
import { PointHeader } from './point-header.ts';
import type { WireReader } from './wire.ts';

/** ExponentialHistogramDataPoint (metrics.proto). */
export class ExponentialPoint extends PointHeader {
  count = 0;
  sum = 0;
  hasSum = false;
  scale = 0;
  zeroCount = 0;
  zeroThreshold = 0;
  positiveOffset = 0;
  negativeOffset = 0;
  readonly positive: NumberColumn;
  readonly negative: NumberColumn;

  constructor(bucketsMax: number) {
    super();
    this.positive = new NumberColumn(bucketsMax);
    this.negative = new NumberColumn(bucketsMax);
  }

  scan(reader: WireReader, start: number, end: number): void {
    this.resetHeader(start, end);
    this.count = 0;
    this.sum = 0;
    this.hasSum = false;
    this.scale = 0;
    this.zeroCount = 0;
    this.zeroThreshold = 0;
    this.positiveOffset = 0;
    this.negativeOffset = 0;
    this.positive.clear();
    this.negative.clear();
    reader.pos = start;
    while (reader.pos < end) {
      const from = reader.pos;
      this.#field(reader, from, reader.tag(end), end);
    }
  }

  #field(reader: WireReader, from: number, tag: number, end: number): void {
    switch (tag) {
      case 0x0a:
        reader.pos = reader.lengthEnd(end);
        this.addAttribute(from, reader.pos);
        return;
      case 0x11:
        this.setStartTime(reader, end);
        return;
      case 0x19:
        this.setTime(reader, end);
        return;
      case 0x21:
        this.count = reader.fixed64(end);
        return;
      case 0x29:
        this.sum = reader.float64(end);
        this.hasSum = true;
        return;
      case 0x30:
        this.scale = reader.sint32(end);
        return;
      case 0x39:
        this.zeroCount = reader.fixed64(end);
        return;
      case 0x42:
        this.positiveOffset = readBuckets(reader, end, this.positiveOffset, this.positive);
        return;
      case 0x4a:
        this.negativeOffset = readBuckets(reader, end, this.negativeOffset, this.negative);
        return;
      case 0x50:
        reader.varint64(end);
        this.flags = reader.lo;
        return;
      case 0x71:
        this.zeroThreshold = reader.float64(end);
        return;
      default:
        if (tag === 0x5a) this.exemplarCount += 1;
        reader.skip(tag, end);
    }
  }
}

/** Reads a Buckets message into `counts`; answers its offset, or `offset` when it does not say. */
function readBuckets(reader: WireReader, parentEnd: number, offset: number, counts: NumberColumn): number {
  const end = reader.lengthEnd(parentEnd);
  let read = offset;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) read = reader.sint32(end);
    else if (tag === 0x10 || tag === 0x12) counts.readVarint(reader, tag, end);
    else reader.skip(tag, end);
  }
  return read;
}
