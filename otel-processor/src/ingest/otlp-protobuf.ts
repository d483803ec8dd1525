import { FaultError, type HashKey, permanent, type Telemetry } from '../base/index.ts';
import { Batch, type SeriesResolver } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import { ExemplarReader } from './exemplars.ts';
import { IdentityCache, observeCache } from './identity-cache.ts';
import { IdentityHash } from './identity-hash.ts';
import { countLimit } from './limit-counter.ts';
import { NumberPoint } from './number-point.ts';
import { PointCheck } from './point-check.ts';
import { millisecondsOf, type PointHeader } from './point-header.ts';
import { PointRefusal } from './point-refusal.ts';
import { RequestLabels } from './request-labels.ts';
import {
  DELTA,
  EXPONENTIAL_HISTOGRAM,
  GAUGE,
  HISTOGRAM,
  RequestPosition,
  SUM,
  SUMMARY,
} from './request-position.ts';
import { SpreadPoints } from './spread-points.ts';
import { NO_TARGET_INFO, TargetInfo } from './target-info.ts';
import { WireReader } from './wire.ts';

export interface DecoderPorts {
  readonly resolver: SeriesResolver;
  readonly hashKey: HashKey;
  readonly telemetry: Telemetry;
}

/** A data point of a real client is seldom smaller. Only the first size of the columns hangs on it. */
const BYTES_PER_POINT_LEAST = 96;

/**
 * ExportMetricsServiceRequest to `Batch`, in one walk over the bytes. A point whose identity (resource, scope,
 * metric and attributes, as bytes) was seen before costs a hash and a table look-up; only a new one is decoded
 * to strings.
 */
export class OtlpProtobufDecoder {
  readonly #config: IngestConfig;
  readonly #telemetry: Telemetry;
  readonly #resolver: SeriesResolver;
  readonly #reader = new WireReader();
  readonly #position = new RequestPosition();
  readonly #hash: IdentityHash;
  readonly #cache: IdentityCache;
  readonly #labels: RequestLabels;
  readonly #exemplars: ExemplarReader;
  readonly #targetInfo: TargetInfo;
  readonly #spread: SpreadPoints;
  readonly #number = new NumberPoint();
  readonly #check: PointCheck;
  #generation: number;
  #batch = new Batch(0);
  /** Resources, scopes and metrics of the request so far. */
  #parents = 0;
  /** The last timestamp in halves, and in milliseconds: neighbours often share it. */
  #timeLo = 0;
  #timeHi = 0;
  #timeMs = 0;

  readonly #visitResource = (start: number, end: number): void => this.#resourceMetrics(start, end);
  readonly #visitScope = (start: number, end: number): void => this.#scopeMetrics(start, end);
  readonly #visitMetric = (start: number, end: number): void => this.#metric(start, end);

