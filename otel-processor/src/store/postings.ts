import { mix32 } from '../base/index.ts';
import type { SeriesRegistry } from '../model/index.ts';

const EMPTY = 0;
/** Stands for "any value" in the key of a label name's own list. */
const NAME_LIST = 0xffff_ffff;
const CAPACITY_MIN = 2;
/** See `series-columns.ts` for why it is large. */
const LISTS_MIN = 65_536;

/**
 * Label pair to ascending series ids, and label name to its pairs. Nothing is an object per pair: keys sit in an
 * open-addressing table, lists in one arena of power-of-two runs. Symbols are the registry's, so a series is to
 * be removed here before it is removed there.
 */
export class Postings {
  readonly #registry: SeriesRegistry;
  /** Per list: its key, and where its words are. */
  #names: Uint32Array<ArrayBuffer>;
  #values: Uint32Array<ArrayBuffer>;
  #starts: Uint32Array<ArrayBuffer>;
  #lengths: Uint32Array<ArrayBuffer>;
  #capacities: Uint32Array<ArrayBuffer>;
  #listEnd = 0;
  readonly #freeLists: number[] = [];
  #listCount = 0;
  /** Open addressing; a slot holds list id + 1. */
  #slots = new Uint32Array(2048);
  #arena: Uint32Array<ArrayBuffer>;
  #arenaEnd = 0;
  #arenaDead = 0;
  /** Label names in use, by symbol. */
  readonly #nameLists = new Map<number, number>();

  /** `capacity`: label pairs to make room for at once. */
  constructor(registry: SeriesRegistry, capacity = LISTS_MIN) {
    this.#registry = registry;
    this.#names = new Uint32Array(capacity);
    this.#values = new Uint32Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#lengths = new Uint32Array(capacity);
    this.#capacities = new Uint32Array(capacity);
    this.#arena = new Uint32Array(4 * capacity);
  }

  /** Number of distinct label pairs. */
  get pairCount(): number {
    return this.#listCount - this.#nameLists.size;
  }

