import { type ReactElement, useLayoutEffect, useRef } from 'react';
import { type Drawing, drawTimeline } from './draw.ts';

/** Draws before the browser paints, so that bars and names scroll as one. */
export function TimelineCanvas({ drawing }: { readonly drawing: Drawing }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = drawing.layout;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const [pixelWidth, pixelHeight] = [width, height].map((side) => Math.round(side * drawing.ratio));
    // Setting a size empties the canvas, even when it is the same.
    if (element.width !== pixelWidth) element.width = pixelWidth;
    if (element.height !== pixelHeight) element.height = pixelHeight;
    drawTimeline(context, drawing);
  }, [width, height, drawing]);
  const style = { width, height, position: 'absolute', inset: 0, pointerEvents: 'none' } as const;
  return <canvas ref={canvas} style={style} />;
}
