import type { DataFrame, Field } from '@grafana/data';
import type { Entry } from './entry.ts';
import type { LeaderboardOptions } from './options.ts';
import { type Ranked, rank } from './ranking.ts';
import { readEntries } from './read-entries.ts';

export interface LeaderboardView {
  readonly rows: readonly Ranked[];
  /** What is below the limit as one row; undefined when nothing is. */
  readonly others: Others | undefined;
  readonly isCompared: boolean;
  /** Ends of the bars: from `low` (zero, unless all values are beyond it) to `high`. */
  readonly low: number;
  readonly high: number;
  /** How many there are, before search and limit. */
  readonly count: number;
}

export interface Others {
  readonly count: number;
  /** Sum of the values; NaN where adding up means nothing. */
  readonly value: number;
  readonly previous: number;
}

/** Reducers whose results may be added up over rows: amounts, and not averages or extremes. */
const additive = new Set([
  'sum',
  'count',
  'lastNotNull',
  'last',
  'first',
  'firstNotNull',
  'delta',
  'diff',
  'range',
]);

/** Units of parts of something: their sum is none. */
const partUnits =
  /^(percent|percentunit|s|ms|µs|ns|m|h|d|dtdurations|dtdurationms|celsius|fahrenheit|kelvin)$/;

/** Reads and ranks, in the order of the data; undefined when there is nothing to rank. */
export function readRows(
  frames: readonly DataFrame[],
  options: Pick<LeaderboardOptions, 'reducer' | 'comparison' | 'order'>,
): readonly Ranked[] | undefined {
  const { entries, isCompared } = readEntries(frames, options);
  return entries.length === 0 ? undefined : rank(entries, options.order, isCompared);
}

/** Applies search and limit to sorted rows. A search shows all that match, whatever their rank. */
export function prepareView(
  sorted: readonly Ranked[],
  options: LeaderboardOptions,
  search: string,
): LeaderboardView {
  const wanted = search.trim().toLocaleLowerCase();
  const matching = wanted === '' ? sorted : sorted.filter(({ entry }) => matches(entry, wanted));
  const limit = wanted === '' && options.limit > 0 ? options.limit : matching.length;
  const rows = matching.slice(0, limit);
  const rest = matching.slice(limit);
  const [low, high] = barRange(sorted);
  return {
    rows,
    others: options.showOthers && rest.length > 0 ? othersOf(rest, options) : undefined,
    isCompared: sorted.some(({ isNew, rankChange }) => isNew || !Number.isNaN(rankChange)),
    low,
    high,
    count: sorted.length,
  };
}

function matches({ name, labels }: Entry, wanted: string): boolean {
  if (name.toLocaleLowerCase().includes(wanted)) return true;
  return Object.values(labels).some((value) => value.toLocaleLowerCase().includes(wanted));
}

function othersOf(rest: readonly Ranked[], options: LeaderboardOptions): Others {
  const unit = rest[0].entry.field.config.unit ?? '';
  const isAmount = additive.has(options.reducer) && !partUnits.test(unit);
  const sum = (of: (row: Ranked) => number): number =>
    isAmount ? rest.reduce((total, row) => total + (of(row) || 0), 0) : Number.NaN;
  const hasPrevious = rest.some(({ entry }) => !Number.isNaN(entry.previous));
  return {
    count: rest.length,
    value: sum(({ entry }) => entry.value),
    previous: hasPrevious ? sum(({ entry }) => entry.previous) : Number.NaN,
  };
}

/**
 * Bars start at zero, so that their lengths compare as the values do. Rows whose field has limits of its own do not
 * stretch the bars of the others.
 */
function barRange(rows: readonly Ranked[]): readonly [number, number] {
  let low = 0;
  let high = 0;
  for (const { entry } of rows) {
    const { min, max } = entry.field.config;
    const { value } = entry;
    if (value < low && typeof min !== 'number' && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && typeof max !== 'number' && value !== Number.POSITIVE_INFINITY) high = value;
  }
  return [low, high > low ? high : low + 1];
}

/** The ends of a row's bar: its own field's limits, where an override gives it some, else those of all. */
export function barEnds(
  { config: { min, max } }: Field,
  { low, high }: Pick<LeaderboardView, 'low' | 'high'>,
): { readonly low: number; readonly high: number } {
  const [from, to] = [min ?? low, max ?? high];
  return to > from ? { low: from, high: to } : { low, high };
}

/** Where a bar starts and ends, as parts of the room it has, in [0, 1]. */
export function barOf(
  value: number,
  { low, high }: Pick<LeaderboardView, 'low' | 'high'>,
): readonly [number, number] {
  const at = (x: number): number => Math.min(1, Math.max(0, (x - low) / (high - low)));
  const zero = at(Math.min(high, Math.max(low, 0)));
  if (Number.isNaN(value)) return [zero, zero];
  const end = at(value);
  return end >= zero ? [zero, end] : [end, zero];
}
