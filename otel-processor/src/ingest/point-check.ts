import type { Batch } from '../model/index.ts';
import type { NumberPoint } from './number-point.ts';
import type { PointHeader } from './point-header.ts';
import { CUMULATIVE, DELTA, GAUGE, type RequestPosition, SUM, SUMMARY } from './request-position.ts';
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

  /** Whether the point has a value that can be used, or says that it has none; rejects it if not. */
  hasValue(point: NumberPoint, index: number, batch: Batch): boolean {
    if (point.noRecordedValue) return true;
    if (!point.hasValue) {
      this.#refuseValue(index, batch);
      return false;
    }
    const { kind, temporality, monotonic } = this.#position;
    if (kind !== SUM || temporality !== DELTA || addable(point.value, monotonic)) return true;
    this.#refuseDelta(point.value, index, batch);
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

  #refuseDelta(value: number, index: number, batch: Batch): void {
    batch.rejections.reject(
      index,
      'invalid_value',
      () => `a delta of ${this.#metricText()} is ${value}, which cannot be added to a total`,
    );
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

/**
 * Whether a running total can go on after this delta. NaN and infinities would stay in it for ever, and a counter
 * that falls looks as if it had begun anew.
 */
function addable(delta: number, monotonic: boolean): boolean {
  return Number.isFinite(delta) && !(monotonic && delta < 0);
}
