import { autocorrelation } from '../math/index.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Seasons that are longer than this share of the history cannot be told from chance. */
const HISTORY_SHARE = 0.5;
/** A step's autocorrelation that counts as recurring: some of the way from chance to certainty. */
const CORRELATION_MIN = 0.2;
/** A shorter season is preferred to a multiple of it that correlates this much better. */
const PREFERENCE = 0.75;

/**
 * The length in steps of what recurs in values without NaN; 1 when nothing does. With a known step the day and the hour
 * are tried first: they are what machines and people live by.
 */
export function findSeason(values: Float64Array, stepMs?: number): number {
  const lagMax = Math.floor(values.length * HISTORY_SHARE);
  if (lagMax < 3) return 1;
  const level = withoutTrend(values);
  const least = Math.max(CORRELATION_MIN, 2 / Math.sqrt(values.length));
  if (stepMs !== undefined) {
    const at = (lag: number): number => correlationAt(level, lag);
    for (const periodMs of [DAY_MS, HOUR_MS]) {
      const lag = periodMs / stepMs;
      if (Number.isInteger(lag) && lag >= 2 && lag <= lagMax && isPeak(at, lag, least)) return lag;
    }
  }
  const correlations = autocorrelation(level, lagMax + 1);
  const at = (lag: number): number => correlations[lag];
  let best = 0;
  for (let lag = 2; lag <= lagMax; lag++) {
    if (isPeak(at, lag, least) && (best === 0 || correlations[lag] > correlations[best])) best = lag;
  }
  if (best === 0) return 1;
  for (let lag = 2; lag < best; lag++) {
    if (best % lag !== 0 || !isPeak(at, lag, least)) continue;
    if (correlations[lag] >= PREFERENCE * correlations[best]) return lag;
  }
  return best;
}

/** Higher than what surrounds it, and than what is halfway: a slow wander correlates everywhere near. */
function isPeak(at: (lag: number) => number, lag: number, least: number): boolean {
  const height = at(lag);
  if (height < least || height < at(lag - 1) || height < at(lag + 1)) return false;
  return lag <= 3 || height > at(lag >> 1);
}

/** The autocorrelation at one lag of values whose mean is 0. */
function correlationAt(values: Float64Array, lag: number): number {
  let product = 0;
  let square = 1e-300;
  for (let i = 0; i < values.length; i++) {
    square += values[i] * values[i];
    if (i >= lag) product += values[i] * values[i - lag];
  }
  return product / square;
}

/** Removes the mean, and the line through the means of the first and the last half: a trend hides seasons. */
function withoutTrend(values: Float64Array): Float64Array {
  const count = values.length;
  const half = count >> 1;
  let first = 0;
  let last = 0;
  let mean = 0;
  for (let i = 0; i < count; i++) {
    mean += values[i] / count;
    if (i < half) first += values[i] / half;
    if (i >= count - half) last += values[i] / half;
  }
  const slope = (last - first) / (count - half);
  return values.map((value, i) => value - mean - slope * (i - (count - 1) / 2));
}

/** A season of seasons, as the week of days; 0 when history holds less than one and a half of it. */
export function longSeasonOf(season: number, length: number, stepMs?: number): number {
  if (season < 2) return 0;
  const isHour = stepMs !== undefined && season * stepMs === HOUR_MS;
  const long = season * (isHour ? 24 : 7);
  return length >= 1.5 * long ? long : 0;
}
