import type { Batch } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import type { ExemplarReader } from './exemplars.ts';
import { ExponentialPoint } from './exponential-point.ts';
import { exponentialFault, histogramFault, summaryFault } from './histogram-check.ts';
import { HistogramPoint } from './histogram-point.ts';
import type { IdentityCache } from './identity-cache.ts';
import type { IdentityHash } from './identity-hash.ts';
import { nativeHistogramOf } from './native-histogram.ts';
import type { NumberColumn } from './number-column.ts';
import { millisecondsOf, type PointHeader } from './point-header.ts';
import { PointRefusal } from './point-refusal.ts';
import type { RequestLabels } from './request-labels.ts';
import { DELTA, type RequestPosition } from './request-position.ts';
import { SummaryPoint } from './summary-point.ts';
import { decimalText } from './translation/index.ts';
import type { WireReader } from './wire.ts';

export interface SpreadPorts {
  readonly config: IngestConfig;
  readonly reader: WireReader;
  readonly position: RequestPosition;
  readonly hash: IdentityHash;
  readonly cache: IdentityCache;
  readonly labels: RequestLabels;
  readonly exemplars: ExemplarReader;
}

/** Told apart in the hash: the same attributes with and without the bounds that give the list its length. */
const WITH_BOUNDS = 1;
const LATEST = 2;

/**
 * Points that become several rows: classic histograms (`_bucket`, `_count`, `_sum`) and summaries, and the
 * one row of an exponential histogram. All methods throw `PointRefusal`.
 */
export class SpreadPoints {
  readonly histogram: HistogramPoint;
  readonly exponential: ExponentialPoint;
  readonly summary: SummaryPoint;
  readonly #ports: SpreadPorts;

  constructor(ports: SpreadPorts) {
    const { histogram_buckets_max: bucketsMax } = ports.config;
    this.#ports = ports;
    this.histogram = new HistogramPoint(bucketsMax);
    this.exponential = new ExponentialPoint(bucketsMax);
    this.summary = new SummaryPoint(bucketsMax);
  }

