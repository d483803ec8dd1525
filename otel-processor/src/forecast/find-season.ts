import { autocorrelation } from '../math/index.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Seasons that are longer than this share of the history cannot be told from chance. */
const HISTORY_SHARE = 0.5;
/** A step's autocorrelation that counts as recurring: some of the way from chance to certainty. */
const CORRELATION_MIN = 0.2;
/** A shorter season is preferred to a multiple of it that correlates this much better. */
const PREFERENCE = 0.75;

/** A day is told from what is about as long by what is this share of it shorter and longer. */
const CALENDAR_SHARE = 1 / 8;
/** Lags that are tried between, on either side: a correlation costs as much as reading the history. */
const NEAR_LAGS = 8;
/** Parts of the history, its newest values, that a day is looked for in: a launch long ago must not hide it. */
const NEWEST_SHARES: readonly number[] = [1, 3 / 4, 1 / 2];

/**
 * The length in steps of what recurs in values without NaN; 1 when nothing does. With a known step the day and the hour
 * are tried first: they are what machines and people live by.
 */
export function findSeason(values: Float64Array, stepMs?: number): number {
  const lagMax = Math.floor(values.length * HISTORY_SHARE);
  if (lagMax < 3) return 1;
  if (stepMs !== undefined) {
    for (const periodMs of [DAY_MS, HOUR_MS]) {
      const lag = periodMs / stepMs;
      if (Number.isInteger(lag) && lag >= 2 && lag <= lagMax && recurs(values, lag)) return lag;
    }
  }
  const correlations = autocorrelation(withoutTrend(values), lagMax + 1);
  const least = leastOf(values.length);
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

function leastOf(count: number): number {
  return Math.max(CORRELATION_MIN, 2 / Math.sqrt(count));
}

/** Higher than what surrounds it, and than what is halfway: a slow wander correlates everywhere near. */
function isPeak(at: (lag: number) => number, lag: number, least: number): boolean {
  const height = at(lag);
  if (height < least || height < at(lag - 1) || height < at(lag + 1)) return false;
  return lag <= 3 || height > at(lag >> 1);
}

/** Whether a period that is known beforehand is one of these values: in all of them, or in the newest. */
function recurs(values: Float64Array, lag: number): boolean {
  return NEWEST_SHARES.some((share) => {
    const count = Math.floor(values.length * share);
    return count >= lag / HISTORY_SHARE && isCalendarPeak(withoutTrend(values.subarray(-count)), lag);
  });
}

/**
 * Neighbouring lags say little about a period of many steps: noise puts the peak beside it. So it is compared with lags
 * that are clearly shorter and longer, no lag between may be better by more than chance, and it must be better than its
 * parts: what recurs every six hours recurs every day as well.
 */
function isCalendarPeak(level: Float64Array, lag: number): boolean {
  const reach = Math.max(1, Math.floor(lag * CALENDAR_SHARE));
  const height = correlationAt(level, lag);
  if (height < leastOf(level.length)) return false;
  // Two standard errors of a correlation this high.
  const chance = 2 * Math.sqrt(Math.max(0, 1 - height * height) / (level.length - lag));
  for (const part of [2, 3, 4, 6])
    if (lag % part === 0 && lag > part && height <= correlationAt(level, lag / part) + chance) return false;
  if (height < correlationAt(level, lag - reach) || height < correlationAt(level, lag + reach)) return false;
  const stride = Math.max(1, Math.floor(reach / NEAR_LAGS));
  for (let away = stride; away < reach; away += stride) {
    const better = Math.max(correlationAt(level, lag - away), correlationAt(level, lag + away));
    if (better > height + chance) return false;
  }
  return true;
}

/** The correlation of values (mean 0) with those `lag` steps before, over the values that have one: it does not fall with the lag. */
function correlationAt(values: Float64Array, lag: number): number {
  let [product, newer, older] = [0, 1e-300, 1e-300];
  for (let i = lag; i < values.length; i++) {
    product += values[i] * values[i - lag];
    newer += values[i] * values[i];
    older += values[i - lag] * values[i - lag];
  }
  return product / Math.sqrt(newer * older);
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
