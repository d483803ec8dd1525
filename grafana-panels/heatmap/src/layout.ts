import { dateTimeFormat } from '@grafana/data';
import { axisScale } from '../../shared/src/axis-scale.ts';
import { type TimeTick, timeTicks } from '../../shared/src/time-axis.ts';
import type { HeatmapGeometry, PlotBox } from './geometry.ts';
import type { HeatmapView } from './prepare.ts';

export interface Label {
  readonly text: string;
  /** From the plot's upper or left side, in CSS pixels. */
  readonly at: number;
}

export interface TextMeasure {
  widthPx(text: string): number;
}

const lineHeightPx = 16;
export const legendHeightPx = 30;
export const timeAxisHeightPx = 22;

/** What is left for the cells when axes and legend have their place. */
export function plotBox(
  view: HeatmapView,
  size: { readonly width: number; readonly height: number },
  settings: {
    readonly showLegend: boolean;
    readonly measure: TextMeasure;
    formatRow(value: number): string;
  },
): PlotBox {
  const { width, height } = size;
  const texts = view.grid.kind === 'names' ? view.grid.rowNames : boundTexts(view, settings.formatRow);
  let widest = 0;
  // Measuring is slow; the longest by letters are the widest but for a few pixels.
  const longest = [...texts].sort((a, b) => b.length - a.length).slice(0, 8);
  for (const text of longest) widest = Math.max(widest, settings.measure.widthPx(text));
  // On a very small panel cells matter more than axes.
  const left = width < 160 ? 0 : Math.min(Math.ceil(widest) + 12, Math.floor(width * 0.35));
  const hasAxis = height >= 80;
  const legend = settings.showLegend && height >= 140 ? legendHeightPx : 0;
  const bottom = (hasAxis ? timeAxisHeightPx : 0) + legend;
  const top = 4;
  return {
    left,
    top,
    width: Math.max(1, width - left - 4),
    height: Math.max(1, height - bottom - top),
  };
}

function boundTexts({ grid }: HeatmapView, formatRow: (value: number) => string): readonly string[] {
  const every = Math.max(1, Math.floor(grid.rowEdges.length / 32));
  const texts: string[] = [];
  for (let i = 0; i < grid.rowEdges.length; i += every) {
    if (Number.isFinite(grid.rowEdges[i])) texts.push(formatRow(grid.rowEdges[i]));
  }
  return texts.map((text) => `> ${text}`);
}

/** Labels of the rows that do not overlap: names at the middle of their row, bounds where they are. */
export function rowLabels(
  view: HeatmapView,
  geometry: HeatmapGeometry,
  formatRow: (value: number) => string,
): readonly Label[] {
  const { grid } = view;
  const { rowEdgesPx, rowsInSight } = geometry;
  const [first, last] = rowsInSight;
  if (grid.kind === 'names') {
    const every = Math.max(1, Math.ceil((lineHeightPx * (last - first)) / geometry.plot.height));
    const labels: Label[] = [];
    for (let row = first; row < last; row += every) {
      labels.push({ text: grid.rowNames[row], at: (rowEdgesPx[row] + rowEdgesPx[row + 1]) / 2 });
    }
    return labels;
  }
  return boundLabels(view, geometry, formatRow);
}

function boundLabels(
  { grid, yScale }: HeatmapView,
  { rowEdgesPx, rowsInSight: [first, last], plot }: HeatmapGeometry,
  formatRow: (value: number) => string,
): readonly Label[] {
  const labels: Label[] = [];
  const count = Math.max(2, Math.floor(plot.height / 36));
  let [low, high] = [first, last];
  if (!isPlaced(grid.rowEdges[low], yScale)) {
    if (low + 1 <= high && Number.isFinite(grid.rowEdges[low + 1]))
      labels.push({
        text: `≤ ${formatRow(grid.rowEdges[low + 1])}`,
        at: (rowEdgesPx[low] + rowEdgesPx[low + 1]) / 2,
      });
    low += 1;
  }
  if (grid.rowEdges[high] === Number.POSITIVE_INFINITY) {
    if (Number.isFinite(grid.rowEdges[high - 1]))
      labels.push({
        text: `> ${formatRow(grid.rowEdges[high - 1])}`,
        at: (rowEdgesPx[high] + rowEdgesPx[high - 1]) / 2,
      });
    high -= 1;
  }
  if (low >= high) return labels;
  const scale = axisScale(yScale);
  const [from, to] = [scale.forward(grid.rowEdges[low]), scale.forward(grid.rowEdges[high])];
  const place = (value: number): number =>
    rowEdgesPx[low] + ((scale.forward(value) - from) / (to - from)) * (rowEdgesPx[high] - rowEdgesPx[low]);
  for (const tick of scale.ticks(grid.rowEdges[low], grid.rowEdges[high], count)) {
    const at = place(tick);
    if (labels.every((label) => Math.abs(label.at - at) >= lineHeightPx - 4))
      labels.push({ text: formatRow(tick), at });
  }
  return labels;
}

function isPlaced(edge: number, yScale: HeatmapView['yScale']): boolean {
  return Number.isFinite(edge) && (edge > 0 || (yScale !== 'log2' && yScale !== 'log10'));
}

/** Round times; in a calendar the names of days, each in the middle of its column. */
export function timeLabels(
  { grid }: HeatmapView,
  { plot, fromMs, toMs, columnStartsPx, columnEndsPx }: HeatmapGeometry,
  timeZone: string,
): readonly (TimeTick & Label)[] {
  if (grid.cellTime !== undefined) {
    const every = Math.ceil(grid.columnCount / Math.max(1, Math.floor(plot.width / 64)));
    return Array.from({ length: Math.ceil(grid.columnCount / every) }, (_, i) => {
      const [timeMs, column] = [grid.columnStartsMs[i * every], i * every];
      const text = dateTimeFormat(timeMs, { timeZone, format: every >= 7 ? 'MM-DD' : 'dd MM-DD' });
      return { timeMs, text, at: (columnStartsPx[column] + columnEndsPx[column]) / 2 };
    });
  }
  const perMs = plot.width / (toMs - fromMs);
  return timeTicks(fromMs, toMs, Math.max(2, Math.floor(plot.width / 72)), timeZone).map((tick) => ({
    ...tick,
    at: (tick.timeMs - fromMs) * perMs,
  }));
}
