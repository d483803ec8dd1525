import type { ByteReader, ByteWriter } from '../base/index.ts';
import { STEP_SIZE, type Steps } from './steps.ts';

/** Key of everything that came when the table was full. */
export const OVERFLOW_KEY = 0;
export const OVERFLOW_VALUE = '__overflow__';

type Branch = Map<string, Branch | number>;

/**
 * Label values to dense key ids, bounded. Keys are counted by use, one use per slice that holds them, and ids of
 * keys that nothing uses any more are given to others.
 */
export class KeyTable {
  readonly names: readonly string[];
  readonly #keysMax: number;
  #root: Branch = new Map();
  #values: Array<readonly string[] | undefined>;
  #uses = new Uint32Array(64);
  #free: number[] = [];
  #textBytes = 0;
  #count = 0;
  /** Changes whenever ids may have been given to other keys. */
  generation = 0;
  /** When set, no further keys are taken, whatever their number. */
  closed = false;

  constructor(names: readonly string[], keysMax: number) {
    this.names = names;
    this.#keysMax = keysMax;
    this.#values = [names.map(() => OVERFLOW_VALUE)];
  }

  /** Number of keys in use, the overflow key not counted. */
  get count(): number {
    return this.#count;
  }

  /** Every key id is below this. */
  get idEnd(): number {
    return this.#values.length;
  }

  get sizeBytes(): number {
    // Ids that are free cost their places in the columns only.
    return this.#textBytes * 2 + this.#count * (120 + 60 * this.names.length) + this.#values.length * 20;
  }

  valuesOf(keyId: number): readonly string[] {
    return this.#values[keyId] ?? [];
  }

  /** The key's id, or the overflow key when the table is full. `values` has one entry per name and is copied. */
  intern(values: readonly string[]): number {
    const last = values.length - 1;
    if (last < 0) return this.#leaf(this.#root, '', values);
    let branch = this.#root;
    for (let i = 0; i < last; i++) {
      let next = branch.get(values[i]) as Branch | undefined;
      if (next === undefined) {
        if (this.#full) return OVERFLOW_KEY;
        next = new Map();
        branch.set(values[i], next);
      }
      branch = next;
    }
    return this.#leaf(branch, values[last], values);
  }

  /** The same for a table of one name. */
  internOne(value: string): number {
    return (this.#root.get(value) as number | undefined) ?? this.intern([value]);
  }

  acquire(keyId: number): void {
    this.#uses[keyId] += 1;
  }

  /** Takes back one use. Call `sweep` when done. */
  release(keyId: number): void {
    this.#uses[keyId] -= 1;
  }

  /** Forgets keys without a use. */
  sweep(): void {
    for (let keyId = 1; keyId < this.#values.length; keyId++) {
      if (this.#values[keyId] !== undefined && this.#uses[keyId] === 0) this.#remove(keyId);
    }
  }

  *encode(writer: ByteWriter): Steps {
    writer.uvarint(this.#values.length);
    for (let keyId = 1; keyId < this.#values.length; keyId++) {
      const values = this.#values[keyId];
      writer.uint8(values === undefined ? 0 : 1);
      for (const value of values ?? []) writer.string(value);
      if (keyId % STEP_SIZE === 0) yield;
    }
  }

  /** Restores ids as they were; uses are counted anew by whoever uses them. */
  decode(reader: ByteReader): void {
    const end = reader.uvarint();
    this.generation += 1;
    this.#root = new Map();
    this.#values = [this.#values[0]];
    this.#free = [];
    this.#count = 0;
    this.#textBytes = 0;
    this.#uses = new Uint32Array(Math.max(64, end));
    const free: number[] = [];
    for (let keyId = 1; keyId < end; keyId++) {
      if (reader.uint8() === 1) {
        const values = this.names.map(() => reader.string());
        this.#add(values, keyId);
      } else {
        this.#values[keyId] = undefined;
        free.push(keyId);
      }
    }
    this.#free = free.reverse();
  }

  get #full(): boolean {
    return this.closed || this.#count >= this.#keysMax;
  }

  #leaf(branch: Branch, value: string, values: readonly string[]): number {
    const known = branch.get(value) as number | undefined;
    if (known !== undefined) return known;
    if (this.#full) return OVERFLOW_KEY;
    return this.#add([...values], this.#free.pop() ?? this.#values.length);
  }

  #add(values: readonly string[], keyId: number): number {
    let branch = this.#root;
    for (let i = 0; i < values.length - 1; i++) {
      let next = branch.get(values[i]) as Branch | undefined;
      if (next === undefined) {
        next = new Map();
        branch.set(values[i], next);
      }
      branch = next;
    }
    branch.set(values.at(-1) ?? '', keyId);
    this.#values[keyId] = values;
    if (keyId >= this.#uses.length) {
      const grown = new Uint32Array(this.#uses.length * 2);
      grown.set(this.#uses);
      this.#uses = grown;
    }
    this.#uses[keyId] = 0;
    this.#count += 1;
    for (const value of values) this.#textBytes += value.length;
    return keyId;
  }

  #remove(keyId: number): void {
    const values = this.#values[keyId]!;
    this.generation += 1;
    const path: Branch[] = [this.#root];
    for (let i = 0; i < values.length - 1; i++) path.push(path[i].get(values[i]) as Branch);
    path[path.length - 1].delete(values.at(-1) ?? '');
    for (let i = path.length - 1; i > 0 && path[i].size === 0; i--) path[i - 1].delete(values[i - 1]);
    this.#values[keyId] = undefined;
    this.#free.push(keyId);
    this.#count -= 1;
    for (const value of values) this.#textBytes -= value.length;
  }
}
