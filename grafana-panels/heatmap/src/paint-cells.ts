import { toPixel } from '../../shared/src/palette.ts';
import { columnsAt, type HeatmapGeometry, rowsAt } from './geometry.ts';
import type { HeatmapView } from './prepare.ts';

export interface CellPixels {
  readonly width: number;
  readonly height: number;
  /** One pixel each, red in the lowest byte. */
  readonly pixels: Uint32Array;
}

/**
 * Writes every cell's pixels: one look into the levels per column in sight for a row's first line, and a copy for its
 * other lines. The time depends on the pixels, and hardly on how many cells there are.
 */
export function paintCells(
  { grid, levels, colours }: HeatmapView,
  geometry: HeatmapGeometry,
  ratio: number,
  gapPx: number,
  { width, height, pixels }: CellPixels,
): void {
  const gap = Math.round(gapPx * ratio);
  const rows = rowsAt(geometry.rowEdgesPx, geometry.rowsInSight, height, ratio, gap);
  const columns = columnsAt(geometry.columnStartsPx, geometry.columnEndsPx, width, ratio, gap);
  const table = new Uint32Array(256);
  colours.forEach((colour, i) => {
    table[i + 1] = toPixel(colour);
  });
  // A bucket that covers several rows has no gap within.
  const hasSpan = grid.span !== undefined;
  const { starts, count } = runsOf(columns);
  let before = -2;
  for (let y = 0; y < height; y++) {
    const row = rows[y];
    const start = y * width;
    if (row === before) pixels.copyWithin(start, start - width, start);
    else if (row < 0) pixels.fill(0, start, start + width);
    else {
      const cells = row * grid.columnCount;
      for (let run = 0; run < count; run++) {
        const column = columns[starts[run]];
        const pixel = column < 0 ? 0 : table[levels[cells + column]];
        const end = start + starts[run + 1];
        for (let at = start + starts[run]; at < end; at++) pixels[at] = pixel;
      }
    }
    before = row;
  }
  if (hasSpan && gap > 0) closeGaps(grid, rows, columns, levels, table, { width, height, pixels });
}

/** Where each stretch of pixels of one column starts; after the last of them the line's end. */
function runsOf(columns: Int32Array): { readonly starts: Int32Array; readonly count: number } {
  const starts = new Int32Array(columns.length + 1);
  let count = 0;
  for (let x = 0; x < columns.length; x++) if (x === 0 || columns[x] !== columns[x - 1]) starts[count++] = x;
  starts[count] = columns.length;
  return { starts, count };
}

/** Fills the gap lines that lie inside a bucket of several rows. */
function closeGaps(
  grid: HeatmapView['grid'],
  rows: Int32Array,
  columns: Int32Array,
  levels: Uint8Array,
  table: Uint32Array,
  { width, height, pixels }: CellPixels,
): void {
  const span = grid.span;
  if (span === undefined) return;
  for (let y = 1; y < height; y++) {
    if (rows[y] >= 0) continue;
    let below = y;
    while (below < height && rows[below] < 0) below += 1;
    const [one, other] = [rows[y - 1], rows[below] ?? -1];
    if (one < 0 || other < 0) continue;
    for (let x = 0; x < width; x++) {
      const column = columns[x];
      if (column < 0) continue;
      const a = one * grid.columnCount + column;
      const b = other * grid.columnCount + column;
      const isSame =
        span.high[a] > span.low[a] && span.low[a] === span.low[b] && span.high[a] === span.high[b];
      if (isSame) for (let line = y; line < below; line++) pixels[line * width + x] = table[levels[a]];
    }
    y = below - 1;
  }
}
