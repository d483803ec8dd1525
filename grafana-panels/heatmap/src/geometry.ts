import { axisScale } from '../../shared/src/axis-scale.ts';
import type { HeatmapView } from './prepare.ts';

export interface PlotBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where cells are, in CSS pixels from the plot's upper left corner. Built once per size, time range or data. */
export interface HeatmapGeometry {
  readonly plot: PlotBox;
  readonly fromMs: number;
  readonly toMs: number;
  /** Position of every row's edge; falls when low is at the bottom. */
  readonly rowEdgesPx: Float64Array;
  readonly columnStartsPx: Float64Array;
  readonly columnEndsPx: Float64Array;
  /** Row and column at a whole pixel, -1 for none: a hit test is a look into both. */
  readonly rowAt: Int32Array;
  readonly columnAt: Int32Array;
  /** First row in sight and the one after the last. */
  readonly rowsInSight: readonly [number, number];
}

export interface GeometrySettings {
  readonly plot: PlotBox;
  readonly fromMs: number;
  readonly toMs: number;
  readonly yReverse: boolean;
  /** Only these rows, [from, to). */
  readonly rows?: readonly [number, number] | undefined;
}

/** Height of a bucket that has no end. */
const endlessPx = 14;

export function layOut(view: HeatmapView, settings: GeometrySettings): HeatmapGeometry {
  const { plot, fromMs, toMs, yReverse } = settings;
  const { grid } = view;
  const rowsInSight = settings.rows ?? ([0, grid.rowCount] as const);
  const perMs = plot.width / (toMs - fromMs);
  const columnStartsPx = grid.columnStartsMs.map((time) => (time - fromMs) * perMs);
  const columnEndsPx = grid.columnEndsMs.map((time) => (time - fromMs) * perMs);
  const upward = (grid.kind === 'buckets') !== yReverse;
  const rowEdgesPx = edgesPx(view, rowsInSight, plot.height);
  if (upward) for (let i = 0; i < rowEdgesPx.length; i++) rowEdgesPx[i] = plot.height - rowEdgesPx[i];
  return {
    plot,
    fromMs,
    toMs,
    rowEdgesPx,
    columnStartsPx,
    columnEndsPx,
    rowAt: rowsAt(rowEdgesPx, rowsInSight, Math.ceil(plot.height), 1, 0),
    columnAt: columnsAt(columnStartsPx, columnEndsPx, Math.ceil(plot.width), 1, 0),
    rowsInSight,
  };
}

/** Distance of every edge from the low end. */
function edgesPx(
  { grid, yScale }: HeatmapView,
  [first, last]: readonly [number, number],
  height: number,
): Float64Array {
  const { rowEdges } = grid;
  const positions = new Float64Array(rowEdges.length);
  if (grid.kind === 'names') {
    for (let i = 0; i < positions.length; i++) positions[i] = ((i - first) / (last - first)) * height;
    return positions;
  }
  const { forward } = axisScale(yScale);
  const isLog = yScale === 'log2' || yScale === 'log10';
  const hasPlace = (edge: number): boolean => Number.isFinite(edge) && (!isLog || edge > 0);
  const lowest = hasPlace(rowEdges[first]) ? first : first + 1;
  const highest = hasPlace(rowEdges[last]) ? last : last - 1;
  const band = Math.min(endlessPx, height / 6);
  const under = lowest > first ? band : 0;
  const over = highest < last ? band : 0;
  const [from, to] = [forward(rowEdges[lowest]), forward(rowEdges[highest])];
  const room = to > from ? height - under - over : 0;
  for (let i = 0; i < positions.length; i++) {
    if (i < lowest) positions[i] = i === first ? 0 : -1e6;
    else if (i > highest) positions[i] = i === last ? height : 1e6;
    else positions[i] = under + (to > from ? (forward(rowEdges[i]) - from) / (to - from) : 0) * room;
  }
  // All there is are endless buckets.
  if (lowest >= highest) {
    for (let i = first; i <= last; i++) positions[i] = ((i - first) / (last - first)) * height;
  }
  return positions;
}

/**
 * The row at the middle of every pixel, `ratio` pixels per CSS pixel. Where rows are high enough, the last `gap`
 * pixels of each stay empty.
 */
export function rowsAt(
  edgesPx: Float64Array,
  [first, last]: readonly [number, number],
  size: number,
  ratio: number,
  gap: number,
): Int32Array {
  const at = new Int32Array(size).fill(-1);
  for (let row = first; row < last; row++) {
    const from = Math.min(edgesPx[row], edgesPx[row + 1]) * ratio;
    const to = Math.max(edgesPx[row], edgesPx[row + 1]) * ratio;
    fillPixels(at, from, to, gap, row);
  }
  return at;
}

export function columnsAt(
  startsPx: Float64Array,
  endsPx: Float64Array,
  size: number,
  ratio: number,
  gap: number,
): Int32Array {
  const at = new Int32Array(size).fill(-1);
  for (let column = 0; column < startsPx.length; column++) {
    const to = endsPx[column] * ratio;
    if (to < 0) continue;
    const from = startsPx[column] * ratio;
    if (from > size) break;
    fillPixels(at, from, to, gap, column);
  }
  return at;
}

function fillPixels(at: Int32Array, from: number, to: number, gap: number, index: number): void {
  const first = Math.max(0, Math.round(from));
  // What is thinner than a pixel still has the one it stands in, unless another has it.
  const last = Math.round(to);
  if (last <= first) {
    const only = Math.floor(from);
    if (only >= 0 && only < at.length && at[only] < 0) at[only] = index;
    return;
  }
  const end = Math.min(at.length, last - first >= 4 * gap ? last - gap : last);
  for (let i = first; i < end; i++) at[i] = index;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cell at a point of the plot, in constant time; undefined between cells and outside. */
export function hitTest({ rowAt, columnAt }: HeatmapGeometry, x: number, y: number): Cell | undefined {
  const row = rowAt[Math.floor(y)] ?? -1;
  const column = columnAt[Math.floor(x)] ?? -1;
  return row < 0 || column < 0 ? undefined : { row, column };
}

/** The outline of a cell, which covers several rows where its bucket does. */
export function cellBox({ grid }: HeatmapView, geometry: HeatmapGeometry, { row, column }: Cell): PlotBox {
  const [low, high] = rowSpan(grid, row, column);
  const a = geometry.rowEdgesPx[low];
  const b = geometry.rowEdgesPx[high];
  const left = Math.max(0, geometry.columnStartsPx[column]);
  const right = Math.min(geometry.plot.width, geometry.columnEndsPx[column]);
  const top = Math.max(0, Math.min(a, b));
  const bottom = Math.min(geometry.plot.height, Math.max(a, b));
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** The edges of the bucket that a cell belongs to. */
export function rowSpan(grid: HeatmapView['grid'], row: number, column: number): readonly [number, number] {
  if (grid.span === undefined) return [row, row + 1];
  const cell = row * grid.columnCount + column;
  const [low, high] = [grid.span.low[cell], grid.span.high[cell]];
  return high > low ? [low, high] : [row, row + 1];
}
