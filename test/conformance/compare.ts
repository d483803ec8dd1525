import type { Histogram, LabelSet } from '../../otel-processor/src/model/index.ts';
import { allBuckets } from '../../otel-processor/src/query/histogram/index.ts';

/** Largest relative difference between an expected and an actual float (promqltest's own). */
const EPSILON = 1e-6;

export function almostEqual(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < 2 ** -1022) return difference < EPSILON * 2 ** -1022;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}

/** What differs between two histograms, or undefined. Empty buckets do not count. */
export function histogramDifference(
  expected: Histogram,
  actual: Histogram,
  withHint: boolean,
): string | undefined {
  if (expected.schema !== actual.schema) return `schema ${actual.schema}, not ${expected.schema}`;
  for (const key of ['count', 'sum', 'zeroCount'] as const) {
    if (!almostEqual(expected[key], actual[key])) return `${key} ${actual[key]}, not ${expected[key]}`;
  }
  if (expected.zeroThreshold !== actual.zeroThreshold) {
    return `zero threshold ${actual.zeroThreshold}, not ${expected.zeroThreshold}`;
  }
  const bounds = (histogram: Histogram): string => (histogram.customValues ?? []).join();
  if (bounds(expected) !== bounds(actual)) return `bounds ${bounds(actual)}, not ${bounds(expected)}`;
  const populated = (histogram: Histogram) => allBuckets(histogram).filter(({ count }) => count !== 0);
  const wanted = populated(expected);
  const found = populated(actual);
  const same =
    wanted.length === found.length &&
    wanted.every(
      (bucket, i) =>
        bucket.lower === found[i].lower &&
        bucket.upper === found[i].upper &&
        almostEqual(bucket.count, found[i].count),
    );
  if (!same) return `buckets ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
  if (withHint && expected.counterResetHint !== actual.counterResetHint) {
    return `hint ${actual.counterResetHint}, not ${expected.counterResetHint}`;
  }
  return undefined;
}

/** A sample to compare: a float, or a histogram and whether its hint counts. */
export type Comparable = number | { readonly histogram: Histogram; readonly hinted: boolean };

/** What differs between two samples, or undefined. */
export function sampleDifference(expected: Comparable, actual: Comparable): string | undefined {
  if (typeof expected === 'number' || typeof actual === 'number') {
    if (typeof expected !== typeof actual) {
      const kindOf = (value: Comparable): string =>
        typeof value === 'number' ? `float ${value}` : 'histogram';
      return `${kindOf(actual)}, not ${kindOf(expected)}`;
    }
    return almostEqual(expected as number, actual as number) ? undefined : `${actual}, not ${expected}`;
  }
  return histogramDifference(expected.histogram, actual.histogram, expected.hinted);
}

/** One series by time. */
export interface ComparableSeries {
  readonly labels: LabelSet;
  readonly samples: ReadonlyMap<number, Comparable>;
}

/** What differs between two sets of series; empty when nothing does. */
export function seriesDifferences(
  expected: readonly ComparableSeries[],
  actual: readonly ComparableSeries[],
  ordered: boolean,
): string[] {
  const differences: string[] = [];
  const byKey = new Map(actual.map((series) => [series.labels.key, series]));
  const wantedKeys = new Set(expected.map((series) => series.labels.key));
  for (const series of actual) {
    if (!wantedKeys.has(series.labels.key)) differences.push(`unexpected series ${series.labels}`);
  }
  for (const [i, series] of expected.entries()) {
    const found = byKey.get(series.labels.key);
    if (found === undefined) {
      if (series.samples.size > 0) differences.push(`missing series ${series.labels}`);
      continue;
    }
    if (ordered && actual[i]?.labels.key !== series.labels.key) {
      differences.push(`${series.labels} is not at position ${i + 1}`);
    }
    differences.push(...samplesDifferences(series, found));
  }
  return differences;
}

function samplesDifferences(expected: ComparableSeries, actual: ComparableSeries): string[] {
  const differences: string[] = [];
  for (const timeMs of actual.samples.keys()) {
    if (!expected.samples.has(timeMs)) differences.push(`${actual.labels} has a sample at ${timeMs} ms`);
  }
  for (const [timeMs, wanted] of expected.samples) {
    const found = actual.samples.get(timeMs);
    const difference = found === undefined ? 'nothing' : sampleDifference(wanted, found);
    if (difference !== undefined) differences.push(`${actual.labels} at ${timeMs} ms: ${difference}`);
  }
  return differences;
}
