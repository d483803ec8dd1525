import type { TimeZone } from '@grafana/data';
import { zoneClock } from '../../shared/src/zone-clock.ts';
import { type CellSource, type HeatmapGrid, numberAt } from './grid.ts';
import type { HeatmapOptions } from './options.ts';
import type { Series } from './series.ts';

type CalendarOptions = Pick<HeatmapOptions, 'combine' | 'hourValue'>;

const hourCount = 24;

/** A series' values of one hour, so far. */
interface HourTable {
  readonly results: Float64Array;
  readonly counts: Uint32Array;
  readonly lastIndexes: Int32Array;
}

/**
 * A column for each day and a row for each hour of the viewer's clock: what recurs by the hour stands side by side. The
 * values that a series has within an hour become one, and those of all series are combined.
 */
export function readCalendar(
  series: readonly Series[],
  options: CalendarOptions,
  timeZone: TimeZone,
): HeatmapGrid | undefined {
  const clock = zoneClock(timeZone);
  const [firstDay, lastDay] = daysOf(series, (timeMs) => clock.dayOf(timeMs));
  const columnCount = lastDay - firstDay + 1;
  // A hundred years of days are not a calendar.
  if (!(columnCount > 0) || columnCount > 36_525) return undefined;
  const size = hourCount * columnCount;
  // A value covers the time before it: the one at midnight is the last of its day.
  const cellOf = (timeMs: number): number =>
    clock.hourOf(timeMs - 1) * columnCount + clock.dayOf(timeMs - 1) - firstDay;
  const tables = series.map((each) => foldSeries(each, size, cellOf, options.hourValue));
  const days = Array.from({ length: columnCount }, (_, i) => firstDay + i);
  return {
    kind: 'names',
    columnCount,
    rowCount: hourCount,
    columnStartsMs: Float64Array.from(days, (day) => clock.timeOf(day, 0)),
    columnEndsMs: Float64Array.from(days, (day) => clock.timeOf(day + 1, 0)),
    rowEdges: Float64Array.from({ length: hourCount + 1 }, (_, i) => i),
    rowNames: Array.from({ length: hourCount }, (_, hour) => `${String(hour).padStart(2, '0')}:00`),
    rowLabel: '',
    values: combine(tables, size, options.combine),
    span: undefined,
    marked: undefined,
    field: series[0].field,
    rowUnit: '',
    notices: [],
    sourcesAt: (row, column) => sourcesOf(series, tables, row * columnCount + column),
    cellTime: (row, column) => [
      clock.timeOf(firstDay + column, row),
      clock.timeOf(firstDay + column, row + 1),
    ],
  };
}

function daysOf(series: readonly Series[], dayOf: (timeMs: number) => number): readonly [number, number] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time } of series) {
    for (let i = 0; i < time.values.length; i++) {
      const timeMs = numberAt(time.values, i);
      if (timeMs < first) first = timeMs;
      if (timeMs > last) last = timeMs;
    }
  }
  return last >= first ? [dayOf(first - 1), dayOf(last - 1)] : [0, -1];
}

function foldSeries(
  { time, field }: Series,
  size: number,
  cellOf: (timeMs: number) => number,
  hourValue: HeatmapOptions['hourValue'],
): HourTable {
  const results = new Float64Array(size).fill(Number.NaN);
  const counts = new Uint32Array(size);
  const lastIndexes = new Int32Array(size).fill(-1);
  for (let i = 0; i < time.values.length; i++) {
    const value = numberAt(field.values, i);
    const timeMs = numberAt(time.values, i);
    if (Number.isNaN(value) || Number.isNaN(timeMs)) continue;
    const cell = cellOf(timeMs);
    counts[cell] += 1;
    lastIndexes[cell] = i;
    const before = results[cell];
    if (counts[cell] === 1 || hourValue === 'last') results[cell] = value;
    else if (hourValue === 'max') results[cell] = Math.max(before, value);
    else if (hourValue === 'min') results[cell] = Math.min(before, value);
    else results[cell] = before + value;
  }
  if (hourValue === 'mean') for (let i = 0; i < size; i++) if (counts[i] > 1) results[i] /= counts[i];
  return { results, counts, lastIndexes };
}

function combine(tables: readonly HourTable[], size: number, by: HeatmapOptions['combine']): Float64Array {
  const values = new Float64Array(size).fill(Number.NaN);
  for (let cell = 0; cell < size; cell++) {
    let count = 0;
    let result = Number.NaN;
    for (const { results } of tables) {
      const value = results[cell];
      if (Number.isNaN(value)) continue;
      count += 1;
      result = count === 1 ? value : by === 'max' ? Math.max(result, value) : result + value;
    }
    values[cell] = by === 'mean' && count > 1 ? result / count : result;
  }
  return values;
}

function sourcesOf(
  series: readonly Series[],
  tables: readonly HourTable[],
  cell: number,
): readonly CellSource[] {
  const found: CellSource[] = [];
  series.forEach(({ field, name }, i) => {
    const { results, lastIndexes } = tables[i];
    if (lastIndexes[cell] >= 0)
      found.push({ field, index: lastIndexes[cell], label: name, value: results[cell] });
  });
  return found;
}