  /** Rows: one `_bucket` per bound, the one of +Inf, `_count`, and `_sum` if the point has a sum. */
  addHistogram(batch: Batch, index: number, timestampMs: number): void {
    const point = this.histogram;
    const { bounds, bucketCounts } = point;
    if (!point.noRecordedValue) refuse(histogramFault(point) ?? this.#deltaFault(point));
    else refuse(bounds.overLimit ? 'too many bounds' : undefined);
    const seriesIds = this.#histogramSeries();
    if (point.noRecordedValue) {
      addStaleRows(batch, index, seriesIds, timestampMs);
      return;
    }
    const from = batch.count;
    let cumulative = 0;
    for (let i = 0; i < bounds.count; i++) {
      cumulative += bucketCounts.values[i];
      batch.add(index, seriesIds[i], timestampMs, cumulative);
    }
    batch.add(index, seriesIds[bounds.count], timestampMs, point.count);
    batch.add(index, seriesIds[bounds.count + 1], timestampMs, point.count);
    if (point.hasSum) batch.add(index, seriesIds[bounds.count + 2], timestampMs, point.sum);
    this.#markDelta(batch, from, point);
    if (point.exemplarCount > 0) {
      // A copy: reading exemplars may not, but must be free to, use the cache that lent the list.
      const buckets = seriesIds.slice(0, bounds.count + 1);
      this.#ports.exemplars.read(batch, point, 8, (value) => buckets[bucketOf(bounds, value)]);
    }
  }

  /** One row with a native histogram. */
  addExponential(batch: Batch, index: number, timestampMs: number): void {
    const point = this.exponential;
    if (!point.noRecordedValue) refuse(exponentialFault(point) ?? this.#deltaFault(point));
    const seriesId = this.#exponentialSeries();
    if (point.noRecordedValue) {
      batch.addStale(index, seriesId, timestampMs);
      return;
    }
    const row = batch.addHistogram(index, seriesId, timestampMs, nativeHistogramOf(point));
    this.#markDelta(batch, row, point);
    if (point.exemplarCount > 0) this.#ports.exemplars.read(batch, point, 11, () => seriesId);
  }

  /** Rows: one per quantile, `_count` and `_sum`. */
  addSummary(batch: Batch, index: number, timestampMs: number): void {
    const point = this.summary;
    refuse(summaryFault(point));
    const seriesIds = this.#summarySeries();
    if (point.noRecordedValue) {
      addStaleRows(batch, index, seriesIds, timestampMs);
      return;
    }
    const { count } = point.quantiles;
    for (let i = 0; i < count; i++) batch.add(index, seriesIds[i], timestampMs, point.values.values[i]);
    batch.add(index, seriesIds[count], timestampMs, point.count);
    batch.add(index, seriesIds[count + 1], timestampMs, point.sum);
  }

  #histogramSeries(): Uint32Array {
    const { hash, cache } = this.#ports;
    const point = this.histogram;
    const { bounds } = point;
    if (point.noRecordedValue && bounds.count === 0) {
      // Such points seldom repeat bounds and sum: mark the series that the last full point had, if it is known.
      this.#hashPoint(point, undefined, LATEST);
      const latest = cache.list(hash.lo, hash.hi);
      if (latest !== undefined) return latest;
    }
    this.#hashPoint(point, bounds, WITH_BOUNDS + (point.hasSum ? 2 : 0));
    const known = cache.list(hash.lo, hash.hi);
    if (known !== undefined) return known;
    const { lo, hi } = hash;
    const seriesIds = this.#resolveAll(point, 9, (add, name) => {
      for (let i = 0; i < bounds.count; i++) add(`${name}_bucket`, 'le', decimalText(bounds.values[i]));
      add(`${name}_bucket`, 'le', '+Inf');
      add(`${name}_count`);
      if (point.hasSum) add(`${name}_sum`);
    });
    cache.putList(lo, hi, seriesIds);
    this.#hashPoint(point, undefined, LATEST);
    cache.putList(hash.lo, hash.hi, seriesIds);
    return Uint32Array.from(seriesIds);
  }

  #exponentialSeries(): number {
    const { hash, cache } = this.#ports;
    this.#hashPoint(this.exponential, undefined, WITH_BOUNDS);
    const known = cache.series(hash.lo, hash.hi);
    if (known >= 0) return known;
    const { lo, hi } = hash;
    const [seriesId] = this.#resolveAll(this.exponential, 1, (add, name) => add(name));
    cache.putSeries(lo, hi, seriesId);
    return seriesId;
  }

  #summarySeries(): Uint32Array {
    const { hash, cache } = this.#ports;
    const point = this.summary;
    const { quantiles } = point;
    this.#hashPoint(point, quantiles, WITH_BOUNDS);
    const known = cache.list(hash.lo, hash.hi);
    if (known !== undefined) return known;
    const { lo, hi } = hash;
    const seriesIds = this.#resolveAll(point, 7, (add, name) => {
      for (let i = 0; i < quantiles.count; i++) add(name, 'quantile', decimalText(quantiles.values[i]));
      add(`${name}_count`);
      add(`${name}_sum`);
    });
    cache.putList(lo, hi, seriesIds);
    return Uint32Array.from(seriesIds);
  }

  #hashPoint(point: PointHeader, numbers: NumberColumn | undefined, salt: number): void {
    const { hash, position, reader } = this.#ports;
    hash.resume(position.metricLo, position.metricHi);
    point.foldAttributes(hash, reader.view);
    if (numbers !== undefined) hash.wordsOf(numbers.words, 2 * numbers.count);
    hash.words(salt, 3);
    hash.finish();
  }

  #resolveAll(
    point: PointHeader,
    attributesField: number,
    list: (add: (name: string, extraName?: string, extraValue?: string) => void, name: string) => void,
  ): number[] {
    const { labels } = this.#ports;
    const pointLabels = labels.point(point, attributesField);
    const seriesIds: number[] = [];
    list((name, extraName, extraValue) => {
      seriesIds.push(labels.resolve(labels.labels.series(pointLabels, name, extraName, extraValue)));
    }, labels.metric().familyName);
    labels.noteMetadata();
    return seriesIds;
  }

  /** A sum that is not finite would stay in the running total for ever. */
  #deltaFault(point: HistogramPoint | ExponentialPoint): string | undefined {
    if (this.#ports.position.temporality !== DELTA || !point.hasSum || Number.isFinite(point.sum))
      return undefined;
    return `a delta with the sum ${point.sum}, which cannot be added to a total`;
  }

  #markDelta(batch: Batch, from: number, point: PointHeader): void {
    if (this.#ports.position.temporality !== DELTA) return;
    const startTimeMs = millisecondsOf(point.startTimeLo, point.startTimeHi);
    for (let row = from; row < batch.count; row++) batch.markDelta(row, startTimeMs);
  }
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new PointRefusal('invalid_histogram', () => fault);
}

function addStaleRows(batch: Batch, index: number, seriesIds: ArrayLike<number>, timestampMs: number): void {
  for (let i = 0; i < seriesIds.length; i++) batch.addStale(index, seriesIds[i], timestampMs);
}

/** Index of the first bound that is not below `value`; the number of bounds for the bucket of +Inf. */
function bucketOf(bounds: NumberColumn, value: number): number {
  let i = 0;
  while (i < bounds.count && bounds.values[i] < value) i++;
  return i;
}
