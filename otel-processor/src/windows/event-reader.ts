import { NO_ROW, type Observations } from '../math/index.ts';
import type { AttributeValue, EventBatch } from '../model/index.ts';
import type { Aggregate } from './aggregates.ts';
import type { KeyTable } from './key-table.ts';

/** A text with `*` for any text, as a test. */
export function nameTest(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const parts = pattern.split('*');
  return (name) => {
    const last = parts[parts.length - 1];
    if (!name.startsWith(parts[0]) || !name.endsWith(last)) return false;
    let at = parts[0].length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  };
}

/** Distinct event names whose verdict is remembered. */
const NAMES_MAX = 10_000;

/** Which of the patterns an event's name is first like; -1 for none, and for an event without a name. Remembered by name. */
export function nameIndex(patterns: readonly string[]): (name: string) => number {
  const tests = patterns.map(nameTest);
  const memo = new Map<string, number>();
  // Names come in runs.
  let last = '';
  let lastIndex = -1;
  return (name) => {
    if (name === last) return lastIndex;
    let index = memo.get(name);
    if (index === undefined) {
      index = name === '' ? -1 : tests.findIndex((test) => test(name));
      if (memo.size >= NAMES_MAX) memo.clear();
      memo.set(name, index);
    }
    last = name;
    lastIndex = index;
    return index;
  };
}

type Column = ReadonlyArray<AttributeValue | undefined>;
const noColumn: Column = [];

/** Longest text of an attribute that becomes part of a key or an item; the rest is cut off. */
const TEXT_MAX = 1024;

export function textOf(value: AttributeValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : String(value);
  return text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text;
}

/** Turns the events of a batch that are a view's into key ids and the columns that its aggregates read. */
export class EventReader {
  keyIds = new Uint32Array(256);
  /** Index of the pattern that the name is like, by row. */
  patterns = new Int16Array(256);
  observations: readonly Observations[] = [];
  readonly #keys: KeyTable;
  readonly #indexOf: (name: string) => number;
  readonly #where: ReadonlyArray<readonly [string, string]>;
  readonly #aggregates: readonly Aggregate[];
  readonly #values: string[];

  constructor(
    from: readonly string[],
    where: Readonly<Record<string, string>>,
    keys: KeyTable,
    aggregates: readonly Aggregate[],
  ) {
    this.#indexOf = nameIndex(from);
    this.#where = Object.entries(where);
    this.#keys = keys;
    this.#aggregates = aggregates;
    this.#values = keys.names.map(() => '');
  }

  /** Returns how many events are the view's. */
  read(batch: EventBatch): number {
    const { count } = batch;
    if (this.keyIds.length < count) {
      this.keyIds = new Uint32Array(count * 2);
      this.patterns = new Int16Array(count * 2);
    }
    const by = this.#keys.names.map((name) => batch.columns.get(name) ?? noColumn);
    const where = this.#where.map(([name, value]) => [batch.columns.get(name) ?? noColumn, value] as const);
    let matched = 0;
    for (let row = 0; row < count; row++) {
      const pattern = this.#indexOf(batch.names[row]);
      if (pattern < 0 || !meets(where, row)) {
        this.keyIds[row] = NO_ROW;
        continue;
      }
      matched += 1;
      this.patterns[row] = pattern;
      if (by.length === 1) {
        this.keyIds[row] = this.#keys.internOne(textOf(by[0][row]) ?? '');
        continue;
      }
      for (let i = 0; i < by.length; i++) this.#values[i] = textOf(by[i][row]) ?? '';
      this.keyIds[row] = this.#keys.intern(this.#values);
    }
    if (matched > 0) this.#readObservations(batch);
    return matched;
  }

  #readObservations(batch: EventBatch): void {
    const numbers = new Map<string, Float64Array>();
    const items = new Map<string, ReadonlyArray<string | undefined>>();
    this.observations = this.#aggregates.map(({ value, item }) => {
      if (value !== undefined && !numbers.has(value)) {
        numbers.set(value, numbersOf(batch.columns.get(value) ?? noColumn, batch.count));
      }
      if (item !== undefined && !items.has(item)) {
        items.set(item, (batch.columns.get(item) ?? noColumn).map(textOf));
      }
      return {
        count: batch.count,
        timestampsMs: batch.timestampsMs,
        values: value === undefined ? batch.timestampsMs : numbers.get(value)!,
        items: item === undefined ? none : items.get(item)!,
      };
    });
  }
}

const none: readonly undefined[] = [];

function meets(where: ReadonlyArray<readonly [Column, string]>, row: number): boolean {
  for (const [column, value] of where) if (textOf(column[row]) !== value) return false;
  return true;
}

/** Numbers as they are, true and false as 1 and 0, all else as missing. */
function numbersOf(column: Column, count: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const value = column[row];
    numbers[row] =
      typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN;
  }
  return numbers;
}
