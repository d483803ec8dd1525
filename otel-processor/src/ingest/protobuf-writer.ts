const encoder = new TextEncoder();

/**
 * Writes protobuf from the end to the beginning: by the time a message's length is needed, its content is there.
 * So fields are written in descending order, repeated ones last to first, and what comes out is canonical.
 * Fields are named by number; nothing here leaves out defaults.
 */
export class ProtobufWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Where the written part begins. */
  #start: number;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
    this.#start = capacity;
  }

  /** Bytes written so far; take it before a message's content and pass it to `message` after. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** A copy of what was written; the writer is then empty. */
  finish(): Uint8Array<ArrayBuffer> {
    const copy = this.#bytes.slice(this.#start);
    this.#start = this.#bytes.length;
    return copy;
  }

  /** Makes what was written since `lengthBefore` the message in field `field`. */
  message(field: number, lengthBefore: number): void {
    this.#varint(this.length - lengthBefore);
    this.#varint(field * 8 + 2);
  }

  string(field: number, text: string): void {
    const before = this.length;
    this.#text(text);
    this.message(field, before);
  }

  bytes(field: number, bytes: Uint8Array): void {
    const before = this.length;
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
    this.message(field, before);
  }

  /** An unsigned number below 2^53, or a signed one of 32 bits that is not negative. */
  uint(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field * 8);
  }

  /** A 64-bit varint (int64, uint64) of two halves. */
  varint64(field: number, lo: number, hi: number): void {
    this.rawVarint64(lo, hi);
    this.#varint(field * 8);
  }

  sint32(field: number, value: number): void {
    this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
    this.#varint(field * 8);
  }

  fixed64(field: number, lo: number, hi: number): void {
    this.rawFixed64(lo, hi);
    this.#varint(field * 8 + 1);
  }

  double(field: number, value: number): void {
    this.rawDouble(value);
    this.#varint(field * 8 + 1);
  }

  /** Entries of packed fields, without a tag. */
  rawFixed64(lo: number, hi: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#view.setInt32(this.#start, lo, true);
    this.#view.setInt32(this.#start + 4, hi, true);
  }

  rawDouble(value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#view.setFloat64(this.#start, value, true);
  }

  rawVarint64(lo: number, hi: number): void {
    let low = lo >>> 0;
    let high = hi >>> 0;
    if (high === 0) {
      this.#varint(low);
      return;
    }
    this.#reserve(10);
    const groups: number[] = [];
    while (high !== 0 || low > 0x7f) {
      groups.push((low & 0x7f) | 0x80);
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[--this.#start] = low;
    while (groups.length > 0) this.#bytes[--this.#start] = groups.pop()!;
  }

  /** An unsigned number below 2^53. */
  #varint(value: number): void {
    this.#reserve(10);
    if (value < 0x80) {
      this.#bytes[--this.#start] = value;
      return;
    }
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
    this.#start -= size;
    let rest = value;
    for (let i = 0; i < size; i++) {
      this.#bytes[this.#start + i] = (rest % 0x80) | (i < size - 1 ? 0x80 : 0);
      rest = Math.floor(rest / 0x80);
    }
  }

  #text(text: string): void {
    const { length } = text;
    this.#reserve(length);
    const from = this.#start - length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        const utf8 = encoder.encode(text);
        this.#reserve(utf8.length);
        this.#start -= utf8.length;
        this.#bytes.set(utf8, this.#start);
        return;
      }
      this.#bytes[from + i] = unit;
    }
    this.#start = from;
  }

  #reserve(extra: number): void {
    if (this.#start >= extra) return;
    const { length } = this;
    const grown = new Uint8Array(Math.max(length + extra, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(this.#start), grown.length - length);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
    this.#start = grown.length - length;
  }
}
