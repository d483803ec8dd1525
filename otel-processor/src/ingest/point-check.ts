import type { Batch } from '../model/index.ts';
import type { NumberPoint } from './number-point.ts';
import type { PointHeader } from './point-header.ts';
import { CUMULATIVE, DELTA, GAUGE, type RequestPosition, SUMMARY } from './request-position.ts';
import type { WireReader } from './wire.ts';

/**
 * What every data point must have. Refusals are worded in methods of their own: a closure in the check itself
 * would cost every point the context that it captures.
 */
export class PointCheck {
  readonly #reader: WireReader;
  readonly #position: RequestPosition;

  constructor(reader: WireReader, position: RequestPosition) {
    this.#reader = reader;
    this.#position = position;
  }

  /** Whether the point has a value, or says that it has none; rejects it if not. */
  hasValue(point: NumberPoint, index: number, batch: Batch): boolean {
    if (point.hasValue || point.noRecordedValue) return true;
    this.#refuseValue(index, batch);
    return false;
  }

  /** Whether time and temporality are valid; rejects the point if not. */
  acceptable(point: PointHeader, index: number, batch: Batch): boolean {
    if (!point.hasTime) {
      this.#refuseTime(index, batch);
      return false;
    }
    const { kind, temporality } = this.#position;
    if (kind === GAUGE || kind === SUMMARY || temporality === CUMULATIVE || temporality === DELTA)
      return true;
    this.#refuseTemporality(index, batch);
    return false;
  }

  #refuseValue(index: number, batch: Batch): void {
    batch.rejections.reject(index, 'invalid_value', () => `a point of ${this.#metricText()} has no value`);
  }

  #refuseTime(index: number, batch: Batch): void {
    batch.rejections.reject(
      index,
      'invalid_timestamp',
      () => `a point of ${this.#metricText()} has no time (time_unix_nano is 0)`,
    );
  }

  #refuseTemporality(index: number, batch: Batch): void {
    const { temporality } = this.#position;
    batch.rejections.reject(
      index,
      'invalid_temporality',
      () =>
        `${this.#metricText()} has aggregation temporality ${temporality} (expected 1 delta or 2 cumulative)`,
    );
  }

  #metricText(): string {
    const { start, end } = this.#position.name;
    return JSON.stringify(this.#reader.text(start, Math.min(end, start + 120)) ?? '');
  }
}
