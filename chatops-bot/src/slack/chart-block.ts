import { downsample, isZone, localTime } from '../chart/index.ts';
import { type Chart, cutText } from '../reply/index.ts';
import { limits } from './limits.ts';

/** Slack's own charts (docs.slack.dev, 16 June 2026); `@slack/types` 3.2 does not have them yet. */
export interface DataVisualizationBlock {
  readonly type: 'data_visualization';
  readonly block_id?: string;
  readonly title: string;
  readonly chart: {
    readonly type: 'line';
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label?: string;
    };
  };
}

/**
 * The chart in at most 20 columns. All series share the columns: they are chosen from the first line, so that its peaks
 * stay, and others are taken at the nearest time. Undefined when there is nothing to draw.
 */
export function chartBlock(chart: Chart): DataVisualizationBlock | undefined {
  const lines = [...chart.lines, ...(chart.expected === null ? [] : [chart.expected])];
  const lead = lines.find(({ values }) => values.some(isNumber));
  if (lead === undefined) return undefined;
  const columnsMs = downsample(lead.timesMs, lead.values, limits.chartPoints).map((i) => lead.timesMs[i]);
  const categories = labelsOf(columnsMs, chart.timeZone);
  const names = new Set<string>();
  const series = lines.flatMap(({ name, timesMs, values }) => {
    const data = columnsMs.flatMap((atMs, column) => {
      const value = nearest(timesMs, values, atMs);
      return value === undefined ? [] : [{ label: categories[column], value }];
    });
    return data.length === 0 ? [] : [{ name: unique(name, names), data }];
  });
  const thresholdValue = chart.threshold?.value;
  const shown = series.slice(0, limits.chartSeries - 1);
  if (thresholdValue !== undefined && Number.isFinite(thresholdValue)) {
    const data = categories.map((label) => ({ label, value: thresholdValue }));
    shown.push({ name: unique('threshold', names), data });
  }
  const zone = isZone(chart.timeZone) ? chart.timeZone : 'UTC';
  return {
    type: 'data_visualization',
    title: cutText(chart.title, limits.chartTitle) || 'Chart',
    chart: {
      type: 'line',
      series: shown,
      axis_config: {
        categories,
        x_label: cutText(zone, limits.chartAxisLabel),
        ...(chart.unit === null || chart.unit === ''
          ? {}
          : { y_label: cutText(chart.unit, limits.chartAxisLabel) }),
      },
    },
  };
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** Times as labels, all different: seconds are added, then numbers, where minutes are not enough. */
function labelsOf(timesMs: readonly number[], timeZone: string): string[] {
  const local = localTime(timeZone);
  const spanMs = (timesMs.at(-1) ?? 0) - timesMs[0];
  const labels = timesMs.map((atMs) => {
    const time = local.label(atMs, spanMs < 10 * 60_000 ? 1000 : 60_000);
    return spanMs > 86_400_000 ? `${local.label(atMs, 86_400_000)} ${time}` : time;
  });
  const seen = new Set<string>();
  return labels.map((label) => unique(label, seen));
}

function unique(name: string, seen: Set<string>): string {
  const base = cutText(name, limits.chartLabel) || '–';
  let each = base;
  for (let count = 2; seen.has(each); count++) {
    const suffix = ` ${count}`;
    each = `${cutText(base, limits.chartLabel - suffix.length)}${suffix}`;
  }
  seen.add(each);
  return each;
}

function nearest(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  atMs: number,
): number | undefined {
  let best: number | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let i = 0; i < timesMs.length; i++) {
    const distance = Math.abs(timesMs[i] - atMs);
    const value = values[i];
    if (distance < bestDistance && isNumber(value)) {
      bestDistance = distance;
      best = value;
    }
  }
  return best;
}
