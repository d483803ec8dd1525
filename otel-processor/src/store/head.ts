import type { Histogram } from '../model/index.ts';
import { ChunkStore, sameHistogram } from './chunk-store.ts';
import { KIND_FLOAT, KIND_HISTOGRAM } from './chunk-table.ts';
import { holds, OutOfOrderSamples } from './out-of-order.ts';
import { clearSamples, cutRange, mergeRuns, trimSamples } from './sample-runs.ts';
import { NO_CHUNK } from './series-columns.ts';
import { createSampleBuffer, type SampleBuffer } from './types.ts';

/** What became of a sample. */
export const ACCEPTED = 0;
export const ACCEPTED_LATE = 1;
export const DUPLICATE = 2;
export const CONFLICT = 3;
export const TOO_OLD = 4;
export const TOO_LARGE = 5;
export type Verdict = 0 | 1 | 2 | 3 | 4 | 5;

export interface HeadOptions {
  readonly blockRangeMs: number;
  readonly outOfOrderWindowMs: number;
  /** Late samples of one series before they are folded into its chunks. */
  readonly outOfOrderSamplesMax: number;
}

const scratch = createSampleBuffer(16);
const rewritten = createSampleBuffer(1024);

/**
 * Recent samples of all series: chunks in time order, and beside them what came late. Pure memory: logging,
 * files and time are others' business. Series ids are the registry's.
 */
export class Head {
  readonly store: ChunkStore;
  readonly late = new Map<number, OutOfOrderSamples>();
  /** Newest histogram of series whose chunk has gone into a block. */
  readonly lastHistograms = new Map<number, Histogram>();
  /** Changes when samples leave the head or series ids may stand for others: what was selected is to be selected again. */
  epoch = 0;
  readonly #options: HeadOptions;
  /** Late samples on their way into a block; undefined when nothing is being sealed. */
  #sealingLate: Map<number, OutOfOrderSamples> | undefined;

  constructor(options: HeadOptions, store = new ChunkStore(options.blockRangeMs)) {
    this.#options = options;
    this.store = store;
  }

  get sealing(): boolean {
    return this.#sealingLate !== undefined;
  }

  append(seriesId: number, timestampMs: number, value: number, lo: number, hi: number): Verdict {
    const newestMs = this.store.columns.timestampsMs[seriesId];
    if (timestampMs > newestMs) {
      this.store.appendFloat(seriesId, timestampMs, value, lo, hi);
      return ACCEPTED;
    }
    return this.#appendLate(seriesId, timestampMs, lo, hi, undefined);
  }

  appendHistogram(seriesId: number, timestampMs: number, histogram: Histogram): Verdict {
    if (!this.store.fits(histogram)) return TOO_LARGE;
    if (timestampMs > this.store.columns.timestampsMs[seriesId]) {
      this.store.appendHistogram(seriesId, timestampMs, histogram);
      if (this.lastHistograms.size > 0) this.lastHistograms.delete(seriesId);
      return ACCEPTED;
    }
    return this.#appendLate(seriesId, timestampMs, 0, 0, histogram);
  }

  lastHistogram(seriesId: number): Histogram | undefined {
    if (this.store.columns.kinds[seriesId] !== KIND_HISTOGRAM) return undefined;
    return this.lastHistograms.get(seriesId) ?? this.store.lastHistogram(seriesId);
  }

  hasSamples(seriesId: number): boolean {
    return this.store.columns.firstChunks[seriesId] !== NO_CHUNK || this.late.has(seriesId);
  }

