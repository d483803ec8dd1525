import type { Observation, SignalProfile } from './types.ts';

/** What suits a signal that nothing is known about. */
export const defaultProfile: SignalProfile = {
  stepMs: 0,
  direction: 'both',
  effectMin: 0,
  effectRelativeMin: 0,
  periodsMs: [],
  timeZone: 'UTC',
  holidays: [],
  alertsPerWeek: 0.1,
};

/** One to be filled by `observe`, again and again. */
export function createObservation(): Observation {
  return {
    score: 0,
    alertScore: 0,
    expected: Number.NaN,
    lower: Number.NaN,
    upper: Number.NaN,
    warm: false,
    inEpisode: false,
  };
}
