import { PointHeader } from './point-header.ts';
import type { WireReader } from './wire.ts';

/** NumberDataPoint (metrics.proto). The hottest loop of the service: one pass, no calls on the usual path. */
export class NumberPoint extends PointHeader {
  value = 0;
  hasValue = false;

  scan(reader: WireReader, start: number, end: number): void {
    this.resetHeader(start, end);
    this.hasValue = false;
    const { bytes, view } = reader;
    let pos = start;
    while (pos < end) {
      const tag = bytes[pos];
      const next = tag === 0x3a ? pos + 2 + bytes[pos + 1] : pos + 9;
      if (!(next <= end)) {
        pos = this.#other(reader, pos, end);
        continue;
      }
      switch (tag) {
        case 0x3a:
          if (bytes[pos + 1] >= 0x80) {
            pos = this.#other(reader, pos, end);
            continue;
          }
          this.addAttribute(pos, next);
          break;
        case 0x19:
          this.timeLo = view.getInt32(pos + 1, true);
          this.timeHi = view.getInt32(pos + 5, true);
          break;
        case 0x11:
          this.startTimeLo = view.getInt32(pos + 1, true);
          this.startTimeHi = view.getInt32(pos + 5, true);
          break;
        case 0x21:
          this.value = view.getFloat64(pos + 1, true);
          this.hasValue = true;
          break;
        case 0x31:
          // Both halves are exact as numbers, so their sum is rounded once, like any conversion.
          this.value = view.getInt32(pos + 5, true) * 0x1_0000_0000 + view.getUint32(pos + 1, true);
          this.hasValue = true;
          break;
        default:
          pos = this.#other(reader, pos, end);
          continue;
      }
      pos = next;
    }
  }

  /** Everything unusual: long attributes, flags, exemplars, unknown fields, truncation. */
  #other(reader: WireReader, pos: number, end: number): number {
    reader.pos = pos;
    const tag = reader.tag(end);
    if (tag === 0x3a) {
      const next = reader.lengthEnd(end);
      this.addAttribute(pos, next);
      return next;
    }
    if (tag === 0x40) {
      reader.varint64(end);
      this.flags = reader.lo;
      return reader.pos;
    }
    if (tag === 0x2a) this.exemplarCount += 1;
    reader.skip(tag, end);
    return reader.pos;
  }
}