  add(seriesId: number): void {
    this.#registry.forEachSymbolPair(seriesId, (name, value) => {
      let list = this.#find(name, value);
      if (list < 0) {
        list = this.#create(name, value);
        let ofName = this.#nameLists.get(name);
        if (ofName === undefined) {
          ofName = this.#create(name, NAME_LIST);
          this.#nameLists.set(name, ofName);
        }
        // In no order: it cannot be there yet, and keeping thousands of them sorted would take its time.
        this.#append(ofName, list);
      }
      this.#insert(list, seriesId);
    });
  }

  /** Removes many series at once; each list they are in is rewritten once. */
  removeAll(seriesIds: readonly number[]): void {
    if (seriesIds.length === 0) return;
    const gone = new Uint8Array(this.#registry.idEnd);
    const touched = new Set<number>();
    for (const seriesId of seriesIds) {
      gone[seriesId] = 1;
      this.#registry.forEachSymbolPair(seriesId, (name, value) => {
        const list = this.#find(name, value);
        if (list >= 0) touched.add(list);
      });
    }
    const emptied = new Uint8Array(this.#listEnd);
    const names = new Set<number>();
    for (const list of touched) {
      this.#drop(list, gone);
      if (this.#lengths[list] > 0) continue;
      emptied[list] = 1;
      names.add(this.#names[list]);
    }
    for (const name of names) {
      const ofName = this.#nameLists.get(name)!;
      this.#drop(ofName, emptied);
      if (this.#lengths[ofName] > 0) continue;
      this.#nameLists.delete(name);
      this.#release(ofName);
    }
    for (const list of touched) if (emptied[list] === 1) this.#release(list);
    if (this.#arenaDead > 4096 && this.#arenaDead > this.#arenaEnd / 2) this.#compact(0);
  }

  /** Ascending ids of series with this label; a view, valid until the next change. */
  series(name: string, value: string): Uint32Array {
    const { symbols } = this.#registry;
    const nameSymbol = symbols.find(name);
    const valueSymbol = symbols.find(value);
    if (nameSymbol === undefined || valueSymbol === undefined) return none;
    const list = this.#find(nameSymbol, valueSymbol);
    return list < 0 ? none : this.#view(list);
  }

  names(): string[] {
    return [...this.#nameLists.keys()].map((symbol) => this.#registry.symbols.text(symbol));
  }

  /** Calls `visit(value, seriesIds)` for each value of the label. The view is valid during the call. */
  forEachValue(name: string, visit: (value: string, seriesIds: Uint32Array) => void): void {
    const symbol = this.#registry.symbols.find(name);
    const ofName = symbol === undefined ? undefined : this.#nameLists.get(symbol);
    if (ofName === undefined) return;
    for (const list of this.#view(ofName)) {
      visit(this.#registry.symbols.text(this.#values[list]), this.#view(list));
    }
  }

  /** Number of distinct values of the label. */
  valueCount(name: string): number {
    const symbol = this.#registry.symbols.find(name);
    const ofName = symbol === undefined ? undefined : this.#nameLists.get(symbol);
    return ofName === undefined ? 0 : this.#lengths[ofName];
  }

  #view(list: number): Uint32Array {
    return this.#arena.subarray(this.#starts[list], this.#starts[list] + this.#lengths[list]);
  }

  #find(name: number, value: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashPair(name, value) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#slots[slot];
      if (held === EMPTY) return -1;
      if (this.#names[held - 1] === name && this.#values[held - 1] === value) return held - 1;
    }
  }

  #create(name: number, value: number): number {
    const list = this.#freeLists.pop() ?? this.#listEnd++;
    if (list >= this.#names.length) this.#growLists();
    this.#names[list] = name;
    this.#values[list] = value;
    this.#lengths[list] = 0;
    this.#capacities[list] = 0;
    this.#listCount += 1;
    if (this.#listCount * 3 > this.#slots.length * 2) {
      // The new list is in the columns already, so the rehash places it.
      this.#rehash(this.#slots.length * 2);
      return list;
    }
    this.#place(list);
    return list;
  }

  #place(list: number): void {
    const mask = this.#slots.length - 1;
    let slot = hashPair(this.#names[list], this.#values[list]) & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = list + 1;
  }

  #release(list: number): void {
    this.#vacate(list);
    this.#arenaDead += this.#capacities[list];
    this.#capacities[list] = 0;
    this.#lengths[list] = 0;
    this.#names[list] = NAME_LIST;
    this.#freeLists.push(list);
    this.#listCount -= 1;
  }

  /** Empties the list's slot and closes the gap that searches would end at (Knuth, TAOCP 3, 6.4, algorithm R). */
  #vacate(list: number): void {
    const mask = this.#slots.length - 1;
    let gap = hashPair(this.#names[list], this.#values[list]) & mask;
    while (this.#slots[gap] !== list + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; this.#slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const held = this.#slots[slot] - 1;
      const home = hashPair(this.#names[held], this.#values[held]) & mask;
      // It may move to the gap unless its search begins behind it.
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      this.#slots[gap] = this.#slots[slot];
      gap = slot;
    }
    this.#slots[gap] = EMPTY;
  }

  #rehash(capacity: number): void {
    this.#slots = new Uint32Array(capacity);
    for (let list = 0; list < this.#listEnd; list++) {
      if (this.#names[list] !== NAME_LIST) this.#place(list);
    }
  }

  #append(list: number, id: number): void {
    const length = this.#lengths[list];
    if (length === this.#capacities[list]) this.#enlarge(list);
    this.#arena[this.#starts[list] + length] = id;
    this.#lengths[list] = length + 1;
  }

  #insert(list: number, id: number): void {
    const length = this.#lengths[list];
    if (length === this.#capacities[list]) this.#enlarge(list);
    const start = this.#starts[list];
    const arena = this.#arena;
    let at = start + length;
    if (length > 0 && arena[at - 1] >= id) {
      let low = start;
      let high = at;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (arena[middle] < id) low = middle + 1;
        else high = middle;
      }
      if (arena[low] === id) return;
      arena.copyWithin(low + 1, low, at);
      at = low;
    }
    arena[at] = id;
    this.#lengths[list] = length + 1;
  }

  /** Takes the ids that are marked out of the list. */
  #drop(list: number, marked: Uint8Array): void {
    const start = this.#starts[list];
    const end = start + this.#lengths[list];
    const arena = this.#arena;
    let kept = start;
    for (let i = start; i < end; i++) {
      const id = arena[i];
      if (marked[id] === 0) arena[kept++] = id;
    }
    this.#lengths[list] = kept - start;
  }

  #enlarge(list: number): void {
    const before = this.#capacities[list];
    // Most pairs of a high-cardinality label belong to one series for ever: they pay for one word.
    const capacity = before === 0 ? 1 : Math.max(CAPACITY_MIN, before * 2);
    // Growing copies everything anyway: that is the moment to leave behind what lists have moved out of.
    if (this.#arenaEnd + capacity > this.#arena.length) this.#compact(capacity);
    this.#arena.copyWithin(this.#arenaEnd, this.#starts[list], this.#starts[list] + this.#lengths[list]);
    this.#starts[list] = this.#arenaEnd;
    this.#capacities[list] = capacity;
    this.#arenaEnd += capacity;
    this.#arenaDead += before;
  }

  #compact(room: number): void {
    const arena = new Uint32Array(Math.max(8192, (this.#arenaEnd - this.#arenaDead + room) * 2));
    let end = 0;
    for (let list = 0; list < this.#listEnd; list++) {
      if (this.#capacities[list] === 0) continue;
      arena.set(this.#view(list), end);
      this.#starts[list] = end;
      end += this.#capacities[list];
    }
    this.#arena = arena;
    this.#arenaEnd = end;
    this.#arenaDead = 0;
  }

  #growLists(): void {
    const capacity = this.#names.length * 2;
    const copy = (from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(capacity);
      to.set(from);
      return to;
    };
    this.#names = copy(this.#names);
    this.#values = copy(this.#values);
    this.#starts = copy(this.#starts);
    this.#lengths = copy(this.#lengths);
    this.#capacities = copy(this.#capacities);
  }
}

const none = new Uint32Array(0);

function hashPair(name: number, value: number): number {
  return mix32(Math.imul(name, 0x9e37_79b1) ^ value);
}
