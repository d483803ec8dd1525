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
}

export function timeColumns(series: readonly Series[]): TimeColumns {
  const fields = new Set(series.map(({ time }) => time));
  const timesMs = sortedUnique(timesOf(fields));
  const known = new Map<Field, Int32Array>();
  return {
    timesMs,
    indexesOf(time) {
      const before = known.get(time);
      if (before !== undefined) return before;
      const made = locate(time, timesMs);
      known.set(time, made);
      return made;
    },
  };
}

function* timesOf(fields: ReadonlySet<Field>): Generator<number> {
  let last: ArrayLike<unknown> | undefined;
  for (const { values } of fields) {
    if (last !== undefined && sameTimes(last, values)) continue;
    last = values;
    for (let i = 0; i < values.length; i++) yield numberAt(values, i);
  }
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
