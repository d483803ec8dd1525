import { downsample } from '../chart/index.ts';
import type { Chart, ChartLine } from '../reply/index.ts';
import { limits } from './limits.ts';
import { clean, type Element } from './text.ts';

const colors = [
  'categoricalBlue',
  'categoricalPurple',
  'categoricalTeal',
  'categoricalMarigold',
  'categoricalLime',
  'categoricalRed',
];

/**
 * The chart as Teams draws it, with the picture for clients that cannot; only the picture when `native` is off; undefined
 * when there is neither. Teams' line charts know no bands and no shading: those are in the picture.
 */
export function chartElement(
  chart: Chart,
  picture: string | undefined,
  native: boolean,
): Element | undefined {
  const image: Element | undefined =
    picture === undefined || picture.length > limits.pictureBytes
      ? undefined
      : {
          type: 'Image',
          url: picture,
          altText: clean(chart.alt, 1000) || 'Chart',
          size: 'Stretch',
          msteams: { allowExpand: true },
        };
  const drawn = native ? lineChart(chart) : undefined;
  if (drawn === undefined) return image;
  const words: Element = {
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: clean(chart.alt, 1000) || 'Chart' }],
  };
  return { ...drawn, fallback: image ?? words };
}

function lineChart(chart: Chart): Element | undefined {
  const shown = [...chart.lines, ...(chart.expected === null ? [] : [chart.expected])].slice(
    0,
    limits.chartSeries,
  );
  const data = shown.flatMap((line, at) => {
    const values = points(line);
    if (values.length === 0) return [];
    return [{ legend: clean(line.name, 60) || 'value', values, color: colors[at % colors.length] }];
  });
  if (data.length === 0) return undefined;
  const threshold = chart.threshold?.value;
  if (threshold !== undefined && Number.isFinite(threshold)) {
    const { values } = data[0];
    const ends = [values[0], values[values.length - 1]].map(({ x }) => ({ x, y: threshold }));
    data.push({ legend: 'threshold', values: ends, color: 'categoricalRed' });
  }
  return {
    type: 'Chart.Line',
    title: clean(chart.title, 100) || 'Chart',
    ...(chart.unit === null || chart.unit === '' ? {} : { yAxisTitle: clean(chart.unit, 40) }),
    data,
  };
}

function points({ timesMs, values }: ChartLine): { x: string; y: number }[] {
  return downsample(timesMs, values, limits.chartPoints).flatMap((at) => {
    const value = values[at];
    if (value === null || !Number.isFinite(value)) return [];
    return [{ x: isoText(timesMs[at]), y: value }];
  });
}

function isoText(atMs: number): string {
  const clamped = Math.min(Math.max(Number.isFinite(atMs) ? atMs : 0, 0), 253_402_300_799_000);
  return `${new Date(clamped).toISOString().slice(0, 19)}Z`;
}
