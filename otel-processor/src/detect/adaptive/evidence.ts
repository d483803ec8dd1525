import { addToTail, fadeTail, tailSurprise, tailUnits } from '../../math/index.ts';
import type { SignalProfile } from '../types.ts';
import { learnRange, rangeSurprise } from './range.ts';
import type { Place, SeasonExpectation } from './season.ts';
import { column, type SignalState, slot } from './state.ts';

/** Steps of the short average, and of the level that the signal usually has. */
const RECENT_STEPS = 3;
const USUAL_STEPS = 192;
/** Steps over which the errors of the forecasts are compared. */
const ERROR_STEPS = 100;
const SPREAD_STEPS = 200;
/** A spread counts what is further off than this many spreads as that. */
const CLIP_SPREADS = 5;
/** Where in the day little happens, the spread is still this share of the whole day's. */
const SPREAD_SHARE_MIN = 0.25;
/** Steps before tails are asked. */
const ROWS_MIN = 50;
/** What is added when a constant changes by as much as itself. */
const CONSTANT_SURPRISE_MAX = 3;
/** What evidence of a week ago counts, beside that of now. */
const WEEK_KEEPS = 0.5;
/** Differences below this share of the value are rounding. */
const ROUNDING = 1e-12;

/** What the kinds of evidence say of one step, as -log10 of a probability. Filled in place. */
export interface Surprises {
  /** Off its season and usual level. */
  season: number;
  /** Off the best forecast, for what is usual at this time of day. */
  forecast: number;
  /** Beyond the range of all values so far. */
  range: number;
  /** The best forecast. */
  expected: number;
}

/** Judges a value by what is known, then takes it in. `lag`: steps since the last value. */
export function weighEvidence(
  state: SignalState,
  profile: SignalProfile,
  place: Place,
  season: SeasonExpectation,
  value: number,
  lag: number,
  into: Surprises,
): void {
  const { scalars, floats } = state;
  const rows = scalars[slot.rows];
  const rounding = ROUNDING * Math.abs(value);
  const lagScale = lag > 1 ? 1 / Math.sqrt(lag) : 1;
  const fromLast = value - scalars[slot.last];
  const fromRecent = value - scalars[slot.recent];
  const fromSeason = value - season.expected;
  let off = fromLast * lagScale;
  let error = scalars[slot.lastError];
  into.expected = scalars[slot.last];
  if (scalars[slot.recentError] < error) {
    off = fromRecent * lagScale;
    error = scalars[slot.recentError];
    into.expected = scalars[slot.recent];
  }
  if (scalars[slot.seasonError] < error) {
    off = fromSeason;
    into.expected = season.expected;
  }
  const share = Math.max(1 / ERROR_STEPS, 1 / (rows + 1));
  scalars[slot.lastError] += share * (Math.abs(fromLast) - scalars[slot.lastError]);
  scalars[slot.recentError] += share * (Math.abs(fromRecent) - scalars[slot.recentError]);
  scalars[slot.seasonError] += share * (Math.abs(fromSeason) - scalars[slot.seasonError]);

  const judged = rows > ROWS_MIN;
  const seasonSize = magnitude(fromSeason, rounding);
  const forecastSize = magnitude(off, rounding);
  into.season = judge(floats, column.seasonTail, seasonSize, judged);
  // Of what never moved one can only say by how much of itself it has.
  if (judged && scalars[slot.low] === scalars[slot.high] && seasonSize > 0) {
    into.season += CONSTANT_SURPRISE_MAX * Math.min(1, seasonSize / Math.abs(scalars[slot.high]));
  }
  into.forecast = 0.5 * judge(floats, column.forecastTail, forecastSize, judged);
  const spread = learnSpread(state, place, forecastSize);
  if (rows > 20 && spread > 0) {
    into.forecast += 0.5 * judge(floats, column.scaledTail, Math.min(1000, forecastSize / spread), judged);
  }
  scalars[slot.seasonExpected] = season.expected;
  scalars[slot.bySeason] = season.expected === season.usual ? 0 : 1;
  scalars[slot.forecastExpected] = into.expected;
  into.range = rangeSurprise(state, value);
  learnRange(state, value);
  if (!counts(profile, fromSeason, season.expected)) {
    into.season = 0;
    into.range = 0;
  }
  if (!counts(profile, value - into.expected, into.expected)) into.forecast = 0;
}

/**
 * To be called once a week. How far off a signal was before its seasons were known, in its first days and on its first
 * weekend, is no measure for what comes later: without this an outage on a working day would be taken for one of those.
 */
export function fadeEvidence({ floats }: SignalState): void {
  for (const at of [column.seasonTail, column.forecastTail, column.scaledTail])
    fadeTail(floats, at, WEEK_KEEPS);
}

function judge(floats: Float32Array, tail: number, size: number, judged: boolean): number {
  const units = tailUnits(size);
  const surprise = judged ? tailSurprise(floats, tail, units) : 0;
  addToTail(floats, tail, units);
  return surprise;
}

function magnitude(difference: number, rounding: number): number {
  const size = Math.abs(difference);
  return size > rounding ? size : 0;
}

/** Whether a deviation is one that the user wants to hear of. */
function counts(profile: SignalProfile, difference: number, expected: number): boolean {
  if (profile.direction === 'above' && difference < 0) return false;
  if (profile.direction === 'below' && difference > 0) return false;
  const size = Math.abs(difference);
  return size >= profile.effectMin && size >= profile.effectRelativeMin * Math.abs(expected);
}

/** How far off forecasts usually are at this time of day, before this value; takes it in. */
function learnSpread(state: SignalState, place: Place, size: number): number {
  const { scalars, floats } = state;
  const rows = scalars[slot.rows];
  const whole = scalars[slot.forecastSpread];
  const at = column.spread + place.spreadCell;
  const here = floats[at];
  const known = !Number.isNaN(here);
  const spread = Math.max(whole * SPREAD_SHARE_MIN, known ? here : whole);
  const clipped = whole > 0 && rows > 30 ? Math.min(size, CLIP_SPREADS * whole) : size;
  scalars[slot.forecastSpread] += Math.max(1 / SPREAD_STEPS, 1 / (rows + 1)) * (clipped - whole);
  floats[at] = known
    ? here + (0.3 / Math.sqrt(place.stepsPerSpreadCell)) * (size - here)
    : (scalars[slot.forecastSpread] + size) / 2;
  return spread;
}

/** Follows the signal's level, last few values and usual distance from its season. */
export function learnLevel(state: SignalState, value: number, expected: number): void {
  const { scalars } = state;
  const rows = scalars[slot.rows];
  scalars[slot.recent] += Math.max(1 / RECENT_STEPS, 1 / (rows + 1)) * (value - scalars[slot.recent]);
  scalars[slot.usual] += Math.max(1 / USUAL_STEPS, 1 / (rows + 1)) * (value - scalars[slot.usual]);
  const spread = scalars[slot.seasonSpread];
  const size = Math.abs(value - expected);
  const clipped = spread > 0 && rows > 30 ? Math.min(size, CLIP_SPREADS * spread) : size;
  scalars[slot.seasonSpread] += Math.max(1 / SPREAD_STEPS, 1 / (rows + 1)) * (clipped - spread);
  scalars[slot.last] = value;
}
