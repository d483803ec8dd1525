import { type Accumulations, NO_ROW } from '../math/index.ts';
import { inSteps, type Steps } from './steps.ts';

/** Accumulations of all aggregates of a view under one row number, which `AnyAccumulations` leaves open. */
export type AnyAccumulations = Accumulations<unknown>;

/** Below it memory is not worth the work of giving it back. */
const SPARSE_ROWS_MIN = 1024;

/** Hands out rows of a view's accumulations, one set of columns per aggregate, and takes them back. */
export class RowPool {
  columns: readonly AnyAccumulations[];
  #free: number[] = [];
  #end = 0;
  #reserved = 0;

  constructor(columns: readonly AnyAccumulations[]) {
    this.columns = columns;
  }

  /** Whether most of the memory is for rows that are not in use. */
  get isSparse(): boolean {
    return this.#end > SPARSE_ROWS_MIN && this.used < this.#end / 4;
  }

  /** Starts over with fresh columns; rows handed out before are gone. Returns the columns they were in. */
  restart(): readonly AnyAccumulations[] {
    const former = this.columns;
    this.columns = former.map((column) => column.create());
    this.#free = [];
    this.#end = 0;
    this.#reserved = 0;
    return former;
  }

  /** Number of rows in use. */
  get used(): number {
    return this.#end - this.#free.length;
  }

  /** Every row number handed out is below this. */
  get end(): number {
    return this.#end;
  }

  /** An empty row. Call `settle` before anything is added to it. */
  take(): number {
    return this.#free.pop() ?? this.#end++;
  }

  /** Makes all rows handed out addressable. */
  settle(): void {
    if (this.#reserved >= this.#end) return;
    this.#reserved = this.#end;
    for (const column of this.columns) column.reserve(this.#end);
  }

  give(row: number): void {
    for (const column of this.columns) column.clear(row);
    this.#free.push(row);
  }

  /** Column by column, which is faster for many. */
  giveAll(rows: Uint32Array, count: number): void {
    for (const column of this.columns) column.clearAll(rows, count);
    for (let i = count - 1; i >= 0; i--) this.#free.push(rows[i]);
  }

  /** The same in steps. */
  *giveInSteps(rows: Uint32Array, count: number): Steps {
    for (const column of this.columns) {
      yield* inSteps(count, (at, end) => column.clearAll(rows.subarray(at, end), end - at));
    }
    for (let i = count - 1; i >= 0; i--) this.#free.push(rows[i]);
  }

  get sizeBytes(): number {
    let sum = 0;
    for (const column of this.columns) sum += column.sizeBytes;
    return sum;
  }
}

/**
 * Where results come together: rows are made for keys as they turn up, restricted to some keys where asked. Used
 * again for every window, so that emitting makes no garbage.
 */
export class ResultTable {
  readonly columns: readonly AnyAccumulations[];
  /** Key id of each row. */
  keyIds = new Uint32Array(64);
  count = 0;
  /** Row by key id, `NO_ROW` for the others. */
  rowOf = new Uint32Array(64).fill(NO_ROW);
  #only: ReadonlySet<number> | undefined;
  #reserved = 0;

  constructor(columns: readonly AnyAccumulations[]) {
    this.columns = columns;
  }

  /** Empties the table. With `only`, other keys are passed over from now on. */
  reset(keyIdEnd: number, only?: ReadonlySet<number>): void {
    for (let row = 0; row < this.count; row++) this.rowOf[this.keyIds[row]] = NO_ROW;
    for (const column of this.columns) column.clearFirst(this.count);
    this.count = 0;
    this.#only = only;
    if (this.rowOf.length < keyIdEnd) {
      const grown = new Uint32Array(keyIdEnd * 2).fill(NO_ROW);
      grown.set(this.rowOf);
      this.rowOf = grown;
    }
  }

  /** Empties the table in steps, so that what comes next finds nothing to empty. */
  *emptyInSteps(): Steps {
    const rows = Uint32Array.from({ length: this.count }, (_, row) => row);
    for (const column of this.columns) {
      yield* inSteps(this.count, (at, end) => column.clearAll(rows.subarray(at, end), end - at));
    }
    for (let row = 0; row < this.count; row++) this.rowOf[this.keyIds[row]] = NO_ROW;
    this.count = 0;
  }

  /** Rows of `keyIds` (made where missing) into `rows`; `NO_ROW` for keys that are not asked for. */
  locate(keyIds: Uint32Array, count: number, rows: Uint32Array): void {
    for (let i = 0; i < count; i++) {
      const keyId = keyIds[i];
      let row = this.rowOf[keyId];
      if (row === NO_ROW && (this.#only === undefined || this.#only.has(keyId))) row = this.#make(keyId);
      rows[i] = row;
    }
    if (this.count > this.#reserved) {
      this.#reserved = this.count;
      for (const column of this.columns) column.reserve(this.count);
    }
  }

  #make(keyId: number): number {
    if (this.count === this.keyIds.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.keyIds);
      this.keyIds = grown;
    }
    this.keyIds[this.count] = keyId;
    this.rowOf[keyId] = this.count;
    return this.count++;
  }
}
