import type { Observation } from './types.ts';

/**
 * One alert per episode. An alert score is given where a score is clearly higher than what was given in the last
 * `HOLD_STEPS` steps, whatever the threshold: so that one run tells what any other sensitivity would have sent. An episode opens at an alert score of 1 and over, and closes after `QUIET_STEPS` steps below half of that.
 */
export const POLICY_SLOTS = 4;

const PEAK = 0;
const SINCE_PEAK = 1;
const OPEN = 2;
const QUIET = 3;

const HOLD_STEPS = 60;
/** An episode escalates when its score is this many times what was told of it. */
const ESCALATION = 1.15;
const QUIET_STEPS = 30;
/** Scores below would be alerts at no sensitivity that makes sense. */
const ALERT_SCORE_MIN = 0.25;
const CLOSE_BELOW = 0.5;

/** Fills `alertScore` and `inEpisode` of an observation whose `score` is set; the policy's state is at `state[at]`. */
export function applyPolicy(state: Float64Array, at: number, observation: Observation): void {
  const { score } = observation;
  state[at + SINCE_PEAK] += 1;
  const open = state[at + OPEN] === 1;
  if (state[at + SINCE_PEAK] > HOLD_STEPS && !open) state[at + PEAK] = 0;
  const opens = score >= 1 && !open && state[at + PEAK] < 1;
  const alerts = opens || (score >= ALERT_SCORE_MIN && score > ESCALATION * state[at + PEAK]);
  observation.alertScore = alerts ? score : 0;
  if (alerts) {
    state[at + PEAK] = score;
    state[at + SINCE_PEAK] = 0;
    if (score >= 1) state[at + OPEN] = 1;
  }
  if (score >= CLOSE_BELOW) state[at + QUIET] = 0;
  else if (++state[at + QUIET] >= QUIET_STEPS) state[at + OPEN] = 0;
  observation.inEpisode = state[at + OPEN] === 1;
}
