import { tailMagnitude } from '../../math/index.ts';
import { applyPolicy } from '../alert-policy.ts';
import { type CivilTime, civilTime } from '../civil-time.ts';
import type { Detector, DetectorMethod, Evidence, Observation, SignalProfile } from '../types.ts';
import { fadeEvidence, learnLevel, type Surprises, weighEvidence } from './evidence.ts';
import { PERIOD_OBJECT_BYTES, periodsOf } from './period.ts';
import { beyondRange } from './range.ts';
import { withoutHabit, withoutRecurrence } from './recurrence.ts';
import { endSilence, equalRunScore, silenceScore } from './runs.ts';
import { expectSeason, learnSeason, locate, type Place, type SeasonExpectation } from './season.ts';
import { column, createState, DISTANCES, type SignalState, slot, stateOver } from './state.ts';
import { explain } from './why.ts';

const WEEK_MS = 7 * 86_400_000;
/** Asked for while the step is not known. */
const STEP_MS_ASSUMED = 60_000;
/** Kinds of evidence that may each give an alert: the probability asked of one of them is smaller by that. */
const EVIDENCE_KINDS = 3;
/** A week of five minutes. */
const ALERT_STEPS_MIN = 2016;
/** Values before the first score. */
const WARM_ROWS = 60;
/** Differences over a gap are judged by the square root of its steps, up to so many. */
const LAG_STEPS_MAX = 10_000;
/** State of another layout is not read. */
const STATE_VERSION = 2;
/** At the end of each week, from this on, older evidence counts less. */
const FADES_FROM_WEEK = 2;
/** The objects around the state. */
const OBJECT_BYTES = 510;

// One of each is enough: an observation is begun and finished within one call.
const place: Place = {
  timestampMs: 0,
  localMs: 0,
  stepMs: 0,
  dayCells: 0,
  dayCell: 0,
  spreadCells: 1,
  spreadCell: 0,
  stepsPerSpreadCell: 1,
  weekCell: 0,
};
const season: SeasonExpectation = {
  usual: 0,
  byDay: 0,
  byWeek: 0,
  expected: 0,
  dayKnown: false,
  weekKnown: false,
};
const surprises: Surprises = { season: 0, forecast: 0, range: 0, expected: 0 };

class AdaptiveDetector implements Detector {
  readonly #profile: SignalProfile;
  readonly #time: CivilTime;
  readonly #state: SignalState;

  constructor(profile: SignalProfile, state: SignalState) {
    this.#profile = profile;
    this.#time = civilTime(profile.timeZone, profile.holidays);
    this.#state = state;
  }

  observe(timestampMs: number, value: number, into: Observation): void {
    const { scalars } = this.#state;
    into.score = 0;
    into.expected = Number.NaN;
    into.lower = Number.NaN;
    into.upper = Number.NaN;
    scalars[slot.value] = value;
    scalars.fill(0, slot.seasonScore, slot.equalScore + 1);
    if (!Number.isFinite(value)) this.#absent(into);
    else if (scalars[slot.rows] === 0) begin(scalars, timestampMs, value);
    else this.#present(timestampMs, value, into);
    into.warm = scalars[slot.rows] > WARM_ROWS;
    if (!into.warm) into.score = 0;
    applyPolicy(scalars, slot.policy, into);
  }

  why(): readonly Evidence[] {
    return explain(this.#state.scalars);
  }

  encode(): Uint8Array {
    const { buffer } = this.#state.scalars;
    const bytes = new Uint8Array(1 + buffer.byteLength);
    bytes[0] = STATE_VERSION;
    bytes.set(new Uint8Array(buffer), 1);
    return bytes;
  }

  sizeBytes(): number {
    const { scalars, periods } = this.#state;
    return scalars.buffer.byteLength + OBJECT_BYTES + periods.length * PERIOD_OBJECT_BYTES;
  }

  #absent(into: Observation): void {
    const { scalars } = this.#state;
    if (scalars[slot.rows] === 0) return;
    into.expected = scalars[slot.forecastExpected];
    into.score = silenceScore(scalars);
    scalars[slot.silenceScore] = into.score;
  }

