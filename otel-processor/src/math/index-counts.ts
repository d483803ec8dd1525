import type { ByteReader, ByteWriter } from '../base/index.ts';

/** Counts by integer index over the range that occurs: a growing array with an offset. */
export class IndexCounts {
  /** First and last index with a count above 0; first > last when there is none. */
  first = 0;
  last = -1;
  #low = 0;
  #counts: Float64Array<ArrayBuffer> = none;

  /** Number of indexes from the first used to the last. */
  get span(): number {
    return this.last - this.first + 1;
  }

  at(index: number): number {
    return index < this.first || index > this.last ? 0 : this.#counts[index - this.#low];
  }

  add(index: number, count: number): void {
    if (index < this.first || index > this.last) this.#widen(index);
    this.#counts[index - this.#low] += count;
  }

  /** Visits every used index with its count, ascending. */
  eachUsed(visit: (index: number, count: number) => void): void {
    for (let i = this.first; i <= this.last; i++) {
      const count = this.#counts[i - this.#low];
      if (count !== 0) visit(i, count);
    }
  }

  /** Merges 2^shift neighbours into one: index i becomes floor(i / 2^shift). */
  downscale(shift: number): void {
    if (shift === 0 || this.span === 0) return;
    const coarse = new IndexCounts();
    this.eachUsed((index, count) => coarse.add(index >> shift, count));
    this.first = coarse.first;
    this.last = coarse.last;
    this.#low = coarse.#low;
    this.#counts = coarse.#counts;
  }

  total(): number {
    let sum = 0;
    for (let i = this.first; i <= this.last; i++) sum += this.#counts[i - this.#low];
    return sum;
  }

  encode(writer: ByteWriter): void {
    let used = 0;
    for (let i = this.first; i <= this.last; i++) if (this.#counts[i - this.#low] > 0) used++;
    writer.uvarint(used);
    let previous: number | undefined;
    for (let i = this.first; i <= this.last; i++) {
      const count = this.#counts[i - this.#low];
      if (count === 0) continue;
      const many = count === 1 ? 0 : 1;
      // One observation is the usual case in a short slice: its count rides in the lowest bit of the index.
      if (previous === undefined) writer.varint(i * 2 + many);
      else writer.uvarint((i - previous - 1) * 2 + many);
      if (many === 1) writer.uvarint(count);
      previous = i;
    }
  }

  /** Calls `each` with every used index and its count. */
  static decode(reader: ByteReader, each: (index: number, count: number) => void): void {
    const used = reader.uvarint();
    let index = 0;
    for (let n = 0; n < used; n++) {
      const code = n === 0 ? reader.varint() : reader.uvarint();
      const count = code % 2 === 0 ? 1 : reader.uvarint();
      index = n === 0 ? Math.floor(code / 2) : index + 1 + Math.floor(code / 2);
      each(index, count);
    }
  }

  get sizeBytes(): number {
    return 64 + this.#counts.byteLength;
  }

  #widen(index: number): void {
    const empty = this.span === 0;
    const first = empty ? index : Math.min(index, this.first);
    const last = empty ? index : Math.max(index, this.last);
    if (empty || first < this.#low || last >= this.#low + this.#counts.length) {
      // Room on the side that grows; the first observation gets little, most stay few.
      const capacity = empty ? 4 : Math.ceil((last - first + 1) * 1.5) + 4;
      const low = empty ? index - 1 : index < this.first ? last + 1 - capacity : first;
      const counts = new Float64Array(capacity);
      if (!empty) {
        counts.set(
          this.#counts.subarray(this.first - this.#low, this.last + 1 - this.#low),
          this.first - low,
        );
      }
      this.#low = low;
      this.#counts = counts;
    }
    this.first = first;
    this.last = last;
  }
}

const none = new Float64Array(0);
