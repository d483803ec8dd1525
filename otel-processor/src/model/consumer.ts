import type { Fault } from '../base/index.ts';
import type { Batch } from './batch.ts';
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

/** Label set to series id under the tenant's cardinality limits; see `SeriesRegistry`. */
export interface SeriesResolver {
  /** Changes whenever ids of removed series may have been given to others: forget cached ids then. */
  readonly generation: number;
  /** The series id, or why there is none. May be asked again for the same labels at any time. */
  resolve(labels: LabelSet): number | RejectReason;
  /** An example for a rejection, naming the limit and its configuration key. */
  describe(reason: RejectReason, labels: LabelSet): string;
}
