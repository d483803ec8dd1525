import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';
import type { Chart } from '../reply/index.ts';
import type { ChartTheme } from './palette.ts';
import { chartSvg } from './svg.ts';

/** Without a font of its own resvg draws no text, and says nothing; the system's would differ from machine to machine. */
const fontFolder = join(
  dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
  'ttf',
);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(fontFolder, name));

/** The picture as PNG; the same bytes for the same text. Drawn off the event loop, encoded on it. */
export async function svgPng(svg: string): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' },
  });
  return image.asPng();
}

/** The chart as PNG, 800 by 400; the same bytes for the same chart. */
export type Paint = (chart: Chart, theme: ChartTheme) => Promise<Uint8Array>;

/** Draws it here, where it is asked for. */
export const chartPng: Paint = async (chart, theme) => svgPng(chartSvg(chart, theme));
