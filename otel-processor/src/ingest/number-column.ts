import { BYTES, FIXED64, VARINT, type WireReader } from './wire.ts';

/** A repeated number field, packed or not, in a buffer that is used again for each point. */
export class NumberColumn {
  /** Entries seen. Those beyond `limit` are counted but not kept. */
  count = 0;
  values: Float64Array<ArrayBuffer>;
  /** The same memory as pairs of 32-bit words. */
  words: Int32Array<ArrayBuffer>;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.values = new Float64Array(Math.min(limit, 64));
    this.words = new Int32Array(this.values.buffer);
  }

  get overLimit(): boolean {
    return this.count > this.#limit;
  }

  clear(): void {
    this.count = 0;
  }

  push(value: number): void {
    if (this.count < this.#limit) {
      if (this.count === this.values.length) {
        const grown = new Float64Array(Math.min(this.#limit, this.values.length * 2));
        grown.set(this.values);
        this.values = grown;
        this.words = new Int32Array(grown.buffer);
      }
      this.values[this.count] = value;
    }
    this.count += 1;
  }

  /** Reads a repeated fixed64 whose tag was just read. */
  readFixed64(reader: WireReader, tag: number, end: number): void {
    for (const stop = this.#stop(reader, tag, end, FIXED64); reader.pos < stop; ) {
      this.push(reader.fixed64(stop));
    }
  }

  /** Reads a repeated double whose tag was just read. */
  readDouble(reader: WireReader, tag: number, end: number): void {
    for (const stop = this.#stop(reader, tag, end, FIXED64); reader.pos < stop; )
      this.push(reader.float64(stop));
  }

  /** Reads a repeated uint64 whose tag was just read. */
  readVarint(reader: WireReader, tag: number, end: number): void {
    const packed = (tag & 7) === BYTES;
    const stop = this.#stop(reader, tag, end, VARINT);
    do {
      if (reader.pos >= stop) return;
      reader.varint64(stop);
      this.push(reader.unsigned());
    } while (packed);
  }

  /** Reads a repeated sint64 whose tag was just read; rounded beyond 2^53. */
  readZigzag(reader: WireReader, tag: number, end: number): void {
    const packed = (tag & 7) === BYTES;
    const stop = this.#stop(reader, tag, end, VARINT);
    do {
      if (reader.pos >= stop) return;
      reader.varint64(stop);
      const zigzag = reader.unsigned();
      this.push(reader.lo & 1 ? -(zigzag + 1) / 2 : zigzag / 2);
    } while (packed);
  }

  /** Where the entries end that start at the cursor: one of them, or a packed run. */
  #stop(reader: WireReader, tag: number, end: number, single: number): number {
    if ((tag & 7) === BYTES) return reader.lengthEnd(end);
    return single === FIXED64 ? reader.fixed64End(end) : end;
  }
}
