/**
 * Why a data point was not stored. The text is the `reason` label of
 * `statbar_rejected_points_total` and the start of the message that a client sees.
 */
export type RejectReason =
  | 'invalid_name'
  | 'invalid_label'
  | 'invalid_timestamp'
  | 'invalid_value'
  | 'invalid_histogram'
  | 'invalid_temporality'
  | 'unsupported_type'
  | 'too_many_labels'
  | 'label_name_too_long'
  | 'label_value_too_long'
  | 'series_limit'
  | 'new_series_rate'
  | 'too_far_in_future'
  | 'too_old'
  | 'out_of_order_delta'
  | 'conflicting_duplicate'
  | 'exemplar_invalid'
  | 'invalid_event'
  | 'invalid_attribute'
  | 'too_large'
  | 'wrong_type'
  | 'unknown_attribute'
  | 'schema';

/** What was refused of one request: exact counts of data points by reason, and one example of each. */
export class Rejections {
  readonly counts = new Map<RejectReason, number>();
  readonly examples = new Map<RejectReason, string>();
  /**
   * Points from this index on were not sent but made here (target_info): refusing one is no news to the client
   * and does not count.
   */
  derivedFrom = Number.POSITIVE_INFINITY;
  readonly #points = new Set<number>();

  /** Number of distinct data points refused. */
  get points(): number {
    return this.#points.size;
  }

  /**
   * Refuses data point `point` (its index in the request). A point that was refused before counts once,
   * under its first reason.
   */
  reject(point: number, reason: RejectReason, describe: () => string): void {
    if (point >= this.derivedFrom || this.#points.has(point)) return;
    this.#points.add(point);
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    if (!this.examples.has(reason)) this.examples.set(reason, describe());
  }

  has(point: number): boolean {
    return this.#points.has(point);
  }

  /** For a person: `3 points rejected: too_old (2; for example ...); invalid_value (1; for example ...)`. */
  message(): string {
    if (this.points === 0) return '';
    const parts = [...this.counts].map(
      ([reason, count]) => `${reason} (${count}; for example ${this.examples.get(reason) ?? ''})`,
    );
    return `${this.points} ${this.points === 1 ? 'point' : 'points'} rejected: ${parts.join('; ')}`;
  }
}