  #present(timestampMs: number, value: number, into: Observation): void {
    const state = this.#state;
    const { scalars } = state;
    const distanceMs = timestampMs - scalars[slot.lastMs];
    const stepMs = this.#stepMs(distanceMs);
    if (stepMs > 0) {
      locate(place, this.#time, timestampMs, stepMs);
      expectSeason(state, place, season);
    } else expectUsual(scalars[slot.usual]);
    const lag = stepMs > 0 ? Math.min(LAG_STEPS_MAX, distanceMs / stepMs) : 1;
    weighEvidence(state, this.#profile, place, season, value, lag, surprises);
    const asked = askedSurprise(stepMs || STEP_MS_ASSUMED, this.#profile.alertsPerWeek);
    scalars[slot.seasonScore] = surprises.season / asked;
    scalars[slot.forecastScore] = surprises.forecast / asked;
    scalars[slot.rangeScore] = surprises.range / asked;
    scalars[slot.equalScore] = equalRunScore(scalars, value);
    into.score = Math.max(
      scalars[slot.seasonScore],
      scalars[slot.forecastScore],
      scalars[slot.rangeScore],
      scalars[slot.equalScore],
    );
    into.score = withoutHabit(scalars, stepMs > 0 ? withoutRecurrence(state, place, into.score) : into.score);
    this.#setBand(asked, into);
    endSilence(scalars);
    if (stepMs > 0) learnSeason(state, place, season, value);
    learnLevel(state, value, season.expected);
    scalars[slot.lastMs] = timestampMs;
    const rows = ++scalars[slot.rows];
    if (stepMs > 0 && endsWeek(rows, stepMs)) fadeEvidence(state);
  }

  /** The usual distance between values; 0 until it is known. */
  #stepMs(distanceMs: number): number {
    const { scalars } = this.#state;
    if (scalars[slot.stepMs] > 0) return scalars[slot.stepMs];
    if (this.#profile.stepMs > 0) scalars[slot.stepMs] = this.#profile.stepMs;
    else if (distanceMs > 0) {
      const count = scalars[slot.distanceCount]++;
      scalars[slot.distances + count] = distanceMs;
      if (count + 1 === DISTANCES) {
        const sorted = scalars.slice(slot.distances, slot.distances + DISTANCES).sort();
        scalars[slot.stepMs] = sorted[DISTANCES >> 1];
      }
    }
    return scalars[slot.stepMs];
  }

  /** A value outside the band would be anomalous by at least one kind of evidence. */
  #setBand(asked: number, into: Observation): void {
    const { scalars, floats } = this.#state;
    const { range } = this.#profile;
    const least = range?.min ?? Number.NEGATIVE_INFINITY;
    const most = range?.max ?? Number.POSITIVE_INFINITY;
    const offForecast = tailMagnitude(floats, column.forecastTail, asked);
    const offSeason = tailMagnitude(floats, column.seasonTail, asked);
    const offRange = beyondRange(this.#state, asked);
    const { expected } = surprises;
    const upper = Math.min(
      expected + offForecast,
      season.expected + offSeason,
      scalars[slot.highBefore] + offRange,
    );
    const lower = Math.max(
      expected - offForecast,
      season.expected - offSeason,
      scalars[slot.lowBefore] - offRange,
    );
    into.expected = Math.max(least, Math.min(most, expected));
    into.lower = Math.max(least, Math.min(lower, into.expected));
    into.upper = Math.min(most, Math.max(upper, into.expected));
  }
}

/**
 * The improbability, as -log10, that chance reaches `alertsPerWeek` times a week; in signals with fewer than
 * `ALERT_STEPS_MIN` steps a week, as often in that many steps: so few values tell less.
 */
function askedSurprise(stepMs: number, alertsPerWeek: number): number {
  return Math.log10((EVIDENCE_KINDS * Math.max(WEEK_MS / stepMs, ALERT_STEPS_MIN)) / alertsPerWeek);
}

/** Whether the last of so many values ends a week of them, but the first. */
function endsWeek(rows: number, stepMs: number): boolean {
  const weeks = Math.floor((rows * stepMs) / WEEK_MS);
  return weeks >= FADES_FROM_WEEK && weeks !== Math.floor(((rows - 1) * stepMs) / WEEK_MS);
}

function begin(scalars: Float64Array, timestampMs: number, value: number): void {
  scalars[slot.rows] = 1;
  scalars[slot.lastMs] = timestampMs;
  scalars[slot.anchor] = value;
  scalars[slot.last] = value;
  scalars[slot.low] = value;
  scalars[slot.high] = value;
  scalars[slot.recent] = value;
  scalars[slot.usual] = value;
  scalars[slot.forecastExpected] = value;
  scalars[slot.dayCell] = -1;
  scalars[slot.weekCell] = -1;
  for (const at of [slot.dayMemoryCell, slot.weekMemoryCell]) {
    scalars[at] = -1;
    scalars[at + 2] = -1;
  }
}

function expectUsual(usual: number): void {
  place.spreadCell = 0;
  place.stepsPerSpreadCell = 1;
  season.usual = usual;
  season.byDay = usual;
  season.byWeek = usual;
  season.expected = usual;
  season.dayKnown = false;
  season.weekKnown = false;
}

/**
 * The default detector: it forecasts a signal by its last values, its usual level and the profiles of its day and
 * week, weighs how improbable the deviations are by the signal's own history of deviations, and gives as score how
 * much of the improbability that the wished number of alerts asks for has been reached.
 */
export const adaptiveMethod: DetectorMethod = {
  name: 'adaptive',
  create: (profile) => new AdaptiveDetector(profile, createState(periodsOf(profile))),
  decode(profile, bytes) {
    if (bytes[0] !== STATE_VERSION) return undefined;
    const state = stateOver(bytes.slice(1).buffer, periodsOf(profile));
    return state === undefined ? undefined : new AdaptiveDetector(profile, state);
  },
};
