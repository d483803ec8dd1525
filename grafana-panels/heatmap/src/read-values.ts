import { type AxisScaleKind, axisScale, niceStep } from '../../shared/src/axis-scale.ts';
import { type CellSource, columnBounds, type HeatmapGrid, numberAt } from './grid.ts';
import { type Series, timeColumns } from './series.ts';

export interface ValueBuckets {
  readonly count: number;
  readonly scale: AxisScaleKind;
  /** Columns at most: neighbours in time share one. */
  readonly columnCountMax: number;
}

/** How many values of any series fell into each of the buckets made for them. */
export function readValues(series: readonly Series[], buckets: ValueBuckets): HeatmapGrid | undefined {
  const columns = timeColumns(series);
  const timeCount = columns.timesMs.length;
  if (timeCount === 0) return undefined;
  const edges = bucketEdges(series, buckets);
  if (edges === undefined) return undefined;
  const per = Math.max(1, Math.ceil(timeCount / Math.max(1, Math.min(buckets.columnCountMax, 400))));
  const [columnCount, rowCount] = [Math.ceil(timeCount / per), edges.length - 1];
  const values = new Float64Array(columnCount * rowCount);
  const rowOf = rowFinder(edges);
  for (const { field, time } of series) {
    const indexes = columns.indexesOf(time);
    for (let i = 0; i < timeCount; i++) {
      const value = indexes[i] < 0 ? Number.NaN : numberAt(field.values, indexes[i]);
      if (Number.isNaN(value)) continue;
      values[rowOf(value) * columnCount + Math.floor(i / per)] += 1;
    }
  }
  const bounds = columnBounds(columns.timesMs, 'end', series[0].time.config.interval ?? undefined);
  const endIndex = (column: number): number => Math.min(timeCount, (column + 1) * per) - 1;
  return {
    kind: 'buckets',
    columnCount,
    rowCount,
    columnStartsMs: Float64Array.from({ length: columnCount }, (_, c) => bounds.startsMs[c * per]),
    columnEndsMs: Float64Array.from({ length: columnCount }, (_, c) => bounds.endsMs[endIndex(c)]),
    rowEdges: edges,
    rowNames: [],
    rowLabel: '',
    values,
    span: undefined,
    marked: undefined,
    // Cells are counts: the unit of the values is on the axis, not in the cells.
    field: { ...series[0].field, config: { ...series[0].field.config, unit: 'short' }, display: undefined },
    rowUnit: series[0].field.config.unit ?? '',
    notices: [],
    sourcesAt(row, column) {
      const found: CellSource[] = [];
      for (const { field, time, name } of series) {
        const indexes = columns.indexesOf(time);
        let count = 0;
        let index = -1;
        for (let i = column * per; i <= endIndex(column); i++) {
          const value = indexes[i] < 0 ? Number.NaN : numberAt(field.values, indexes[i]);
          if (Number.isNaN(value) || rowOf(value) !== row) continue;
          count += 1;
          index = indexes[i];
        }
        if (count > 0) found.push({ field, index, label: name, value: count });
      }
      return found;
    },
  };
}

function bucketEdges(series: readonly Series[], { count, scale }: ValueBuckets): Float64Array | undefined {
  const isLog = scale === 'log2' || scale === 'log10';
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let hasUnder = false;
  for (const { field } of series) {
    for (let i = 0; i < field.values.length; i++) {
      const value = numberAt(field.values, i);
      if (!Number.isFinite(value)) continue;
      if (isLog && value <= 0) hasUnder = true;
      else {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  if (!(high >= low)) return undefined;
  const { forward, inverse } = axisScale(scale);
  const edges: number[] = hasUnder ? [Number.NEGATIVE_INFINITY] : [];
  if (scale === 'linear') {
    const step = niceStep(high > low ? (high - low) / Math.max(1, count) : Math.abs(high) || 1);
    for (let i = Math.floor(low / step); ; i++) {
      edges.push(Number((i * step).toPrecision(12)));
      if (i * step > high) break;
    }
  } else {
    const [from, to] = [forward(low), forward(high)];
    const step = to > from ? (to - from) / count : 1;
    for (let i = 0; i <= count + 1; i++) edges.push(inverse(from + (i - 0.5) * step));
  }
  return Float64Array.from(edges);
}

function rowFinder(edges: Float64Array): (value: number) => number {
  return (value) => {
    let from = 0;
    let to = edges.length - 1;
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (edges[middle] <= value) from = middle;
      else to = middle;
    }
    return from;
  };
}
