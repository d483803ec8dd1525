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

/** Rows in the order asked for; ties keep the order of names, so that rows do not swap places at every refresh. */
export function sortRanked(rows: readonly Ranked[], sortBy: LeaderboardOptions['sortBy']): readonly Ranked[] {
  const collator = new Intl.Collator(undefined, { numeric: true });
  const byName = (a: Ranked, b: Ranked): number =>
    collator.compare(a.entry.name, b.entry.name) ||
    (a.entry.key < b.entry.key ? -1 : a.entry.key > b.entry.key ? 1 : 0);
  const key = keys[sortBy];
  return [...rows].sort((a, b) => (key === undefined ? 0 : compareRanks(key(a), key(b))) || byName(a, b));
}

/** Lower comes first. */
const keys: Readonly<Record<LeaderboardOptions['sortBy'], ((row: Ranked) => number) | undefined>> = {
  value: ({ rank: place }) => place,
  change: ({ difference }) => -difference,
  'rank-change': ({ rankChange }) => -rankChange,
  name: undefined,
};
