import type { SignalProfile } from '../types.ts';
import { learnCell, OFFSET_STEPS, SEASON_ERROR_STEPS } from './profile-cell.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Seasons of a signal beside day and week: each takes memory. */
const PERIODS_MAX = 5;
const CELLS_MIN = 2;
const CELLS_MAX = 288;
const MEMORY_CELLS_MAX = 96;
/** How much of the newest cycle a profile takes over at least: as of a day. */
const SHARE_MIN = 0.15;

/** Where each number of a period's state is. */
export const periodSlot = {
  periodMs: 0,
  cell: 1,
  fresh: 2,
  visit: 3,
  /** What is to be added to the profile for the level of late. */
  offset: 4,
  error: 5,
  /** By this period, of the newest step; NaN while it is not known. */
  expected: 6,
  /** Where in the cycle it is, for what recurs; how many such places there are. */
  memoryAt: 7,
  memoryCells: 8,
  /** As of day and week: the cell, its highest score, the cell before, its highest score. */
  memoryCell: 9,
} as const;

const SCALARS = 13;
/** Zeros up to a multiple of 8, for the next one. */
export const PERIOD_BYTES = (SCALARS * 8 + CELLS_MAX * 4 + MEMORY_CELLS_MAX + 7) & ~7;
/** The objects around it. */
export const PERIOD_OBJECT_BYTES = 330;

/** A season that was given beforehand: its profile, independent of day and week. */
export interface PeriodState {
  readonly scalars: Float64Array;
  readonly profile: Float32Array;
  readonly memory: Uint8Array;
}

/** The seasons that a profile gives and that are not tried anyway; the first five of them. */
export function periodsOf({ periodsMs }: SignalProfile): readonly number[] {
  const asked = periodsMs.filter((each) => Number.isFinite(each) && each > 0);
  const others = asked.filter((each) => each !== DAY_MS && each !== WEEK_MS);
  return [...new Set(others)].slice(0, PERIODS_MAX);
}

export function periodOver(buffer: ArrayBuffer, at: number): PeriodState {
  const profileAt = at + SCALARS * 8;
  return {
    scalars: new Float64Array(buffer, at, SCALARS),
    profile: new Float32Array(buffer, profileAt, CELLS_MAX),
    memory: new Uint8Array(buffer, profileAt + CELLS_MAX * 4, MEMORY_CELLS_MAX),
  };
}

export function beginPeriod({ scalars, profile }: PeriodState, periodMs: number): void {
  scalars[periodSlot.periodMs] = periodMs;
  scalars[periodSlot.cell] = -1;
  scalars[periodSlot.memoryCell] = -1;
  scalars[periodSlot.memoryCell + 2] = -1;
  profile.fill(Number.NaN);
}

/**
 * What the signal is by this period; NaN while that is not known. Periods that fit into days, or that days fit into,
 * are those of the wall clock; others do not care for it. `ageMs`: of the signal.
 */
export function expectPeriod(
  { scalars, profile }: PeriodState,
  { timestampMs, localMs, stepMs }: { timestampMs: number; localMs: number; stepMs: number },
  anchor: number,
  ageMs: number,
): number {
  const periodMs = scalars[periodSlot.periodMs];
  const isCivil = DAY_MS % periodMs === 0 || periodMs % DAY_MS === 0;
  const timeMs = isCivil ? localMs : timestampMs;
  // In milliseconds and multiplied first: a share of the cycle would be rounded to either side of a cell's bound.
  const phaseMs = timeMs - Math.floor(timeMs / periodMs) * periodMs;
  const cells = cellsOf(periodMs, stepMs);
  const cell = Math.min(cells - 1, Math.floor((phaseMs * cells) / periodMs));
  const memoryCells = Math.min(MEMORY_CELLS_MAX, cells);
  scalars[periodSlot.memoryCells] = memoryCells;
  scalars[periodSlot.memoryAt] = Math.min(memoryCells - 1, Math.floor((phaseMs * memoryCells) / periodMs));
  if (cell !== scalars[periodSlot.cell]) {
    scalars[periodSlot.cell] = cell;
    scalars[periodSlot.visit] = 0;
    scalars[periodSlot.fresh] = Number.isNaN(profile[cell]) ? 1 : 0;
  }
  let known = profile[cell];
  if (scalars[periodSlot.fresh] === 1) {
    // After a cycle a cell that steps left out is like the one before.
    known = ageMs < 1.1 * periodMs ? Number.NaN : profile[(cell === 0 ? cells : cell) - 1];
  }
  scalars[periodSlot.expected] = anchor + known + scalars[periodSlot.offset];
  return scalars[periodSlot.expected];
}

/** Takes in what came; `usual` is what was expected without a season, `clip` how far off at most a value counts. */
export function learnPeriod(
  { scalars, profile }: PeriodState,
  value: number,
  { anchor, usual, clip, rows, stepMs }: PeriodLesson,
): void {
  const expected = scalars[periodSlot.expected];
  const isKnown = !Number.isNaN(expected);
  const off = value - (isKnown ? expected : usual);
  const share = Math.max(1 / SEASON_ERROR_STEPS, 1 / (rows + 1));
  scalars[periodSlot.error] += share * (Math.abs(off) - scalars[periodSlot.error]);
  if (isKnown) scalars[periodSlot.offset] += off / OFFSET_STEPS;
  const periodMs = scalars[periodSlot.periodMs];
  const perCell = Math.max(1, periodMs / cellsOf(periodMs, stepMs) / stepMs);
  const visit = scalars[periodSlot.fresh] === 1 ? ++scalars[periodSlot.visit] : 0;
  const newest = Math.max(SHARE_MIN, 1 / ((rows * stepMs) / periodMs + 1)) / perCell;
  const rest = value - scalars[periodSlot.offset] - anchor;
  learnCell(profile, scalars[periodSlot.cell], rest, visit, newest, clip);
}

export interface PeriodLesson {
  readonly anchor: number;
  readonly usual: number;
  readonly clip: number;
  readonly rows: number;
  readonly stepMs: number;
}

function cellsOf(periodMs: number, stepMs: number): number {
  return Math.min(CELLS_MAX, Math.max(CELLS_MIN, Math.round(periodMs / stepMs)));
}
