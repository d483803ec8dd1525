import type { CellSource, HeatmapGrid } from './grid.ts';

/**
 * Joins neighbouring columns until there are at most `columnCountMax`: counts add up, of other values the highest is
 * kept, so that a spike stays in sight.
 */
export function joinColumns(grid: HeatmapGrid, columnCountMax: number): HeatmapGrid {
  const per = Math.ceil(grid.columnCount / Math.max(1, columnCountMax));
  if (per <= 1) return grid;
  const columnCount = Math.ceil(grid.columnCount / per);
  const size = columnCount * grid.rowCount;
  const values = new Float64Array(size).fill(Number.NaN);
  const span = grid.span && { low: new Uint16Array(size), high: new Uint16Array(size) };
  const marked = grid.marked && new Uint8Array(size);
  const isCount = grid.kind === 'buckets';
  for (let row = 0; row < grid.rowCount; row++) {
    for (let column = 0; column < grid.columnCount; column++) {
      const from = row * grid.columnCount + column;
      const to = row * columnCount + Math.floor(column / per);
      const value = grid.values[from];
      if (marked !== undefined && grid.marked?.[from] === 1) marked[to] = 1;
      if (Number.isNaN(value)) continue;
      const before = values[to];
      values[to] = Number.isNaN(before) ? value : isCount ? before + value : Math.max(before, value);
      if (span !== undefined && grid.span !== undefined) {
        span.low[to] = grid.span.low[from];
        span.high[to] = grid.span.high[from];
      }
    }
  }
  const last = (column: number): number => Math.min(grid.columnCount, (column + 1) * per) - 1;
  return {
    ...grid,
    columnCount,
    columnStartsMs: Float64Array.from({ length: columnCount }, (_, c) => grid.columnStartsMs[c * per]),
    columnEndsMs: Float64Array.from({ length: columnCount }, (_, c) => grid.columnEndsMs[last(c)]),
    values,
    span,
    marked,
    notices: [...grid.notices, { kind: 'columns-joined', count: per }],
    sourcesAt(row, column) {
      const found = new Map<string, CellSource>();
      for (let c = column * per; c <= last(column); c++) {
        for (const source of grid.sourcesAt(row, c)) {
          const before = found.get(source.label);
          const value = before === undefined ? source.value : joined(before.value, source.value, isCount);
          found.set(source.label, { ...source, value });
        }
      }
      return [...found.values()];
    },
  };
}

function joined(before: number, value: number, isCount: boolean): number {
  return isCount ? before + value : Math.max(before, value);
}
