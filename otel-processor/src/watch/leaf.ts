import type { Histogram, LabelSet } from '../model/index.ts';
import { bucketQuantile } from './bucket-quantile.ts';
import type { FamilyKind } from './metric-kind.ts';
import { nativeQuantile, scaled } from './native-buckets.ts';
import type { SampleTable } from './sample-table.ts';
import type { Signal } from './signal.ts';

/** Of a histogram; the part after them is its rate. */
export const quantiles: readonly number[] = [0.5, 0.95, 0.99];
/** A quantile of fewer values than leave so many beyond it would be the luck of single ones. */
const BEYOND_MIN = 5;

/** One series, or the buckets of one histogram. */
export interface Leaf {
  /** With the metric's name, without `le`. */
  readonly labels: LabelSet;
  /** Slots of the sample table: one, or one per bound. */
  readonly slots: number[];
  /** Upper bounds of a histogram's buckets, ascending; empty for others. */
  readonly bounds: number[];
  /** Increase per second by bucket, cumulative; of the newest look that had samples. */
  bucketRates: Float64Array;
  /** The same of a native histogram. */
  nativeRates: Histogram | undefined;
  /** One per part; empty while it is not watched itself. */
  signals: readonly Signal[];
  /** By part, of the newest look that had samples. */
  readonly values: Float64Array;
  /** Time of the newest sample in `values`. */
  valueMs: number;
  /** How often its value changed lately. */
  changes: number;
}

/** The trailing window that rates are over. */
export interface RateWindow {
  readonly samples: SampleTable;
  readonly lookMs: number;
  readonly windowLooks: number;
}

export function createLeaf(labels: LabelSet, partCount: number): Leaf {
  return {
    labels,
    slots: [],
    bounds: [],
    bucketRates: new Float64Array(0),
    nativeRates: undefined,
    signals: [],
    values: new Float64Array(partCount).fill(Number.NaN),
    valueMs: Number.NEGATIVE_INFINITY,
    changes: 0,
  };
}

/**
 * Brings a leaf's rates and quantiles up to date: false when there are none at this look.
 */
export function readRates(
  leaf: Leaf,
  kind: FamilyKind,
  look: number,
  { samples, windowLooks, lookMs }: RateWindow,
): boolean {
  const last = leaf.slots.length - 1;
  const spanMs = samples.spanMs(leaf.slots[last], look, windowLooks);
  // Over a pause nobody knows when things happened: the next window tells.
  const spanMsMax = Math.max(2 * windowLooks * lookMs, 3 * samples.intervalMs(leaf.slots[last]));
  if (!(spanMs > 0 && spanMs <= spanMsMax)) return false;
  const { values } = leaf;
  if (kind === 'counter') {
    values[0] = (samples.increase(leaf.slots[0], look, windowLooks) * 1000) / spanMs;
    return !Number.isNaN(values[0]);
  }
  if (kind === 'native') {
    const increase = samples.histogramIncrease(leaf.slots[0], look, windowLooks);
    if (increase === undefined || Number.isNaN(samples.increase(leaf.slots[0], look, windowLooks)))
      return false;
    leaf.nativeRates = scaled(increase, 1000 / spanMs);
    partsOfNative(leaf.nativeRates, spanMs, values);
    return true;
  }
  const { bucketRates, bounds } = leaf;
  if (Number.isNaN(samples.increase(leaf.slots[last], look, windowLooks))) return false;
  for (let i = 0; i <= last; i++) {
    const rate = (samples.increase(leaf.slots[i], look, windowLooks) * 1000) / spanMs;
    // Buckets are cumulative; a bucket series that is younger than the others is taken to have what is under it.
    const least = i === 0 ? 0 : bucketRates[i - 1];
    bucketRates[i] = Math.max(least, rate || 0);
  }
  partsOfBuckets(bounds, bucketRates, spanMs, values);
  return true;
}

/** Job and instance: what sends. */
export function sourceOf(labels: LabelSet): string {
  return `${labels.get('job') ?? ''}\n${labels.get('instance') ?? ''}`;
}

/** Quantiles and rate from the rates of cumulative buckets. */
export function partsOfBuckets(
  bounds: readonly number[],
  rates: Float64Array,
  spanMs: number,
  into: Float64Array,
): void {
  const last = bounds.length - 1;
  const count = (rates[last] * spanMs) / 1000;
  for (let q = 0; q < quantiles.length; q++) {
    const told = count * (1 - quantiles[q]) >= BEYOND_MIN;
    into[q] = told ? bucketQuantile(quantiles[q], bounds, rates) : Number.NaN;
  }
  into[quantiles.length] = rates[last];
}

/** Quantiles and rate from the rates of a native histogram. */
export function partsOfNative(rates: Histogram, spanMs: number, into: Float64Array): void {
  const count = (rates.count * spanMs) / 1000;
  for (let q = 0; q < quantiles.length; q++) {
    const told = count * (1 - quantiles[q]) >= BEYOND_MIN;
    into[q] = told ? nativeQuantile(quantiles[q], rates) : Number.NaN;
  }
  into[quantiles.length] = rates.count;
}
