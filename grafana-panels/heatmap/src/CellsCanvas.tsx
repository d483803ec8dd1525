import { type ReactElement, useLayoutEffect, useRef } from 'react';
import { type Drawing, type DrawMemory, drawHeatmap } from './draw.ts';

export interface CellsCanvasProps {
  readonly width: number;
  readonly height: number;
  readonly drawing: Drawing;
}

/**
 * All that is drawn, on one canvas, so that a picture of it is whole. It draws before the browser paints and keeps its
 * size while the panel keeps its own: a stream of answers never shows an empty canvas in between.
 */
export function CellsCanvas({ width, height, drawing }: CellsCanvasProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const memory = useRef<DrawMemory>({});
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const [pixelWidth, pixelHeight] = [width, height].map((side) => Math.round(side * drawing.ratio));
    // Setting a size empties the canvas, even when it is the same.
    if (element.width !== pixelWidth) element.width = pixelWidth;
    if (element.height !== pixelHeight) element.height = pixelHeight;
    drawHeatmap(context, { width, height }, drawing, memory.current);
  }, [width, height, drawing]);
  return <canvas ref={canvas} style={{ width, height, display: 'block' }} />;
}
