import { FaultError, permanent } from '../base/index.ts';

/** Wire types of protobuf (encoding specification, "Message Structure"); groups (3, 4) are refused. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const noBytes = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A cursor over protobuf bytes. It allocates nothing; whoever walks a message keeps the message's end and
 * compares. Malformed input throws a `FaultError`, which the decoder's door turns into a returned fault.
 */
export class WireReader {
  bytes: Uint8Array = noBytes;
  view: DataView = new DataView(noBytes.buffer);
  pos = 0;
  /** The two halves of the last `varint64`, as signed 32-bit integers. */
  lo = 0;
  hi = 0;

  reset(bytes: Uint8Array): void {
    // A Buffer would give every `bytes[i]` below a second hidden class to check for.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = 0;
  }

  /** Lets go of the input, so that an idle decoder does not keep a large body alive. */
  release(): void {
    this.bytes = noBytes;
    this.view = new DataView(noBytes.buffer);
  }

  /** A tag: field number times 8 plus wire type. */
  tag(end: number): number {
    const tag = this.uint32(end);
    if (tag < 8) this.fail('field number 0');
    return tag;
  }

  /** A varint that must fit in 32 bits, as an unsigned number. */
  uint32(end: number): number {
    const byte = this.bytes[this.pos];
    if (byte < 0x80 && this.pos < end) {
      this.pos += 1;
      return byte;
    }
    this.varint64(end);
    if (this.hi !== 0) this.fail('number over 32 bits');
    return this.lo >>> 0;
  }

  /** Reads a varint of up to ten bytes into `lo` and `hi`. */
  varint64(end: number): void {
    let lo = 0;
    let hi = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= end) this.fail('message ends inside a number');
      const byte = this.bytes[this.pos++];
      const bits = byte & 0x7f;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi = bits >>> 4;
      } else if (shift < 63) hi |= bits << (shift - 32);
      else hi |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.lo = lo;
        this.hi = hi;
        return;
      }
    }
    this.fail('number over ten bytes');
  }

  /** The last `varint64` as an unsigned number; rounded above 2^53. */
  unsigned(): number {
    return (this.hi >>> 0) * 0x1_0000_0000 + (this.lo >>> 0);
  }

  /** Zigzag, 32 bits (sint32). */
  sint32(end: number): number {
    this.varint64(end);
    return (this.lo >>> 1) ^ -(this.lo & 1);
  }

  /** Reads a length and answers where the field ends; the cursor is then at its first byte. */
  lengthEnd(end: number): number {
    const length = this.uint32(end);
    const fieldEnd = this.pos + length;
    if (fieldEnd > end) this.fail(`field of ${length} bytes goes past the end of its message`);
    return fieldEnd;
  }

  /** Answers where a field of eight bytes ends, having checked that it fits. */
  fixed64End(end: number): number {
    if (this.pos + 8 > end) this.fail('message ends inside a 64-bit field');
    return this.pos + 8;
  }

  /** A fixed64 as an unsigned number; rounded above 2^53. */
  fixed64(end: number): number {
    const next = this.fixed64End(end);
    const { view, pos } = this;
    this.pos = next;
    return view.getUint32(pos + 4, true) * 0x1_0000_0000 + view.getUint32(pos, true);
  }

  float64(end: number): number {
    const next = this.fixed64End(end);
    const value = this.view.getFloat64(this.pos, true);
    this.pos = next;
    return value;
  }

  /** Skips the value of a field whose tag was just read. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint64(end);
        return;
      case FIXED64:
        this.pos = this.fixed64End(end);
        return;
      case BYTES:
        this.pos = this.lengthEnd(end);
        return;
      case FIXED32:
        if (this.pos + 4 > end) this.fail('message ends inside a 32-bit field');
        this.pos += 4;
        return;
      default:
        this.fail(`wire type ${tag & 7} of field ${tag >>> 3}`);
    }
  }

  /** UTF-8 text; undefined when it is not valid UTF-8. */
  text(start: number, end: number): string | undefined {
    if (end - start <= 24) {
      const short = this.#ascii(start, end);
      if (short !== undefined) return short;
    }
    try {
      return utf8.decode(this.bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  }

  /** Says where and what; never returns. */
  fail(what: string): never {
    throw new FaultError(permanent('invalid', `malformed protobuf near byte ${this.pos}: ${what}`));
  }

  #ascii(start: number, end: number): string | undefined {
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = this.bytes[i];
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
