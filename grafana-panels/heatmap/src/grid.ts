import type { Field } from '@grafana/data';

/** One of the values that a cell was made of. */
export interface CellSource {
  readonly field: Field;
  /** Where in the field's values. */
  readonly index: number;
  readonly label: string;
  readonly value: number;
}

export type GridNotice =
  | { readonly kind: 'columns-joined'; readonly count: number }
  | { readonly kind: 'rows-joined'; readonly count: number }
  | { readonly kind: 'rows-left-out'; readonly count: number }
  | { readonly kind: 'no-logarithm'; readonly count: number };

/** Cells of a heatmap before they have colours: row-major, `row * columnCount + column`; row 0 is the lowest. */
export interface HeatmapGrid {
  readonly kind: 'buckets' | 'names';
  readonly columnCount: number;
  readonly rowCount: number;
  /** Milliseconds; ascending and not overlapping, `[start, end)`. Between columns may be gaps. */
  readonly columnStartsMs: Float64Array;
  readonly columnEndsMs: Float64Array;
  /** Ascending, one more than rows. The first may be -Infinity (underflow), the last Infinity (overflow). */
  readonly rowEdges: Float64Array;
  /** Empty for buckets. */
  readonly rowNames: readonly string[];
  /** Label that the rows are values of; empty when they are not. */
  readonly rowLabel: string;
  /** NaN: there is no cell. */
  readonly values: Float64Array;
  /**
   * Where buckets differ from column to column, a bucket may cover several rows: the first row it covers and the one
   * after its last, for every cell. Undefined when every bucket is one row.
   */
  readonly span: { readonly low: Uint16Array; readonly high: Uint16Array } | undefined;
  /** 1 where the data marks a cell as anomalous. */
  readonly marked: Uint8Array | undefined;
  /** What tells how values are written: unit, decimals, thresholds, links. */
  readonly field: Field;
  /** Unit of the bounds; empty when the data does not say. */
  readonly rowUnit: string;
  readonly notices: readonly GridNotice[];
  sourcesAt(row: number, column: number): readonly CellSource[];
  /** The field of a row that stands for one series: its unit and mappings may be its own. */
  rowField?(row: number): Field | undefined;
  /** Where a cell is not the whole of its column's time: [start, end). */
  cellTime?(row: number, column: number): readonly [startMs: number, endMs: number];
}

/** Rows that a grid may have at most: there are not more pixels on a screen. */
export const rowCountMax = 1024;

/** Bounds of columns whose times are one end of them. A step without data stays a gap. */
export function columnBounds(
  timesMs: Float64Array,
  timeIs: 'start' | 'end',
  stepMs?: number,
): { readonly startsMs: Float64Array; readonly endsMs: Float64Array } {
  const step = stepMs ?? medianStep(timesMs);
  const startsMs = new Float64Array(timesMs.length);
  const endsMs = new Float64Array(timesMs.length);
  for (let i = 0; i < timesMs.length; i++) {
    if (timeIs === 'end') {
      startsMs[i] = i === 0 ? timesMs[i] - step : Math.max(timesMs[i - 1], timesMs[i] - step);
      endsMs[i] = timesMs[i];
    } else {
      startsMs[i] = timesMs[i];
      endsMs[i] = i + 1 < timesMs.length ? Math.min(timesMs[i + 1], timesMs[i] + step) : timesMs[i] + step;
    }
  }
  return { startsMs, endsMs };
}

/** The usual distance between two times: the median, so that a few gaps do not matter. One minute when unknown. */
function medianStep(timesMs: Float64Array): number {
  if (timesMs.length < 2) return 60_000;
  const steps = new Float64Array(timesMs.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = timesMs[i + 1] - timesMs[i];
  steps.sort();
  return steps[steps.length >> 1];
}

/** Sorted and without repetition; NaN is left out. */
export function sortedUnique(values: Iterable<number>): Float64Array {
  const set = new Set<number>();
  for (const value of values) if (!Number.isNaN(value)) set.add(value);
  return Float64Array.from(set).sort();
}

export function numberAt(values: ArrayLike<unknown>, index: number): number {
  const value = values[index];
  return typeof value === 'number'
    ? value
    : value === null || value === undefined
      ? Number.NaN
      : Number(value);
}
