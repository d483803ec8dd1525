import { FaultError, permanent } from './fault.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: false });

/** Grows by doubling; little-endian; the writer's side of every format of ours. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  #view: DataView;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `extra` more bytes. */
  reserve(extra: number): void {
    const need = this.length + extra;
    if (need <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Unsigned LEB128; exact up to 2^53 - 1. */
  uvarint(value: number): void {
    this.reserve(8);
    let rest = value;
    if (rest < 0x4000_0000) {
      // Nearly all are small, and bits of small integers are faster than divisions.
      const { bytes } = this;
      let at = this.length;
      for (let bits = rest | 0; ; bits >>>= 7) {
        if (bits < 0x80) {
          bytes[at++] = bits;
          break;
        }
        bytes[at++] = (bits & 0x7f) | 0x80;
      }
      this.length = at;
      return;
    }
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** Zigzag LEB128; exact for integers within ±(2^52 - 1). */
  varint(value: number): void {
    this.uvarint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  raw(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Byte length as uvarint, then UTF-8. */
  string(text: string): void {
    // A call of the encoder costs more than a short text.
    if (text.length < 64 && this.#ascii(text)) return;
    const bytes = encoder.encode(text);
    this.uvarint(bytes.length);
    this.raw(bytes);
  }

  /** A text of less than 128 characters, when all are ASCII; otherwise writes nothing. */
  #ascii(text: string): boolean {
    this.reserve(text.length + 1);
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = text.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  /** What was written, as a view; valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** What was written, as a copy of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** The reader's side. Reading past the end throws a `FaultError`: files may be torn, memory is not. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  uint8(): number {
    this.#need(1);
    return this.bytes[this.position++];
  }

  uint32(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  float64(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  uvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new FaultError(permanent('invalid', `varint too long at byte ${this.position}`));
  }

  varint(): number {
    const zigzag = this.uvarint();
    return zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
  }

  raw(length: number): Uint8Array {
    this.#need(length);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  string(): string {
    return decoder.decode(this.raw(this.uvarint()));
  }

  #need(length: number): void {
    if (this.position + length > this.end) {
      throw new FaultError(permanent('invalid', `unexpected end of data at byte ${this.position}`));
    }
  }
}
