import type { DetectorMethod, SignalProfile } from '../detect/index.ts';
import type { Forecaster } from '../forecast/index.ts';

/** One signal of stored data, on equal steps, NaN where there is no value. */
export interface PastSignal {
  readonly name: string;
  /** Of `values[0]`. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
  /** Steps before this one are only learnt from: nothing in them counts. */
  readonly firstStep: number;
}

export interface BacktestSettings {
  readonly method: DetectorMethod;
  readonly profile: SignalProfile;
  /** Expected alerts a week to compare, beside that of the profile. */
  readonly otherSensitivities: readonly number[];
  readonly forecaster: Forecaster;
  readonly horizonSteps: number;
  /** Known values that a forecast is made from, at most. */
  readonly historySteps: number;
}

/** A stretch of time that a detector called anomalous. */
export interface PastEpisode {
  readonly startMs: number;
  readonly peakMs: number;
  /** Undefined: it lasted to the end. */
  readonly endMs?: number;
  /** At the peak. */
  readonly score: number;
  readonly value: number;
  readonly expected: number;
  /** Sentences, most telling first. */
  readonly why: readonly string[];
}

/** What a detector said, step by step of the whole signal. */
export interface Detection {
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly score: Float64Array;
  readonly episodes: readonly PastEpisode[];
  /** The first step at which there was history enough; undefined when there never was. */
  readonly warmStep?: number;
}

export interface SensitivityOutcome {
  readonly alertsPerWeek: number;
  readonly episodes: number;
}

/** How forecasts did at one stretch of the horizon. */
export interface HorizonOutcome {
  /** Steps ahead, both ends included. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Mean absolute errors: of the forecast, and of the same time a day before (or, with less history, the newest value). */
  readonly error: number;
  readonly naiveError: number;
  /** Shares of values within the intervals, by level. */
  readonly coverage: readonly number[];
}

export interface PastForecast {
  /** The first step that was forecast. */
  readonly step: number;
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface ForecastTrials {
  readonly levels: readonly number[];
  readonly count: number;
  readonly horizonSteps: number;
  readonly stretches: readonly HorizonOutcome[];
  readonly whole: HorizonOutcome;
  /** One after the other, each as long as the horizon, with the interval of the highest level: for a picture. */
  readonly shown: readonly PastForecast[];
}

export interface BacktestResult {
  readonly signal: PastSignal;
  /** Values that counted. */
  readonly valueCount: number;
  readonly weeks: number;
  readonly detection: Detection;
  readonly sensitivities: readonly SensitivityOutcome[];
  /** Undefined when there was too little history for any. */
  readonly trials?: ForecastTrials;
}
