import { createForecaster, type ForecastInput } from '../forecast/index.ts';
import type { WatchConfig } from './config.ts';
import type { SignalSeat } from './family.ts';

/** Blocks that a forecast needs to be worth something. */
const BLOCKS_MIN = 36;
const DECIMALS = 6;

/**
 * Forecasts of watched signals, one now and then: what is expected `watch.forecast_horizon` after the time of the sample.
 */
export class ForecastSeries {
  readonly #config: WatchConfig;
  readonly #forecaster = createForecaster();
  #due: Array<{ readonly seat: SignalSeat; readonly timeMs: number; readonly input: ForecastInput }> = [];

  constructor(config: WatchConfig) {
    this.#config = config;
  }

  /** A forecast by what is known now is due; it is made when there is time. */
  add(seat: SignalSeat, timeMs: number): void {
    const input = seat.signal.history?.input();
    if (input !== undefined && input.values.length >= BLOCKS_MIN) this.#due.push({ seat, timeMs, input });
  }

  /** Makes the forecasts that are due; yields after each. `tell` gets the value. */
  *make(tell: (seat: SignalSeat, timeMs: number, value: number) => void): Generator<void> {
    const due = this.#due;
    this.#due = [];
    const { forecast_every: blockMs, forecast_horizon: horizonMs } = this.#config;
    const horizonSteps = Math.max(1, Math.round(horizonMs / blockMs));
    for (const { seat, timeMs, input } of due) {
      const { range, timeZone } = seat.signal.profile;
      const options = { horizonSteps, timeZone, ...(range === undefined ? {} : { range }) };
      const { mean } = this.#forecaster.fit(input, options).predict(horizonSteps, [0.8]);
      tell(seat, timeMs, Number(mean[horizonSteps - 1].toPrecision(DECIMALS)));
      yield;
    }
  }
}
