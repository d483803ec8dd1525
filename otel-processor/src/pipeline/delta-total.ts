import { type Appender, addHistograms, Batch, FLAG_DELTA, type Histogram } from '../model/index.ts';

/** Counters of what the conversion had to decide. */
export interface DeltaCounts {
  duplicates: number;
  gaps: number;
  overlaps: number;
}

/**
 * Delta to cumulative (OpenTelemetry metrics data model, "Temporality"): a running total per series.
 *
 * - The first delta starts the total; one that begins where the last ended adds to it; one without a start time
 *   adds whenever it is newer.
 * - A gap or an overlap resets the total. A reset, and the very first delta, is written with a sample of zero at
 *   its start (a millisecond in), so that `increase()` counts the whole delta and nothing twice.
 * - A delta seen before (same end, same amount: a retry after a lost answer) changes nothing.
 * - A delta that ends before the last one cannot be placed any more and is refused.
 *
 * Totals are continued from what is stored, so a restart is not a reset. Intervals are compared in whole
 * milliseconds.
 */
export class DeltaTotal {
  readonly counts: DeltaCounts = { duplicates: 0, gaps: 0, overlaps: 0 };
  readonly #appender: Appender;
  #generation = -1;
  /** Per series id. A total is known when `#endsMs` is not NaN; 0 end means no delta yet. */
  #totals = new Float64Array(1024);
  #endsMs = new Float64Array(1024).fill(Number.NaN);
  #lastDeltas = new Float64Array(1024);
  readonly #histograms = new Map<number, { total: Histogram; last: Histogram }>();

  constructor(appender: Appender) {
    this.#appender = appender;
  }

  /** Forgets everything when ids of removed series may have been given to others. */
  syncGeneration(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#endsMs.fill(Number.NaN);
    this.#histograms.clear();
  }

  /** The batch with each delta replaced by its running total; refused rows are gone. */
  convert(batch: Batch): Batch {
    const { flags, startTimesMs } = batch;
    if (flags === undefined || startTimesMs === undefined) return batch;
    const out = new Batch(batch.count + 16, batch.rejections);
    out.pointCount = batch.pointCount;
    out.exemplars = batch.exemplars;
    out.metadata = batch.metadata;
    for (let row = 0; row < batch.count; row++) {
      if (flags[row] === FLAG_DELTA) this.#convertRow(batch, row, startTimesMs[row], out);
      else out.copyRow(batch, row);
    }
    return out;
  }

  #convertRow(batch: Batch, row: number, startMs: number, out: Batch): void {
    const seriesId = batch.seriesIds[row];
    const timestampMs = batch.timestampsMs[row];
    const point = batch.points[row];
    const histogram = batch.histograms?.get(row);
    if (seriesId >= this.#totals.length) this.#grow(seriesId + 1);
    if (Number.isNaN(this.#endsMs[seriesId])) this.#restore(seriesId);
    const lastEndMs = this.#endsMs[seriesId];
    if (timestampMs <= lastEndMs) {
      if (timestampMs === lastEndMs && this.#repeatsLast(seriesId, batch.values[row], histogram)) {
        this.counts.duplicates += 1;
      } else {
        out.rejections.reject(
          point,
          'out_of_order_delta',
          () =>
            `a delta that ends at ${timestampMs} ms, when one that ended at ${lastEndMs} ms is counted already`,
        );
      }
      return;
    }
    const first = lastEndMs === Number.NEGATIVE_INFINITY;
    const aligned = startMs === 0 || startMs >= timestampMs || startMs === lastEndMs;
    if (!first && !aligned) {
      if (startMs > lastEndMs) this.counts.gaps += 1;
      else this.counts.overlaps += 1;
    }
    const starts = first ? startMs > 0 && startMs < timestampMs : !aligned;
    // The interval is (start, end]: at its very start there may be the last sample of a series forgotten since.
    const zeroMs = Math.max(startMs, lastEndMs) + 1;
    const zero = starts && zeroMs < timestampMs;
    this.#endsMs[seriesId] = timestampMs;
    if (histogram !== undefined) {
      this.#addHistogram(out, point, seriesId, timestampMs, histogram, starts, zero ? zeroMs : undefined);
      return;
    }
    const delta = batch.values[row];
    if (zero) out.add(point, seriesId, zeroMs, 0);
    this.#totals[seriesId] = starts || first ? delta : this.#totals[seriesId] + delta;
    this.#lastDeltas[seriesId] = delta;
    out.add(point, seriesId, timestampMs, this.#totals[seriesId]);
  }

  #addHistogram(
    out: Batch,
    point: number,
    seriesId: number,
    timestampMs: number,
    delta: Histogram,
    starts: boolean,
    zeroMs: number | undefined,
  ): void {
    const held = this.#histograms.get(seriesId);
    if (zeroMs !== undefined) out.addHistogram(point, seriesId, zeroMs, emptied(delta));
    const total = held === undefined || starts ? delta : addHistograms(held.total, delta);
    this.#histograms.set(seriesId, { total, last: delta });
    out.addHistogram(point, seriesId, timestampMs, total);
  }

  #repeatsLast(seriesId: number, delta: number, histogram: Histogram | undefined): boolean {
    if (histogram === undefined) {
      // After a restart the last delta is not known any more, only that one with this end was counted.
      return Object.is(this.#lastDeltas[seriesId], delta) || Number.isNaN(this.#lastDeltas[seriesId]);
    }
    const held = this.#histograms.get(seriesId);
    return (
      held === undefined ||
      held.last === held.total ||
      (held.last.count === histogram.count && held.last.sum === histogram.sum)
    );
  }

  #restore(seriesId: number): void {
    const sample = this.#appender.lastSample(seriesId);
    const newest = this.#appender.lastHistogram(seriesId);
    this.#endsMs[seriesId] = Number.NEGATIVE_INFINITY;
    this.#totals[seriesId] = 0;
    if (newest !== undefined && (sample === undefined || newest.timestampMs >= sample.timestampMs)) {
      this.#histograms.set(seriesId, { total: newest.histogram, last: newest.histogram });
      this.#endsMs[seriesId] = newest.timestampMs;
    } else if (sample !== undefined) {
      if (!Number.isNaN(sample.value)) this.#totals[seriesId] = sample.value;
      this.#endsMs[seriesId] = sample.timestampMs;
      this.#lastDeltas[seriesId] = Number.NaN;
    }
  }

  #grow(atLeast: number): void {
    const capacity = Math.max(atLeast, this.#totals.length * 2);
    const totals = new Float64Array(capacity);
    totals.set(this.#totals);
    const endsMs = new Float64Array(capacity).fill(Number.NaN);
    endsMs.set(this.#endsMs);
    const lastDeltas = new Float64Array(capacity);
    lastDeltas.set(this.#lastDeltas);
    this.#totals = totals;
    this.#endsMs = endsMs;
    this.#lastDeltas = lastDeltas;
  }
}

/** The same kind of histogram with nothing in it. */
function emptied(histogram: Histogram): Histogram {
  return {
    ...histogram,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
  };
}
