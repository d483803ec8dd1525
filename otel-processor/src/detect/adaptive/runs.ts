import { slot } from './state.ts';

/** Steps without a value before that can be news. */
const SILENCE_STEPS_MIN = 5;
/** Equal values in a row before that can be news. */
const EQUAL_STEPS_MIN = 60;
/** A run is news when it is this many times as long as the longest one before. */
const SILENCE_TIMES = 2;
const EQUAL_TIMES = 5;
/** By which the longest run before is forgotten, per value: half of it in some 14,000. */
const FADE = 1 - 5e-5;

/** One more step without a value: the score of the silence so far, which does not grow over 1: nothing new happens. */
export function silenceScore(scalars: Float64Array): number {
  const steps = ++scalars[slot.silence];
  return Math.min(1, steps / Math.max(SILENCE_STEPS_MIN, SILENCE_TIMES * scalars[slot.silenceRecord]));
}

/** A value came: silence is over, and remembered. */
export function endSilence(scalars: Float64Array): void {
  scalars[slot.silenceRecord] = Math.max(scalars[slot.silenceRecord] * FADE, scalars[slot.silence]);
  scalars[slot.silence] = 0;
}

/** How unusually long the value has not moved at all, for a signal that usually does. */
export function equalRunScore(scalars: Float64Array, value: number): number {
  if (value !== scalars[slot.last]) {
    scalars[slot.equalRecord] = Math.max(scalars[slot.equalRecord] * FADE, scalars[slot.equal]);
    scalars[slot.equal] = 0;
    return 0;
  }
  const steps = ++scalars[slot.equal];
  // What has never moved for long may stand still for longer; before there is a record there is nothing to say.
  const usual =
    scalars[slot.rows] > 2 * EQUAL_STEPS_MIN + steps ? scalars[slot.equalRecord] : scalars[slot.rows];
  return Math.min(1, steps / Math.max(EQUAL_STEPS_MIN, EQUAL_TIMES * usual));
}
