import type { ByteReader, ByteWriter } from '../base/index.ts';

/** The levels that a rolling forecast keeps widths for; others are interpolated. */
export const KEPT_LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99] as const;

/** Forecasts of one distance that wait for their value, at most. */
const WAITING_MAX = 8;
const ROW = 2 + KEPT_LEVELS.length;
/** How fast a width follows what happens: a step of the tracked quantile. */
const LEARNING_RATE = 0.05;
const MULTIPLIER_MIN = 0.3;
const MULTIPLIER_MAX = 5;
/** What a value counts after this many others: coverage is that of about so many newest ones. */
const COVERAGE_STEPS = 500;

/**
 * Forecasts of one distance that were given out, and whether their intervals held: widths are multiplied by what would
 * have made them hold the promised share (quantile tracking, the P term of conformal PID control, Angelopoulos, Candes
 * and Tibshirani 2023).
 */
export class IssuedForecasts {
  static readonly sizeBytes = 100 + 8 * (WAITING_MAX * ROW + 2 * KEPT_LEVELS.length);

  /** Every how many steps a forecast `distance` steps ahead can be given out, and all can wait. */
  static strideOf(distance: number): number {
    return Math.ceil(distance / (WAITING_MAX - 1));
  }

  /** By kept level. */
  readonly multipliers = new Float64Array(KEPT_LEVELS.length).fill(1);
  readonly #inside = new Float64Array(KEPT_LEVELS.length);
  #weight = 0;
  /** Target step, mean, and a width for each level, row by row; a target of -1 is a free row. */
  readonly #waiting = new Float64Array(WAITING_MAX * ROW).fill(-1);

  /** `widths` by kept level, before multiplication. Nothing is kept when as many as can be are waiting. */
  issue(targetStep: number, mean: number, widths: Float64Array): void {
    for (let row = 0; row < this.#waiting.length; row += ROW) {
      if (this.#waiting[row] >= 0) continue;
      this.#waiting[row] = targetStep;
      this.#waiting[row + 1] = mean;
      this.#waiting.set(widths, row + 2);
      return;
    }
  }

  /** NaN: the value never came, and nothing is learnt. */
  settle(step: number, value: number): void {
    for (let row = 0; row < this.#waiting.length; row += ROW) {
      if (this.#waiting[row] < 0 || this.#waiting[row] > step) continue;
      if (this.#waiting[row] === step && Number.isFinite(value)) this.#learn(row, value);
      this.#waiting[row] = -1;
    }
  }

  coverage(levelIndex: number): number {
    return this.#weight === 0 ? Number.NaN : this.#inside[levelIndex] / this.#weight;
  }

  encode(writer: ByteWriter): void {
    for (const column of [this.multipliers, this.#inside, this.#waiting]) {
      for (const number of column) writer.float64(number);
    }
    writer.float64(this.#weight);
  }

  decode(reader: ByteReader): void {
    for (const column of [this.multipliers, this.#inside, this.#waiting]) {
      for (let i = 0; i < column.length; i++) column[i] = reader.float64();
    }
    this.#weight = reader.float64();
  }

  #learn(row: number, value: number): void {
    const distance = Math.abs(value - this.#waiting[row + 1]);
    const keep = 1 - 1 / COVERAGE_STEPS;
    this.#weight = this.#weight * keep + 1;
    for (let i = 0; i < KEPT_LEVELS.length; i++) {
      const isOutside = distance > this.#waiting[row + 2 + i] * this.multipliers[i];
      this.#inside[i] = this.#inside[i] * keep + (isOutside ? 0 : 1);
      const error = (isOutside ? 1 : 0) - (1 - KEPT_LEVELS[i]);
      const next = this.multipliers[i] * Math.exp(LEARNING_RATE * error);
      this.multipliers[i] = Math.min(MULTIPLIER_MAX, Math.max(MULTIPLIER_MIN, next));
    }
  }
}
