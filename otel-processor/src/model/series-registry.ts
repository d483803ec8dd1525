import { assert, mix32 } from '../base/index.ts';
import { LabelSet } from './label-set.ts';
import { SymbolTable } from './symbol-table.ts';

const EMPTY = 0;

/**
 * Label set to dense series id (uint32). Label sets are kept as pairs of symbol ids in one arena, so a
 * series costs eight bytes a label and its strings are shared. Ids of removed series are used again;
 * `generation` changes with every removal, so that caches of ids outside know when to forget.
 */
export class SeriesRegistry {
  readonly symbols = new SymbolTable();
  #generation = 0;
  #count = 0;
  #idEnd = 0;
  readonly #freeIds: number[] = [];
  /** Per series id: where its pairs start in the arena, and how many labels it has (0: no such series). */
  #starts = new Uint32Array(1024);
  #sizes = new Uint16Array(1024);
  #hashes = new Uint32Array(1024);
  #arena = new Uint32Array(16 * 1024);
  #arenaEnd = 0;
  #arenaDead = 0;
  /** Open addressing; a slot holds series id + 1. */
  #slots = new Uint32Array(2048);
  #scratch = new Uint32Array(64);
  #created: number[] = [];

  /** Number of live series. */
  get size(): number {
    return this.#count;
  }

