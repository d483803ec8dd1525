import { mean } from './mean.ts';

/** One series: what was known, what came, and what was forecast of it. */
export interface ScoredForecast {
  readonly known: Float64Array;
  readonly actual: Float64Array;
  readonly mean: Float64Array;
  /** Of 95 and 80 %. */
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
}

/** The measures of the M4 competition (Makridakis, Spiliotis and Assimakopoulos 2020), means over series and steps. */
export interface ForecastScore {
  readonly smape: number;
  readonly mase: number;
  /** Mean of sMAPE and MASE, each against those of Naive 2 on the same series. */
  readonly owa: number;
  /** Mean scaled interval score at 95 %. */
  readonly msis: number;
  readonly coverage95: number;
  readonly coverage80: number;
}

const MISS_PENALTY = 2 / 0.05;

export function scoreForecasts(forecasts: readonly ScoredForecast[], season: number): ForecastScore {
  const reference = forecasts.map((each) => ({
    ...each,
    mean: naive2(each.known, season, each.actual.length),
  }));
  const smape = mean(forecasts.map(symmetricError));
  const mase = mean(forecasts.map((each) => scaledError(each, season)));
  const smapeRatio = smape / mean(reference.map(symmetricError));
  const maseRatio = mase / mean(reference.map((each) => scaledError(each, season)));
  return {
    smape,
    mase,
    owa: (smapeRatio + maseRatio) / 2,
    msis: mean(forecasts.map((each) => intervalScore(each, season))),
    coverage95: mean(forecasts.map((each) => share(each, 0))),
    coverage80: mean(forecasts.map((each) => share(each, 1))),
  };
}

function symmetricError({ actual, mean: forecast }: ScoredForecast): number {
  let sum = 0;
  for (let h = 0; h < actual.length; h++) {
    const size = Math.abs(actual[h]) + Math.abs(forecast[h]);
    if (size > 0) sum += (200 * Math.abs(actual[h] - forecast[h])) / size;
  }
  return sum / actual.length;
}

/** Mean absolute difference of values one season apart. */
function seasonalScale(known: Float64Array, season: number): number {
  let sum = 0;
  for (let i = season; i < known.length; i++) sum += Math.abs(known[i] - known[i - season]);
  return sum / (known.length - season);
}

function scaledError({ known, actual, mean: forecast }: ScoredForecast, season: number): number {
  let sum = 0;
  for (let h = 0; h < actual.length; h++) sum += Math.abs(actual[h] - forecast[h]);
  return sum / actual.length / seasonalScale(known, season);
}

function intervalScore({ known, actual, lower, upper }: ScoredForecast, season: number): number {
  let sum = 0;
  for (let h = 0; h < actual.length; h++) {
    sum += upper[0][h] - lower[0][h];
    sum += MISS_PENALTY * Math.max(0, lower[0][h] - actual[h], actual[h] - upper[0][h]);
  }
  return sum / actual.length / seasonalScale(known, season);
}

function share({ actual, lower, upper }: ScoredForecast, level: number): number {
  let inside = 0;
  for (let h = 0; h < actual.length; h++) {
    if (actual[h] >= lower[level][h] && actual[h] <= upper[level][h]) inside += 1;
  }
  return inside / actual.length;
}

/**
 * The newest value, of what classical multiplicative decomposition leaves, put back into the season; without a season when
 * the autocorrelation there is not significant at 90 %.
 */
export function naive2(known: Float64Array, season: number, horizon: number): Float64Array {
  const last = known[known.length - 1];
  const indices = isSeasonal(known, season)
    ? seasonalIndices(known, season)
    : new Float64Array(season).fill(1);
  const level = last / indices[(known.length - 1) % season];
  return Float64Array.from({ length: horizon }, (_, h) => level * indices[(known.length + h) % season]);
}

function isSeasonal(known: Float64Array, season: number): boolean {
  if (season < 2 || known.length < 3 * season) return false;
  const centre = mean([...known]);
  const at = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < known.length; i++) sum += (known[i] - centre) * (known[i - lag] - centre);
    return sum;
  };
  const variance = at(0);
  if (variance === 0) return false;
  let squares = 0;
  for (let lag = 1; lag < season; lag++) squares += (at(lag) / variance) ** 2;
  const limit = (1.645 / Math.sqrt(known.length)) * Math.sqrt(1 + 2 * squares);
  return Math.abs(at(season) / variance) > limit;
}

function seasonalIndices(known: Float64Array, season: number): Float64Array {
  const half = Math.floor(season / 2);
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let i = half; i < known.length - half; i++) {
    let trend = 0;
    for (let j = i - half; j <= i + half; j++) {
      const isEdge = season % 2 === 0 && (j === i - half || j === i + half);
      trend += (known[j] / season) * (isEdge ? 0.5 : 1);
    }
    if (trend === 0) continue;
    sums[i % season] += known[i] / trend;
    counts[i % season] += 1;
  }
  const indices = sums.map((sum, phase) => (counts[phase] === 0 ? 1 : sum / counts[phase]));
  const average = mean([...indices]);
  return indices.map((index) => index / average);
}
