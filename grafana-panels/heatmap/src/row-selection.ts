import type { HeatmapGrid } from './grid.ts';
import { takeRows } from './order-rows.ts';

/** The rows that a viewer wants to see, by what they are: the next answer may have them in another order. */
export type RowSelection =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'bounds'; readonly low: number; readonly high: number };

/** What the rows [first, last) are. */
export function selectionOf(grid: HeatmapGrid, [first, last]: readonly [number, number]): RowSelection {
  return grid.kind === 'names'
    ? { kind: 'names', names: grid.rowNames.slice(first, last) }
    : { kind: 'bounds', low: grid.rowEdges[first], high: grid.rowEdges[last] };
}

export interface SelectedRows {
  readonly grid: HeatmapGrid;
  /** Rows in sight where not all of the grid's are. */
  readonly rows: readonly [number, number] | undefined;
  /** How many are shown, when it is not all. */
  readonly count: number | undefined;
}

/** Applies a selection; one that no longer fits the data, or leaves nothing out, is none. */
export function selectRows(grid: HeatmapGrid, selection: RowSelection | undefined): SelectedRows {
  const all = { grid, rows: undefined, count: undefined };
  if (selection === undefined) return all;
  if (selection.kind === 'names') {
    if (grid.kind !== 'names') return all;
    const wanted = new Set(selection.names);
    const kept = grid.rowNames.flatMap((name, row) => (wanted.has(name) ? [row] : []));
    if (kept.length === 0 || kept.length === grid.rowCount) return all;
    return { grid: takeRows(grid, kept), rows: undefined, count: kept.length };
  }
  if (grid.kind !== 'buckets') return all;
  let [first, last] = [0, grid.rowCount];
  while (first < last && grid.rowEdges[first + 1] <= selection.low) first += 1;
  while (last > first && grid.rowEdges[last - 1] >= selection.high) last -= 1;
  if (first >= last || last - first === grid.rowCount) return all;
  return { grid, rows: [first, last], count: last - first };
}
