import type { Forecast } from '../forecast/index.ts';
import type { BacktestSettings, ForecastTrials, HorizonOutcome, PastForecast, PastSignal } from './types.ts';

const LEVELS = [0.8, 0.95];
/** Forecasts that are made, at most: they are spread over the time. */
const TRIALS_MAX = 120;
/** Fewer forecasts side by side than this are made to overlap, so that there are more of them. */
const TRIALS_MIN = 24;
const OVERLAP = 4;
/** Known values that a forecast must have, in horizons. */
const HISTORY_HORIZONS = 2;
const DAY_MS = 86_400_000;

/** Sums over the values of one stretch of the horizon. */
interface Sums {
  error: number;
  naiveError: number;
  inside: number[];
  count: number;
}

/**
 * Forecasts made from what was known at many times in the past, against what came. `turn` is awaited between forecasts.
 * Undefined when nothing could be compared.
 */
export async function forecastPast(
  signal: PastSignal,
  settings: BacktestSettings,
  turn: () => Promise<void>,
): Promise<ForecastTrials | undefined> {
  const { values, stepMs } = signal;
  const { horizonSteps } = settings;
  const { origins, drawnEvery } = originsOf(signal, horizonSteps);
  const bounds = stretchBounds(horizonSteps);
  const sums = bounds.slice(1).map(emptySums);
  const shown: PastForecast[] = [];
  for (let i = 0; i < origins.length; i++) {
    const origin = origins[i];
    const start = Math.max(0, origin - settings.historySteps);
    const input = {
      values: values.subarray(start, origin),
      startMs: signal.startMs + start * stepMs,
      stepMs,
    };
    const options = { horizonSteps, timeZone: settings.profile.timeZone };
    const range = settings.profile.range;
    const model = settings.forecaster.fit(input, range === undefined ? options : { ...options, range });
    const forecast = model.predict(horizonSteps, LEVELS);
    compare(signal, origin, forecast, bounds, sums);
    if (i % drawnEvery === 0) {
      shown.push({ step: origin, mean: forecast.mean, lower: forecast.lower[1], upper: forecast.upper[1] });
    }
    await turn();
  }
  const whole = sums.reduce(added, emptySums());
  if (whole.count === 0) return undefined;
  const stretches = sums.flatMap((each, i) => {
    return each.count === 0 ? [] : [outcomeOf(each, bounds[i] + 1, bounds[i + 1])];
  });
  const count = origins.length;
  return { levels: LEVELS, count, horizonSteps, stretches, whole: outcomeOf(whole, 1, horizonSteps), shown };
}

function originsOf(
  { values, firstStep }: PastSignal,
  horizonSteps: number,
): { origins: number[]; drawnEvery: number } {
  const first = Math.max(firstStep, HISTORY_HORIZONS * horizonSteps);
  const room = values.length - first;
  const sideBySide = Math.floor(room / horizonSteps);
  const overlap = sideBySide < TRIALS_MIN ? OVERLAP : 1;
  const stride = Math.max(1, Math.ceil(horizonSteps / overlap), Math.ceil(room / TRIALS_MAX));
  const origins: number[] = [];
  for (let origin = first; origin < values.length; origin += stride) origins.push(origin);
  return { origins, drawnEvery: Math.max(1, Math.ceil(horizonSteps / stride)) };
}

/** Next steps, middle, far. */
function stretchBounds(horizonSteps: number): number[] {
  return [...new Set([0, Math.ceil(horizonSteps / 8), Math.ceil(horizonSteps / 2), horizonSteps])];
}

function emptySums(): Sums {
  return { error: 0, naiveError: 0, inside: LEVELS.map(() => 0), count: 0 };
}

function added(a: Sums, b: Sums): Sums {
  return {
    error: a.error + b.error,
    naiveError: a.naiveError + b.naiveError,
    inside: a.inside.map((inside, level) => inside + b.inside[level]),
    count: a.count + b.count,
  };
}

function compare(
  { values, stepMs }: PastSignal,
  origin: number,
  { mean, lower, upper }: Forecast,
  bounds: readonly number[],
  sums: readonly Sums[],
): void {
  const daySteps = Math.round(DAY_MS / stepMs);
  let newest = origin - 1;
  while (newest > 0 && Number.isNaN(values[newest])) newest -= 1;
  for (let stretch = 0; stretch < sums.length; stretch++) {
    const sum = sums[stretch];
    for (let h = bounds[stretch]; h < bounds[stretch + 1] && origin + h < values.length; h++) {
      const value = values[origin + h];
      if (Number.isNaN(value)) continue;
      // The newest day there is at the origin, as often as the horizon needs.
      const before = daySteps >= 1 ? origin + h - Math.ceil((h + 1) / daySteps) * daySteps : -1;
      const naive = before >= 0 && !Number.isNaN(values[before]) ? values[before] : values[newest];
      if (Number.isNaN(naive) || Number.isNaN(lower[0][h])) continue;
      sum.error += Math.abs(value - mean[h]);
      sum.naiveError += Math.abs(value - naive);
      for (let level = 0; level < LEVELS.length; level++) {
        if (value >= lower[level][h] && value <= upper[level][h]) sum.inside[level] += 1;
      }
      sum.count += 1;
    }
  }
}

function outcomeOf(
  { error, naiveError, inside, count }: Sums,
  fromStep: number,
  toStep: number,
): HorizonOutcome {
  return {
    fromStep,
    toStep,
    error: error / count,
    naiveError: naiveError / count,
    coverage: inside.map((each) => each / count),
  };
}
