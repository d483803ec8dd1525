import type { Entry } from './entry.ts';
import type { LeaderboardOptions } from './options.ts';

export interface Ranked {
  readonly entry: Entry;
  /** From 1; rows of equal value share it and the next one counts them all (1, 1, 3). NaN: there is no value. */
  readonly rank: number;
  readonly isTied: boolean;
  /** Places gained since the compared period, lost when negative; NaN: there is nothing to compare with. */
  readonly rankChange: number;
  /** Has a value now and had none in the compared period. */
  readonly isNew: boolean;
  /** Distance to the value one place ahead; NaN for the first. */
  readonly gap: number;
  /** Value less that of the compared period; NaN when one is missing. */
  readonly difference: number;
  /** The difference as a part of the previous value; NaN when that is zero or missing. */
  readonly relative: number;
}

/** Gives every entry its place, by value: "standard competition ranking", with ties as ties. */
export function rank(
  entries: readonly Entry[],
  order: 'high' | 'low',
  isCompared: boolean,
): readonly Ranked[] {
  const now = places(
    entries.map(({ value }) => value),
    order,
  );
  const before = places(
    entries.map(({ previous }) => previous),
    order,
  );
  const order2 = Array.from(entries.keys()).sort((a, b) => compareRanks(now.ranks[a], now.ranks[b]) || a - b);
  const ahead = new Float64Array(entries.length).fill(Number.NaN);
  let last = Number.NaN;
  for (let i = 0; i < order2.length; i++) {
    const { value } = entries[order2[i]];
    // Those who are tied are all as far behind the one ahead of them.
    const isTie = i > 0 && value === entries[order2[i - 1]].value;
    ahead[order2[i]] = isTie ? ahead[order2[i - 1]] : last;
    last = value;
  }
  return entries.map((entry, i) => {
    const place = Number.isNaN(entry.rank) ? now.ranks[i] : entry.rank;
    const placeBefore = Number.isNaN(entry.previousRank) ? before.ranks[i] : entry.previousRank;
    const difference = entry.value - entry.previous;
    return {
      entry,
      rank: place,
      isTied: (now.counts.get(entry.value) ?? 0) > 1,
      rankChange: isCompared ? placeBefore - place : Number.NaN,
      isNew: isCompared && !Number.isNaN(place) && Number.isNaN(placeBefore),
      gap: Math.abs(ahead[i] - entry.value),
      difference,
      relative: entry.previous === 0 ? Number.NaN : difference / Math.abs(entry.previous),
    };
  });
}

interface Places {
  readonly ranks: Float64Array;
  /** How many have this value. */
  readonly counts: ReadonlyMap<number, number>;
}

function places(values: readonly number[], order: 'high' | 'low'): Places {
  const counts = new Map<number, number>();
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const distinct = Float64Array.from(counts.keys()).sort();
  if (order === 'high') distinct.reverse();
  const rankOf = new Map<number, number>();
  let next = 1;
  for (const value of distinct) {
    rankOf.set(value, next);
    next += counts.get(value) ?? 0;
  }
  return { ranks: Float64Array.from(values, (value) => rankOf.get(value) ?? Number.NaN), counts };
}

/** What has no rank stands last. */
function compareRanks(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}

/** Where each entry stands by name. */
export interface NameOrder {
  readonly keys: readonly string[];
  readonly places: Uint32Array;
}

/** Comparing names is what costs most: while the same rows come back, their order of names is the one before. */
export function orderNames(rows: readonly Ranked[], before?: NameOrder): NameOrder {
  const keys = rows.map(({ entry }) => entry.key);
  if (before?.keys.length === keys.length && keys.every((key, i) => key === before.keys[i])) return before;
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const names = rows.map(({ entry }) => entry.name);
  const order = Array.from(keys.keys()).sort(
    (a, b) => compare(names[a], names[b]) || (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0),
  );
  const places = new Uint32Array(keys.length);
  order.forEach((row, place) => {
    places[row] = place;
  });
  return { keys, places };
}

/**
 * Rows in the order asked for; ties keep the order of names, so that rows do not swap places at every refresh. Each row's
 * place by value and its place by name make one number, and numbers are sorted without a call for every comparison.
 */
export function sortRanked(
  rows: readonly Ranked[],
  sortBy: LeaderboardOptions['sortBy'],
  { places: byName }: NameOrder = orderNames(rows),
  isReversed = false,
): readonly Ranked[] {
  const count = rows.length;
  const values = sortValues(rows, sortBy, isReversed);
  const ascending = values.slice().sort();
  const keys = new Float64Array(count);
  const rowOf = new Uint32Array(count);
  const areNamesReversed = isReversed && sortBy === 'name';
  for (let row = 0; row < count; row++) {
    const name = areNamesReversed ? count - 1 - byName[row] : byName[row];
    rowOf[name] = row;
    keys[row] = firstAt(ascending, values[row]) * count + name;
  }
  keys.sort();
  return Array.from(keys, (key) => rows[rowOf[key % count]]);
}

/** Lower comes first. What has no place stands last whatever the direction, by name. */
function sortValues(
  rows: readonly Ranked[],
  sortBy: LeaderboardOptions['sortBy'],
  isReversed: boolean,
): Float64Array {
  const key = keys[sortBy];
  const sign = isReversed ? -1 : 1;
  return Float64Array.from(rows, (row) => {
    const value = (key?.(row) ?? 0) * sign;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  });
}

/** How many values are lower. */
function firstAt(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lower comes first. */
const keys: Readonly<Record<LeaderboardOptions['sortBy'], ((row: Ranked) => number) | undefined>> = {
  value: ({ rank: place }) => place,
  change: ({ difference }) => -difference,
  'rank-change': ({ rankChange }) => -rankChange,
  name: undefined,
};
