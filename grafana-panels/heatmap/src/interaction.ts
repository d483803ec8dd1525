import type { Cell, HeatmapGeometry } from './geometry.ts';
import type { HeatmapGrid } from './grid.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a drag over the plot selects. */
export interface Brush {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly isTime: boolean;
  readonly isRows: boolean;
}

const clickDistancePx = 5;

/** A drag that is mostly sideways selects time, one that is mostly upright selects rows, any other both. */
export function brushOf(
  start: Point,
  end: Point,
  plot: { readonly width: number; readonly height: number },
): Brush | undefined {
  const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value));
  const [x, y] = [clamp(end.x, plot.width), clamp(end.y, plot.height)];
  const [dx, dy] = [Math.abs(x - start.x), Math.abs(y - start.y)];
  if (Math.max(dx, dy) < clickDistancePx) return undefined;
  const isTime = dx * 2 >= dy;
  const isRows = dy * 2 > dx && dy >= clickDistancePx;
  return {
    left: isTime ? Math.min(start.x, x) : 0,
    width: isTime ? dx : plot.width,
    top: isRows ? Math.min(start.y, y) : 0,
    height: isRows ? dy : plot.height,
    isTime,
    isRows,
  };
}

/** The rows that a brush touches, [first, last); undefined when it touches none. */
export function brushedRows(
  { rowEdgesPx, rowsInSight: [first, last] }: HeatmapGeometry,
  brush: Brush,
): readonly [number, number] | undefined {
  const touched: number[] = [];
  for (let row = first; row < last; row++) {
    const top = Math.min(rowEdgesPx[row], rowEdgesPx[row + 1]);
    const bottom = Math.max(rowEdgesPx[row], rowEdgesPx[row + 1]);
    if (top < brush.top + brush.height && bottom > brush.top) touched.push(row);
  }
  return touched.length === 0 ? undefined : [touched[0], touched[touched.length - 1] + 1];
}

export function brushedTime(
  { fromMs, toMs, plot }: HeatmapGeometry,
  { left, width }: Brush,
): { readonly from: number; readonly to: number } {
  const perPx = (toMs - fromMs) / plot.width;
  const from = Math.round(fromMs + left * perPx);
  return { from, to: Math.max(from + 1, Math.round(fromMs + (left + width) * perPx)) };
}

export function timeAt({ fromMs, toMs, plot }: HeatmapGeometry, x: number): number {
  return Math.round(fromMs + (x / plot.width) * (toMs - fromMs));
}

/** Where a key moves the cell cursor; undefined for keys that do not move it. */
export function moveCursor(
  grid: HeatmapGrid,
  { rowEdgesPx, rowsInSight: [first, last] }: HeatmapGeometry,
  cursor: Cell | undefined,
  key: string,
): Cell | undefined {
  const lastColumn = grid.columnCount - 1;
  const upward = rowEdgesPx[first] > rowEdgesPx[last];
  const start = cursor ?? { row: first, column: lastColumn };
  const step = (rows: number, columns: number): Cell => ({
    row: Math.min(last - 1, Math.max(first, start.row + rows * (upward ? 1 : -1))),
    column: Math.min(lastColumn, Math.max(0, start.column + columns)),
  });
  const page = Math.max(1, Math.round(grid.columnCount / 10));
  switch (key) {
    case 'ArrowUp':
      return cursor === undefined ? start : step(1, 0);
    case 'ArrowDown':
      return cursor === undefined ? start : step(-1, 0);
    case 'ArrowLeft':
      return cursor === undefined ? start : step(0, -1);
    case 'ArrowRight':
      return cursor === undefined ? start : step(0, 1);
    case 'PageUp':
      return step(0, -page);
    case 'PageDown':
      return step(0, page);
    case 'Home':
      return { ...start, column: 0 };
    case 'End':
      return { ...start, column: lastColumn };
    default:
      return undefined;
  }
}
