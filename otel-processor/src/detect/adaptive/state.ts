import { initTail, TAIL_SLOTS } from '../../math/index.ts';
import { POLICY_SLOTS } from '../alert-policy.ts';
import { beginPeriod, PERIOD_BYTES, type PeriodState, periodOver, periodSlot } from './period.ts';

/** Where each number of a signal's state is. One piece of memory per signal: it is copied to be encoded. */
export const slot = {
  /** Values seen. */
  rows: 0,
  lastMs: 1,
  stepMs: 2,
  /** The first value: profiles are kept relative to it, so that single precision is enough for them. */
  anchor: 3,
  last: 4,
  /** Averages of the last 3 and 192 values, or so. */
  recent: 5,
  usual: 6,
  /** What is to be added to the profile of the day, and of day and week, for the level of late. */
  dayOffset: 7,
  weekOffset: 8,
  /** How far off, of late, what the seasonal expectation can be had from. */
  usualError: 9,
  dayError: 10,
  weekError: 11,
  /** How far off, of late, what the forecast can be had from. */
  lastError: 12,
  recentError: 13,
  seasonError: 14,
  seasonSpread: 15,
  forecastSpread: 16,
  /** Where in day and week the last value was, and how many values came there one after the other. */
  dayCell: 17,
  dayVisit: 18,
  weekCell: 19,
  weekVisit: 20,
  dayFresh: 21,
  weekFresh: 22,
  /** Steps in a row without a value, and values in a row that are equal; the longest of both before. */
  silence: 23,
  silenceRecord: 24,
  equal: 25,
  equalRecord: 26,
  /** Of the newest observation, for `why`. */
  value: 27,
  seasonExpected: 28,
  forecastExpected: 29,
  /** Scores by kind of evidence. */
  seasonScore: 30,
  forecastScore: 31,
  rangeScore: 32,
  silenceScore: 33,
  equalScore: 34,
  /** The first distances between values, until the step is known. */
  distanceCount: 35,
  distances: 36,
  /** The peak that a score has to beat to count in full. */
  habitPeak: 45,
  /** Of recurrence, by day and by week: the cell, its highest score, the cell before, its highest score. */
  dayMemoryCell: 46,
  weekMemoryCell: 50,
  /** The range of all values, and what it was before the newest. */
  low: 54,
  high: 55,
  lowBefore: 56,
  highBefore: 57,
  /** 1 when the seasonal expectation is by the time of day, 0 when it is the usual level. */
  bySeason: 58,
  policy: 59,
} as const;

export const DISTANCES = 9;
export const SCALARS = slot.policy + POLICY_SLOTS;

export const DAY_CELLS_MAX = 288;
export const SPREAD_CELLS_MAX = 96;
export const WEEK_CELLS = 168;

/** Where the columns of single precision begin. */
export const column = {
  day: 0,
  spread: DAY_CELLS_MAX,
  week: DAY_CELLS_MAX + SPREAD_CELLS_MAX,
  seasonTail: DAY_CELLS_MAX + SPREAD_CELLS_MAX + WEEK_CELLS,
  forecastTail: DAY_CELLS_MAX + SPREAD_CELLS_MAX + WEEK_CELLS + TAIL_SLOTS,
  scaledTail: DAY_CELLS_MAX + SPREAD_CELLS_MAX + WEEK_CELLS + 2 * TAIL_SLOTS,
} as const;

const FLOATS = column.scaledTail + TAIL_SLOTS;
const MEMORY = SPREAD_CELLS_MAX + WEEK_CELLS;
const STATE_BYTES = (SCALARS * 8 + FLOATS * 4 + MEMORY + 7) & ~7;

/** What the state of a signal with so many given seasons takes. */
export function stateBytes(periodCount: number): number {
  return STATE_BYTES + periodCount * PERIOD_BYTES;
}

export interface SignalState {
  readonly scalars: Float64Array;
  readonly floats: Float32Array;
  /** Scores at times of the day and of the week, in bytes. */
  readonly memory: Uint8Array;
  /** One per season that was given. */
  readonly periods: readonly PeriodState[];
}

export function createState(periodsMs: readonly number[]): SignalState {
  const state = viewsOf(new ArrayBuffer(stateBytes(periodsMs.length)), periodsMs.length);
  state.floats.fill(Number.NaN, 0, column.seasonTail);
  for (const at of [column.seasonTail, column.forecastTail, column.scaledTail]) {
    initTail(state.floats, at);
  }
  periodsMs.forEach((periodMs, i) => {
    beginPeriod(state.periods[i], periodMs);
  });
  return state;
}

/** Undefined when it is the state of a signal with other seasons. */
export function stateOver(buffer: ArrayBuffer, periodsMs: readonly number[]): SignalState | undefined {
  if (buffer.byteLength !== stateBytes(periodsMs.length)) return undefined;
  const state = viewsOf(buffer, periodsMs.length);
  const isSame = state.periods.every(({ scalars }, i) => scalars[periodSlot.periodMs] === periodsMs[i]);
  return isSame ? state : undefined;
}

function viewsOf(buffer: ArrayBuffer, periodCount: number): SignalState {
  return {
    scalars: new Float64Array(buffer, 0, SCALARS),
    floats: new Float32Array(buffer, SCALARS * 8, FLOATS),
    memory: new Uint8Array(buffer, SCALARS * 8 + FLOATS * 4, MEMORY),
    periods: Array.from({ length: periodCount }, (_, i) =>
      periodOver(buffer, STATE_BYTES + i * PERIOD_BYTES),
    ),
  };
}
