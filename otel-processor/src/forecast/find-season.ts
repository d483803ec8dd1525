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
  const correlations = autocorrelation(withoutTrend(values), lagMax);
  const chance = 2 / Math.sqrt(values.length);
  const least = Math.max(CORRELATION_MIN, chance);
  if (stepMs !== undefined) {
    for (const periodMs of [DAY_MS, HOUR_MS]) {
      const lag = periodMs / stepMs;
      if (Number.isInteger(lag) && lag >= 2 && lag <= lagMax && isPeak(correlations, lag, least)) return lag;
    }
  }
  let best = 0;
  for (let lag = 2; lag < lagMax; lag++) {
    if (isPeak(correlations, lag, least) && (best === 0 || correlations[lag] > correlations[best]))
      best = lag;
  }
  if (best === 0) return 1;
  for (let lag = 2; lag < best; lag++) {
    if (best % lag !== 0 || !isPeak(correlations, lag, least)) continue;
    if (correlations[lag] >= PREFERENCE * correlations[best]) return lag;
  }
  return best;
}

/** Higher than what surrounds it, and than what is halfway: a slow wander correlates everywhere near. */
function isPeak(correlations: Float64Array, lag: number, least: number): boolean {
  const height = correlations[lag];
  if (height < least) return false;
  if (height < correlations[lag - 1] || (lag + 1 < correlations.length && height < correlations[lag + 1])) {
    return false;
  }
  return height > correlations[Math.max(1, lag >> 1)] || lag <= 3;
}

/** Removes the line through the means of the first and the last half: a trend hides seasons. */
function withoutTrend(values: Float64Array): Float64Array {
  const half = values.length >> 1;
  let first = 0;
  let last = 0;
  for (let i = 0; i < half; i++) {
    first += values[i] / half;
    last += values[values.length - half + i] / half;
  }
  const slope = (last - first) / (values.length - half);
  return values.map((value, i) => value - slope * i);
}

/** A season of seasons, as the week of days; 0 when history holds less than one and a half of it. */
export function longSeasonOf(season: number, length: number, stepMs?: number): number {
  if (season < 2) return 0;
  const isHour = stepMs !== undefined && season * stepMs === HOUR_MS;
  const long = season * (isHour ? 24 : 7);
  return length >= 1.5 * long ? long : 0;
}
