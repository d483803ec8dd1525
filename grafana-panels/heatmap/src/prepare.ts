import type { DataFrame, TimeZone } from '@grafana/data';
import type { AxisScaleKind } from '../../shared/src/axis-scale.ts';
import { isAnomalyFrame, markAnomalies } from './anomalies.ts';
import { type Colouring, colourGrid, type Paint } from './colouring.ts';
import { type HeatmapGrid, rowCountMax } from './grid.ts';
import { joinColumns } from './join-columns.ts';
import type { HeatmapOptions } from './options.ts';
import { rowOrder, takeRows, topRows } from './order-rows.ts';
import { readBuckets } from './read-buckets.ts';
import { readCalendar } from './read-calendar.ts';
import { readCells } from './read-cells.ts';
import { readNames } from './read-names.ts';
import { readValues } from './read-values.ts';
import { readSeries, type Series } from './series.ts';

/** A heatmap ready to be drawn: cells with colours in typed arrays. */
export interface HeatmapView extends Colouring {
  readonly grid: HeatmapGrid;
  readonly yScale: AxisScaleKind;
  /** 1 for every anomalous cell, row-major. */
  readonly anomalies: Uint8Array | undefined;
}

/** Reads the frames: everything but size and colour. Undefined when there is nothing that could be a cell. */
export function readGrid(
  frames: readonly DataFrame[],
  options: HeatmapOptions,
  columnCountMax: number,
  timeZone: TimeZone = 'utc',
): HeatmapGrid | undefined {
  const data = frames.filter((frame) => !isAnomalyFrame(frame) && frame.length > 0);
  const read = readCalendarOf(data, options, timeZone) ?? readData(data, options, columnCountMax);
  // Cells that all are without a value are none.
  if (read?.values.some((value) => !Number.isNaN(value)) !== true) return undefined;
  if (read.cellTime !== undefined)
    return { ...read, marked: markAnomalies(read, frames.filter(isAnomalyFrame)) };
  const isOrdered = read.kind === 'names' && read.rowCount > 1 && options.sortRows !== 'given';
  const sorted = isOrdered ? takeRows(read, rowOrder(read, options.sortRows)) : read;
  const ordered = read.kind === 'names' ? topRows(sorted, rowCountMax) : read;
  const marked = markAnomalies(ordered, frames.filter(isAnomalyFrame));
  return joinColumns({ ...ordered, marked }, columnCountMax);
}

/** Gives a grid its colours. */
export function prepareView(grid: HeatmapGrid, options: HeatmapOptions, paint: Paint): HeatmapView {
  const { yScale, isRefused } = scaleOfRows(grid, options.yScale);
  const seen = isRefused
    ? { ...grid, notices: [...grid.notices, { kind: 'no-logarithm', count: 0 } as const] }
    : grid;
  return {
    grid: seen,
    yScale,
    anomalies: options.showAnomalies ? grid.marked : undefined,
    ...colourGrid(grid, options, paint),
  };
}

function readCalendarOf(
  frames: readonly DataFrame[],
  options: HeatmapOptions,
  timeZone: TimeZone,
): HeatmapGrid | undefined {
  if (options.layout !== 'calendar') return undefined;
  const series = readSeries(frames.filter((frame) => !isCells(frame)));
  return series.length === 0 ? undefined : readCalendar(series, options, timeZone);
}

function readData(
  frames: readonly DataFrame[],
  options: HeatmapOptions,
  columnCountMax: number,
): HeatmapGrid | undefined {
  if (options.rows === 'auto') {
    const cells = readCells(frames.filter(isCells));
    if (cells !== undefined) return cells;
  }
  const series = readSeries(frames.filter((frame) => !isCells(frame)));
  if (series.length === 0) return undefined;
  if (options.rows === 'histogram') {
    const scale = options.yScale === 'auto' ? 'linear' : options.yScale;
    return readValues(series, { count: options.valueBucketCount, scale, columnCountMax });
  }
  const buckets =
    options.rows === 'auto' && series.every(saysBound) ? readBuckets(series, options.cumulative) : undefined;
  return buckets ?? readNames(series, options);
}

function isCells(frame: DataFrame): boolean {
  if (frame.meta?.type === 'heatmap-cells') return true;
  const has = (name: string): boolean => frame.fields.some((field) => field.name === name);
  return (has('yMin') || has('yMax')) && (has('xMin') || has('xMax') || has('x'));
}

/** A number as a name is a bound only where the frame says that its fields are rows: a status code is none. */
function saysBound({ labels, frame }: Series): boolean {
  return labels['le'] !== undefined || frame.meta?.type === 'heatmap-rows';
}

/** Rows of even steps are linear, others logarithmic where they can be. */
function scaleOfRows(
  { kind, rowEdges }: HeatmapGrid,
  wanted: HeatmapOptions['yScale'],
): { readonly yScale: AxisScaleKind; readonly isRefused: boolean } {
  if (kind === 'names') return { yScale: 'linear', isRefused: false };
  const finite = rowEdges.filter((edge) => Number.isFinite(edge));
  const positive = finite.filter((edge) => edge > 0);
  const isNegative = finite.some((edge) => edge < 0);
  if (wanted === 'log2' || wanted === 'log10') {
    return positive.length > 1 && !isNegative
      ? { yScale: wanted, isRefused: false }
      : { yScale: isNegative ? 'symlog' : 'linear', isRefused: true };
  }
  if (wanted !== 'auto') return { yScale: wanted, isRefused: false };
  const isWide = positive.length > 2 && positive[positive.length - 1] / positive[0] > 50;
  if (!isWide || isEven(finite)) return { yScale: 'linear', isRefused: false };
  return { yScale: isNegative ? 'symlog' : 'log10', isRefused: false };
}

function isEven(edges: Float64Array): boolean {
  const step = edges[1] - edges[0];
  for (let i = 2; i < edges.length; i++) {
    if (Math.abs(edges[i] - edges[i - 1] - step) > step * 0.01) return false;
  }
  return true;
}
