import type { Fault } from '../base/index.ts';
import type { Batch } from './batch.ts';
import type { Histogram } from './histogram.ts';
import type { LabelSet } from './label-set.ts';
import type { RejectReason } from './rejections.ts';

/**
 * One station on the way of data. `consume` owns the batch from the call on. It settles when the batch is
 * durable as far as this station and all after it promise; rows refused on the way are in
 * `batch.rejections`, and a `Fault` means that nothing of the batch may be taken as stored.
 */
export interface Consumer {
  consume(batch: Batch): Promise<Fault | undefined>;
}

/** Where samples enter the store. */
export interface Appender {
  /**
   * Why nothing can be written at this moment (disk full, shutting down), or undefined. When it says undefined,
   * an `append` in the same turn of the event loop applies its rows.
   */
  refusal(): Fault | undefined;
  /**
   * Validates each row against its series (order, duplicates), applies the rest to memory in this same turn and
   * logs them. Settles when they, and everything applied before them, are durable as configured: so a batch of
   * nothing but duplicates, or of no rows at all, waits for the rows that it repeats. Rows refused are in
   * `batch.rejections`; rows equal to what is stored already are dropped in silence. A fault means that the whole
   * batch may be sent again.
   */
  append(batch: Batch): Promise<Fault | undefined>;
  /** The newest sample of a series in event time, if it has one that is a float. */
  lastSample(seriesId: number): { readonly timestampMs: number; readonly value: number } | undefined;
  /** The newest native histogram of a series in event time, if its newest sample is one. */
  lastHistogram(
    seriesId: number,
  ): { readonly timestampMs: number; readonly histogram: Histogram } | undefined;
}

/** Label set to series id under the tenant's cardinality limits; see `SeriesRegistry`. */
export interface SeriesResolver {
  /** Changes whenever ids of removed series may have been given to others: forget cached ids then. */
  readonly generation: number;
  /** The series id, or why there is none. May be asked again for the same labels at any time. */
  resolve(labels: LabelSet): number | RejectReason;
  /** An example for a rejection, naming the limit and its configuration key. */
  describe(reason: RejectReason, labels: LabelSet): string;
}
