import { type Fault, isFault, permanent, yieldToEventLoop } from '../base/index.ts';
import type { Forecaster, ForecastInput } from '../forecast/index.ts';
import type { QueryEngine, RangeSeries } from '../query/types.ts';
import type { ForecastConfig } from './config.ts';
import { readSeries } from './read-series.ts';
import type { ForecastQuery, ForecastRequest, SeriesForecast } from './types.ts';

export interface ForecastPorts {
  readonly engine: QueryEngine;
  readonly forecaster: Forecaster;
  /** Steps of one range query, at most. */
  readonly stepsMax: number;
}

/** Steps of a horizon whose step is not given. */
const HORIZON_STEPS = 120;
/** Steps that people can read off a clock. */
const NICE_STEPS_MS: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);
const STEP_MS_MIN = 60_000;

/** The series of an expression, continued: its history is read step by step, and each is fitted alone. */
export async function forecastQuery(
  request: ForecastRequest,
  config: ForecastConfig,
  { engine, forecaster, stepsMax }: ForecastPorts,
): Promise<ForecastQuery | Fault> {
  const { expression, atMs, horizonMs, levels, threshold, timeZone, signal } = request;
  const historyMs = request.historyMs ?? config.history;
  const pointsMax = Math.min(config.points_max, stepsMax - 1);
  const stepMs = request.stepMs ?? chooseStep(horizonMs, historyMs, pointsMax);
  const horizonSteps = Math.max(1, Math.ceil(horizonMs / stepMs));
  const fault = problemOf(request, config, horizonSteps, pointsMax);
  if (fault !== undefined) return fault;
  const steps = Math.min(pointsMax, Math.floor(historyMs / stepMs));
  const fromMs = atMs - steps * stepMs;
  const found = await readSeries(engine, expression, { fromMs, toMs: atMs, stepMs, signal });
  if (isFault(found)) return found;
  if (found.length === 0) return permanent('not_found', `${expression} has no series then`);
  if (found.length > config.series_max) {
    return permanent(
      'limit',
      `${found.length} series are more than can be forecast at once (limit: forecast.series_max = ${config.series_max})`,
    );
  }
  const series: SeriesForecast[] = [];
  for (const each of found) {
    const input = inputOf(each, fromMs, stepMs, steps + 1);
    const model = forecaster.fit(input, { horizonSteps, ...(timeZone === undefined ? {} : { timeZone }) });
    const { mean, lower, upper } = model.predict(horizonSteps, levels);
    const timesMs = mean.map((_, i) => atMs + (i + 1) * stepMs);
    const crossing =
      threshold === undefined
        ? undefined
        : model.crossing(threshold.level, threshold.direction, horizonSteps);
    series.push({ labels: each.labels.toRecord(), timesMs, mean, lower, upper, crossing });
    await yieldToEventLoop();
    if (signal?.aborted === true) return permanent('canceled', 'the client has gone');
  }
  return { stepMs, series };
}

function problemOf(
  { horizonMs, expression }: ForecastRequest,
  config: ForecastConfig,
  horizonSteps: number,
  pointsMax: number,
): Fault | undefined {
  if (expression.trim() === '')
    return permanent('invalid', 'invalid parameter "query": there is no expression');
  if (horizonMs > config.horizon_max)
    return permanent(
      'limit',
      `the horizon is longer than ${config.horizon_max} ms (limit: forecast.horizon_max)`,
    );
  if (horizonSteps <= pointsMax) return undefined;
  return permanent(
    'limit',
    `${horizonSteps} steps are more than a forecast may have (limit: forecast.points_max = ${pointsMax}); take a wider step`,
  );
}

/** As fine as the horizon deserves, and not so fine that the history has too many steps. */
function chooseStep(horizonMs: number, historyMs: number, pointsMax: number): number {
  const least = Math.max(STEP_MS_MIN, horizonMs / HORIZON_STEPS, historyMs / pointsMax);
  return NICE_STEPS_MS.find((stepMs) => stepMs >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
}

function inputOf(
  { timestampsMs, values }: RangeSeries,
  fromMs: number,
  stepMs: number,
  count: number,
): ForecastInput {
  const column = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < values.length; i++) column[Math.round((timestampsMs[i] - fromMs) / stepMs)] = values[i];
  // Steps before the series began are no gap in it.
  const first = Math.max(
    0,
    column.findIndex((value) => !Number.isNaN(value)),
  );
  return { values: column.subarray(first), startMs: fromMs + first * stepMs, stepMs };
}
