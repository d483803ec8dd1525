import {
  type DataFrame,
  type Field,
  FieldType,
  fieldReducers,
  type Labels,
  ReducerID,
  reduceField,
} from '@grafana/data';
import { displayNames } from '../../shared/src/display-names.ts';
import type { Entries, Entry, Trend } from './entry.ts';
import type { LeaderboardOptions } from './options.ts';

type NameOf = ReturnType<typeof displayNames>;
type ReadOptions = Pick<LeaderboardOptions, 'reducer' | 'comparison'>;

/** Reads series and tables; frames of a compared period are matched by key. */
export function readEntries(frames: readonly DataFrame[], options: ReadOptions): Entries {
  const current = frames.filter((frame) => !isCompared(frame));
  const compared = options.comparison === 'none' ? [] : frames.filter(isCompared);
  const nameOf = displayNames(frames);
  const read = (frame: DataFrame): readonly Entry[] => readFrame(frame, nameOf, options);
  const entries = withUniqueKeys(current.flatMap(read));
  const hasOwn = entries.some(
    ({ previous, previousRank }) => !Number.isNaN(previous) || !Number.isNaN(previousRank),
  );
  if (compared.length === 0) return { entries, isCompared: options.comparison !== 'none' && hasOwn };
  const before = new Map(withUniqueKeys(compared.flatMap(read)).map((entry) => [entry.key, entry.value]));
  return {
    entries: entries.map((entry) => ({ ...entry, previous: before.get(entry.key) ?? Number.NaN })),
    isCompared: true,
  };
}

function isCompared({ meta, refId }: DataFrame): boolean {
  return meta?.timeCompare?.isTimeShiftQuery === true || refId?.endsWith('-compare') === true;
}

function readFrame(frame: DataFrame, nameOf: NameOf, options: ReadOptions): readonly Entry[] {
  const time = frame.fields.find(({ type }) => type === FieldType.time);
  const hasNames = frame.fields.some(({ type }) => type === FieldType.string);
  if (time !== undefined && !hasNames) return readSeries(frame, time, nameOf, options);
  return readTable(frame, nameOf, options);
}

function readSeries(
  frame: DataFrame,
  time: Field,
  nameOf: NameOf,
  { reducer, comparison }: ReadOptions,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const field of frame.fields) {
    if (field.type !== FieldType.number || field.config.custom?.hideFrom?.viz === true) continue;
    const name = nameOf(field, frame);
    const reduced = reduce(field, reducer);
    const previous = comparison === 'start' ? reduce(field, ReducerID.firstNotNull) : Number.NaN;
    entries.push({
      key: keyOf(field.labels, name),
      name,
      labels: field.labels ?? {},
      value: reduced,
      previous,
      rank: Number.NaN,
      previousRank: Number.NaN,
      trend: { timesMs: time.values, values: field.values },
      field,
      index: Math.max(0, frame.length - 1),
    });
  }
  return entries;
}

/** A value by any of Grafana's reducers; NaN when it has none, or is no number. */
function reduce(field: Field, reducer: string): number {
  // Grafana works out all its reducers when asked for one: for thousands of rows the usual ones are found here.
  if (reducer === ReducerID.lastNotNull) return lastNumber(field.values);
  if (reducer === ReducerID.firstNotNull) return firstNumber(field.values);
  const id = fieldReducers.getIfExists(reducer) === undefined ? ReducerID.lastNotNull : reducer;
  const value: unknown = reduceField({ field, reducers: [id] })[id];
  return typeof value === 'number' ? value : Number.NaN;
}

function lastNumber(values: ArrayLike<unknown>): number {
  for (let i = values.length - 1; i >= 0; i--) if (isNumber(values[i])) return values[i] as number;
  return Number.NaN;
}

function firstNumber(values: ArrayLike<unknown>): number {
  for (let i = 0; i < values.length; i++) if (isNumber(values[i])) return values[i] as number;
  return Number.NaN;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}

const ownColumns = new Set(['previous', 'rank', 'previous_rank', 'change', 'rank_change']);

function readTable(frame: DataFrame, nameOf: NameOf, { comparison }: ReadOptions): readonly Entry[] {
  const named = (name: string): Field | undefined =>
    frame.fields.find((field) => field.name.toLowerCase() === name);
  const value =
    named('value') ??
    frame.fields.find(({ type, name }) => type === FieldType.number && !ownColumns.has(name));
  if (value === undefined) return [];
  const texts = frame.fields.filter(({ type }) => type === FieldType.string);
  const [previous, rank, previousRank] = ['previous', 'rank', 'previous_rank'].map(named);
  const trend = frame.fields.find(({ type, name }) => type === FieldType.frame || name === 'trend');
  const entries: Entry[] = [];
  for (let i = 0; i < frame.length; i++) {
    const labels: Record<string, string> = { ...value.labels };
    for (const field of texts) labels[field.name] = String(field.values[i] ?? '');
    const name = texts.map((field) => String(field.values[i] ?? '')).join(' ') || nameOf(value, frame);
    const isAsked = comparison !== 'none';
    entries.push({
      key: keyOf(labels, name),
      name,
      labels,
      value: numberOf(value.values[i]),
      previous: isAsked ? numberOf(previous?.values[i]) : Number.NaN,
      rank: numberOf(rank?.values[i]),
      previousRank: isAsked ? numberOf(previousRank?.values[i]) : Number.NaN,
      trend: trendOf(trend?.values[i]),
      field: value,
      index: i,
    });
  }
  return entries;
}

/** A nested frame with time and value, as sparkline cells of tables have it. */
function trendOf(cell: unknown): Trend | undefined {
  const fields = (cell as { readonly fields?: readonly Field[] } | null | undefined)?.fields;
  const time = fields?.find(({ type }) => type === FieldType.time);
  const value = fields?.find(({ type }) => type === FieldType.number);
  return time && value ? { timesMs: time.values, values: value.values } : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function keyOf(labels: Labels | undefined, name: string): string {
  const entries = Object.entries(labels ?? {}).filter(([label]) => label !== '__name__');
  if (entries.length === 0) return name;
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
}

/** Two rows of the same key are told apart by their order. */
function withUniqueKeys(entries: readonly Entry[]): readonly Entry[] {
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    const count = counts.get(entry.key) ?? 0;
    counts.set(entry.key, count + 1);
    return count === 0 ? entry : { ...entry, key: `${entry.key}#${count}` };
  });
}
