import type { BacktestResult, PastForecast } from '../types.ts';
import { pixelColumns } from './columns.ts';
import { column, type Frame, frameAround, ink, PLOT_COLUMNS, picture, xOf, yOf } from './frame.ts';
import { areaPath, linePath } from './svg.ts';

/** What counted of a column that holds every step. */
function counted({ signal }: BacktestResult, values: Float64Array): Float64Array {
  return values.subarray(signal.firstStep);
}

function spanOf({ signal }: BacktestResult): { fromMs: number; toMs: number } {
  const { startMs, stepMs, firstStep, values } = signal;
  return { fromMs: startMs + firstStep * stepMs, toMs: startMs + (values.length - 1) * stepMs };
}

/** The signal with its band, and the episodes in it. */
export function detectionChart(result: BacktestResult): string {
  const { signal, detection } = result;
  const { fromMs, toMs } = spanOf(result);
  const count = Math.min(PLOT_COLUMNS, signal.values.length - signal.firstStep);
  const values = pixelColumns(counted(result, signal.values), count);
  const lower = pixelColumns(counted(result, detection.lower), count).mean;
  const upper = pixelColumns(counted(result, detection.upper), count).mean;
  const expected = pixelColumns(counted(result, detection.expected), count).mean;
  const frame = frameAround(fromMs, toMs, [values.least, values.greatest, expected]);
  const xs = columnPositions(frame, count);
  const shapes = [
    ...detection.episodes.map(({ startMs, endMs }) => {
      return `<rect ${column(frame, startMs, endMs ?? toMs)} fill="${ink.episode}" opacity="0.18"/>`;
    }),
    `<path d="${areaPath(xs, ysOf(frame, lower), ysOf(frame, upper))}" fill="${ink.band}" opacity="0.45"/>`,
    `<path d="${linePath(xs, ysOf(frame, expected))}" fill="none" stroke="${ink.expected}" opacity="0.8"/>`,
    ...valueShapes(frame, xs, values),
    ...detection.episodes.map(({ peakMs, value }) => {
      const y = Number.isFinite(value) ? yOf(frame, value) : yOf(frame, frame.low);
      return `<circle cx="${xOf(frame, peakMs).toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="${ink.episode}"/>`;
    }),
  ];
  const legend = [
    { text: 'value', color: ink.value },
    { text: 'expected', color: ink.expected },
    { text: 'band', color: ink.band },
    { text: episodesText(detection.episodes.length), color: ink.episode },
  ];
  return picture(frame, signal.name, legend, shapes);
}

function episodesText(count: number): string {
  return count === 1 ? '1 episode' : `${count} episodes`;
}

/** The signal, and what was forecast of it, one forecast after the other. */
export function forecastChart(result: BacktestResult): string {
  const { signal, trials } = result;
  const { fromMs, toMs } = spanOf(result);
  const count = Math.min(PLOT_COLUMNS, signal.values.length - signal.firstStep);
  const values = pixelColumns(counted(result, signal.values), count);
  const shown = trials?.shown ?? [];
  const frame = frameAround(fromMs, toMs, [
    values.least,
    values.greatest,
    ...shown.flatMap(({ lower, upper }) => [lower, upper]),
  ]);
  const shapes = [
    ...shown.flatMap((forecast) => fanShapes(frame, result, forecast)),
    ...valueShapes(frame, columnPositions(frame, count), values),
  ];
  const legend = [
    { text: 'value', color: ink.value },
    { text: 'forecast', color: ink.forecast },
    { text: '95 % of the values to come', color: ink.fan },
  ];
  return picture(frame, `${signal.name}: forecasts, each made at its left end`, legend, shapes);
}

function fanShapes(
  frame: Frame,
  { signal }: BacktestResult,
  { step, mean, lower, upper }: PastForecast,
): string[] {
  const fromMs = signal.startMs + step * signal.stepMs;
  const toMs = fromMs + (mean.length - 1) * signal.stepMs;
  const wide = Math.ceil(xOf(frame, toMs) - xOf(frame, fromMs));
  const count = Math.max(2, Math.min(mean.length, wide));
  if (mean.length < 2) return [];
  const xs = Float64Array.from({ length: count }, (_, i) => {
    return xOf(frame, fromMs) + ((xOf(frame, toMs) - xOf(frame, fromMs)) * i) / (count - 1);
  });
  const of = (values: Float64Array): Float64Array => ysOf(frame, pixelColumns(values, count).mean);
  return [
    `<path d="${areaPath(xs, of(lower), of(upper))}" fill="${ink.fan}" opacity="0.45"/>`,
    `<path d="${linePath(xs, of(mean))}" fill="none" stroke="${ink.forecast}" stroke-width="1.5"/>`,
  ];
}

function columnPositions(frame: Frame, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    return xOf(frame, frame.fromMs + ((frame.toMs - frame.fromMs) * i) / Math.max(1, count - 1));
  });
}

function ysOf(frame: Frame, values: Float64Array): Float64Array {
  return values.map((value) => yOf(frame, value));
}

/** A line through the means, and behind it the least and greatest where a pixel stands for several values. */
function valueShapes(frame: Frame, xs: Float64Array, values: ReturnType<typeof pixelColumns>): string[] {
  const range = areaPath(xs, ysOf(frame, values.least), ysOf(frame, values.greatest));
  return [
    `<path d="${range}" fill="${ink.value}" opacity="0.35" stroke="${ink.value}" stroke-width="0.5"/>`,
    `<path d="${linePath(xs, ysOf(frame, values.mean))}" fill="none" stroke="${ink.value}" stroke-width="1.2"/>`,
  ];
}
