export { downsample } from './downsample.ts';
export { Painter } from './painter.ts';
export type { ChartTheme } from './palette.ts';
export { chartPng, type Paint } from './png.ts';
export { CHART_HEIGHT, CHART_WIDTH, chartSvg } from './svg.ts';
export { isZone, localTime } from './ticks.ts';
