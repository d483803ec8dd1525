import { assert, ByteReader, ByteWriter, FaultError } from '../base/index.ts';
import { IssuedForecasts, KEPT_LEVELS } from './issued-forecasts.ts';
import { KeptPath } from './kept-path.ts';
import type { Forecast, Forecaster, ForecastInput, ForecastOptions, RollingForecast } from './types.ts';

const STATE_VERSION = 1;
/** A fit serves for this share of the horizon. */
const AGE_SHARE = 0.5;
/** The newest deviation is a mean that forgets: the weight of the newest value. */
const DEVIATION_WEIGHT = 0.4;
/** How fast what is known of the deviations' persistence is forgotten. */
const PERSISTENCE_KEEP = 0.99;

/** Goes along with one signal between fits of `forecaster`; begins without a fit. */
export function createRollingForecast(forecaster: Forecaster, options: ForecastOptions): RollingForecast {
  return new FollowedForecast(forecaster, options);
}

/** Goes on exactly as the one that was encoded; undefined when the bytes are of another version or another horizon. */
export function decodeRollingForecast(
  forecaster: Forecaster,
  options: ForecastOptions,
  state: Uint8Array,
): RollingForecast | undefined {
  const rolling = new FollowedForecast(forecaster, options);
  try {
    return rolling.decode(new ByteReader(state)) ? rolling : undefined;
  } catch (error) {
    if (error instanceof FaultError) return undefined;
    throw error;
  }
}

class FollowedForecast implements RollingForecast {
  readonly #forecaster: Forecaster;
  readonly #options: ForecastOptions;
  readonly #agesMax: number;
  /** Near, middle and far: how many steps ahead each is judged at. */
  readonly #distances: readonly number[];
  readonly #issued: readonly IssuedForecasts[];
  readonly #widths = new Float64Array(KEPT_LEVELS.length);
  #path: KeptPath | undefined;
  /** Values observed, and how many of them when the fit was made. */
  #step = 0;
  #fitStep = 0;
  #deviation = 0;
  #lastDeviation = 0;
  #product = 0;
  #square = 0;

  constructor(forecaster: Forecaster, options: ForecastOptions) {
    this.#forecaster = forecaster;
    this.#options = options;
    const { horizonSteps } = options;
    this.#agesMax = Math.max(1, Math.ceil(horizonSteps * AGE_SHARE));
    this.#distances = [...new Set([1, Math.ceil(horizonSteps / 4), horizonSteps])];
    this.#issued = this.#distances.map(() => new IssuedForecasts());
  }

  get stale(): boolean {
    return this.#path === undefined || this.#step - this.#fitStep >= this.#agesMax;
  }

