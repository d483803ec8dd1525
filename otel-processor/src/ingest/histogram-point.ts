import { NumberColumn } from './number-column.ts';
import { PointHeader } from './point-header.ts';
import type { WireReader } from './wire.ts';

/** HistogramDataPoint (metrics.proto). */
export class HistogramPoint extends PointHeader {
  count = 0;
  sum = 0;
  hasSum = false;
  readonly bucketCounts: NumberColumn;
  readonly bounds: NumberColumn;

  constructor(bucketsMax: number) {
    super();
    this.bucketCounts = new NumberColumn(bucketsMax);
    this.bounds = new NumberColumn(bucketsMax);
  }

  scan(reader: WireReader, start: number, end: number): void {
    this.resetHeader(start, end);
    this.count = 0;
    this.hasSum = false;
    this.bucketCounts.clear();
    this.bounds.clear();
    reader.pos = start;
    while (reader.pos < end) {
      const from = reader.pos;
      this.#field(reader, from, reader.tag(end), end);
    }
  }

  #field(reader: WireReader, from: number, tag: number, end: number): void {
    switch (tag) {
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
      case 0x31:
      case 0x32:
        this.bucketCounts.readFixed64(reader, tag, end);
        return;
      case 0x39:
      case 0x3a:
        this.bounds.readDouble(reader, tag, end);
        return;
      case 0x4a:
        reader.pos = reader.lengthEnd(end);
        this.addAttribute(from, reader.pos);
        return;
      case 0x50:
        reader.varint64(end);
        this.flags = reader.lo;
        return;
      default:
        if (tag === 0x42) this.exemplarCount += 1;
        reader.skip(tag, end);
    }
  }
}
