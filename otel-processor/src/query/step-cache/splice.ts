import type { Histogram } from '../../model/index.ts';
import type { RangeSeries } from '../types.ts';

/** The part of the series with fromMs <= timestamp <= toMs. Columns are shared. */
export function sliceSeries(series: RangeSeries, fromMs: number, toMs: number): RangeSeries {
  const { timestampsMs, values, histograms } = series;
  const from = lowerBound(timestampsMs, fromMs);
  const to = lowerBound(timestampsMs, toMs + 1);
  if (from === 0 && to === timestampsMs.length) return series;
  return {
    labels: series.labels,
    timestampsMs: timestampsMs.subarray(from, to),
    values: values.subarray(from, to),
    histograms: shifted(histograms, from, to, 0),
  };
}

/** Results of earlier and later steps as one, sorted by labels; series without a sample are left out. */
export function spliceSeries(earlier: readonly RangeSeries[], later: readonly RangeSeries[]): RangeSeries[] {
  const laterByKey = new Map(later.map((series) => [series.labels.key, series]));
  const result: RangeSeries[] = [];
  for (const series of earlier) {
    const rest = laterByKey.get(series.labels.key);
    laterByKey.delete(series.labels.key);
    result.push(rest === undefined ? series : joined(series, rest));
  }
  result.push(...laterByKey.values());
  return result
    .filter(({ timestampsMs }) => timestampsMs.length > 0)
    .sort((a, b) => a.labels.compare(b.labels));
}

function joined(a: RangeSeries, b: RangeSeries): RangeSeries {
  const count = a.timestampsMs.length;
  const timestampsMs = new Float64Array(count + b.timestampsMs.length);
  timestampsMs.set(a.timestampsMs);
  timestampsMs.set(b.timestampsMs, count);
  const values = new Float64Array(timestampsMs.length);
  values.set(a.values);
  values.set(b.values, count);
  const histograms = new Map([
    ...(a.histograms ?? []),
    ...(shifted(b.histograms, 0, b.timestampsMs.length, count) ?? []),
  ]);
  return {
    labels: a.labels,
    timestampsMs,
    values,
    histograms: histograms.size === 0 ? undefined : histograms,
  };
}

/** The histograms at [from, to), with indexes that begin at `base`. */
function shifted(
  histograms: ReadonlyMap<number, Histogram> | undefined,
  from: number,
  to: number,
  base: number,
): ReadonlyMap<number, Histogram> | undefined {
  if (histograms === undefined) return undefined;
  const result = new Map<number, Histogram>();
  for (const [at, histogram] of histograms)
    if (at >= from && at < to) result.set(at - from + base, histogram);
  return result.size === 0 ? undefined : result;
}

/** Index of the first element that is not smaller. */
function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
