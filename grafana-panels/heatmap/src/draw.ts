import { toCss } from '../../shared/src/palette.ts';
import type { PlacedExemplar } from './exemplars.ts';
import { cellBox, type HeatmapGeometry } from './geometry.ts';
import { type Label, legendHeightPx, type TextMeasure } from './layout.ts';
import { legendLabels } from './legend.ts';
import { paintCells } from './paint-cells.ts';
import type { HeatmapView } from './prepare.ts';

export interface DrawStyle {
  readonly font: string;
  readonly text: string;
  readonly line: string;
  readonly anomaly: string;
  readonly exemplar: string;
  /** Drawn under the anomaly's colour, so that it is seen on every other colour. */
  readonly halo: string;
}

/** A time or a range that somebody or something remarked on. */
export interface Note {
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
  readonly text: string;
}

export interface Drawing {
  readonly view: HeatmapView;
  readonly geometry: HeatmapGeometry;
  readonly ratio: number;
  readonly gapPx: number;
  readonly style: DrawStyle;
  readonly rowLabels: readonly Label[];
  readonly timeLabels: readonly Label[];
  readonly notes: readonly Note[];
  readonly exemplars: readonly PlacedExemplar[];
  readonly showLegend: boolean;
  formatValue(value: number): string;
}

/** What is kept between two drawings of the same size: memory for the cells' pixels. */
export interface DrawMemory {
  image?: ImageData;
}

export type Canvas2d = Pick<
  CanvasRenderingContext2D,
  | 'createImageData'
  | 'putImageData'
  | 'setTransform'
  | 'clearRect'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'measureText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'stroke'
  | 'fill'
  | 'closePath'
  | 'setLineDash'
> & {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
};

