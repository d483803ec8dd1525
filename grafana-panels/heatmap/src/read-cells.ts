import { type DataFrame, type Field, FieldType } from '@grafana/data';
import {
  type CellSource,
  columnBounds,
  type GridNotice,
  type HeatmapGrid,
  numberAt,
  rowCountMax,
  sortedUnique,
} from './grid.ts';

interface CellFields {
  readonly frame: DataFrame;
  readonly xMin: Field | undefined;
  readonly xMax: Field | undefined;
  readonly yMin: Field | undefined;
  readonly yMax: Field | undefined;
  readonly value: Field;
  readonly anomaly: Field | undefined;
}

/** Frames of type `heatmap-cells`: every line says its own bounds, which may differ from column to column. */
export function readCells(frames: readonly DataFrame[]): HeatmapGrid | undefined {
  const parts = frames.map(cellFields).filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const columns = readColumns(parts);
  const rows = readRows(parts);
  const [columnCount, rowCount] = [columns.startsMs.length, rows.edges.length - 1];
  if (columnCount === 0 || rowCount < 1) return undefined;
  const cells = fill(parts, columns, rows, columnCount, rowCount);
  return {
    kind: 'buckets',
    columnCount,
    rowCount,
    columnStartsMs: columns.startsMs,
    columnEndsMs: columns.endsMs,
    rowEdges: rows.edges,
    rowNames: [],
    rowLabel: '',
    values: cells.values,
    span: cells.span,
    marked: cells.marked,
    field: parts[0].value,
    rowUnit: (parts[0].yMin ?? parts[0].yMax)?.config.unit ?? '',
    notices: rows.notices,
    sourcesAt: (row, column) => sourcesOf(parts, cells.records, row * columnCount + column),
  };
}

function cellFields(frame: DataFrame): CellFields | undefined {
  const named = (...names: string[]): Field | undefined =>
    names.map((name) => frame.fields.find((field) => field.name === name)).find((field) => field);
  const xMax = named('xMax');
  const xMin = named('xMin', 'x') ?? (xMax ? undefined : frame.fields.find((f) => f.type === FieldType.time));
  const yMax = named('yMax');
  const yMin = named('yMin', 'y');
  const bounds = new Set([xMin, xMax, yMin, yMax]);
  const anomaly = named('anomaly', 'anomaly_score');
  const value =
    named('count', 'value') ??
    frame.fields.find((f) => f.type === FieldType.number && !bounds.has(f) && f !== anomaly);
  if (value === undefined || (xMin ?? xMax) === undefined || (yMin ?? yMax) === undefined) return undefined;
  return { frame, xMin, xMax, yMin, yMax, value, anomaly };
}

interface Columns {
  readonly startsMs: Float64Array;
  readonly endsMs: Float64Array;
  readonly indexOf: ReadonlyMap<number, number>;
}

/** The time that names a column: its start when there is one. */
function columnField({ xMin, xMax }: CellFields): Field {
  return (xMin ?? xMax) as Field;
}

function readColumns(parts: readonly CellFields[]): Columns {
  const times = sortedUnique(allValues(parts.map(columnField)));
  const indexOf = new Map<number, number>();
  times.forEach((time, i) => {
    indexOf.set(time, i);
  });
  const stepMs = parts[0].value.config.interval ?? columnField(parts[0]).config.interval ?? undefined;
  const bounds = columnBounds(times, parts[0].xMin === undefined ? 'end' : 'start', stepMs);
  for (const { xMin, xMax, frame } of parts) {
    if (xMin === undefined || xMax === undefined) continue;
    for (let i = 0; i < frame.length; i++) {
      const column = indexOf.get(numberAt(xMin.values, i));
      if (column !== undefined) bounds.endsMs[column] = numberAt(xMax.values, i);
    }
  }
  return { ...bounds, indexOf };
}

interface Rows {
  readonly edges: Float64Array;
  /** Index of an edge, by its value. */
  readonly indexOf: ReadonlyMap<number, number>;
  readonly hasLower: boolean;
  readonly hasUpper: boolean;
  readonly notices: readonly GridNotice[];
}

function readRows(parts: readonly CellFields[]): Rows {
  const hasLower = parts.every(({ yMin }) => yMin !== undefined);
  const hasUpper = parts.every(({ yMax }) => yMax !== undefined);
  const fields = parts.flatMap(({ yMin, yMax }) => [
    ...(hasLower && yMin ? [yMin] : []),
    ...(hasUpper && yMax ? [yMax] : []),
  ]);
  let edges = sortedUnique(allValues(fields));
  if (!hasLower) edges = Float64Array.of(lowestEdge(edges), ...edges);
  if (!hasUpper) edges = Float64Array.of(...edges, highestEdge(edges));
  const all = edges;
  edges = withoutTwins(edges);
  const notices: GridNotice[] = [];
  if (edges.length - 1 > rowCountMax) {
    const every = Math.ceil(edges.length / rowCountMax);
    const last = edges.length - 1;
    edges = edges.filter((_, i) => i % every === 0 || i === last);
    notices.push({ kind: 'rows-joined', count: every });
  }
  const indexOf = new Map<number, number>();
  let index = 0;
  for (const edge of all) {
    if (index + 1 < edges.length && edge >= edges[index + 1]) index += 1;
    indexOf.set(edge, index);
  }
  return { edges, indexOf, hasLower, hasUpper, notices };
}

