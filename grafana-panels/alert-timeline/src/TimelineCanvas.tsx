import { type ReactElement, useLayoutEffect, useRef } from 'react';
import { type Canvas2d, type Drawing, drawBackdrop, drawTile } from './draw.ts';
import type { Tile } from './tile.ts';

/** Axis, marks and grid, which stay when lanes scroll. */
export function Backdrop({ drawing }: { readonly drawing: Drawing }): ReactElement {
  const { width, height } = drawing.layout;
  const canvas = useCanvas(width, height, drawing, (context) => drawBackdrop(context, drawing));
  const style = { width, height, position: 'absolute', inset: 0, pointerEvents: 'none' } as const;
  return <canvas ref={canvas} style={style} />;
}

/** The bars of a tile's lanes, on the sheet that scrolls. */
export function Bars({ drawing, tile }: { readonly drawing: Drawing; readonly tile: Tile }): ReactElement {
  const { plotLeft, plotWidth, laneHeight } = drawing.layout;
  const height = Math.max(1, tile[1] - tile[0]) * laneHeight;
  const canvas = useCanvas(plotWidth, height, drawing, (context) => drawTile(context, drawing, tile), tile);
  const place = { left: plotLeft, top: tile[0] * laneHeight, width: plotWidth, height };
  return <canvas ref={canvas} style={{ ...place, position: 'absolute' }} />;
}

/** A canvas that is drawn before the browser paints, so that bars and names are never apart. */
function useCanvas(
  width: number,
  height: number,
  drawing: Drawing,
  draw: (context: Canvas2d) => void,
  tile?: Tile,
) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn changes with the drawing and the tile.
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const [pixelWidth, pixelHeight] = [width, height].map((side) => Math.round(side * drawing.ratio));
    // Setting a size empties the canvas, even when it is the same.
    if (element.width !== pixelWidth) element.width = pixelWidth;
    if (element.height !== pixelHeight) element.height = pixelHeight;
    latest.current(context);
  }, [width, height, drawing, tile]);
  return canvas;
}
