import type { CivilTime } from '../civil-time.ts';
import { expectPeriod, learnPeriod, periodSlot } from './period.ts';
import { learnCell, OFFSET_STEPS, SEASON_ERROR_STEPS } from './profile-cell.ts';
import { column, DAY_CELLS_MAX, type SignalState, SPREAD_CELLS_MAX, slot } from './state.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** How much of the newest day, or week, a profile takes over at least. */
const DAY_SHARE_MIN = 0.15;
const WEEK_SHARE_MIN = 0.25;
/** What is further off than this many spreads counts as that: one incident is not the new normal. */
const CLIP_SPREADS = 8;

/** Where in the day and in the week a step is. Filled in place. */
export interface Place {
  timestampMs: number;
  /** By the wall clock of the signal's zone. */
  localMs: number;
  stepMs: number;
  dayCells: number;
  dayCell: number;
  spreadCells: number;
  spreadCell: number;
  stepsPerSpreadCell: number;
  weekCell: number;
}

/** What the signal is expected to be by its season. Filled in place. */
export interface SeasonExpectation {
  usual: number;
  byDay: number;
  byWeek: number;
  /** Of these the one that has been off least. */
  expected: number;
  dayKnown: boolean;
  weekKnown: boolean;
}

export function locate(place: Place, time: CivilTime, timestampMs: number, stepMs: number): void {
  const localMs = time.localMs(timestampMs);
  const dayCells = Math.min(DAY_CELLS_MAX, Math.max(24, Math.round(DAY_MS / stepMs)));
  const share = (localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / DAY_MS;
  place.timestampMs = timestampMs;
  place.localMs = localMs;
  place.stepMs = stepMs;
  place.dayCells = dayCells;
  place.dayCell = Math.floor(share * dayCells);
  const spreadCells = Math.min(SPREAD_CELLS_MAX, dayCells);
  place.spreadCells = spreadCells;
  place.spreadCell = Math.floor(share * spreadCells);
  place.stepsPerSpreadCell = Math.max(1, DAY_MS / spreadCells / stepMs);
  place.weekCell = time.hourOfWeek(localMs);
}

export function expectSeason(state: SignalState, place: Place, into: SeasonExpectation): void {
  const { scalars, floats } = state;
  if (place.dayCell !== scalars[slot.dayCell]) {
    scalars[slot.dayCell] = place.dayCell;
    scalars[slot.dayVisit] = 0;
    scalars[slot.dayFresh] = Number.isNaN(floats[column.day + place.dayCell]) ? 1 : 0;
  }
  if (place.weekCell !== scalars[slot.weekCell]) {
    scalars[slot.weekCell] = place.weekCell;
    scalars[slot.weekVisit] = 0;
    scalars[slot.weekFresh] = Number.isNaN(floats[column.week + place.weekCell]) ? 1 : 0;
  }
  const profile = dayProfile(state, place);
  const day = scalars[slot.anchor] + profile;
  into.usual = scalars[slot.usual];
  into.dayKnown = !Number.isNaN(profile);
  into.weekKnown = into.dayKnown && scalars[slot.weekFresh] === 0;
  into.byDay = into.dayKnown ? day + scalars[slot.dayOffset] : into.usual;
  into.byWeek = into.weekKnown
    ? day + floats[column.week + place.weekCell] + scalars[slot.weekOffset]
    : into.byDay;
  let error = scalars[slot.usualError];
  into.expected = into.usual;
  if (into.dayKnown && scalars[slot.dayError] < error) {
    into.expected = into.byDay;
    error = scalars[slot.dayError];
  }
  if (into.weekKnown && scalars[slot.weekError] < error) {
    into.expected = into.byWeek;
    error = scalars[slot.weekError];
  }
  for (const period of state.periods) {
    const byPeriod = expectPeriod(period, place, scalars[slot.anchor], scalars[slot.rows] * place.stepMs);
    if (Number.isNaN(byPeriod) || !(period.scalars[periodSlot.error] < error)) continue;
    into.expected = byPeriod;
    error = period.scalars[periodSlot.error];
  }
}

/** The day's profile here; NaN where nothing is known yet. After a day a cell that steps left out is like the one before. */
function dayProfile({ scalars, floats }: SignalState, place: Place): number {
  if (scalars[slot.dayFresh] === 0) return floats[column.day + place.dayCell];
  if (scalars[slot.rows] * place.stepMs < 1.1 * DAY_MS) return Number.NaN;
  return floats[column.day + (place.dayCell === 0 ? place.dayCells : place.dayCell) - 1];
}

/** Takes in what came. */
export function learnSeason(
  state: SignalState,
  place: Place,
  season: SeasonExpectation,
  value: number,
): void {
  const { scalars, floats } = state;
  const rows = scalars[slot.rows];
  const share = Math.max(1 / SEASON_ERROR_STEPS, 1 / (rows + 1));
  scalars[slot.usualError] += share * (Math.abs(value - season.usual) - scalars[slot.usualError]);
  scalars[slot.dayError] += share * (Math.abs(value - season.byDay) - scalars[slot.dayError]);
  scalars[slot.weekError] += share * (Math.abs(value - season.byWeek) - scalars[slot.weekError]);
  if (season.dayKnown) scalars[slot.dayOffset] += (value - season.byDay) / OFFSET_STEPS;
  if (season.weekKnown) scalars[slot.weekOffset] += (value - season.byWeek) / OFFSET_STEPS;
  const known = learnDay(state, place, value - scalars[slot.dayOffset] - scalars[slot.anchor]);
  const weekAt = column.week + place.weekCell;
  const rest = value - scalars[slot.dayOffset] - scalars[slot.anchor] - known;
  if (scalars[slot.weekFresh] === 1) {
    const visit = ++scalars[slot.weekVisit];
    floats[weekAt] = visit === 1 ? rest : floats[weekAt] + (rest - floats[weekAt]) / visit;
  } else {
    const weeks = (rows * place.stepMs) / (7 * DAY_MS);
    const perCell = Math.max(1, HOUR_MS / place.stepMs);
    floats[weekAt] += (Math.max(WEEK_SHARE_MIN, 1 / (weeks + 1)) / perCell) * (rest - floats[weekAt]);
  }
  for (const period of state.periods) {
    learnPeriod(period, value, {
      anchor: scalars[slot.anchor],
      usual: season.usual,
      clip: CLIP_SPREADS * scalars[slot.seasonSpread],
      rows,
      stepMs: place.stepMs,
    });
  }
}

/** The day's profile here, with this value taken in. */
function learnDay(state: SignalState, place: Place, value: number): number {
  const { scalars, floats } = state;
  const at = column.day + place.dayCell;
  const days = (scalars[slot.rows] * place.stepMs) / DAY_MS;
  const perCell = Math.max(1, DAY_MS / place.dayCells / place.stepMs);
  const visit = scalars[slot.dayFresh] === 1 ? ++scalars[slot.dayVisit] : 0;
  const share = Math.max(DAY_SHARE_MIN, 1 / (days + 1)) / perCell;
  learnCell(floats, at, value, visit, share, CLIP_SPREADS * scalars[slot.seasonSpread]);
  return floats[at];
}