/** Bounds that differ by rounding alone are one. */
function withoutTwins(edges: Float64Array): Float64Array {
  const apart = edges.filter(
    (edge, i) => i === 0 || !Number.isFinite(edge) || edge - edges[i - 1] > Math.abs(edge) * 1e-9,
  );
  // A single bucket that is thinner than that is still one.
  return apart.length > 1 ? apart : edges;
}

/** What is under the lowest upper bound: from zero when that is positive, everything otherwise. */
export function lowestEdge(upperBounds: Float64Array): number {
  return upperBounds[0] > 0 ? 0 : Number.NEGATIVE_INFINITY;
}

function highestEdge(lowerBounds: Float64Array): number {
  const last = lowerBounds[lowerBounds.length - 1];
  const before = lowerBounds[lowerBounds.length - 2];
  return before === undefined ? last + 1 : last + (last - before);
}

interface Cells {
  readonly values: Float64Array;
  readonly span: HeatmapGrid['span'];
  readonly marked: Uint8Array | undefined;
  /** For every frame: the line of each cell, -1 for none. */
  readonly records: readonly Int32Array[];
}

function fill(
  parts: readonly CellFields[],
  columns: Columns,
  rows: Rows,
  columnCount: number,
  rowCount: number,
): Cells {
  const size = columnCount * rowCount;
  const values = new Float64Array(size).fill(Number.NaN);
  const low = new Uint16Array(size);
  const high = new Uint16Array(size);
  const marked = parts.some(({ anomaly }) => anomaly) ? new Uint8Array(size) : undefined;
  const records = parts.map(() => new Int32Array(size).fill(-1));
  let isSpanned = false;
  for (const [p, part] of parts.entries()) {
    const columnValues = columnField(part).values;
    for (let i = 0; i < part.frame.length; i++) {
      const column = columns.indexOf.get(numberAt(columnValues, i));
      const value = numberAt(part.value.values, i);
      const [from, to] = rowsOf(part, rows, i);
      if (column === undefined || Number.isNaN(value) || !(to > from)) continue;
      if (to > from + 1) isSpanned = true;
      const isMarked = marked !== undefined && Number(part.anomaly?.values[i] ?? 0) > 0;
      for (let row = from; row < to; row++) {
        const cell = row * columnCount + column;
        const isSame = low[cell] === from && high[cell] === to;
        // Of buckets that overlap, the narrower one is seen.
        if (!isSame && !Number.isNaN(values[cell]) && high[cell] - low[cell] < to - from) continue;
        values[cell] = isSame && !Number.isNaN(values[cell]) ? values[cell] + value : value;
        low[cell] = from;
        high[cell] = to;
        records[p][cell] = i;
        if (isMarked) marked[cell] = 1;
      }
    }
  }
  return { values, span: isSpanned ? { low, high } : undefined, marked, records };
}

function rowsOf(part: CellFields, rows: Rows, i: number): readonly [number, number] {
  const lower = rows.hasLower ? rows.indexOf.get(numberAt(part.yMin?.values ?? [], i)) : undefined;
  const upper = rows.hasUpper ? rows.indexOf.get(numberAt(part.yMax?.values ?? [], i)) : undefined;
  const from = lower ?? (upper === undefined ? 0 : upper - 1);
  const to = upper ?? (lower === undefined ? 0 : lower + 1);
  // Bounds that were joined into one row still are a row.
  return lower !== undefined && upper !== undefined && to === from ? [from, from + 1] : [from, to];
}

function sourcesOf(
  parts: readonly CellFields[],
  records: readonly Int32Array[],
  cell: number,
): readonly CellSource[] {
  const found: CellSource[] = [];
  for (const [p, { value, frame }] of parts.entries()) {
    const index = records[p][cell];
    if (index < 0) continue;
    const label = value.config.displayName ?? frame.name ?? labelText(value) ?? value.name;
    found.push({ field: value, index, label, value: numberAt(value.values, index) });
  }
  return found;
}

function labelText({ labels }: Field): string | undefined {
  const entries = Object.entries(labels ?? {});
  return entries.length === 0 ? undefined : entries.map(([name, value]) => `${name}=${value}`).join(', ');
}

function* allValues(fields: readonly Field[]): Generator<number> {
  for (const field of fields) {
    let before = Number.NaN;
    for (let i = 0; i < field.values.length; i++) {
      const value = numberAt(field.values, i);
      if (value !== before) yield value;
      before = value;
    }
  }
}
