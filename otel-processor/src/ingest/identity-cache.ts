import type { Telemetry } from '../base/index.ts';

/** What a slot holds. */
const EMPTY = 0;
const SERIES = 1;
const LIST = 2;
/** Words per slot: hash low, hash high, kind, value. One slot never straddles more than one cache line. */
const STRIDE = 4;
const INITIAL_SLOTS = 1024;

/** One generation of the cache: open addressing over a typed array, and an arena for lists of series ids. */
class Table {
  slots = new Int32Array(INITIAL_SLOTS * STRIDE);
  mask = INITIAL_SLOTS - 1;
  /** Slots in use. */
  count = 0;
  /** Lists, each its length followed by its series ids. */
  lists = new Uint32Array(1024);
  listsEnd = 0;

  /** Offset of the slot with this hash, or of the empty one where it belongs. */
  slot(lo: number, hi: number): number {
    const { slots, mask } = this;
    let index = lo & mask;
    for (;;) {
      const at = index * STRIDE;
      if (slots[at + 2] === EMPTY || (slots[at] === lo && slots[at + 1] === hi)) return at;
      index = (index + 1) & mask;
    }
  }

  put(lo: number, hi: number, kind: number, value: number): void {
    if ((this.count + 1) * 2 > this.mask + 1) this.#grow();
    const at = this.slot(lo, hi);
    if (this.slots[at + 2] === EMPTY) this.count += 1;
    this.slots[at] = lo;
    this.slots[at + 1] = hi;
    this.slots[at + 2] = kind;
    this.slots[at + 3] = value;
  }

  addList(seriesIds: ArrayLike<number>): number {
    const need = this.listsEnd + seriesIds.length + 1;
    if (need > this.lists.length) {
      const grown = new Uint32Array(Math.max(need, this.lists.length * 2));
      grown.set(this.lists.subarray(0, this.listsEnd));
      this.lists = grown;
    }
    const at = this.listsEnd;
    this.lists[at] = seriesIds.length;
    this.lists.set(seriesIds, at + 1);
    this.listsEnd = need;
    return at;
  }

  #grow(): void {
    const old = this.slots;
    const size = (this.mask + 1) * 2;
    this.slots = new Int32Array(size * STRIDE);
    this.mask = size - 1;
    for (let from = 0; from < old.length; from += STRIDE) {
      if (old[from + 2] === EMPTY) continue;
      const to = this.slot(old[from], old[from + 1]);
      for (let i = 0; i < STRIDE; i++) this.slots[to + i] = old[from + i];
    }
  }
}

/**
 * Identity hash to series id, or to the list of series ids that one histogram or summary spreads over.
 * Bounded: when `entriesMax` identities and list members are held, they become the old generation, the
 * former old generation is forgotten, and whatever is asked for again moves back. So what is in use stays,
 * at the price of holding up to twice the bound.
 */
export class IdentityCache {
  readonly #entriesMax: number;
  #young = new Table();
  #old: Table | undefined;
  /** How often a full generation was set aside. */
  turnovers = 0;

  constructor(entriesMax: number) {
    this.#entriesMax = Math.max(1, entriesMax);
  }

  /** Identities held. */
  get size(): number {
    return this.#young.count + (this.#old?.count ?? 0);
  }

  /** The series id under this hash, or -1. */
  series(lo: number, hi: number): number {
    const young = this.#young;
    const at = young.slot(lo, hi);
    if (young.slots[at + 2] === SERIES) return young.slots[at + 3] >>> 0;
    return this.#old === undefined ? -1 : this.#promoteSeries(lo, hi);
  }

  /** The series ids under this hash: a view that is valid until the next call, or undefined. */
  list(lo: number, hi: number): Uint32Array | undefined {
    let table = this.#young;
    let at = table.slot(lo, hi);
    if (table.slots[at + 2] !== LIST) {
      if (this.#old === undefined || !this.#promoteList(lo, hi)) return undefined;
      table = this.#young;
      at = table.slot(lo, hi);
    }
    const start = table.slots[at + 3] + 1;
    return table.lists.subarray(start, start + table.lists[start - 1]);
  }

  putSeries(lo: number, hi: number, seriesId: number): void {
    this.#makeRoom();
    this.#young.put(lo, hi, SERIES, seriesId | 0);
  }

  putList(lo: number, hi: number, seriesIds: ArrayLike<number>): void {
    this.#makeRoom();
    this.#young.put(lo, hi, LIST, this.#young.addList(seriesIds));
  }

  clear(): void {
    this.#young = new Table();
    this.#old = undefined;
  }

  #makeRoom(): void {
    if (this.#young.count + this.#young.listsEnd < this.#entriesMax) return;
    this.#old = this.#young;
    this.#young = new Table();
    this.turnovers += 1;
  }

  #promoteSeries(lo: number, hi: number): number {
    const old = this.#old!;
    const at = old.slot(lo, hi);
    if (old.slots[at + 2] !== SERIES) return -1;
    const seriesId = old.slots[at + 3] >>> 0;
    this.putSeries(lo, hi, seriesId);
    return seriesId;
  }

  #promoteList(lo: number, hi: number): boolean {
    const old = this.#old!;
    const at = old.slot(lo, hi);
    if (old.slots[at + 2] !== LIST) return false;
    const start = old.slots[at + 3] + 1;
    this.putList(lo, hi, old.lists.subarray(start, start + old.lists[start - 1]));
    return true;
  }
}

/** Counters and gauges of the cache of one decoder. */
export function observeCache(cache: IdentityCache, decoder: string, telemetry: Telemetry): void {
  telemetry.observed(
    'statbar_ingest_identity_cache_series',
    'Identities that a decoder recognises by the hash of their bytes.',
    'gauge',
    () => cache.size,
    { decoder },
  );
  telemetry.observed(
    'statbar_ingest_identity_cache_turnovers_total',
    'How often the identity cache was full (ingest.identity_cache_entries_max) and forgot what was not in use.',
    'counter',
    () => cache.turnovers,
    { decoder },
  );
}
