import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { WindowShape } from './window-shape.ts';

interface SliceChanges {
  /** Keys with observations that came before the watermark passed the slice. */
  readonly keys: Set<number>;
  /** Keys with late ones, and where the watermark was at the last of them. */
  readonly lateKeys: Map<number, number>;
}

/** Which keys changed in which slices since results were last sent: what early results and corrections are about. */
export class Changes {
  readonly #shape: WindowShape;
  readonly #slices = new Map<number, SliceChanges>();
  /** By row of the pool: the epoch in which its key was last noted. */
  #noted = new Uint32Array(1024);
  #epoch = 1;

  constructor(shape: WindowShape) {
    this.#shape = shape;
  }

  get isEmpty(): boolean {
    return this.#slices.size === 0;
  }

  get sizeBytes(): number {
    return this.#noted.byteLength;
  }

  /** Start of the earliest slice with changes. */
  get earliestMs(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const index of this.#slices.keys()) earliest = Math.min(earliest, index);
    return earliest * this.#shape.sliceMs;
  }

  /** Whether a change in time of this row's key is known. A late one must always be noted. */
  isNoted(row: number): boolean {
    return row < this.#noted.length && this.#noted[row] === this.#epoch;
  }

  /** `lateAtMs`: the watermark when a late observation came; undefined for one in time. */
  note(index: number, keyId: number, row: number, lateAtMs: number | undefined): void {
    if (row >= this.#noted.length) {
      const grown = new Uint32Array(Math.max(row + 1, this.#noted.length * 2));
      grown.set(this.#noted);
      this.#noted = grown;
    }
    this.#noted[row] = this.#epoch;
    const changes = this.#changesOf(index);
    if (lateAtMs === undefined) changes.keys.add(keyId);
    else changes.lateKeys.set(keyId, lateAtMs);
  }

  /** Keys that changed in the window [startMs, endMs); of a closed one those that came after it was sent. */
  keysIn(startMs: number, endMs: number, closed: boolean): ReadonlySet<number> {
    const changed = new Set<number>();
    for (const [index, { keys, lateKeys }] of this.#slices) {
      const fromMs = index * this.#shape.sliceMs;
      if (fromMs < startMs || fromMs >= endMs) continue;
      if (!closed) for (const keyId of keys) changed.add(keyId);
      // A window that was open when the event came has it in its result already.
      for (const [keyId, atMs] of lateKeys) if (!closed || endMs <= atMs) changed.add(keyId);
    }
    return changed;
  }

  /** Results were sent. */
  clear(): void {
    this.#slices.clear();
    this.#epoch += 1;
  }

  /** Rows were given back: the same numbers may now be other keys'. */
  forgetRows(): void {
    this.#epoch += 1;
  }

  /** Slices below `indexEnd` are gone. */
  drop(indexEnd: number): void {
    for (const index of this.#slices.keys()) if (index < indexEnd) this.#slices.delete(index);
  }

  /** Only late ones: an early result may wait for the next change. */
  encode(writer: ByteWriter): void {
    const corrections = [...this.#slices].filter(([, { lateKeys }]) => lateKeys.size > 0);
    writer.uvarint(corrections.length);
    for (const [index, { lateKeys }] of corrections.sort((a, b) => a[0] - b[0])) {
      writer.varint(index);
      writer.uvarint(lateKeys.size);
      for (const [keyId, watermarkMs] of [...lateKeys].sort((a, b) => a[0] - b[0])) {
        writer.uvarint(keyId);
        writer.float64(watermarkMs);
      }
    }
  }

  decode(reader: ByteReader): void {
    for (let left = reader.uvarint(); left > 0; left--) {
      const { lateKeys } = this.#changesOf(reader.varint());
      for (let n = reader.uvarint(); n > 0; n--) lateKeys.set(reader.uvarint(), reader.float64());
    }
  }

  #changesOf(index: number): SliceChanges {
    let changes = this.#slices.get(index);
    if (changes === undefined) {
      changes = { keys: new Set(), lateKeys: new Map() };
      this.#slices.set(index, changes);
    }
    return changes;
  }
}
