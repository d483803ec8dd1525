import { NumberColumn } from './number-column.ts';
import { PointHeader } from './point-header.ts';
import type { WireReader } from './wire.ts';

/** SummaryDataPoint (metrics.proto). */
export class SummaryPoint extends PointHeader {
  count = 0;
  sum = 0;
  readonly quantiles: NumberColumn;
  readonly values: NumberColumn;

  constructor(quantilesMax: number) {
    super();
    this.quantiles = new NumberColumn(quantilesMax);
    this.values = new NumberColumn(quantilesMax);
  }

  scan(reader: WireReader, start: number, end: number): void {
    this.resetHeader(start, end);
    this.count = 0;
    this.sum = 0;
    this.quantiles.clear();
    this.values.clear();
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
        return;
      case 0x32:
        this.#quantile(reader, reader.lengthEnd(end));
        return;
      case 0x3a:
        reader.pos = reader.lengthEnd(end);
        this.addAttribute(from, reader.pos);
        return;
      case 0x40:
        reader.varint64(end);
        this.flags = reader.lo;
        return;
      default:
        reader.skip(tag, end);
    }
  }

  #quantile(reader: WireReader, end: number): void {
    let quantile = 0;
    let value = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) quantile = reader.float64(end);
      else if (tag === 0x11) value = reader.float64(end);
      else reader.skip(tag, end);
    }
    this.quantiles.push(quantile);
    this.values.push(value);
  }
}
