import type { TimeTick } from '../../shared/src/time-axis.ts';
import { type AlertState, type Mark, states } from './alerts.ts';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';
import { firstSpanAfter, type Spans } from './spans.ts';

export interface DrawStyle {
  readonly font: string;
  readonly text: string;
  readonly line: string;
  readonly grid: string;
  readonly background: string;
  readonly states: Readonly<Record<AlertState, string>>;
}

/** A mark with a colour that a canvas understands. */
export type DrawnMark = Pick<Mark, 'kind' | 'startMs' | 'endMs' | 'colour'>;

export interface Drawing {
  readonly lanes: readonly Lane[];
  readonly layout: Layout;
  readonly marks: readonly DrawnMark[];
  /** Marks are shaded over the lanes as well. */
  readonly shadeMarks: boolean;
  readonly ticks: readonly TimeTick[];
  readonly ratio: number;
  readonly style: DrawStyle;
}

export type Canvas2d = Pick<
  CanvasRenderingContext2D,
  | 'setTransform'
  | 'clearRect'
  | 'fillRect'
  | 'fillText'
  | 'measureText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'fill'
> & {
  globalAlpha: number;
  fillStyle: string | CanvasGradient | CanvasPattern;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
};

/** Of a region over the lanes: what is under it can be read. */
const shadeAlpha = 0.12;

/** Heights as parts of a lane: states are told apart by shape too, not by colour alone. */
export const stateHeights: Readonly<Record<AlertState, number>> = {
  firing: 0.72,
  acknowledged: 0.5,
  pending: 0.3,
  silenced: 0.16,
  resolved: 0.08,
};

/** Everything as it is seen, scrolled so far; the lanes' names are beside it. */
export function drawTimeline(context: Canvas2d, drawing: Drawing, scrollPx: number): void {
  const { layout, style, lanes } = drawing;
  drawUnder(context, drawing);
  const [first, last] = layout.lanesInSight(scrollPx, lanes.length);
  for (let lane = first; lane < last; lane++)
    drawLane(context, drawing, lanes[lane].spans, layout.plotTop + lane * layout.laneHeight - scrollPx);
  // What has been scrolled up is under the axis, which stays.
  context.fillStyle = style.background;
  context.fillRect(0, 0, layout.width, layout.plotTop);
  drawOver(context, drawing);
}

/** What stays where it is when lanes scroll. */
export function drawBackdrop(context: Canvas2d, drawing: Drawing): void {
  drawUnder(context, drawing);
  drawOver(context, drawing);
}

/** Bars of these lanes, [first, last), on a canvas that begins where the plot does and scrolls with them. */
export function drawTile(
  context: Canvas2d,
  drawing: Drawing,
  [first, last]: readonly [number, number],
): void {
  const { layout, ratio, lanes } = drawing;
  context.setTransform(ratio, 0, 0, ratio, -layout.plotLeft * ratio, 0);
  context.clearRect(layout.plotLeft, 0, layout.plotWidth, (last - first) * layout.laneHeight);
  for (let lane = first; lane < Math.min(last, lanes.length); lane++)
    drawLane(context, drawing, lanes[lane].spans, (lane - first) * layout.laneHeight);
}

function drawUnder(context: Canvas2d, drawing: Drawing): void {
  const { layout, ratio } = drawing;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, layout.width, layout.height);
  drawGrid(context, drawing);
  if (drawing.shadeMarks) drawShades(context, drawing);
}

function drawOver(context: Canvas2d, drawing: Drawing): void {
  drawMarks(context, drawing);
  drawAxis(context, drawing);
}

function drawGrid(context: Canvas2d, { layout, ticks, style }: Drawing): void {
  context.fillStyle = style.grid;
  for (const { timeMs } of ticks) {
    context.fillRect(Math.round(layout.xOf(timeMs)), layout.plotTop, 1, layout.plotHeight);
  }
}

function drawLane(context: Canvas2d, { layout, style, ratio }: Drawing, spans: Spans, top: number): void {
  // On whole pixels of the screen: edges are sharp, and cheap.
  const snap = (px: number): number => Math.round(px * ratio) / ratio;
  const middle = top + layout.laneHeight / 2;
  const right = layout.plotLeft + layout.plotWidth;
  let drawnTo = Number.NEGATIVE_INFINITY;
  let drawnState = -1;
  for (let i = firstSpanAfter(spans, layout.fromMs); i < spans.startsMs.length; i++) {
    if (spans.startsMs[i] > layout.toMs) break;
    const from = Math.max(layout.plotLeft, snap(layout.xOf(spans.startsMs[i])));
    // Short ones are seen, too.
    const to = Math.min(right, Math.max(from + 1, snap(layout.xOf(spans.endsMs[i]))));
    // Of several within a pixel, the most urgent is seen.
    if (to <= drawnTo && spans.states[i] <= drawnState) continue;
    const name = states[spans.states[i]];
    const height = Math.max(2, snap(layout.laneHeight * stateHeights[name]));
    context.fillStyle = style.states[name];
    context.fillRect(from, snap(middle - height / 2), to - from, height);
    [drawnTo, drawnState] = [to, spans.states[i]];
    if (spans.resolved[i] === 1 && spans.endsMs[i] <= layout.toMs) {
      context.fillStyle = style.states.resolved;
      context.fillRect(to - 1, snap(top + layout.laneHeight * 0.1), 2, snap(layout.laneHeight * 0.8));
    }
  }
}

/** Where a mark is over the lanes: a region, or a line for a moment. */
function drawShades(context: Canvas2d, { marks, layout }: Drawing): void {
  for (const { startMs, endMs, colour } of marks) {
    if (endMs < layout.fromMs || startMs > layout.toMs) continue;
    const from = layout.clampX(startMs);
    const width = layout.clampX(endMs) - from;
    context.fillStyle = colour;
    context.globalAlpha = width < 2 ? 0.5 : shadeAlpha;
    context.fillRect(from, layout.plotTop, Math.max(1, width), layout.plotHeight);
  }
  context.globalAlpha = 1;
}

/** A diamond where an anomaly begins, a flag where a note is; a line for as long as it lasted. */
function drawMarks(context: Canvas2d, { marks, layout }: Drawing): void {
  if (layout.marksHeight === 0) return;
  const y = layout.axisHeight + layout.marksHeight / 2;
  for (const { kind, startMs, endMs, colour } of marks) {
    if (endMs < layout.fromMs || startMs > layout.toMs) continue;
    const [from, to] = [layout.clampX(startMs), layout.clampX(endMs)];
    context.fillStyle = colour;
    context.fillRect(from, y - 1, to - from, 2);
    if (startMs < layout.fromMs) continue;
    context.beginPath();
    context.moveTo(from, y - 5);
    context.lineTo(from + 5, kind === 'note' ? y - 5 : y);
    context.lineTo(from, y + 5);
    context.lineTo(from - 5, kind === 'note' ? y - 5 : y);
    context.fill();
  }
}

function drawAxis(context: Canvas2d, { ticks, layout, style }: Drawing): void {
  context.font = style.font;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.fillStyle = style.text;
  for (const { timeMs, text } of ticks) {
    const x = layout.xOf(timeMs);
    const half = context.measureText(text).width / 2;
    // Half a label that would be cut off says nothing.
    if (x - half < layout.plotLeft - 8 || x + half > layout.plotLeft + layout.plotWidth + 8) continue;
    context.fillText(text, x, layout.axisHeight / 2);
  }
  context.fillStyle = style.line;
  context.fillRect(0, layout.plotTop - 1, layout.width, 1);
}
