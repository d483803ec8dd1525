import type { ChangeInput } from '../explain/index.ts';
import { METRIC_NAME } from '../model/index.ts';
import type { RangeSeries } from '../query/types.ts';

/** Series of both sides of a ratio, or of one total, as leaves by their label values. */
export interface LeafSeries {
  readonly values: readonly RangeSeries[];
  readonly weights: readonly RangeSeries[] | undefined;
}

/** Labels of which both sides know something, apart from `left`. */
export function sharedLabelNames({ values, weights }: LeafSeries, left: readonly string[]): string[] {
  const names = namesOf(values);
  const others = weights === undefined ? names : namesOf(weights);
  return [...names].filter((name) => others.has(name) && !left.includes(name)).sort();
}

function namesOf(series: readonly RangeSeries[]): Set<string> {
  const names = new Set<string>();
  for (const { labels } of series) for (const [name] of labels) if (name !== METRIC_NAME) names.add(name);
  return names;
}

/**
 * The change at the last of `timesMs`, the ones before being its past. Series that differ only in other labels than
 * `labelNames` are one leaf: their sum.
 */
export function changeOf(
  series: LeafSeries,
  labelNames: readonly string[],
  timesMs: readonly number[],
  factor: number,
): ChangeInput {
  const leaves: string[][] = [];
  const numbers = new Map<string, number>();
  const number = ({ labels }: RangeSeries): number => {
    const own = labelNames.map((name) => labels.get(name) ?? '');
    const key = JSON.stringify(own);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, leaves.length);
    leaves.push(own);
    return leaves.length - 1;
  };
  const valueLeaves = series.values.map(number);
  const weightLeaves = series.weights?.map(number);
  const values = columnsOf(series.values, valueLeaves, leaves.length, timesMs, factor);
  const last = timesMs.length - 1;
  const input = { labelNames, leaves, history: values.slice(0, last), current: values[last] };
  if (series.weights === undefined || weightLeaves === undefined) return input;
  const weights = columnsOf(series.weights, weightLeaves, leaves.length, timesMs, 1);
  return { ...input, weights: { history: weights.slice(0, last), current: weights[last] } };
}

/** By time, the sums by leaf; NaN where no series of the leaf has a value. */
function columnsOf(
  series: readonly RangeSeries[],
  leafOf: readonly number[],
  leafCount: number,
  timesMs: readonly number[],
  factor: number,
): Float64Array[] {
  const columns = timesMs.map(() => new Float64Array(leafCount).fill(Number.NaN));
  const columnOf = new Map(timesMs.map((timeMs, i) => [timeMs, columns[i]]));
  series.forEach(({ timestampsMs, values }, i) => {
    const leaf = leafOf[i];
    for (let sample = 0; sample < values.length; sample++) {
      const column = columnOf.get(timestampsMs[sample]);
      if (column === undefined || !Number.isFinite(values[sample])) continue;
      column[leaf] = (Number.isNaN(column[leaf]) ? 0 : column[leaf]) + values[sample] * factor;
    }
  });
  return columns;
}
