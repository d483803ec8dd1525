import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { EventBatch } from '../model/index.ts';
import { STEP_SIZE, type Steps } from './steps.ts';

/** Remembers at least the last `idsMax` texts, and at most twice as many, in two generations. */
export class SeenIds {
  readonly #idsMax: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(idsMax: number) {
    this.#idsMax = idsMax;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** False when the text was there already. */
  add(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    this.#young.add(id);
    if (this.#young.size >= this.#idsMax) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return true;
  }

  /** Takes the name of each event whose key was seen before: by names views go. Returns how many those are. */
  dropRepeated({ ids, names }: EventBatch): number {
    let dropped = 0;
    ids?.forEach((id, row) => {
      if (id === undefined || this.add(id)) return;
      names[row] = '';
      dropped += 1;
    });
    return dropped;
  }

  *encode(writer: ByteWriter): Steps {
    for (const generation of [this.#old, this.#young]) {
      writer.uvarint(generation.size);
      let left = STEP_SIZE;
      for (const id of generation) {
        writer.string(id);
        if (left-- > 0) continue;
        left = STEP_SIZE;
        yield;
      }
    }
  }

  decode(reader: ByteReader): void {
    const read = (): Set<string> => {
      const ids = new Set<string>();
      for (let left = reader.uvarint(); left > 0; left--) ids.add(reader.string());
      return ids;
    };
    this.#old = read();
    this.#young = read();
  }
}
