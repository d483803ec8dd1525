import type { Explanation, LabelRecord } from '../model/index.ts';
import type { Family, SignalSeat } from './family.ts';
import { RECENT_STEPS } from './recent-steps.ts';

/** A time in which signals of one family were not as expected. */
export interface FamilyEpisode {
  readonly id: string;
  readonly family: string;
  readonly startMs: number;
  /** The last look at which one of its signals was anomalous. */
  lastMs: number;
  endMs: number | null;
  signal: string;
  isTotal: boolean;
  peakMs: number;
  score: number;
  expected: number;
  actual: number;
  direction: 'above' | 'below';
  why: readonly string[];
  /** What the deviating series share. */
  labels: LabelRecord;
  /** Values of the label `job` among them. */
  jobs: readonly string[];
  explanation: readonly Explanation[];
  /** Of the signal, over the last steps: what it deviated by; NaN where there is none. */
  residuals: readonly number[];
  /** The step of the last residual, and its length. */
  residualStep: number;
  residualStepMs: number;
}

export interface FamilyEvent {
  /** `hint`: anomalous, but not so much that it would be an episode of its own. */
  readonly kind: 'start' | 'update' | 'end' | 'hint';
  readonly timeMs: number;
  /** As it was at the time. */
  readonly episode: FamilyEpisode;
}

/** What explains a change of a family: see `explainFamily`. */
export interface FamilyAccount {
  readonly labels: LabelRecord;
  readonly jobs: readonly string[];
  readonly explanation: readonly Explanation[];
}

export interface EpisodeRules {
  /** Without an anomalous look for so long an episode has ended. */
  readonly quietMs: number;
  /** One that begins so soon after the last has ended is the same. */
  readonly mergeMs: number;
  /** Whether what one signal says is enough, or must be said again by other samples. */
  trusts(seat: SignalSeat): boolean;
  /** So long later its samples are others. */
  windowMs: number;
  /** The score that one of its signals must have had. */
  bar(seat: SignalSeat, timeMs: number): number;
  explain(seat: SignalSeat, startMs: number): FamilyAccount;
}

/** A signal that was anomalous is so until its score is below. */
const KEEP = 0.5;
/** While an episode is young, or its score still rises by so much, it is explained anew. */
const RISE = 1.15;

/** Makes one episode of all signals of a family that are anomalous together. */
export class FamilyTracker {
  episode: FamilyEpisode | undefined;
  /** The last hint that was given. */
  hint: { readonly atMs: number; readonly score: number } | undefined;

  /** What the newest look at the family means. */
  step(family: Family, timeMs: number, rules: EpisodeRules): FamilyEvent | undefined {
    const alerting = family.hot.filter(
      (seat) => seat.signal.latest.score >= KEEP && seat.signal.peakScore >= rules.bar(seat, timeMs),
    );
    const { episode } = this;
    if (alerting.length === 0) {
      if (episode === undefined || episode.endMs !== null) return this.#hintOf(family, timeMs, rules);
      if (timeMs - episode.lastMs < rules.quietMs) return undefined;
      episode.endMs = episode.lastMs;
      return { kind: 'end', timeMs, episode: { ...episode } };
    }
    const seat = headline(alerting);
    const isNew =
      episode === undefined || (episode.endMs !== null && timeMs - episode.lastMs > rules.mergeMs);
    if (isNew && !alerting.some((each) => isConfirmed(each, timeMs, rules)))
      return this.#hintOf(family, timeMs, rules);
    if (episode === undefined || (episode.endMs !== null && timeMs - episode.lastMs > rules.mergeMs)) {
      const sinceMs = Math.min(...alerting.map(({ signal }) => signal.sinceMs));
      const begun = begin(family, seat, { sinceMs, timeMs }, rules);
      this.episode = begun;
      return { kind: 'start', timeMs, episode: { ...begun } };
    }
    const reopened = episode.endMs !== null;
    episode.endMs = null;
    episode.lastMs = timeMs;
    const better = seat.leaf === undefined && !episode.isTotal;
    if (!better && seat.signal.latest.score <= episode.score) {
      return reopened ? { kind: 'update', timeMs, episode: { ...episode } } : undefined;
    }
    const isYoung = timeMs - episode.startMs <= 2 * rules.windowMs;
    const rises = better || isYoung || seat.signal.latest.score > episode.score * RISE;
    setPeak(episode, seat, timeMs);
    if (rises) Object.assign(episode, rules.explain(seat, episode.startMs));
    return { kind: 'update', timeMs, episode: { ...episode } };
  }

  /** What is anomalous by its own measure may be part of what others have. */
  #hintOf(family: Family, timeMs: number, rules: EpisodeRules): FamilyEvent | undefined {
    const anomalous = family.hot.filter(({ signal }) => signal.latest.score >= 1);
    if (anomalous.length === 0) return undefined;
    const seat = headline(anomalous);
    const { score } = seat.signal.latest;
    const last = this.hint;
    if (last !== undefined && timeMs - last.atMs <= rules.mergeMs && score <= last.score * RISE)
      return undefined;
    this.hint = { atMs: timeMs, score };
    const { sinceMs } = seat.signal;
    return { kind: 'hint', timeMs, episode: begin(family, seat, { sinceMs, timeMs }, rules) };
  }
}

/** One leaf may have had bad luck with single samples; if it goes on after all of them have gone by, it is no luck. */
function isConfirmed(seat: SignalSeat, timeMs: number, rules: EpisodeRules): boolean {
  return rules.trusts(seat) || timeMs - seat.signal.sinceMs > rules.windowMs;
}

function begin(
  family: Family,
  seat: SignalSeat,
  { sinceMs, timeMs }: { readonly sinceMs: number; readonly timeMs: number },
  rules: EpisodeRules,
): FamilyEpisode {
  const episode: FamilyEpisode = {
    id: `${family.name}-${sinceMs.toString(36)}`,
    family: family.name,
    startMs: sinceMs,
    lastMs: timeMs,
    endMs: null,
    signal: seat.signal.name,
    isTotal: false,
    peakMs: timeMs,
    score: 0,
    expected: Number.NaN,
    actual: Number.NaN,
    direction: 'above',
    why: [],
    residuals: [],
    residualStep: 0,
    residualStepMs: 1,
    ...rules.explain(seat, sinceMs),
  };
  setPeak(episode, seat, timeMs);
  return episode;
}

/** The total when it is among them, or else what deviates most. */
function headline(alerting: readonly SignalSeat[]): SignalSeat {
  let best = alerting[0];
  for (const seat of alerting) if (rank(seat) > rank(best)) best = seat;
  return best;
}

function rank({ signal, leaf }: SignalSeat): number {
  return (leaf === undefined ? 1e6 : 0) + signal.latest.score;
}

function setPeak(episode: FamilyEpisode, { signal, leaf }: SignalSeat, timeMs: number): void {
  const { score, expected } = signal.latest;
  episode.signal = signal.name;
  episode.isTotal = leaf === undefined;
  episode.peakMs = timeMs;
  episode.score = score;
  episode.expected = expected;
  episode.actual = signal.actual;
  episode.direction = signal.actual < expected ? 'below' : 'above';
  episode.why = signal.why;
  const step = Math.floor(signal.committedMs / signal.stepMs);
  episode.residuals = Array.from({ length: RECENT_STEPS }, (_, i) => {
    const each = step - RECENT_STEPS + 1 + i;
    return signal.recentValue(each) - signal.recentExpected(each);
  });
  episode.residualStep = step;
  episode.residualStepMs = signal.stepMs;
}
