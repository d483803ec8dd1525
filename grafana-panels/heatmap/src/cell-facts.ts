import { type Cell, rowSpan } from './geometry.ts';
import type { CellSource, HeatmapGrid } from './grid.ts';

/** What is known about one cell. */
export interface CellFacts {
  readonly value: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Bounds of the bucket; NaN for named rows. */
  readonly lower: number;
  readonly upper: number;
  readonly name: string;
  /** Part of the column's total, in [0, 1]; NaN when the column adds up to nothing, or has values below zero. */
  readonly share: number;
  /** Part of the column at or below this bucket, and below it: the quantiles that lie in the cell. */
  readonly shareUpTo: number;
  readonly shareBelow: number;
  readonly columnTotal: number;
  readonly isAnomaly: boolean;
  readonly contributors: readonly CellSource[];
}

export function cellFacts(grid: HeatmapGrid, { row, column }: Cell, isAnomaly: boolean): CellFacts {
  const [low, high] = rowSpan(grid, row, column);
  const value = grid.values[row * grid.columnCount + column];
  let total = 0;
  let below = 0;
  let lowest = 0;
  for (const bucket of columnBuckets(grid, column)) {
    total += bucket.value;
    lowest = Math.min(lowest, bucket.value);
    if (bucket.high <= low) below += bucket.value;
  }
  const part = (count: number): number => (total > 0 && lowest >= 0 ? count / total : Number.NaN);
  const [startMs, endMs] = grid.cellTime?.(row, column) ?? [
    grid.columnStartsMs[column],
    grid.columnEndsMs[column],
  ];
  const hasBounds = grid.kind === 'buckets';
  return {
    value,
    startMs,
    endMs,
    lower: hasBounds ? grid.rowEdges[low] : Number.NaN,
    upper: hasBounds ? grid.rowEdges[high] : Number.NaN,
    name: grid.rowNames[row] ?? '',
    share: part(value),
    shareUpTo: hasBounds ? part(below + value) : Number.NaN,
    shareBelow: hasBounds ? part(below) : Number.NaN,
    columnTotal: total,
    isAnomaly,
    // Who counted nothing in a bucket contributed nothing.
    contributors: grid
      .sourcesAt(row, column)
      .filter((source) => !hasBounds || source.value !== 0)
      .sort((a, b) => b.value - a.value),
  };
}

export interface ColumnBucket {
  readonly low: number;
  readonly high: number;
  readonly value: number;
}

/** The column's buckets from low to high, each once, without those that are not there. */
export function columnBuckets(grid: HeatmapGrid, column: number): readonly ColumnBucket[] {
  const found: ColumnBucket[] = [];
  for (let row = 0; row < grid.rowCount; ) {
    const [low, high] = rowSpan(grid, row, column);
    const value = grid.values[row * grid.columnCount + column];
    if (!Number.isNaN(value)) found.push({ low, high, value });
    row = Math.max(row + 1, high);
  }
  return found;
}
