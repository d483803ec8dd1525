import type { TimeTick } from '../../shared/src/time-axis.ts';
import { type AlertState, type Mark, states } from './alerts.ts';
import type { Layout } from './layout.ts';
import type { Lane, Spans } from './prepare.ts';

export interface DrawStyle {
  readonly font: string;
  readonly text: string;
  readonly line: string;
  readonly grid: string;
  readonly background: string;
  readonly anomaly: string;
  readonly states: Readonly<Record<AlertState, string>>;
}

export interface Drawing {
  readonly lanes: readonly Lane[];
  readonly layout: Layout;
  readonly marks: readonly Mark[];
  readonly ticks: readonly TimeTick[];
  readonly scrollPx: number;
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
  fillStyle: string | CanvasGradient | CanvasPattern;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
};

/** Heights as parts of a lane: states are told apart by shape too, not by colour alone. */
const heights: Readonly<Record<AlertState, number>> = {
  firing: 0.72,
  acknowledged: 0.5,
  pending: 0.3,
  silenced: 0.16,
  resolved: 0.08,
};

/** Draws axis, marks and the lanes that are in sight; the lanes' names are not on the canvas. */
export function drawTimeline(context: Canvas2d, drawing: Drawing): void {
  const { layout, style, ratio, scrollPx, lanes } = drawing;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, layout.width, layout.height);
  drawGrid(context, drawing);
  const [first, last] = layout.lanesInSight(scrollPx, lanes.length);
  for (let lane = first; lane < last; lane++) {
    drawLane(context, drawing, lanes[lane].spans, layout.plotTop + lane * layout.laneHeight - scrollPx);
  }
  // What has been scrolled up is under the axis, which stays.
  context.fillStyle = style.background;
  context.fillRect(0, 0, layout.width, layout.plotTop);
  drawMarks(context, drawing);
  drawAxis(context, drawing);
}

function drawGrid(context: Canvas2d, { layout, ticks, style }: Drawing): void {
  context.fillStyle = style.grid;
  for (const { timeMs } of ticks) {
    context.fillRect(Math.round(layout.xOf(timeMs)), layout.plotTop, 1, layout.plotHeight);
  }
}

function drawLane(context: Canvas2d, { layout, style }: Drawing, spans: Spans, top: number): void {
  const middle = top + layout.laneHeight / 2;
  const right = layout.plotLeft + layout.plotWidth;
  let drawnTo = Number.NEGATIVE_INFINITY;
  let drawnState = -1;
  for (let i = firstSpanAfter(spans, layout.fromMs); i < spans.startsMs.length; i++) {
    if (spans.startsMs[i] > layout.toMs) break;
    const from = Math.max(layout.plotLeft, layout.xOf(spans.startsMs[i]));
    // Short ones are seen, too.
    const to = Math.min(right, Math.max(from + 1.5, layout.xOf(spans.endsMs[i])));
    // Of several within a pixel, the most urgent is seen.
    if (to <= drawnTo && spans.states[i] <= drawnState) continue;
    const name = states[spans.states[i]];
    const height = Math.max(2, layout.laneHeight * heights[name]);
    context.fillStyle = style.states[name];
    context.fillRect(from, middle - height / 2, to - from, height);
    [drawnTo, drawnState] = [to, spans.states[i]];
    if (spans.resolved[i] === 1 && spans.endsMs[i] <= layout.toMs) {
      context.fillStyle = style.states.resolved;
      context.fillRect(to - 1, top + layout.laneHeight * 0.1, 2, layout.laneHeight * 0.8);
    }
  }
}

/** Index of the first span that ends after a time: spans do not overlap, so ends ascend as well. */
export function firstSpanAfter({ endsMs }: Spans, timeMs: number): number {
  let [low, high] = [0, endsMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endsMs[middle] > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function drawMarks(context: Canvas2d, { marks, layout, style }: Drawing): void {
  if (layout.marksHeight === 0) return;
  const y = layout.axisHeight + layout.marksHeight / 2;
  context.fillStyle = style.anomaly;
  for (const { startMs, endMs } of marks) {
    if (endMs < layout.fromMs || startMs > layout.toMs) continue;
    const [from, to] = [layout.clampX(startMs), layout.clampX(endMs)];
    context.fillRect(from, y - 1, to - from, 2);
    if (startMs < layout.fromMs) continue;
    context.beginPath();
    context.moveTo(from, y - 5);
    context.lineTo(from + 5, y);
    context.lineTo(from, y + 5);
    context.lineTo(from - 5, y);
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