  /** Whether a sample in [fromMs, toMs] is possible. */
  overlaps(seriesId: number, fromMs: number, toMs: number): boolean {
    const { columns, chunks } = this.store;
    const first = columns.firstChunks[seriesId];
    if (first !== NO_CHUNK) {
      const last = columns.lastChunks[seriesId];
      if (chunks.minTimesMs[first] <= toMs && chunks.maxTimesMs[last] >= fromMs) return true;
    }
    return (
      overlapsLate(this.late.get(seriesId), fromMs, toMs) ||
      overlapsLate(this.#sealingLate?.get(seriesId), fromMs, toMs)
    );
  }

  /** Appends the series' samples in [fromMs, toMs] to the buffer, in time order. */
  read(seriesId: number, fromMs: number, toMs: number, into: SampleBuffer): void {
    const { columns, chunks } = this.store;
    const start = into.count;
    let chunk = columns.firstChunks[seriesId];
    while (chunk !== NO_CHUNK && chunks.maxTimesMs[chunk] < fromMs) chunk = chunks.next[chunk];
    for (; chunk !== NO_CHUNK && chunks.minTimesMs[chunk] <= toMs; chunk = chunks.next[chunk]) {
      this.store.decode(chunk, into);
    }
    trimSamples(into, start, fromMs, toMs);
    if (this.late.size === 0 && this.#sealingLate === undefined) return;
    for (const late of [this.#sealingLate?.get(seriesId), this.late.get(seriesId)]) {
      if (late === undefined) continue;
      const split = into.count;
      late.read(into, fromMs, toMs);
      mergeRuns(into, split, start);
    }
  }

  /** Removes the samples in [fromMs, toMs]; how many. Not while sealing. */
  deleteRange(seriesId: number, fromMs: number, toMs: number): number {
    const { columns } = this.store;
    const newestMs = columns.timestampsMs[seriesId];
    const newestGone = newestMs >= fromMs && newestMs <= toMs;
    if (!newestGone && !this.overlaps(seriesId, fromMs, toMs)) return 0;
    return this.#rewrite(seriesId, (buffer) => {
      const before = buffer.count;
      cutRange(buffer, fromMs, toMs);
      // What was deleted may be sent again: it is no duplicate, nor too old for what is left.
      if (newestGone) columns.timestampsMs[seriesId] = Number.NEGATIVE_INFINITY;
      return before - buffer.count;
    });
  }

  /** Drops everything about these series. */
  forget(seriesId: number): void {
    this.store.removeChunks(seriesId, () => true);
    this.store.columns.reset(seriesId);
    this.late.delete(seriesId);
    this.lastHistograms.delete(seriesId);
  }

  /**
   * Sets apart what lies in [fromMs, toMs), one block range or a part of it: from now on it does not change.
   * Returns the ids of the series that have such samples.
   */
  beginSeal(idEnd: number, fromMs: number, toMs: number): number[] {
    const { columns, chunks } = this.store;
    this.#sealingLate = new Map();
    const found: number[] = [];
    for (let seriesId = 0; seriesId < Math.min(idEnd, columns.capacity); seriesId++) {
      let some = false;
      for (let chunk = columns.firstChunks[seriesId]; chunk !== NO_CHUNK; chunk = chunks.next[chunk]) {
        if (chunks.minTimesMs[chunk] < fromMs || chunks.minTimesMs[chunk] >= toMs) continue;
        chunks.sealing[chunk] = 1;
        if (columns.openChunks[seriesId] === chunk) columns.close(seriesId);
        some = true;
      }
      const taken = this.late.size === 0 ? undefined : this.late.get(seriesId)?.takeRange(fromMs, toMs);
      if (taken !== undefined) {
        this.#sealingLate.set(seriesId, taken);
        if (this.late.get(seriesId)?.count === 0) this.late.delete(seriesId);
        some = true;
      }
      if (some) found.push(seriesId);
    }
    return found;
  }

  /** Replaces the buffer's content by what is set apart of this series. */
  readSealing(seriesId: number, into: SampleBuffer): void {
    const { columns, chunks } = this.store;
    clearSamples(into);
    for (let chunk = columns.firstChunks[seriesId]; chunk !== NO_CHUNK; chunk = chunks.next[chunk]) {
      if (chunks.sealing[chunk] === 1) this.store.decode(chunk, into);
    }
    const split = into.count;
    this.#sealingLate?.get(seriesId)?.read(into, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    mergeRuns(into, split);
  }

  /** What was set apart is in a block now: drops it. */
  finishSeal(seriesIds: readonly number[]): void {
    this.dropSealed(seriesIds);
    this.endSeal();
  }

  /** A part of `finishSeal`, for some of its series: readers who select from here on find them in the block too. */
  dropSealed(seriesIds: readonly number[]): void {
    this.epoch += 1;
    const { columns, chunks } = this.store;
    for (const seriesId of seriesIds) {
      const newest = this.lastHistogram(seriesId);
      const last = columns.lastChunks[seriesId];
      this.store.removeChunks(seriesId, (chunk) => chunks.sealing[chunk] === 1);
      if (newest !== undefined && columns.lastChunks[seriesId] !== last) {
        this.lastHistograms.set(seriesId, newest);
      }
    }
  }

  /** After `dropSealed` of all. */
  endSeal(): void {
    this.#sealingLate = undefined;
    this.epoch += 1;
  }

  /** The block was not written: everything stays. */
  abortSeal(seriesIds: readonly number[]): void {
    const { columns, chunks } = this.store;
    for (const seriesId of seriesIds) {
      for (let chunk = columns.firstChunks[seriesId]; chunk !== NO_CHUNK; chunk = chunks.next[chunk]) {
        chunks.sealing[chunk] = 0;
      }
      const taken = this.#sealingLate?.get(seriesId);
      if (taken !== undefined) this.#lateOf(seriesId).addAll(taken);
    }
    this.#sealingLate = undefined;
  }

  #appendLate(
    seriesId: number,
    timestampMs: number,
    lo: number,
    hi: number,
    histogram: Histogram | undefined,
  ): Verdict {
    const { columns } = this.store;
    const newestMs = columns.timestampsMs[seriesId];
    if (timestampMs === newestMs && histogram === undefined && columns.kinds[seriesId] === KIND_FLOAT) {
      const same = columns.words[2 * seriesId] === lo && columns.words[2 * seriesId + 1] === hi;
      return same ? DUPLICATE : CONFLICT;
    }
    // A retried request is told "stored" and not "too old" as long as the head can still see that it is.
    clearSamples(scratch);
    this.read(seriesId, timestampMs, timestampMs, scratch);
    if (scratch.count > 0) return holds(scratch, 0, lo, hi, histogram) ? DUPLICATE : CONFLICT;
    if (timestampMs === newestMs) {
      const newest = this.lastHistogram(seriesId);
      if (newest === undefined || histogram === undefined) return CONFLICT;
      return sameHistogram(newest, histogram) ? DUPLICATE : CONFLICT;
    }
    // Written so that a time that is no number is refused as well.
    if (!(timestampMs >= newestMs - this.#options.outOfOrderWindowMs)) return TOO_OLD;
    const late = this.#lateOf(seriesId);
    late.insert(timestampMs, lo, hi, histogram);
    if (late.count >= this.#options.outOfOrderSamplesMax && !this.sealing) this.#rewrite(seriesId, () => 0);
    return ACCEPTED_LATE;
  }

  /** Reads the series whole, lets `change` alter the samples, and writes chunks anew from them. */
  #rewrite(seriesId: number, change: (buffer: SampleBuffer) => number): number {
    const { columns } = this.store;
    const buffer = rewritten;
    clearSamples(buffer);
    const newest = this.lastHistogram(seriesId);
    const newestMs = columns.timestampsMs[seriesId];
    const lastLo = columns.words[2 * seriesId];
    const lastHi = columns.words[2 * seriesId + 1];
    const lastKind = columns.kinds[seriesId];
    this.read(seriesId, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, buffer);
    this.store.removeChunks(seriesId, () => true);
    this.late.delete(seriesId);
    const result = change(buffer);
    const keptNewestMs = columns.timestampsMs[seriesId];
    columns.timestampsMs[seriesId] = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < buffer.count; i++) {
      const timestampMs = buffer.timestampsMs[i];
      const histogram = buffer.histograms?.get(i);
      if (histogram !== undefined) this.store.appendHistogram(seriesId, timestampMs, histogram);
      else {
        const lo = buffer.words[2 * i];
        const hi = buffer.words[2 * i + 1];
        this.store.appendFloat(seriesId, timestampMs, buffer.values[i], lo, hi);
      }
    }
    if (keptNewestMs > columns.timestampsMs[seriesId]) {
      // The newest sample lives in a block or was deleted: order is still judged by it.
      columns.close(seriesId);
      columns.timestampsMs[seriesId] = newestMs;
      columns.words[2 * seriesId] = lastLo;
      columns.words[2 * seriesId + 1] = lastHi;
      columns.kinds[seriesId] = lastKind;
      if (newest !== undefined) this.lastHistograms.set(seriesId, newest);
    } else {
      this.lastHistograms.delete(seriesId);
    }
    return result;
  }

  #lateOf(seriesId: number): OutOfOrderSamples {
    let late = this.late.get(seriesId);
    if (late === undefined) {
      late = new OutOfOrderSamples();
      this.late.set(seriesId, late);
    }
    return late;
  }
}

function overlapsLate(late: OutOfOrderSamples | undefined, fromMs: number, toMs: number): boolean {
  if (late === undefined || late.count === 0) return false;
  const { timestampsMs, count } = late.buffer;
  return timestampsMs[0] <= toMs && timestampsMs[count - 1] >= fromMs;
}
