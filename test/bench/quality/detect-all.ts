import {
  createObservation,
  type DetectorMethod,
  defaultProfile,
} from '../../../otel-processor/src/detect/index.ts';

export interface Judged {
  readonly scores: Float64Array;
  readonly alertScores: Float64Array;
  /** Steps that start or escalate an episode, by the way as shipped. */
  readonly alerts: number;
}

/** One way to say of each row how anomalous it is. */
export type Way = (timestampsMs: Float64Array, values: Float64Array, stepMs: number) => Judged;

/** `stepMs` 0: as `statbar detect` does it, the step is learnt. */
export const byMethod =
  (method: DetectorMethod): Way =>
  (timestampsMs, values, stepMs) => {
    const detector = method.create({ ...defaultProfile, stepMs });
    const observation = createObservation();
    const scores = new Float64Array(values.length);
    const alertScores = new Float64Array(values.length);
    let alerts = 0;
    for (let i = 0; i < values.length; i++) {
      detector.observe(timestampsMs[i], values[i], observation);
      scores[i] = observation.score;
      alertScores[i] = observation.alertScore;
      if (observation.alertScore >= 1) alerts += 1;
    }
    return { scores, alertScores, alerts };
  };

/** A rule that gives a score per row, told at most once in 60 rows unless it grows. */
function byRule(rule: (values: Float64Array, i: number) => number): Way {
  return (_timestampsMs, values) => {
    const scores = values.map((_, i) => rule(values, i));
    const alertScores = new Float64Array(values.length);
    let peak = 0;
    let since = 0;
    let alerts = 0;
    scores.forEach((score, i) => {
      if (++since > 60) peak = 0;
      if (score <= peak) return;
      alertScores[i] = score;
      peak = score;
      since = 0;
      if (score >= 1) alerts += 1;
    });
    return { scores, alertScores, alerts };
  };
}

/** By how much of the range so far a value leaves it. */
function beyondRange(): Way {
  return (timestampsMs, values, stepMs) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    return byRule((all, i) => {
      if (i === 0) {
        low = Number.POSITIVE_INFINITY;
        high = Number.NEGATIVE_INFINITY;
      }
      const span = high - low;
      const over = Math.max(0, all[i] - high, low - all[i]);
      low = Math.min(low, all[i]);
      high = Math.max(high, all[i]);
      return i > 0 && span > 0 ? over / span / 0.05 : 0;
    })(timestampsMs, values, stepMs);
  };
}

/** How large a step from the last value is, in mean steps so far. */
function largeStep(): Way {
  let mean = 0;
  return byRule((values, i) => {
    if (i === 0) {
      mean = 0;
      return 0;
    }
    const size = Math.abs(values[i] - values[i - 1]);
    const score = mean > 0 ? size / mean / 10 : 0;
    mean += (size - mean) / Math.min(i, 1000);
    return score;
  });
}

/** What needs no thought, for comparison. */
export const trivialWays: ReadonlyArray<readonly [string, Way]> = [
  ['a clock: every 300 rows', byRule((_, i) => (i % 300 === 0 ? 1 : 0))],
  ['more than 5 % beyond the range so far', beyondRange()],
  ['size of a step', largeStep()],
];
