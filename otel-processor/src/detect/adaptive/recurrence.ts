import { type PeriodState, periodSlot } from './period.ts';
import type { Place } from './season.ts';
import { type SignalState, SPREAD_CELLS_MAX, slot, WEEK_CELLS } from './state.ts';

/** How much of a memory is what the newest visit of its cell brought: two days of a nightly job are nearly a habit. */
const DAY_SHARE = 0.2;
const WEEK_SHARE = 0.5;
/** Every cell has some score by chance: what is remembered counts from here. */
const DAY_CHANCE = 0.3;
/** A cell of the week is seldom seen: what it remembers must be near an alert, and then counts more. */
const WEEK_CHANCE = 0.6;
const WEEK_GAIN = 1.5;
/** In a season of fewer cells what goes on would be remembered as what recurs. */
const PERIOD_CELLS_MIN = 24;
/** Scores are kept in bytes of this unit, up to 5.1. */
const UNIT = 0.02;
/** Steps in which the peak that a score has to beat falls to 1/e. */
const HABIT_STEPS = 30;
const HABIT_SHARE = 0.5;

/**
 * What comes every day or every week at the same time is no news: takes from a score what was remembered of this
 * time of day and of the week, and remembers it. A visit's highest score is remembered only when the next cell has
 * been left too, so that what goes on does not make itself usual.
 */
export function withoutRecurrence(state: SignalState, place: Place, score: number): number {
  const { scalars, memory } = state;
  const cells = place.spreadCells;
  const day = place.spreadCell;
  const week = place.weekCell;
  if (scalars[slot.dayMemoryCell] !== day) {
    keep(memory, 0, scalars, slot.dayMemoryCell, DAY_SHARE);
    scalars[slot.dayMemoryCell] = day;
  }
  if (scalars[slot.weekMemoryCell] !== week) {
    keep(memory, SPREAD_CELLS_MAX, scalars, slot.weekMemoryCell, WEEK_SHARE);
    scalars[slot.weekMemoryCell] = week;
  }
  if (score > scalars[slot.dayMemoryCell + 1]) scalars[slot.dayMemoryCell + 1] = score;
  if (score > scalars[slot.weekMemoryCell + 1]) scalars[slot.weekMemoryCell + 1] = score;
  const before = day === 0 ? cells - 1 : day - 1;
  const after = day === cells - 1 ? 0 : day + 1;
  let byDay = UNIT * Math.max(memory[day], memory[before], memory[after]);
  for (const period of state.periods) byDay = Math.max(byDay, recurring(period, score));
  const hourBefore = week === 0 ? WEEK_CELLS - 1 : week - 1;
  const byWeek = UNIT * Math.max(memory[SPREAD_CELLS_MAX + week], memory[SPREAD_CELLS_MAX + hourBefore]);
  const usual = Math.max(0, byDay - DAY_CHANCE) + WEEK_GAIN * Math.max(0, byWeek - WEEK_CHANCE);
  return Math.max(0, score - usual);
}

/** What was remembered of this place in the cycle of a season that was given; remembers the score. */
function recurring({ scalars, memory }: PeriodState, score: number): number {
  const cells = scalars[periodSlot.memoryCells];
  if (cells < PERIOD_CELLS_MIN) return 0;
  const at = scalars[periodSlot.memoryAt];
  if (scalars[periodSlot.memoryCell] !== at) {
    keep(memory, 0, scalars, periodSlot.memoryCell, DAY_SHARE);
    scalars[periodSlot.memoryCell] = at;
  }
  if (score > scalars[periodSlot.memoryCell + 1]) scalars[periodSlot.memoryCell + 1] = score;
  const before = at === 0 ? cells - 1 : at - 1;
  const after = at === cells - 1 ? 0 : at + 1;
  return UNIT * Math.max(memory[at], memory[before], memory[after]);
}

/**
 * At a change of cell. `scalars[at]` is the cell just left (-1: none), `at + 1` its highest score; `at + 2` the cell
 * left before and `at + 3` its score, which is what is kept now.
 */
function keep(memory: Uint8Array, first: number, scalars: Float64Array, at: number, share: number): void {
  const cell = scalars[at + 2];
  if (cell >= 0) {
    const old = memory[first + cell] * UNIT;
    const mixed = old + share * (scalars[at + 3] - old);
    memory[first + cell] = Math.min(255, Math.round(mixed / UNIT));
  }
  scalars[at + 2] = scalars[at];
  scalars[at + 3] = scalars[at + 1];
  scalars[at + 1] = 0;
}

/** What goes on is less news than what begins: after a peak a score counts less, until it is higher. */
export function withoutHabit(scalars: Float64Array, score: number): number {
  const peak = scalars[slot.habitPeak];
  scalars[slot.habitPeak] = Math.max(peak * Math.exp(-1 / HABIT_STEPS), score);
  return score > peak ? score : Math.max(0, score - HABIT_SHARE * peak);
}