  constructor(config: IngestConfig, ports: DecoderPorts) {
    const { resolver, hashKey, telemetry } = ports;
    this.#config = config;
    this.#telemetry = telemetry;
    this.#resolver = resolver;
    this.#generation = resolver.generation;
    this.#check = new PointCheck(this.#reader, this.#position);
    this.#hash = new IdentityHash(hashKey);
    this.#cache = new IdentityCache(config.identity_cache_entries_max);
    this.#labels = new RequestLabels(config, resolver, this.#reader, this.#position, telemetry);
    this.#exemplars = new ExemplarReader(
      this.#reader,
      this.#labels,
      config.exemplars_per_request_max,
      telemetry,
    );
    this.#targetInfo = new TargetInfo(config.target_info_interval, config.resources_max, telemetry);
    this.#spread = new SpreadPoints({
      config,
      reader: this.#reader,
      position: this.#position,
      hash: this.#hash,
      cache: this.#cache,
      labels: this.#labels,
      exemplars: this.#exemplars,
    });
    observeCache(this.#cache, 'otlp', telemetry);
  }

  /** Throws `FaultError` for malformed input. The batch is the caller's. */
  decode(bytes: Uint8Array): Batch {
    this.#syncGeneration();
    this.#batch = new Batch(Math.max(16, Math.ceil(bytes.length / BYTES_PER_POINT_LEAST)));
    this.#parents = 0;
    const reader = this.#reader;
    reader.reset(bytes);
    try {
      this.#children(0, bytes.length, 0x0a, this.#visitResource);
      this.#targetInfo.flush(this.#batch);
      this.#batch.metadata = this.#labels.takeNews();
      return this.#batch;
    } catch (fault) {
      // Nothing of this request goes on: what was noted as written was not.
      this.#targetInfo.clear();
      throw fault;
    } finally {
      this.#batch = new Batch(0);
      reader.release();
    }
  }

  /** Ids may belong to other series now: forget them all. */
  #syncGeneration(): void {
    if (this.#generation === this.#resolver.generation) return;
    this.#generation = this.#resolver.generation;
    this.#cache.clear();
    this.#targetInfo.clear();
    this.#labels.clear();
  }

  /**
   * Visits each field with the tag `wanted` in [start, end). Counts them, because an empty one costs more than its
   * two bytes: without a bound, a large request of empty metrics would take seconds.
   */
  #children(start: number, end: number, wanted: number, visit: (start: number, end: number) => void): void {
    const reader = this.#reader;
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== wanted) {
        reader.skip(tag, end);
        continue;
      }
      const next = reader.lengthEnd(end);
      this.#parents += 1;
      if (this.#parents > this.#config.points_per_request_max) {
        this.#tooMany('points_per_request_max', 'metrics');
      }
      visit(reader.pos, next);
      reader.pos = next;
    }
  }

  #resourceMetrics(start: number, end: number): void {
    const rowsFrom = this.#batch.count;
    this.#position.enterResource(this.#reader, start, end, this.#hash);
    const { resourceLo, resourceHi } = this.#position;
    this.#labels.enterResource();
    this.#children(start, end, 0x12, this.#visitScope);
    if (this.#config.target_info) this.#noteTargetInfo(resourceLo, resourceHi, rowsFrom);
  }

  #scopeMetrics(start: number, end: number): void {
    this.#position.enterScope(this.#reader, start, end, this.#hash);
    this.#labels.enterScope();
    this.#children(start, end, 0x12, this.#visitMetric);
  }

  #metric(start: number, end: number): void {
    const position = this.#position;
    position.enterMetric(this.#reader, start, end, this.#hash);
    this.#labels.enterMetric();
    for (let i = 0; i < position.data.length; i += 2) this.#points(position.data[i], position.data[i + 1]);
  }

  #points(start: number, end: number): void {
    const reader = this.#reader;
    const { kind } = this.#position;
    const { points_per_request_max: pointsMax, samples_per_request_max: samplesMax } = this.#config;
    const isNumber = kind === GAUGE || kind === SUM;
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== 0x0a) {
        reader.skip(tag, end);
        continue;
      }
      const next = reader.lengthEnd(end);
      if (this.#batch.pointCount >= pointsMax) this.#tooMany('points_per_request_max', 'data points');
      if (this.#batch.count >= samplesMax) this.#tooMany('samples_per_request_max', 'samples');
      if (isNumber) this.#numberPoint(reader.pos, next);
      else this.#spreadPoint(reader.pos, next);
      reader.pos = next;
    }
  }

  #numberPoint(start: number, end: number): void {
    const point = this.#number;
    const batch = this.#batch;
    const index = batch.pointCount++;
    point.scan(this.#reader, start, end);
    if (!this.#check.acceptable(point, index, batch) || !this.#check.hasValue(point, index, batch)) return;
    const hash = this.#hash;
    hash.resume(this.#position.metricLo, this.#position.metricHi);
    point.foldAttributes(hash, this.#reader.view);
    hash.finish();
    const known = this.#cache.series(hash.lo, hash.hi);
    const seriesId = known >= 0 ? known : this.#newSeries(point, index);
    if (seriesId < 0) return;
    const timestampMs = this.#milliseconds(point);
    if (point.noRecordedValue) {
      batch.addStale(index, seriesId, timestampMs);
      return;
    }
    // A NaN keeps no payload: bits that happen to be those of a staleness marker must not become one.
    const value = Number.isNaN(point.value) ? Number.NaN : point.value;
    const row = batch.add(index, seriesId, timestampMs, value);
    if (this.#position.temporality === DELTA) {
      batch.markDelta(row, millisecondsOf(point.startTimeLo, point.startTimeHi));
    }
    if (point.exemplarCount > 0) this.#readExemplars(point, seriesId);
  }

  #readExemplars(point: NumberPoint, seriesId: number): void {
    this.#exemplars.read(this.#batch, point, 5, () => seriesId);
  }

  /** Histograms and summaries, whose points spread over several series or hold buckets. */
  #spreadPoint(start: number, end: number): void {
    const spread = this.#spread;
    const index = this.#batch.pointCount++;
    const { kind } = this.#position;
    const point =
      kind === HISTOGRAM
        ? spread.histogram
        : kind === EXPONENTIAL_HISTOGRAM
          ? spread.exponential
          : spread.summary;
    point.scan(this.#reader, start, end);
    if (!this.#check.acceptable(point, index, this.#batch)) return;
    try {
      if (kind === HISTOGRAM) spread.addHistogram(this.#batch, index, this.#milliseconds(point));
      else if (kind === EXPONENTIAL_HISTOGRAM) {
        spread.addExponential(this.#batch, index, this.#milliseconds(point));
      } else if (kind === SUMMARY) spread.addSummary(this.#batch, index, this.#milliseconds(point));
    } catch (refusal) {
      this.#refuse(index, refusal);
    }
  }

  #newSeries(point: NumberPoint, index: number): number {
    const { lo, hi } = this.#hash;
    try {
      const labels = this.#labels.point(point, 7);
      const name = this.#labels.metric().familyName;
      const seriesId = this.#labels.resolve(this.#labels.labels.series(labels, name));
      this.#cache.putSeries(lo, hi, seriesId);
      this.#labels.noteMetadata();
      return seriesId;
    } catch (refusal) {
      this.#refuse(index, refusal);
      return -1;
    }
  }

  #refuse(index: number, refusal: unknown): void {
    if (!(refusal instanceof PointRefusal)) throw refusal;
    this.#batch.rejections.reject(index, refusal.reason, refusal.describe);
  }

  #milliseconds(point: PointHeader): number {
    if (point.timeLo !== this.#timeLo || point.timeHi !== this.#timeHi) {
      this.#timeLo = point.timeLo;
      this.#timeHi = point.timeHi;
      this.#timeMs = millisecondsOf(point.timeLo, point.timeHi);
    }
    return this.#timeMs;
  }

  #noteTargetInfo(resourceLo: number, resourceHi: number, rowsFrom: number): void {
    this.#targetInfo.noteRows(this.#batch, rowsFrom, resourceLo, resourceHi, () => {
      const labels = this.#labels.resource().targetInfo;
      if (labels === undefined) return NO_TARGET_INFO;
      const answer = this.#resolver.resolve(labels);
      return typeof answer === 'number' ? answer : undefined;
    });
  }

  #tooMany(limit: 'points_per_request_max' | 'samples_per_request_max', what: string): never {
    countLimit(this.#telemetry, limit);
    throw new FaultError(
      permanent('too_large', `more than ${this.#config[limit]} ${what} in one request (ingest.${limit})`),
    );
  }
}
