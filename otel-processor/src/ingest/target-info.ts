import type { Telemetry } from '../base/index.ts';
import type { Batch } from '../model/index.ts';
import { countLimit } from './limit-counter.ts';

interface Tracked {
  readonly seriesId: number;
  /** Event time of the newest sample written. */
  lastMs: number;
}

/** Stands for the series of a resource that has nothing to tell. */
export const NO_TARGET_INFO = -1;

/** A request whose resources span long times would otherwise become many times as many samples as it has. */
const SAMPLES_OF_ALL_MAX = 100_000;

/** No resource has more target_info samples than this in one request, however long the time that it spans. */
const SAMPLES_PER_REQUEST_MAX = 1000;

/**
 * Writes `target_info` with the value 1 for each resource that sends data: at first sight, and then once per
 * interval of event time (Prometheus, storage/remote/otlptranslator: half of the lookback).
 */
export class TargetInfo {
  readonly #intervalMs: number;
  readonly #resourcesMax: number;
  readonly #telemetry: Telemetry;
  readonly #tracked = new Map<string, Tracked>();
  #seriesIds: number[] = [];
  #timestampsMs: number[] = [];

  constructor(intervalMs: number, resourcesMax: number, telemetry: Telemetry) {
    this.#telemetry = telemetry;
    this.#intervalMs = Math.max(1, intervalMs);
    this.#resourcesMax = resourcesMax;
  }

  /** Forgets everything, what was not flushed too; the next request of each resource is its first. */
  clear(): void {
    this.#tracked.clear();
    this.#seriesIds = [];
    this.#timestampsMs = [];
  }

  /**
   * Notes that the rows of `batch` from `rowsFrom` on come from the resource with this hash. `find` gives its
   * series, `NO_TARGET_INFO`, or undefined when it was refused (then it is asked again next time).
   */
  noteRows(
    batch: Batch,
    rowsFrom: number,
    hashLo: number,
    hashHi: number,
    find: () => number | undefined,
  ): void {
    const { timestampsMs, count } = batch;
    if (count === rowsFrom) return;
    let earliestMs = timestampsMs[rowsFrom];
    let latestMs = earliestMs;
    for (let row = rowsFrom + 1; row < count; row++) {
      const timestampMs = timestampsMs[row];
      if (timestampMs < earliestMs) earliestMs = timestampMs;
      if (timestampMs > latestMs) latestMs = timestampMs;
    }
    this.#note(hashLo, hashHi, earliestMs, latestMs, find);
  }

  #note(
    hashLo: number,
    hashHi: number,
    earliestMs: number,
    latestMs: number,
    find: () => number | undefined,
  ): void {
    const key = `${hashLo},${hashHi}`;
    let tracked = this.#tracked.get(key);
    let fromMs = earliestMs;
    if (tracked === undefined) {
      const seriesId = find();
      if (seriesId === undefined) return;
      if (this.#tracked.size >= this.#resourcesMax) {
        this.#tracked.clear();
        countLimit(this.#telemetry, 'resources_max');
      }
      tracked = { seriesId, lastMs: Number.NaN };
      this.#tracked.set(key, tracked);
    } else if (Math.abs(latestMs - tracked.lastMs) < this.#intervalMs) {
      return;
    } else if (tracked.lastMs < latestMs) {
      fromMs = Math.max(earliestMs, tracked.lastMs + this.#intervalMs);
    }
    if (tracked.seriesId === NO_TARGET_INFO) return;
    const span = Math.floor((latestMs - fromMs) / this.#intervalMs);
    const first = Math.max(0, span + 1 - SAMPLES_PER_REQUEST_MAX);
    for (let i = first; i <= span && this.#seriesIds.length < SAMPLES_OF_ALL_MAX; i++) {
      const timestampMs = fromMs + i * this.#intervalMs;
      this.#seriesIds.push(tracked.seriesId);
      this.#timestampsMs.push(timestampMs);
      tracked.lastMs = timestampMs;
    }
  }

  /** Appends what was noted; the rows belong to no point that the client sent. */
  flush(batch: Batch): void {
    batch.rejections.derivedFrom = batch.pointCount;
    for (let i = 0; i < this.#seriesIds.length; i++) {
      batch.add(batch.pointCount, this.#seriesIds[i], this.#timestampsMs[i], 1);
    }
    this.#seriesIds = [];
    this.#timestampsMs = [];
  }
}
