import { type DataFrame, DataFrameType, FieldType } from '@grafana/data';
import { parseSampleValue } from '@statbar/sdk/wire';
import type { HistogramColumns, SeriesColumns } from './columns.ts';
import { shortName } from './names.ts';
import { numberField, timeField } from './series-frames.ts';

/**
 * Native histograms as cells (`heatmap-cells`): of each bucket the column's end (`xMax`), its bounds (`yMin`, `yMax`) and
 * its count. Histograms of several series at the same time add up where their bounds agree.
 */
export function cellsFrame(
  histograms: readonly HistogramColumns[],
  refId: string,
  stepMs: number,
  unit: string | undefined,
): DataFrame {
  const cells = new Map<string, { xMax: number; yMin: number; yMax: number; count: number }>();
  for (const { histograms: pairs } of histograms) {
    for (const [seconds, { buckets = [] }] of pairs) {
      const xMax = Math.round(seconds * 1000);
      for (const [, lower, upper, count] of buckets) {
        const key = `${xMax} ${lower} ${upper}`;
        const value = parseSampleValue(count);
        const cell = cells.get(key);
        if (cell !== undefined) cell.count += value;
        else
          cells.set(key, {
            xMax,
            yMin: parseSampleValue(lower),
            yMax: parseSampleValue(upper),
            count: value,
          });
      }
    }
  }
  const rows = [...cells.values()].sort((a, b) => a.xMax - b.xMax || a.yMin - b.yMin);
  const bound = unit === undefined ? {} : { unit };
  return {
    refId,
    name: 'cells',
    meta: { type: DataFrameType.HeatmapCells, typeVersion: [0, 1] },
    fields: [
      {
        name: 'xMax',
        type: FieldType.time,
        config: { interval: stepMs },
        values: rows.map(({ xMax }) => xMax),
      },
      numberField(
        'yMin',
        rows.map(({ yMin }) => yMin),
        bound,
      ),
      numberField(
        'yMax',
        rows.map(({ yMax }) => yMax),
        bound,
      ),
      numberField(
        'count',
        rows.map(({ count }) => count),
        { unit: 'short' },
      ),
    ],
    length: rows.length,
  };
}

/** Series as rows (`heatmap-rows`): one time field, one number field for each series. Buckets come by bound, each alone. */
export function rowsFrame(
  series: readonly SeriesColumns[],
  refId: string,
  options: {
    readonly stepMs: number;
    readonly unit: string | undefined;
    readonly legend?: string | undefined;
  },
): DataFrame {
  const isClassic = series.length > 0 && series.every(({ labels }) => labels['le'] !== undefined);
  const rows = isClassic ? bucketRows(series) : series.map((each) => nameRow(each, options.legend));
  const timesMs = [...new Set(series.flatMap((each) => each.timesMs))].sort((a, b) => a - b);
  const unit = isClassic ? {} : options.unit === undefined ? {} : { unit: options.unit };
  return {
    refId,
    name: 'rows',
    meta: { type: DataFrameType.HeatmapRows, typeVersion: [0, 1] },
    fields: [
      timeField(timesMs, options.stepMs),
      ...rows.map(({ name, labels, valueAt }) =>
        numberField(
          name,
          timesMs.map((timeMs) => valueAt.get(timeMs) ?? null),
          { displayNameFromDS: name, ...unit },
          labels,
        ),
      ),
    ],
    length: timesMs.length,
  };
}

interface Row {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly valueAt: Map<number, number>;
}

function nameRow(series: SeriesColumns, legend: string | undefined): Row {
  return { name: shortName(series.labels, legend, 'value'), labels: series.labels, valueAt: byTime(series) };
}

/** Cumulative counts, lowest bound first, less what the bound before has. Series of one bound add up. */
function bucketRows(series: readonly SeriesColumns[]): Row[] {
  const totals = new Map<string, Map<number, number>>();
  for (const each of series) {
    const le = each.labels['le'] as string;
    const total = totals.get(le) ?? new Map<number, number>();
    each.timesMs.forEach((timeMs, i) => {
      total.set(timeMs, (total.get(timeMs) ?? 0) + (each.values[i] as number));
    });
    totals.set(le, total);
  }
  const sorted = [...totals].sort(([a], [b]) => parseSampleValue(a) - parseSampleValue(b));
  return sorted.map(([le, total], i): Row => {
    const below = sorted[i - 1]?.[1];
    const valueAt = new Map<number, number>();
    // Rounding may leave a hair below zero.
    for (const [timeMs, value] of total) valueAt.set(timeMs, Math.max(0, value - (below?.get(timeMs) ?? 0)));
    return { name: le, labels: {}, valueAt };
  });
}

function byTime({ timesMs, values }: SeriesColumns): Map<number, number> {
  return new Map(timesMs.map((timeMs, i) => [timeMs, values[i] as number]));
}
