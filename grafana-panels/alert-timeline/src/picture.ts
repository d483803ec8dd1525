import type { PanelScreenshotContext } from '@grafana/data';
import type { AlertState } from './alerts.ts';
import { type Canvas2d, type Drawing, drawTimeline, stateHeights } from './draw.ts';
import { figureWidthPx, type Layout, legendRightPx } from './layout.ts';
import { figureNames, figureTexts, laneName } from './names.ts';
import type { StateLooks } from './state-looks.ts';
import { translate } from './texts.ts';

/** All that a picture of the panel shows: what the canvas has, and what stands beside it on the page. */
export interface Picture {
  readonly drawing: Drawing;
  /** How far it is scrolled now. */
  scrollPx(): number;
  readonly lanesName: string;
  readonly looks: StateLooks;
  /** What the legend lists. */
  readonly listed: readonly AlertState[];
  /** Of names, which are brighter than the axis. */
  readonly nameColour: string;
}

const pictures = new WeakMap<Element, Picture>();

/** The panel's element knows what to draw when somebody wants a picture of it. */
export function keepPicture(element: Element, picture: Picture): void {
  pictures.set(element, picture);
}

/** The panel as a picture; null where it shows no lanes: then Grafana takes the page as it is. */
export async function takePicture({ element, format }: PanelScreenshotContext): Promise<Blob | null> {
  const root = element.querySelector('[data-testid="statbar-alerttimeline"]');
  const picture = root === null ? undefined : pictures.get(root);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (picture === undefined || context === null) return null;
  const { layout, ratio } = picture.drawing;
  canvas.width = Math.round(layout.width * ratio);
  canvas.height = Math.round(layout.height * ratio);
  drawPicture(context, picture);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, `image/${format}`, format === 'png' ? undefined : 0.92);
  });
}

type PictureCanvas = Canvas2d & Pick<CanvasRenderingContext2D, 'globalCompositeOperation'>;

export function drawPicture(context: PictureCanvas, picture: Picture): void {
  const { layout, style } = picture.drawing;
  drawTimeline(context, picture.drawing, picture.scrollPx());
  drawHeader(context, picture);
  drawNames(context, picture);
  drawLegend(context, picture);
  // Under everything: formats such as JPEG have no transparency.
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = style.background;
  context.fillRect(0, 0, layout.width, layout.height);
}

function drawHeader(context: Canvas2d, { drawing, lanesName }: Picture): void {
  const { layout, style } = drawing;
  context.textAlign = 'left';
  context.fillStyle = style.text;
  context.fillText(lanesName, 4, layout.axisHeight / 2);
  drawFigures(
    context,
    layout,
    figureNames.map((name) => translate(name)),
    layout.axisHeight / 2,
  );
}

function drawNames(context: Canvas2d, { drawing, nameColour, ...picture }: Picture): void {
  const { layout, style, lanes } = drawing;
  const scrollPx = picture.scrollPx();
  const [first, last] = layout.lanesInSight(scrollPx, lanes.length);
  for (let i = first; i < last; i++) {
    const y = layout.plotTop + (i + 0.5) * layout.laneHeight - scrollPx;
    // Half a name under the axis cannot be read.
    if (y < layout.plotTop + 4 || y > layout.plotTop + layout.plotHeight - 4) continue;
    context.textAlign = 'left';
    context.fillStyle = nameColour;
    context.fillText(shortened(context, laneName(lanes[i]), layout.plotLeft - 14), 4, y);
    context.fillStyle = style.text;
    drawFigures(context, layout, figureTexts(lanes[i].figures), y);
  }
}

function drawFigures(context: Canvas2d, layout: Layout, texts: readonly string[], y: number): void {
  if (layout.figuresWidth === 0) return;
  context.textAlign = 'right';
  for (const [i, text] of texts.entries()) {
    context.fillText(text, layout.width - 14 - (texts.length - 1 - i) * figureWidthPx, y);
  }
}

function drawLegend(context: Canvas2d, { drawing, looks, listed }: Picture): void {
  const { layout, style } = drawing;
  const lineHeight = 20;
  let x = layout.legendLeft;
  let y = layout.height - layout.legendHeight + lineHeight / 2;
  context.textAlign = 'left';
  for (const state of layout.legendHeight === 0 ? [] : listed) {
    const { text } = looks[state];
    const width = 16 + context.measureText(text).width;
    if (x > layout.legendLeft && x + width > layout.width - legendRightPx)
      [x, y] = [layout.legendLeft, y + lineHeight];
    const height = Math.max(2, 12 * stateHeights[state]);
    context.fillStyle = style.states[state];
    context.fillRect(x, y - height / 2, 12, height);
    context.fillStyle = style.text;
    context.fillText(text, x + 16, y);
    x += width + 12;
  }
}

/** As much of a text as there is room for. */
function shortened(context: Canvas2d, text: string, widthPx: number): string {
  if (context.measureText(text).width <= widthPx) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= widthPx) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}