/** Draws all of the heatmap on a canvas of `size` CSS pixels. */
export function drawHeatmap(
  context: Canvas2d,
  size: { readonly width: number; readonly height: number },
  drawing: Drawing,
  memory: DrawMemory,
): void {
  const { ratio, geometry, style } = drawing;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  drawCells(context, drawing, memory);
  context.setTransform(ratio, 0, 0, ratio, geometry.plot.left * ratio, geometry.plot.top * ratio);
  drawNotes(context, drawing);
  drawAnomalies(context, drawing);
  drawExemplars(context, drawing);
  context.font = style.font;
  context.fillStyle = style.text;
  drawRowLabels(context, drawing);
  drawTimeLabels(context, drawing, size.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (drawing.showLegend && size.height >= 140) drawLegend(context, drawing, size.height);
}

function drawCells(context: Canvas2d, { view, geometry, ratio, gapPx }: Drawing, memory: DrawMemory): void {
  const width = Math.max(1, Math.round(geometry.plot.width * ratio));
  const height = Math.max(1, Math.round(geometry.plot.height * ratio));
  if (memory.image?.width !== width || memory.image.height !== height)
    memory.image = context.createImageData(width, height);
  const pixels = new Uint32Array(memory.image.data.buffer);
  paintCells(view, geometry, ratio, gapPx, { width, height, pixels });
  context.putImageData(
    memory.image,
    Math.round(geometry.plot.left * ratio),
    Math.round(geometry.plot.top * ratio),
  );
}

function drawNotes(context: Canvas2d, { notes, geometry }: Drawing): void {
  const { plot, fromMs, toMs } = geometry;
  const perMs = plot.width / (toMs - fromMs);
  for (const note of notes) {
    const from = Math.max(0, (note.fromMs - fromMs) * perMs);
    const to = Math.min(plot.width, (note.toMs - fromMs) * perMs);
    if (to < 0 || from > plot.width) continue;
    context.strokeStyle = note.colour;
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.beginPath();
    for (const x of to > from ? [from, to] : [from]) {
      context.moveTo(x, 0);
      context.lineTo(x, plot.height);
    }
    context.stroke();
    context.setLineDash([]);
    // A bar below the cells says how long it was, without a veil over them.
    context.fillStyle = note.colour;
    context.fillRect(from - 1.5, plot.height, Math.max(3, to - from + 3), 3);
  }
}

/** One line around each group of anomalous cells: edges between two of them are left out. */
function drawAnomalies(context: Canvas2d, { view, geometry, style }: Drawing): void {
  const { anomalies, grid } = view;
  if (anomalies === undefined) return;
  const edges: number[] = [];
  const isMarked = (row: number, column: number): boolean =>
    row >= 0 &&
    row < grid.rowCount &&
    column >= 0 &&
    column < grid.columnCount &&
    anomalies[row * grid.columnCount + column] === 1;
  const [first, last] = geometry.rowsInSight;
  for (let cell = first * grid.columnCount; cell < last * grid.columnCount; cell++) {
    if (anomalies[cell] !== 1) continue;
    const row = Math.floor(cell / grid.columnCount);
    const column = cell - row * grid.columnCount;
    const upEdge = geometry.rowEdgesPx[row + 1];
    const lowEdge = geometry.rowEdgesPx[row];
    const { left, width } = cellBox(view, geometry, { row, column });
    const right = left + width;
    if (right <= 0 || left >= geometry.plot.width) continue;
    if (!isMarked(row + 1, column)) edges.push(left, upEdge, right, upEdge);
    if (!isMarked(row - 1, column)) edges.push(left, lowEdge, right, lowEdge);
    if (!isMarked(row, column - 1)) edges.push(left, lowEdge, left, upEdge);
    if (!isMarked(row, column + 1)) edges.push(right, lowEdge, right, upEdge);
  }
  for (const [colour, lineWidth] of [
    [style.halo, 4],
    [style.anomaly, 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.beginPath();
    for (let i = 0; i < edges.length; i += 4) {
      context.moveTo(edges[i], edges[i + 1]);
      context.lineTo(edges[i + 2], edges[i + 3]);
    }
    context.stroke();
  }
}

const toolsWidthPx = 56;

const exemplarRadiusPx = 4.5;

/** Diamonds, filled with the text's colour and set off from every cell below. */
function drawExemplars(context: Canvas2d, { exemplars, style }: Drawing): void {
  if (exemplars.length === 0) return;
  context.beginPath();
  for (const { x, y } of exemplars) {
    context.moveTo(x, y - exemplarRadiusPx);
    context.lineTo(x + exemplarRadiusPx, y);
    context.lineTo(x, y + exemplarRadiusPx);
    context.lineTo(x - exemplarRadiusPx, y);
    context.closePath();
  }
  context.strokeStyle = style.halo;
  context.lineWidth = 2.5;
  context.stroke();
  context.fillStyle = style.exemplar;
  context.fill();
}

function drawRowLabels(context: Canvas2d, { rowLabels, geometry }: Drawing): void {
  const { plot } = geometry;
  if (plot.left < 20) return;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { text, at } of rowLabels) {
    if (at < -1 || at > plot.height + 1) continue;
    const y = Math.min(plot.height - 5, Math.max(5, at));
    context.fillText(shorten(text, plot.left - 10, { widthPx: (t) => context.measureText(t).width }), -6, y);
  }
}

function drawTimeLabels(context: Canvas2d, { timeLabels, geometry, style }: Drawing, height: number): void {
  const { plot } = geometry;
  if (height < 80) return;
  context.textBaseline = 'top';
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const { at } of timeLabels) {
    context.moveTo(Math.round(at) + 0.5, plot.height);
    context.lineTo(Math.round(at) + 0.5, plot.height + 4);
  }
  context.stroke();
  for (const { text, at } of timeLabels) {
    const half = context.measureText(text).width / 2;
    // Half a label that would be cut off says nothing.
    if (at + half > plot.width + 4 || at - half < -plot.left) continue;
    context.textAlign = 'center';
    context.fillText(text, at, plot.height + 7);
  }
}

function drawLegend(
  context: Canvas2d,
  { view, geometry, formatValue, style }: Drawing,
  height: number,
): void {
  const { left, width } = legendBar(geometry);
  const top = height - legendHeightPx + 6;
  const { colours } = view;
  for (let i = 0; i < colours.length; i++) {
    context.fillStyle = toCss(colours[i]);
    const x = left + (i / colours.length) * width;
    // One pixel more, so that no line of background shows between two.
    context.fillRect(x, top, width / colours.length + (i + 1 < colours.length ? 1 : 0), 8);
  }
  context.fillStyle = style.text;
  context.textBaseline = 'top';
  context.textAlign = 'left';
  const measure: TextMeasure = { widthPx: (text) => context.measureText(text).width };
  for (const { text, part, leftPx } of legendLabels(view, width, formatValue, measure)) {
    if (!view.isStepped) context.fillRect(left + Math.min(width - 1, part * width), top + 8, 1, 2);
    context.fillText(text, left + leftPx, top + 11);
  }
}

/** Where the legend's colours are, from the panel's left side. */
export function legendBar(geometry: HeatmapGeometry): { readonly left: number; readonly width: number } {
  // What can be switched stands to the right of it.
  return { left: geometry.plot.left, width: Math.max(40, Math.min(420, geometry.plot.width - toolsWidthPx)) };
}

/** The text, or as many of its letters as there is room for, and a mark that some are missing. */
export function shorten(text: string, roomPx: number, measure: TextMeasure): string {
  if (measure.widthPx(text) <= roomPx) return text;
  let [low, high] = [0, text.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (measure.widthPx(`${text.slice(0, middle)}…`) <= roomPx) low = middle;
    else high = middle;
  }
  return `${text.slice(0, low)}…`;
}
