import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { ForecastInput } from '../forecast/index.ts';

/** Blocks remembered: two weeks of ten minutes. */
const BLOCKS_MAX = 2016;

/** Means of a signal over equal blocks of time, the latest two weeks or so: what its forecasts are made from. */
export class ForecastHistory {
  readonly #blockMs: number;
  readonly #means = new Float32Array(BLOCKS_MAX).fill(Number.NaN);
  /** Number of the block that is open. */
  #block = -1;
  #firstBlock = -1;
  #sum = 0;
  #count = 0;

  constructor(blockMs: number) {
    this.#blockMs = blockMs;
  }

  /** A value of the step that ends at `timeMs`. True when a block ends there. */
  add(timeMs: number, value: number): boolean {
    const block = Math.ceil(timeMs / this.#blockMs);
    if (block !== this.#block) this.#close(block);
    if (!Number.isNaN(value)) {
      this.#sum += value;
      this.#count += 1;
    }
    return timeMs === block * this.#blockMs;
  }

  /** The blocks so far, the newest with what it has. */
  input(): ForecastInput {
    const first = Math.max(this.#firstBlock, this.#block - BLOCKS_MAX + 1);
    const values = new Float64Array(this.#block - first + 1);
    for (let block = first; block < this.#block; block++)
      values[block - first] = this.#means[block % BLOCKS_MAX];
    values[values.length - 1] = this.#count === 0 ? Number.NaN : this.#sum / this.#count;
    return { values, startMs: (first - 1) * this.#blockMs, stepMs: this.#blockMs };
  }

  encode(writer: ByteWriter): void {
    for (const number of [this.#block, this.#firstBlock, this.#sum, this.#count]) writer.float64(number);
    writer.raw(new Uint8Array(this.#means.buffer, 0, this.#means.byteLength));
  }

  decode(reader: ByteReader): void {
    this.#block = reader.float64();
    this.#firstBlock = reader.float64();
    this.#sum = reader.float64();
    this.#count = reader.float64();
    new Uint8Array(this.#means.buffer).set(reader.raw(this.#means.byteLength));
  }

  #close(next: number): void {
    if (this.#block < 0) this.#firstBlock = next;
    else {
      this.#means[this.#block % BLOCKS_MAX] = this.#count === 0 ? Number.NaN : this.#sum / this.#count;
      const from = Math.max(this.#block + 1, next - BLOCKS_MAX);
      for (let skipped = from; skipped < next; skipped++) this.#means[skipped % BLOCKS_MAX] = Number.NaN;
    }
    this.#block = next;
    this.#sum = 0;
    this.#count = 0;
  }
}
