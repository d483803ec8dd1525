/** A signal as a forecaster takes it: equal steps, NaN where there is no value. */
export interface ForecastInput {
  readonly values: Float64Array;
  /** Of `values[0]`; undefined when only the order is known. */
  readonly startMs?: number;
  readonly stepMs?: number;
}

export interface ForecastOptions {
  /** Season in steps; found from the values when left out. */
  readonly season?: number;
  /** IANA name: days and weeks are those of this zone. */
  readonly timeZone?: string;
  /** Values that can be; a signal that never was negative is taken to have min 0. */
  readonly range?: { readonly min?: number; readonly max?: number };
  /** The signal is a running total: forecasts never fall, and resets in its history are seen through. */
  readonly counter?: boolean;
  /** Horizons that will be asked for, steps: backtests look that far. */
  readonly horizonSteps: number;
}

/**
 * `mean[h]` is h + 1 steps after the last value; `lower[l][h]` and `upper[l][h]` belong to `levels[l]`. NaN where nothing
 * can be said: everything of a signal without values, the bounds of one with a single value.
 */
export interface Forecast {
  readonly levels: readonly number[];
  readonly mean: Float64Array;
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
}

/** Deterministic; the same input gives the same forecast. */
export interface ForecastModel {
  /** Values that were taken to be possible: infinite where nothing bounds them. */
  readonly range: { readonly min: number; readonly max: number };
  /** Horizons up to that of the fit. Levels in (0, 1): 0.95 is the interval that holds 95 % of the values. */
  predict(horizonSteps: number, levels: readonly number[]): Forecast;
  /** The probability that the signal is over (or under) `level` at some step up to each step of the horizon: rises. */
  crossing(level: number, direction: 'above' | 'below', horizonSteps: number): Float64Array;
}

export interface Forecaster {
  fit(input: ForecastInput, options: ForecastOptions): ForecastModel;
}

/**
 * Goes along with one signal, step by step, between fits: O(1) per value, a few KB, deterministic. A fit is asked for
 * now and then (`stale`) and given the signal's history; in between the forecast is shifted to the newest values and
 * its intervals are widened or narrowed so that they keep holding as many values as they should.
 */
export interface RollingForecast {
  /** The next step's value, NaN where there is none. */
  observe(value: number): void;
  /** No fit yet, or so many steps after the last one that the horizon is no longer covered. */
  readonly stale: boolean;
  /** `input` ends with the newest value observed. */
  refit(input: ForecastInput): void;
  /** Undefined before the first fit. Steps count from the newest value; horizons over `horizonSteps` are cut. */
  predict(horizonSteps: number, levels: readonly number[]): Forecast | undefined;
  /** The share of about 500 recent values that their interval of this level (0.5, 0.8, 0.9, 0.95, 0.99) held; NaN before any. */
  coverage(level: number): number;
  encode(): Uint8Array;
  sizeBytes(): number;
}
