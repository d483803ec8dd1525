import { type DataFrame, DataFrameType } from '@grafana/data';
import { parseSampleValue } from '@statbar/sdk/wire';
import type { SeriesColumns } from './columns.ts';
import { shortName } from './names.ts';
import { numberField, timeField } from './series-frames.ts';

interface Row {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly valueAt: ReadonlyMap<number, number>;
}

/**
 * Series as rows (`heatmap-rows`): one time field, one number field for each series. Series that all have a bound (`le`) are
 * buckets: they come by bound, those of one bound added up, and each without what the bounds below it have, when they are
 * cumulative.
 */
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
  const unit = isClassic || options.unit === undefined ? {} : { unit: options.unit };
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

function nameRow(series: SeriesColumns, legend: string | undefined): Row {
  return { name: shortName(series.labels, legend, 'value'), labels: series.labels, valueAt: byTime(series) };
}

function bucketRows(series: readonly SeriesColumns[]): Row[] {
  const totals = new Map<string, Map<number, number>>();
  for (const { labels, timesMs, values } of series) {
    const le = labels['le'] as string;
    const total = totals.get(le) ?? new Map<number, number>();
    timesMs.forEach((timeMs, i) => {
      const value = values[i] as number;
      if (!Number.isNaN(value)) total.set(timeMs, (total.get(timeMs) ?? 0) + value);
    });
    totals.set(le, total);
  }
  const rows = [...totals]
    .sort(([a], [b]) => parseSampleValue(a) - parseSampleValue(b))
    .map(([le, valueAt]): Row => ({ name: le, labels: { le }, valueAt }));
  return areCumulative(rows) ? eachAlone(rows) : rows;
}

/** Rounding, and buckets that were not read at the very same time, may leave a hair. */
const HAIR = 1e-6;

/**
 * Whether counts include those of all bounds below: the one at infinity then is the largest. With no bucket at infinity
 * counts must never fall from bound to bound, which counts of single buckets do at some time.
 */
function areCumulative(rows: readonly Row[]): boolean {
  const last = rows.at(-1);
  if (last === undefined || rows.length < 2) return false;
  const isWhole = parseSampleValue(last.name) === Number.POSITIVE_INFINITY;
  let [wrong, seen] = [0, 0];
  for (const [timeMs, total] of last.valueAt) {
    let below = Number.NEGATIVE_INFINITY;
    let isWrong = false;
    for (const { valueAt } of rows) {
      const value = valueAt.get(timeMs);
      if (value === undefined) continue;
      if (value > total * (1 + HAIR) || (!isWhole && value < below * (1 - HAIR))) isWrong = true;
      below = value;
    }
    seen += 1;
    if (isWrong) wrong += 1;
  }
  return wrong <= seen * 0.1;
}

/** Of cumulative counts those of each bucket alone. A bound that is missing at some time is no reason to count twice. */
function eachAlone(rows: readonly Row[]): Row[] {
  const below = new Map<number, number>();
  return rows.map(({ name, labels, valueAt }) => {
    const alone = new Map<number, number>();
    for (const [timeMs, value] of valueAt) {
      const known = below.get(timeMs) ?? 0;
      alone.set(timeMs, Math.max(0, value - known));
      below.set(timeMs, Math.max(known, value));
    }
    return { name, labels, valueAt: alone };
  });
}

function byTime({ timesMs, values }: SeriesColumns): Map<number, number> {
  return new Map(timesMs.map((timeMs, i) => [timeMs, values[i] as number]));
}
