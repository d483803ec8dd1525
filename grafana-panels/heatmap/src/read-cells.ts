import { type DataFrame, type Field, FieldType } from '@grafana/data';
import {
  type CellSource,
  columnBounds,
  type GridNotice,
  type HeatmapGrid,
  numberAt,
  rowCountMax,
} from './grid.ts';
import { type Interned, intern, placesOf, union } from './intern.ts';

interface CellFields {
  readonly frame: DataFrame;
  readonly xMin: Field | undefined;
  readonly xMax: Field | undefined;
  readonly yMin: Field | undefined;
  readonly yMax: Field | undefined;
  readonly value: Field;
  readonly anomaly: Field | undefined;
}

/** A frame's cells with its times and bounds as small numbers. */
interface CellLines extends CellFields {
  readonly times: Interned;
  readonly lows: Interned | undefined;
  readonly highs: Interned | undefined;
}

/** Frames of type `heatmap-cells`: every line says its own bounds, which may differ from column to column. */
export function readCells(frames: readonly DataFrame[]): HeatmapGrid | undefined {
  const parts = frames
    .map(cellFields)
    .filter((part) => part !== undefined)
    .map(cellLines);
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

function cellLines(part: CellFields): CellLines {
  const { length } = part.frame;
  const read = (field: Field | undefined): Interned | undefined => field && intern(field.values, length);
  return {
    ...part,
    times: intern(timeField(part).values, length),
    lows: read(part.yMin),
    highs: read(part.yMax),
  };
}

/** The time that names a column: its start when there is one. */
function timeField({ xMin, xMax }: CellFields): Field {
  return (xMin ?? xMax) as Field;
}

interface Columns {
  readonly startsMs: Float64Array;
  readonly endsMs: Float64Array;
  /** For every frame: the column of each of its times. */
  readonly columnOf: readonly Int32Array[];
}

function readColumns(parts: readonly CellLines[]): Columns {
  const timesMs = union(parts.map(({ times }) => times.distinct));
  const columnOf = parts.map(({ times }) => placesOf(times.distinct, timesMs));
  const stepMs = parts[0].value.config.interval ?? timeField(parts[0]).config.interval ?? undefined;
  const bounds = columnBounds(timesMs, parts[0].xMin === undefined ? 'end' : 'start', stepMs);
  for (const [p, { xMin, xMax, times }] of parts.entries()) {
    if (xMin === undefined || xMax === undefined) continue;
    for (let i = 0; i < times.ids.length; i++) {
      if (times.ids[i] >= 0) bounds.endsMs[columnOf[p][times.ids[i]]] = numberAt(xMax.values, i);
    }
  }
  return { ...bounds, columnOf };
}

interface Rows {
  readonly edges: Float64Array;
  /** For every frame: the edge of each of its lower and upper bounds; undefined when frames do not say them. */
  readonly lowOf: readonly Int32Array[] | undefined;
  readonly highOf: readonly Int32Array[] | undefined;
  readonly notices: readonly GridNotice[];
}

function readRows(parts: readonly CellLines[]): Rows {
  const lows = parts.map(({ lows }) => lows?.distinct).filter((each) => each !== undefined);
  const highs = parts.map(({ highs }) => highs?.distinct).filter((each) => each !== undefined);
  const [hasLower, hasUpper] = [lows.length === parts.length, highs.length === parts.length];
  let all = union([...(hasLower ? lows : []), ...(hasUpper ? highs : [])]);
  if (!hasLower) all = Float64Array.of(lowestEdge(all), ...all);
  if (!hasUpper) all = Float64Array.of(...all, highestEdge(all));
  let edges = withoutTwins(all);
  const notices: GridNotice[] = [];
  if (edges.length - 1 > rowCountMax) {
    const every = Math.ceil(edges.length / rowCountMax);
    const last = edges.length - 1;
    edges = edges.filter((_, i) => i % every === 0 || i === last);
    notices.push({ kind: 'rows-joined', count: every });
  }
  const edgesOf = (bounds: Float64Array): Int32Array => {
    const places = new Int32Array(bounds.length);
    let at = 0;
    for (let i = 0; i < bounds.length; i++) {
      while (at + 1 < edges.length && bounds[i] >= edges[at + 1]) at += 1;
      places[i] = at;
    }
    return places;
  };
  const lowOf = hasLower ? lows.map(edgesOf) : undefined;
  return { edges, lowOf, highOf: hasUpper ? highs.map(edgesOf) : undefined, notices };
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
  parts: readonly CellLines[],
  columns: Columns,
  rows: Rows,
  columnCount: number,
  rowCount: number,
): Cells {
  const size = columnCount * rowCount;
  const spans = parts.map((part, p) => rowSpans(part, p, rows));
  const isSpanned = spans.some((each) => each.isWide);
  const cells: CellsInMaking = {
    columnCount,
    values: new Float64Array(size).fill(Number.NaN),
    span: isSpanned ? { low: new Uint16Array(size), high: new Uint16Array(size) } : undefined,
    marked: parts.some(({ anomaly }) => anomaly) ? new Uint8Array(size) : undefined,
    records: parts.map(() => new Int32Array(size).fill(-1)),
  };
  for (const [p, part] of parts.entries())
    addLines(part, columns.columnOf[p], spans[p], cells, cells.records[p]);
  return cells;
}

interface CellsInMaking extends Cells {
  readonly columnCount: number;
}

interface RowSpans {
  /** First row of every line's bucket and the one after its last; nothing where the second is not higher. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Some bucket covers several rows. */
  readonly isWide: boolean;
}

function rowSpans(
  { lows, highs, frame: { length } }: CellLines,
  p: number,
  { lowOf, highOf }: Rows,
): RowSpans {
  const [from, to] = [new Int32Array(length), new Int32Array(length)];
  let isWide = false;
  for (let i = 0; i < length; i++) {
    const lowId = lowOf === undefined ? -1 : (lows?.ids[i] ?? -1);
    const highId = highOf === undefined ? -1 : (highs?.ids[i] ?? -1);
    if (lowId < 0 && highId < 0) continue;
    const low = lowOf === undefined || lowId < 0 ? -1 : lowOf[p][lowId];
    const high = highOf === undefined || highId < 0 ? -1 : highOf[p][highId];
    from[i] = low < 0 ? high - 1 : low;
    // Bounds that were joined into one row still are a row.
    to[i] = high < 0 ? low + 1 : high === low ? low + 1 : high;
    if (to[i] > from[i] + 1) isWide = true;
  }
  return { from, to, isWide };
}

function addLines(
  { value, anomaly, times }: CellLines,
  columnOf: Int32Array,
  { from, to }: RowSpans,
  { columnCount, values, span, marked }: CellsInMaking,
  records: Int32Array,
): void {
  const { ids } = times;
  for (let i = 0; i < ids.length; i++) {
    const count = numberAt(value.values, i);
    if (ids[i] < 0 || Number.isNaN(count) || to[i] <= from[i]) continue;
    const isMarked = marked !== undefined && Number(anomaly?.values[i] ?? 0) > 0;
    for (let row = from[i]; row < to[i]; row++) {
      const cell = row * columnCount + columnOf[ids[i]];
      const before = values[cell];
      const isEmpty = Number.isNaN(before);
      const isSame = span === undefined || (span.low[cell] === from[i] && span.high[cell] === to[i]);
      // Of buckets that overlap, the narrower one is seen.
      if (span !== undefined && !isSame && !isEmpty && span.high[cell] - span.low[cell] < to[i] - from[i])
        continue;
      values[cell] = isSame && !isEmpty ? before + count : count;
      if (span !== undefined) {
        span.low[cell] = from[i];
        span.high[cell] = to[i];
      }
      records[cell] = i;
      if (isMarked) marked[cell] = 1;
    }
  }
}

function sourcesOf(
  parts: readonly CellLines[],
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
