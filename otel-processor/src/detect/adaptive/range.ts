import { type SignalState, slot } from './state.ts';

/** The range so far says something after so many values. */
const ROWS_MIN = 300;
/** A record this far beyond the range, as a share of it, has the surprise below; four times as far about one more. */
const BEYOND_SHARE = 0.05;
const BEYOND_SURPRISE = 3.6;
const SURPRISE_PER_DECADE = 2;
const BEYOND_MIN = 0.01;
const SURPRISE_MAX = 9;
/** By which the ends of the range come nearer, per value: half in some 70,000. */
const FADE = 1e-5;

/**
 * How surprising it is that a value leaves the range of all values so far, as -log10 of a probability: records come
 * in every signal, but seldom by much. Says nothing about values within the range.
 */
export function rangeSurprise(state: SignalState, value: number): number {
  const { scalars } = state;
  const span = scalars[slot.high] - scalars[slot.low];
  if (span <= 0 || scalars[slot.rows] <= ROWS_MIN) return 0;
  const beyond = Math.max(value - scalars[slot.high], scalars[slot.low] - value) / span;
  if (beyond <= BEYOND_MIN) return 0;
  return Math.min(SURPRISE_MAX, BEYOND_SURPRISE + SURPRISE_PER_DECADE * Math.log10(beyond / BEYOND_SHARE));
}

/** How far beyond the range, before the newest value, a value would have this surprise; without end while it says nothing. */
export function beyondRange({ scalars }: SignalState, surprise: number): number {
  const span = scalars[slot.highBefore] - scalars[slot.lowBefore];
  if (span <= 0 || scalars[slot.rows] <= ROWS_MIN) return Number.POSITIVE_INFINITY;
  return span * BEYOND_SHARE * 10 ** ((surprise - BEYOND_SURPRISE) / SURPRISE_PER_DECADE);
}

export function learnRange({ scalars }: SignalState, value: number): void {
  scalars[slot.lowBefore] = scalars[slot.low];
  scalars[slot.highBefore] = scalars[slot.high];
  if (value > scalars[slot.high]) scalars[slot.high] = value;
  else scalars[slot.high] -= (scalars[slot.high] - value) * FADE;
  if (value < scalars[slot.low]) scalars[slot.low] = value;
  else scalars[slot.low] += (value - scalars[slot.low]) * FADE;
}
