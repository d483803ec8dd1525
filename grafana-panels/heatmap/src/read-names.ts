import { type CellSource, columnBounds, type HeatmapGrid, numberAt } from './grid.ts';
import type { HeatmapOptions } from './options.ts';
import { type Series, type TimeColumns, timeColumns } from './series.ts';

interface NamedRow {
  readonly name: string;
  readonly members: readonly Series[];
}

/** One row per series, or per value of a label: what they share is a name, not a bound. */
export function readNames(
  series: readonly Series[],
  options: Pick<HeatmapOptions, 'groupBy' | 'combine'>,
): HeatmapGrid | undefined {
  if (series.length === 0) return undefined;
  const rows = groupRows(series, options.groupBy);
  const columns = timeColumns(series);
  const [columnCount, rowCount] = [columns.timesMs.length, rows.length];
  if (columnCount === 0) return undefined;
  const values = new Float64Array(columnCount * rowCount).fill(Number.NaN);
  rows.forEach((row, i) => {
    combineRow(row, columns, options.combine, values.subarray(i * columnCount, (i + 1) * columnCount));
  });
  const { startsMs, endsMs } = columnBounds(
    columns.timesMs,
    'end',
    series[0].time.config.interval ?? undefined,
  );
  return {
    kind: 'names',
    columnCount,
    rowCount,
    columnStartsMs: startsMs,
    columnEndsMs: endsMs,
    rowEdges: Float64Array.from({ length: rowCount + 1 }, (_, i) => i),
    rowNames: rows.map(({ name }) => name),
    rowLabel: options.groupBy || onlyLabelThatDiffers(series),
    values,
    span: undefined,
    marked: undefined,
    field: series[0].field,
    rowUnit: '',
    notices: [],
    sourcesAt: (row, column) => sourcesOf(rows[row], columns, column),
    rowField: (row) => (rows[row].members.length === 1 ? rows[row].members[0].field : undefined),
  };
}

function groupRows(series: readonly Series[], label: string): readonly NamedRow[] {
  if (label === '') return series.map((each) => ({ name: each.name, members: [each] }));
  const groups = new Map<string, Series[]>();
  for (const each of series) {
    const name = each.labels[label] ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}

/** The label whose values are the rows' names, if there is one: it can be filtered by. */
function onlyLabelThatDiffers(series: readonly Series[]): string {
  const names = Object.keys(series[0].labels).filter((name) => name !== '__name__');
  const differing = names.filter((name) =>
    series.some(({ labels }) => labels[name] !== series[0].labels[name]),
  );
  const candidates = series.length === 1 ? names : differing;
  const isName = (name: string): boolean => series.every((each) => each.labels[name] === each.name);
  return candidates.find(isName) ?? '';
}

function combineRow(
  { members }: NamedRow,
  columns: TimeColumns,
  combine: HeatmapOptions['combine'],
  row: Float64Array,
): void {
  if (members.length === 1) {
    const [{ field, time }] = members;
    if (columns.isWhole(time) && copyNumbers(field.values, row)) return;
    const indexes = columns.indexesOf(time);
    for (let column = 0; column < row.length; column++) {
      if (indexes[column] >= 0) row[column] = numberAt(field.values, indexes[column]);
    }
    return;
  }
  const counts = combine === 'mean' ? new Uint32Array(row.length) : undefined;
  for (const { field, time } of members) {
    const indexes = columns.indexesOf(time);
    for (let column = 0; column < row.length; column++) {
      const value = indexes[column] < 0 ? Number.NaN : numberAt(field.values, indexes[column]);
      if (Number.isNaN(value)) continue;
      if (counts !== undefined) counts[column] += 1;
      const before = row[column];
      if (Number.isNaN(before)) row[column] = value;
      else row[column] = combine === 'max' ? Math.max(before, value) : before + value;
    }
  }
  if (counts !== undefined) for (let i = 0; i < row.length; i++) if (counts[i] > 1) row[i] /= counts[i];
}

/**
 * Copies a column that lacks nothing as one block, where a look at each value would make an object of it first: of a
 * thousand series that come every second, that was the most that reading them cost. False: it is no such column.
 */
function copyNumbers(values: ArrayLike<unknown>, row: Float64Array): boolean {
  if (!Array.isArray(values) || values.length !== row.length) return false;
  if (values.includes(null) || values.includes(undefined)) return false;
  row.set(values);
  return true;
}

function sourcesOf({ members }: NamedRow, columns: TimeColumns, column: number): readonly CellSource[] {
  const found: CellSource[] = [];
  for (const { field, time, name } of members) {
    const index = columns.indexesOf(time)[column];
    const value = index < 0 ? Number.NaN : numberAt(field.values, index);
    if (!Number.isNaN(value)) found.push({ field, index, label: name, value });
  }
  return found;
}
