import { assert } from '../base/index.ts';
import { type ExpertChoice, runBacktest } from './backtest.ts';
import { type BlendSettings, blend } from './blend.ts';
import { BlendModel } from './blend-model.ts';
import { CivilSteps } from './civil-steps.ts';
import { type PreparedSignal, prepareSignal } from './course.ts';
import { findDetail, noDetail } from './detail.ts';
import { Intervals, type Residuals } from './intervals.ts';
import { residualsOf } from './residuals.ts';
import type { Forecaster, ForecastInput, ForecastModel, ForecastOptions } from './types.ts';
import { UnknownModel } from './unknown-model.ts';

/**
 * Cheap experts, blended by how they did lately, with intervals from the blend's own earlier errors. Some milliseconds for
 * two weeks of minutes.
 */
export function createBlendForecaster(experts: ExpertChoice, settings: BlendSettings): Forecaster {
  return { fit: (input, options) => fit(experts, settings, input, options) };
}

function fit(
  experts: ExpertChoice,
  settings: BlendSettings,
  input: ForecastInput,
  options: ForecastOptions,
): ForecastModel {
  const { horizonSteps } = options;
  assert(horizonSteps >= 1 && Number.isInteger(horizonSteps), `not a horizon: ${horizonSteps}`);
  const first = input.values.findIndex(Number.isFinite);
  if (first < 0) return new UnknownModel();
  const civil = onWallClock(input, first, options);
  const isCounter = options.counter === true;
  const signal = prepareSignal(civil.values, {
    horizonSteps: civil.horizonSteps,
    isCounter,
    ...(options.season === undefined ? {} : { season: options.season }),
    ...(input.stepMs === undefined ? {} : { stepMs: input.stepMs }),
  });
  const backtest = runBacktest(signal.course, experts);
  const blended = blend(backtest, settings);
  const detail =
    signal.blockSteps === 1 || isCounter
      ? noDetail
      : findDetail(
          signal.values,
          signal.course.track.values,
          blended.ahead[0],
          signal.blockSteps,
          signal.course.track.season > 1 ? signal.season : 1,
        );
  return new BlendModel({
    signal,
    backtest,
    blend: blended,
    detail,
    intervals: intervalsOf(signal, residualsOf(signal, backtest, blended, detail), isCounter),
    range: rangeOf(civil.values, options),
    horizonSteps,
    civilStep: civil.stepOf,
  });
}

function intervalsOf(signal: PreparedSignal, residuals: Residuals, isCounter: boolean): Intervals {
  const { horizon } = signal.course.track;
  if (residuals.count > 0) return new Intervals(residuals, horizon, isScalable(signal, isCounter));
  // Too short for any backtest: errors are taken to be those of a random walk with the changes that were seen.
  const blocks = signal.course.totals ?? signal.course.track.values;
  const count = blocks.length - 1;
  const changes = Float64Array.from({ length: count }, (_, i) => Math.abs(blocks[i + 1] - blocks[i]));
  const before = {
    count,
    ahead: new Uint16Array(count),
    errors: changes,
    forecasts: blocks,
    originCount: count,
  };
  return new Intervals(before, 1, false);
}

function isScalable({ course }: PreparedSignal, isCounter: boolean): boolean {
  return course.logTrack !== undefined && !isCounter;
}

interface WallClock {
  readonly values: Float64Array;
  readonly horizonSteps: number;
  readonly stepOf: (step: number) => number;
}

function onWallClock(
  { values, startMs, stepMs }: ForecastInput,
  first: number,
  options: ForecastOptions,
): WallClock {
  const { timeZone, horizonSteps } = options;
  const given = first === 0 ? values : values.subarray(first);
  const plain = { values: given, horizonSteps, stepOf: (step: number) => step };
  if (timeZone === undefined || startMs === undefined || stepMs === undefined) return plain;
  const civil = new CivilSteps(startMs + first * stepMs, stepMs, given.length + horizonSteps, timeZone);
  if (!civil.changes) return plain;
  const onClock = civil.toCivil(given);
  const stepOf = (step: number): number => Math.max(0, civil.civilStep(given.length + step) - onClock.length);
  return { values: onClock, horizonSteps: stepOf(horizonSteps - 1) + 1, stepOf };
}

function rangeOf(values: Float64Array, { range, counter }: ForecastOptions): { min: number; max: number } {
  let least = Number.POSITIVE_INFINITY;
  let newest = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    newest = values[i];
    if (newest < least) least = newest;
  }
  const min = range?.min ?? (least >= 0 ? 0 : Number.NEGATIVE_INFINITY);
  return { min: counter === true ? Math.max(min, newest) : min, max: range?.max ?? Number.POSITIVE_INFINITY };
}