  observe(value: number): void {
    this.#step += 1;
    for (const issued of this.#issued) issued.settle(this.#step, value);
    const age = this.#step - this.#fitStep;
    if (this.#path === undefined || age > this.#path.steps) return;
    if (Number.isFinite(value)) this.#followDeviation(value - this.#path.mean(age - 1));
    this.#issue(age);
  }

  refit(input: ForecastInput): void {
    const horizonSteps = this.#options.horizonSteps + this.#agesMax;
    const model = this.#forecaster.fit(input, { ...this.#options, horizonSteps });
    this.#path = KeptPath.of(model, horizonSteps);
    this.#fitStep = this.#step;
    this.#deviation = 0;
    this.#lastDeviation = 0;
    this.#issue(0);
  }

  predict(horizonSteps: number, levels: readonly number[]): Forecast | undefined {
    const path = this.#path;
    if (path === undefined) return undefined;
    const age = this.#step - this.#fitStep;
    const steps = Math.max(0, Math.min(horizonSteps, this.#options.horizonSteps, path.steps - age));
    const mean = new Float64Array(steps);
    const lower = levels.map(() => new Float64Array(steps));
    const upper = levels.map(() => new Float64Array(steps));
    const { min, max } = path.range;
    for (let h = 0; h < steps; h++) {
      mean[h] = this.#meanAt(path, age, h);
      const issued = this.#issued[this.#distanceOf(h)];
      for (let level = 0; level < levels.length; level++) {
        const width = path.width(h, levels[level], issued.multipliers);
        lower[level][h] = Math.max(min, mean[h] - width);
        upper[level][h] = Math.min(max, mean[h] + width);
      }
    }
    return { levels: [...levels], mean, lower, upper };
  }

  coverage(level: number): number {
    const index = KEPT_LEVELS.indexOf(level as (typeof KEPT_LEVELS)[number]);
    assert(index >= 0, `coverage is known at ${KEPT_LEVELS.join(', ')}, not at ${level}`);
    let sum = 0;
    let count = 0;
    for (const issued of this.#issued) {
      const share = issued.coverage(index);
      if (Number.isNaN(share)) continue;
      sum += share;
      count += 1;
    }
    return count === 0 ? Number.NaN : sum / count;
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.uint8(STATE_VERSION);
    writer.uvarint(this.#options.horizonSteps);
    writer.uvarint(this.#step);
    writer.uvarint(this.#fitStep);
    for (const number of [this.#deviation, this.#lastDeviation, this.#product, this.#square]) {
      writer.float64(number);
    }
    for (const issued of this.#issued) issued.encode(writer);
    writer.uint8(this.#path === undefined ? 0 : 1);
    this.#path?.encode(writer);
    return writer.finish();
  }

  decode(reader: ByteReader): boolean {
    if (reader.uint8() !== STATE_VERSION || reader.uvarint() !== this.#options.horizonSteps) return false;
    this.#step = reader.uvarint();
    this.#fitStep = reader.uvarint();
    this.#deviation = reader.float64();
    this.#lastDeviation = reader.float64();
    this.#product = reader.float64();
    this.#square = reader.float64();
    for (const issued of this.#issued) issued.decode(reader);
    this.#path = reader.uint8() === 1 ? KeptPath.decode(reader) : undefined;
    return true;
  }

  sizeBytes(): number {
    return 200 + this.#issued.length * IssuedForecasts.sizeBytes + (this.#path?.sizeBytes ?? 0);
  }

  #followDeviation(deviation: number): void {
    this.#product = this.#product * PERSISTENCE_KEEP + deviation * this.#lastDeviation;
    this.#square = this.#square * PERSISTENCE_KEEP + this.#lastDeviation * this.#lastDeviation;
    this.#lastDeviation = deviation;
    this.#deviation += DEVIATION_WEIGHT * (deviation - this.#deviation);
  }

  /** The fit's forecast, moved by what is left of the newest deviation from it. */
  #meanAt(path: KeptPath, age: number, h: number): number {
    const persistence = this.#square > 0 ? Math.min(1, Math.max(0, this.#product / this.#square)) : 0;
    const mean = path.mean(age + h) + this.#deviation * persistence ** (h + 1);
    return Math.min(path.range.max, Math.max(path.range.min, mean));
  }

  #distanceOf(h: number): number {
    const { horizonSteps } = this.#options;
    const wished = 8 * h < horizonSteps ? 0 : 2 * h < horizonSteps ? 1 : 2;
    return Math.min(wished, this.#distances.length - 1);
  }

  /** Keeps what is forecast now, for a later judgement of the intervals. */
  #issue(age: number): void {
    const path = this.#path;
    if (path === undefined) return;
    for (let i = 0; i < this.#distances.length; i++) {
      const h = this.#distances[i] - 1;
      if (age + h >= path.steps || this.#step % IssuedForecasts.strideOf(this.#distances[i]) !== 0) continue;
      path.widths(h, this.#widths);
      this.#issued[i].issue(this.#step + h + 1, this.#meanAt(path, age, h), this.#widths);
    }
  }
}
