import { type CellSource, columnBounds, type HeatmapGrid, numberAt, sortedUnique } from './grid.ts';
import { lowestEdge } from './read-cells.ts';
import { type Series, type TimeColumns, timeColumns } from './series.ts';

/** Series that differ only in their bound are one histogram. */
interface Histogram {
  readonly label: string;
  /** Ascending by bound. */
  readonly buckets: ReadonlyArray<{ readonly upper: number; readonly series: Series }>;
}

/** The upper bound that a series stands for; undefined when it says none. */
export function upperBoundOf({ labels, name }: Series): number | undefined {
  return parseBound(labels['le'] ?? name);
}

function parseBound(text: string): number | undefined {
  const bound = text.trim();
  if (/^\+?Inf(inity)?$/i.test(bound)) return Number.POSITIVE_INFINITY;
  if (/^-Inf(inity)?$/i.test(bound)) return Number.NEGATIVE_INFINITY;
  const value = Number(bound);
  return bound === '' || Number.isNaN(value) ? undefined : value;
}

/** Classic histograms: series with an upper bound each, cumulative or not. Undefined when a series has no bound. */
export function readBuckets(
  series: readonly Series[],
  cumulative: 'auto' | 'yes' | 'no',
): HeatmapGrid | undefined {
  const bounds = series.map(upperBoundOf);
  if (series.length === 0 || bounds.some((bound) => bound === undefined)) return undefined;
  const histograms = groupHistograms(series, bounds as number[]);
  const columns = timeColumns(series);
  const upper = sortedUnique(bounds as number[]);
  const isCumulative =
    cumulative === 'yes' || (cumulative === 'auto' && histograms.every((each) => looksCumulative(each)));
  const edges = Float64Array.of(lowestEdge(upper), ...upper);
  const [columnCount, rowCount] = [columns.timesMs.length, upper.length];
  const values = new Float64Array(columnCount * rowCount).fill(Number.NaN);
  const read = (row: number, column: number): readonly CellSource[] =>
    sourcesOf(histograms, columns, upper[row], column, isCumulative);
  for (let row = 0; row < rowCount; row++)
    addRow(histograms, columns, upper[row], isCumulative, values.subarray(row * columnCount));
  const { startsMs, endsMs } = columnBounds(
    columns.timesMs,
    'end',
    series[0].time.config.interval ?? undefined,
  );
  return {
    kind: 'buckets',
    columnCount,
    rowCount,
    columnStartsMs: startsMs,
    columnEndsMs: endsMs,
    rowEdges: edges,
    rowNames: [],
    rowLabel: '',
    values,
    span: undefined,
    marked: undefined,
    field: series[0].field,
    rowUnit: '',
    notices: [],
    sourcesAt: read,
  };
}

function groupHistograms(series: readonly Series[], bounds: readonly number[]): readonly Histogram[] {
  const groups = new Map<string, { upper: number; series: Series }[]>();
  series.forEach((each, i) => {
    const rest = Object.entries(each.labels)
      .filter(([name]) => name !== 'le' && name !== '__name__')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join(', ');
    const group = groups.get(rest) ?? [];
    group.push({ upper: bounds[i], series: each });
    groups.set(rest, group);
  });
  return [...groups].map(([label, buckets]) => ({
    label,
    buckets: buckets.sort((a, b) => (a.upper < b.upper ? -1 : a.upper > b.upper ? 1 : 0)),
  }));
}

/** Counts that never fall from bound to bound, up to infinity, at up to a hundred times. */
function looksCumulative({ buckets }: Histogram): boolean {
  if (buckets.length < 2 || buckets[buckets.length - 1].upper !== Number.POSITIVE_INFINITY) return false;
  if (buckets.some(({ series }) => series.frame.meta?.type === 'heatmap-rows')) return false;
  const length = buckets[0].series.field.values.length;
  const every = Math.max(1, Math.floor(length / 100));
  let rises = false;
  for (let i = 0; i < length; i += every) {
    let before = Number.NEGATIVE_INFINITY;
    for (const { series } of buckets) {
      const value = numberAt(series.field.values, i);
      // Rates are rounded: a hair below is not a fall.
      if (value < before - Math.abs(before) * 1e-9) return false;
      if (value > before && before > 0) rises = true;
      if (!Number.isNaN(value)) before = value;
    }
    if (before > 0) rises = true;
  }
  return rises;
}

function addRow(
  histograms: readonly Histogram[],
  columns: TimeColumns,
  upper: number,
  isCumulative: boolean,
  row: Float64Array,
): void {
  for (const { buckets } of histograms) {
    const at = buckets.findIndex((bucket) => bucket.upper === upper);
    if (at < 0) continue;
    const { series } = buckets[at];
    const below = isCumulative && at > 0 ? buckets[at - 1].series : undefined;
    const indexes = columns.indexesOf(series.time);
    const belowIndexes = below && columns.indexesOf(below.time);
    for (let column = 0; column < indexes.length; column++) {
      const value = countAt(series, indexes[column], below, belowIndexes?.[column] ?? -1);
      if (!Number.isNaN(value)) row[column] = Number.isNaN(row[column]) ? value : row[column] + value;
    }
  }
}

/** The count of one bucket alone; a rounded difference is never below zero. */
function countAt(series: Series, index: number, below: Series | undefined, belowIndex: number): number {
  if (index < 0) return Number.NaN;
  const value = numberAt(series.field.values, index);
  if (below === undefined || belowIndex < 0) return value;
  const lower = numberAt(below.field.values, belowIndex);
  return Number.isNaN(lower) ? value : Math.max(0, value - lower);
}

function sourcesOf(
  histograms: readonly Histogram[],
  columns: TimeColumns,
  upper: number,
  column: number,
  isCumulative: boolean,
): readonly CellSource[] {
  const found: CellSource[] = [];
  for (const { label, buckets } of histograms) {
    const at = buckets.findIndex((bucket) => bucket.upper === upper);
    if (at < 0) continue;
    const { series } = buckets[at];
    const below = isCumulative && at > 0 ? buckets[at - 1].series : undefined;
    const index = columns.indexesOf(series.time)[column];
    const value = countAt(series, index, below, below ? columns.indexesOf(below.time)[column] : -1);
    if (!Number.isNaN(value)) found.push({ field: series.field, index, label: label || series.name, value });
  }
  return found;
}
