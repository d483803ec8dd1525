import { type DataFrame, type Field, FieldType, type Labels } from '@grafana/data';
import { displayNames } from '../../shared/src/display-names.ts';
import { numberAt, sortedUnique } from './grid.ts';

/** One value field with the times of its frame. */
export interface Series {
  readonly frame: DataFrame;
  readonly field: Field;
  readonly time: Field;
  readonly name: string;
  readonly labels: Labels;
}

export function readSeries(frames: readonly DataFrame[]): readonly Series[] {
  const found: Series[] = [];
  const nameOf = displayNames(frames);
  for (const frame of frames) {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    if (time === undefined) continue;
    for (const field of frame.fields) {
      if (field.type !== FieldType.number || field.config.custom?.hideFrom?.viz === true) continue;
      found.push({ frame, field, time, name: nameOf(field, frame), labels: field.labels ?? {} });
    }
  }
  return found;
}

/** The times of all series as columns, and for each time field where its values are. */
export interface TimeColumns {
  readonly timesMs: Float64Array;
  /** For every column the index of the value, -1 where the series has none. */
  indexesOf(time: Field): Int32Array;
  /** Each of the series' values is one column's, in their order. */
  isWhole(time: Field): boolean;
}

export function timeColumns(series: readonly Series[]): TimeColumns {
  const alike = alikeTimes(series);
  const different = new Set(alike.values());
  const timesMs = sortedUnique(timesOf(different));
  const known = new Map<Field, Place>();
  const placeOf = (time: Field): Place => {
    const same = alike.get(time) ?? time;
    const before = known.get(same);
    if (before !== undefined) return before;
    const indexes = locate(same, timesMs);
    const isWhole = same.values.length === indexes.length && indexes.every((index, i) => index === i);
    const made = { indexes, isWhole };
    known.set(same, made);
    return made;
  };
  return {
    timesMs,
    indexesOf: (time) => placeOf(time).indexes,
    isWhole: (time) => placeOf(time).isWhole,
  };
}

interface Place {
  readonly indexes: Int32Array;
  readonly isWhole: boolean;
}

/** For every time field the first of its neighbours that has the same times: series of one answer mostly share them. */
function alikeTimes(series: readonly Series[]): ReadonlyMap<Field, Field> {
  const alike = new Map<Field, Field>();
  let last: Field | undefined;
  for (const { time } of series) {
    if (alike.has(time)) continue;
    if (last === undefined || !sameTimes(last.values, time.values)) last = time;
    alike.set(time, last);
  }
  return alike;
}

function* timesOf(fields: Iterable<Field>): Generator<number> {
  for (const { values } of fields) for (let i = 0; i < values.length; i++) yield numberAt(values, i);
}

function sameTimes(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function locate(time: Field, timesMs: Float64Array): Int32Array {
  const indexes = new Int32Array(timesMs.length).fill(-1);
  let column = 0;
  for (let i = 0; i < time.values.length; i++) {
    const value = numberAt(time.values, i);
    // Times may come in any order; usually they ascend.
    if (column >= timesMs.length || timesMs[column] > value) column = 0;
    while (column < timesMs.length && timesMs[column] < value) column += 1;
    if (timesMs[column] === value) indexes[column] = i;
  }
  return indexes;
}
