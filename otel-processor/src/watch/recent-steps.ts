import type { ByteReader, ByteWriter } from '../base/index.ts';

/** Steps remembered of each signal, for explanations and for what moved with what. */
export const RECENT_STEPS = 30;

/** The last steps of one signal: values and what was expected, NaN where there was none. Steps are numbered. */
export class RecentSteps {
  readonly #values = new Float32Array(RECENT_STEPS).fill(Number.NaN);
  readonly #expected = new Float32Array(RECENT_STEPS).fill(Number.NaN);
  #last = -1;

  add(step: number, value: number, expected: number): void {
    if (this.#last >= 0 && step > this.#last + 1) {
      const from = Math.max(this.#last + 1, step - RECENT_STEPS);
      for (let skipped = from; skipped < step; skipped++) this.#set(skipped, Number.NaN, Number.NaN);
    }
    this.#set(step, value, expected);
    this.#last = step;
  }

  value(step: number): number {
    return step > this.#last || step <= this.#last - RECENT_STEPS
      ? Number.NaN
      : this.#values[step % RECENT_STEPS];
  }

  expected(step: number): number {
    return step > this.#last || step <= this.#last - RECENT_STEPS
      ? Number.NaN
      : this.#expected[step % RECENT_STEPS];
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.#last);
    for (const column of [this.#values, this.#expected])
      writer.raw(new Uint8Array(column.buffer, 0, column.byteLength));
  }

  static decode(reader: ByteReader): RecentSteps {
    const recent = new RecentSteps();
    recent.#last = reader.float64();
    for (const column of [recent.#values, recent.#expected])
      new Uint8Array(column.buffer).set(reader.raw(column.byteLength));
    return recent;
  }

  #set(step: number, value: number, expected: number): void {
    this.#values[step % RECENT_STEPS] = value;
    this.#expected[step % RECENT_STEPS] = expected;
  }
}