  /** Every live series id is below this. */
  get idEnd(): number {
    return this.#idEnd;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Ids created since the last call, in order of creation. The store logs and indexes them. */
  takeCreated(): readonly number[] {
    if (this.#created.length === 0) return none;
    const created = this.#created;
    this.#created = [];
    return created;
  }

  isLive(seriesId: number): boolean {
    return seriesId < this.#idEnd && this.#sizes[seriesId] !== 0;
  }

  find(labels: LabelSet): number | undefined {
    const { pairs } = labels;
    const words = this.#room(pairs.length);
    for (let i = 0; i < pairs.length; i++) {
      const symbol = this.symbols.find(pairs[i]);
      if (symbol === undefined) return undefined;
      words[i] = symbol;
    }
    const slot = this.#probe(hashWords(words, pairs.length), words, pairs.length);
    return this.#slots[slot] === EMPTY ? undefined : this.#slots[slot] - 1;
  }

  /** The id of `labels`, made if it is new. An empty label set has no id. */
  getOrCreate(labels: LabelSet): number {
    const known = this.find(labels);
    if (known !== undefined) return known;
    const { pairs } = labels;
    assert(pairs.length > 0 && pairs.length / 2 <= 0xffff, 'a series has 1 to 65535 labels');
    const seriesId = this.#freeIds.pop() ?? this.#idEnd;
    this.#insert(seriesId, pairs);
    this.#created.push(seriesId);
    return seriesId;
  }

  /** For recovery: puts `labels` at exactly `seriesId`, which must be free. Not reported by `takeCreated`. */
  restore(seriesId: number, labels: LabelSet): void {
    assert(!this.isLive(seriesId), 'series id is taken');
    for (let id = this.#idEnd; id < seriesId; id++) this.#freeIds.push(id);
    // Ids are given out again from the end of the list, so that is where replay finds them.
    const at = seriesId < this.#idEnd ? this.#freeIds.lastIndexOf(seriesId) : -1;
    if (at >= 0) this.#freeIds.splice(at, 1);
    this.#insert(seriesId, labels.pairs);
  }

  labels(seriesId: number): LabelSet {
    assert(this.isLive(seriesId), 'no such series');
    const start = this.#starts[seriesId];
    const length = this.#sizes[seriesId] * 2;
    const pairs = new Array<string>(length);
    for (let i = 0; i < length; i++) pairs[i] = this.symbols.text(this.#arena[start + i]);
    return LabelSet.fromSortedPairs(pairs);
  }

  /** Calls `visit(nameSymbol, valueSymbol)` for each label, in order of names. */
  forEachSymbolPair(seriesId: number, visit: (nameSymbol: number, valueSymbol: number) => void): void {
    const start = this.#starts[seriesId];
    const end = start + this.#sizes[seriesId] * 2;
    for (let i = start; i < end; i += 2) visit(this.#arena[i], this.#arena[i + 1]);
  }

  /** Forgets these series; their ids and symbols may be used again. */
  remove(seriesIds: Iterable<number>): void {
    let removed = 0;
    for (const seriesId of seriesIds) {
      assert(this.isLive(seriesId), 'no such series');
      const start = this.#starts[seriesId];
      const length = this.#sizes[seriesId] * 2;
      const words = this.#room(length);
      for (let i = 0; i < length; i++) words[i] = this.#arena[start + i];
      const slot = this.#probe(this.#hashes[seriesId], words, length);
      assert(this.#slots[slot] === seriesId + 1, 'registry slot');
      this.#vacate(slot);
      for (let i = 0; i < length; i++) this.symbols.release(words[i]);
      this.#sizes[seriesId] = 0;
      this.#arenaDead += length;
      this.#freeIds.push(seriesId);
      removed += 1;
    }
    if (removed === 0) return;
    this.#count -= removed;
    this.#generation += 1;
    if (this.#arenaDead > this.#arenaEnd / 2) this.#compactArena();
  }

  #insert(seriesId: number, pairs: readonly string[]): void {
    if (seriesId >= this.#starts.length) this.#growSeries(seriesId + 1);
    if (this.#arenaEnd + pairs.length > this.#arena.length) {
      const grown = new Uint32Array(Math.max(this.#arenaEnd + pairs.length, this.#arena.length * 1.5));
      grown.set(this.#arena.subarray(0, this.#arenaEnd));
      this.#arena = grown;
    }
    const words = this.#room(pairs.length);
    for (let i = 0; i < pairs.length; i++) words[i] = this.symbols.acquire(pairs[i]);
    const hash = hashWords(words, pairs.length);
    this.#arena.set(words.subarray(0, pairs.length), this.#arenaEnd);
    this.#starts[seriesId] = this.#arenaEnd;
    this.#sizes[seriesId] = pairs.length / 2;
    this.#hashes[seriesId] = hash;
    this.#arenaEnd += pairs.length;
    this.#slots[this.#probe(hash, words, pairs.length)] = seriesId + 1;
    this.#idEnd = Math.max(this.#idEnd, seriesId + 1);
    this.#count += 1;
    if (this.#count * 3 > this.#slots.length * 2) this.#rehash(this.#slots.length * 2);
  }

  /** The slot that holds these words, or the empty one where they belong. */
  #probe(hash: number, words: Uint32Array, length: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = this.#slots[slot];
      if (held === EMPTY) return slot;
      if (this.#hashes[held - 1] !== hash) continue;
      const seriesId = held - 1;
      if (this.#sizes[seriesId] * 2 !== length) continue;
      const start = this.#starts[seriesId];
      let i = 0;
      while (i < length && this.#arena[start + i] === words[i]) i++;
      if (i === length) return slot;
    }
  }

  /** Empties a slot and closes the gap that searches would end at (Knuth, TAOCP 3, 6.4, algorithm R). */
  #vacate(gapSlot: number): void {
    const mask = this.#slots.length - 1;
    let gap = gapSlot;
    for (let slot = (gap + 1) & mask; this.#slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const home = this.#hashes[this.#slots[slot] - 1] & mask;
      // It may move to the gap unless its search begins behind it.
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      this.#slots[gap] = this.#slots[slot];
      gap = slot;
    }
    this.#slots[gap] = EMPTY;
  }

  #rehash(capacity: number): void {
    this.#slots = new Uint32Array(capacity);
    const mask = capacity - 1;
    for (let seriesId = 0; seriesId < this.#idEnd; seriesId++) {
      if (this.#sizes[seriesId] === 0) continue;
      let slot = this.#hashes[seriesId] & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = seriesId + 1;
    }
  }

  #growSeries(atLeast: number): void {
    const capacity = Math.max(atLeast, Math.ceil(this.#starts.length * 1.5));
    const starts = new Uint32Array(capacity);
    starts.set(this.#starts);
    this.#starts = starts;
    const sizes = new Uint16Array(capacity);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
    const hashes = new Uint32Array(capacity);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #compactArena(): void {
    const arena = new Uint32Array(Math.max(16 * 1024, Math.ceil((this.#arenaEnd - this.#arenaDead) * 1.25)));
    let end = 0;
    for (let seriesId = 0; seriesId < this.#idEnd; seriesId++) {
      const length = this.#sizes[seriesId] * 2;
      if (length === 0) continue;
      arena.set(this.#arena.subarray(this.#starts[seriesId], this.#starts[seriesId] + length), end);
      this.#starts[seriesId] = end;
      end += length;
    }
    this.#arena = arena;
    this.#arenaEnd = end;
    this.#arenaDead = 0;
  }

  #room(length: number): Uint32Array {
    if (this.#scratch.length < length) this.#scratch = new Uint32Array(length * 2);
    return this.#scratch;
  }
}

const none: readonly number[] = [];

function hashWords(words: Uint32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = mix32(Math.imul(hash, 31) ^ words[i]);
  return hash >>> 0;
}
