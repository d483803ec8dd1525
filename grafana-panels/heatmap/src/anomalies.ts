import type { DataFrame, Field } from '@grafana/data';
import { type HeatmapGrid, numberAt } from './grid.ts';

export function isAnomalyFrame(frame: DataFrame): boolean {
  return frame.name === 'anomalies' || frame.meta?.custom?.['statbar'] === 'anomalies';
}

/** Cells that are anomalous: those that the data marks, and those that a frame of anomalies covers. */
export function markAnomalies(grid: HeatmapGrid, frames: readonly DataFrame[]): Uint8Array | undefined {
  if (frames.length === 0) return grid.marked;
  const marked = grid.marked?.slice() ?? new Uint8Array(grid.values.length);
  for (const frame of frames) {
    const field = (name: string): Field | undefined => frame.fields.find((each) => each.name === name);
    const [time, timeEnd, yMin, yMax, row] = ['time', 'timeEnd', 'yMin', 'yMax', 'row'].map(field);
    if (time === undefined) continue;
    for (let i = 0; i < frame.length; i++) {
      const fromMs = numberAt(time.values, i);
      const toMs = timeEnd === undefined ? fromMs : Math.max(fromMs, numberAt(timeEnd.values, i) || fromMs);
      const low = yMin === undefined ? Number.NEGATIVE_INFINITY : numberAt(yMin.values, i);
      const high = yMax === undefined ? Number.POSITIVE_INFINITY : numberAt(yMax.values, i);
      const name = row?.values[i] as string | null | undefined;
      markRegion(grid, marked, { fromMs, toMs, low, high, name: name ?? undefined });
    }
  }
  return marked;
}

interface Region {
  readonly fromMs: number;
  readonly toMs: number;
  readonly low: number;
  readonly high: number;
  readonly name: string | undefined;
}

function markRegion(grid: HeatmapGrid, marked: Uint8Array, region: Region): void {
  const { columnCount, rowCount, columnStartsMs, columnEndsMs, rowEdges, rowNames, cellTime } = grid;
  for (let column = 0; column < columnCount; column++) {
    if (!isAt(region, columnStartsMs[column], columnEndsMs[column])) continue;
    for (let row = 0; row < rowCount; row++) {
      const isRow =
        grid.kind === 'names'
          ? region.name === undefined || rowNames[row] === region.name
          : rowEdges[row] < region.high && region.low < rowEdges[row + 1];
      const [startMs, endMs] = cellTime?.(row, column) ?? [columnStartsMs[column], columnEndsMs[column]];
      if (isRow && isAt(region, startMs, endMs) && !Number.isNaN(grid.values[row * columnCount + column]))
        marked[row * columnCount + column] = 1;
    }
  }
}

/** A moment belongs to the time that ends with it, as a sample does; a range to those it overlaps. */
function isAt({ fromMs, toMs }: Region, startMs: number, endMs: number): boolean {
  return fromMs === toMs ? startMs < fromMs && fromMs <= endMs : startMs < toMs && fromMs < endMs;
}
