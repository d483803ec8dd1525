import type { HeatmapGrid } from './grid.ts';

/** Named rows in another order, or only some of them: `order[i]` is the old row of the new row i. */
export function takeRows(grid: HeatmapGrid, order: readonly number[]): HeatmapGrid {
  const { columnCount, cellTime, rowField } = grid;
  const values = new Float64Array(order.length * columnCount);
  const marked = grid.marked && new Uint8Array(values.length);
  order.forEach((old, row) => {
    const from = old * columnCount;
    values.set(grid.values.subarray(from, from + columnCount), row * columnCount);
    if (marked && grid.marked) marked.set(grid.marked.subarray(from, from + columnCount), row * columnCount);
  });
  return {
    ...grid,
    rowCount: order.length,
    rowNames: order.map((old) => grid.rowNames[old]),
    rowEdges: Float64Array.from({ length: order.length + 1 }, (_, i) => i),
    values,
    marked,
    sourcesAt: (row, column) => grid.sourcesAt(order[row], column),
    ...(rowField === undefined ? {} : { rowField: (row) => rowField(order[row]) }),
    ...(cellTime === undefined ? {} : { cellTime: (row, column) => cellTime(order[row], column) }),
  };
}

/** The order of named rows; ties keep the order of the data. */
export function rowOrder(grid: HeatmapGrid, by: 'given' | 'name' | 'total'): readonly number[] {
  const order = Array.from({ length: grid.rowCount }, (_, i) => i);
  if (by === 'name') {
    const compare = new Intl.Collator(undefined, { numeric: true }).compare;
    return order.sort((a, b) => compare(grid.rowNames[a], grid.rowNames[b]));
  }
  if (by === 'given') return order;
  const totals = rowTotals(grid);
  return order.sort((a, b) => totals[b] - totals[a]);
}

export function rowTotals(grid: HeatmapGrid): Float64Array {
  const totals = new Float64Array(grid.rowCount);
  for (let row = 0; row < grid.rowCount; row++) {
    for (let i = row * grid.columnCount; i < (row + 1) * grid.columnCount; i++) {
      if (!Number.isNaN(grid.values[i])) totals[row] += grid.values[i];
    }
  }
  return totals;
}

/** The rows with the highest totals, in their own order. */
export function topRows(grid: HeatmapGrid, count: number): HeatmapGrid {
  if (grid.rowCount <= count) return grid;
  const totals = rowTotals(grid);
  const kept = Array.from(totals.keys())
    .sort((a, b) => totals[b] - totals[a])
    .slice(0, count)
    .sort((a, b) => a - b);
  const taken = takeRows(grid, kept);
  return {
    ...taken,
    notices: [...taken.notices, { kind: 'rows-left-out', count: grid.rowCount - count }],
  };
}
