import { type DataFrame, type Field, FieldType } from '@grafana/data';
import { axisScale } from '../../shared/src/axis-scale.ts';
import { type Cell, type HeatmapGeometry, rowSpan } from './geometry.ts';
import { type HeatmapGrid, numberAt } from './grid.ts';
import type { HeatmapView } from './prepare.ts';

/** One measurement that somebody kept whole: a value with its labels, which often name a trace. */
export interface Exemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly labels: ReadonlyArray<readonly [name: string, value: string]>;
  /** Where its links are. */
  readonly fields: readonly Field[];
  readonly index: number;
}

/** More dots than this cover the cells that they are to explain. */
export const exemplarCountMax = 2000;

export function isExemplarFrame(frame: DataFrame): boolean {
  return frame.name === 'exemplar' || frame.meta?.custom?.['resultType'] === 'exemplar';
}

/** Exemplars come beside the series, as annotations. Of too many, those evenly spread over the frames are kept. */
export function readExemplars(frames: readonly DataFrame[]): readonly Exemplar[] {
  const found: Exemplar[] = [];
  for (const frame of frames.filter(isExemplarFrame)) {
    const time = frame.fields.find(({ type }) => type === FieldType.time);
    const value = frame.fields.find(({ type }) => type === FieldType.number);
    if (time === undefined || value === undefined) continue;
    const texts = frame.fields.filter(({ type }) => type === FieldType.string);
    for (let index = 0; index < frame.length; index++) {
      const timeMs = numberAt(time.values, index);
      const measured = numberAt(value.values, index);
      if (Number.isNaN(timeMs) || Number.isNaN(measured)) continue;
      const labels = texts
        .map((field) => [field.name, String(field.values[index] ?? '')] as const)
        .filter(([name, text]) => text !== '' && name !== '__name__');
      found.push({ timeMs, value: measured, labels, fields: frame.fields, index });
    }
  }
  const every = Math.ceil(found.length / exemplarCountMax);
  return every <= 1 ? found : found.filter((_, i) => i % every === 0);
}

/** An exemplar within the plot, in CSS pixels, and the cell that counts it. */
export interface PlacedExemplar {
  readonly exemplar: Exemplar;
  readonly x: number;
  readonly y: number;
  readonly row: number;
  /** -1: at its time there are no cells. */
  readonly column: number;
}

/** Puts exemplars where their time and value are; named rows have those whose label is the row's name. */
export function placeExemplars(
  view: HeatmapView,
  geometry: HeatmapGeometry,
  exemplars: readonly Exemplar[],
): readonly PlacedExemplar[] {
  const { grid } = view;
  const { fromMs, toMs, plot, rowsInSight } = geometry;
  // Where a column is not a stretch of time but a day, a moment has no place of its own.
  if (grid.cellTime !== undefined) return [];
  const placed: PlacedExemplar[] = [];
  for (const exemplar of exemplars) {
    const row = rowOf(grid, exemplar);
    if (row < rowsInSight[0] || row >= rowsInSight[1]) continue;
    const x = ((exemplar.timeMs - fromMs) / (toMs - fromMs)) * plot.width;
    const y = heightOf(view, geometry, row, exemplar.value);
    if (x < 0 || x > plot.width) continue;
    placed.push({ exemplar, x, y, row, column: columnOf(grid, exemplar.timeMs) });
  }
  return placed;
}

function rowOf(grid: HeatmapGrid, { value, labels }: Exemplar): number {
  if (grid.kind === 'names') {
    const name = labels.find(([label]) => label === grid.rowLabel)?.[1];
    return name === undefined ? -1 : grid.rowNames.indexOf(name);
  }
  const { rowEdges, rowCount } = grid;
  if (!(value > rowEdges[0]) && value !== rowEdges[0]) return -1;
  let low = 0;
  let high = rowCount;
  // A bucket holds its upper bound.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowEdges[middle + 1] < value) low = middle + 1;
    else high = middle;
  }
  return low < rowCount ? low : -1;
}

function columnOf({ columnStartsMs, columnEndsMs, columnCount }: HeatmapGrid, timeMs: number): number {
  let low = 0;
  let high = columnCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columnEndsMs[middle] < timeMs) low = middle + 1;
    else high = middle;
  }
  return low < columnCount && columnStartsMs[low] < timeMs ? low : -1;
}

function heightOf(
  { grid, yScale }: HeatmapView,
  geometry: HeatmapGeometry,
  row: number,
  value: number,
): number {
  const [a, b] = [geometry.rowEdgesPx[row], geometry.rowEdgesPx[row + 1]];
  const { forward } = axisScale(yScale);
  const [from, to] = [forward(grid.rowEdges[row]), forward(grid.rowEdges[row + 1])];
  const part = (forward(value) - from) / (to - from);
  const isPlaced = grid.kind === 'buckets' && Number.isFinite(part) && Number.isFinite(from + to);
  return a + (isPlaced ? Math.min(1, Math.max(0, part)) : 0.5) * (b - a);
}

/** The exemplar that is nearest to a point, if one is near. */
export function exemplarAt(
  placed: readonly PlacedExemplar[],
  x: number,
  y: number,
  withinPx: number,
): PlacedExemplar | undefined {
  let nearest: PlacedExemplar | undefined;
  let least = withinPx * withinPx;
  for (const each of placed) {
    const distance = (each.x - x) ** 2 + (each.y - y) ** 2;
    if (distance > least || each.column < 0) continue;
    least = distance;
    nearest = each;
  }
  return nearest;
}

/** The exemplars that a cell counts, the one that is pointed at first. */
export function exemplarsIn(
  placed: readonly PlacedExemplar[],
  { grid }: HeatmapView,
  { row, column }: Cell,
  pointedAt: PlacedExemplar | undefined,
): readonly Exemplar[] {
  const [low, high] = rowSpan(grid, row, column);
  const found = placed.filter((each) => each.column === column && each.row >= low && each.row < high);
  if (pointedAt !== undefined) found.sort((a, b) => Number(b === pointedAt) - Number(a === pointedAt));
  return found.map(({ exemplar }) => exemplar);
}
