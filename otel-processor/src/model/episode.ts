import type { Matcher } from './matcher.ts';

/** Labels as a plain object, for what is listed and not computed with. */
export type LabelRecord = Readonly<Record<string, string>>;

/** One account of a change: what all series with these labels contributed to it. */
export interface Explanation {
  readonly labels: LabelRecord;
  /** The part of the change that they account for; over 1 when others moved the other way. */
  readonly share: number;
  /** How surprising these series are by their own past, in nats. */
  readonly surprise: number;
  /** The value over these series alone, as their past has it; NaN where there is none. */
  readonly expected: number;
  readonly actual: number;
}

/** Another signal that moved with the one in question. */
export interface RelatedSignal {
  readonly signal: string;
  readonly labels: LabelRecord;
  /** When it began to deviate; null when it only moved along. */
  readonly onsetMs: number | null;
  /** Positive when it moved first. */
  readonly leadMs: number;
  /** In [-1, 1], of the residuals, shifted by the lead. */
  readonly correlation: number;
  /** How often both had episodes together, against chance; null when never seen. */
  readonly lift: number | null;
}

/** A time in which a signal was not as expected: what the watch finds, keeps and lists. */
export interface Episode {
  /** Stable over restarts. */
  readonly id: string;
  readonly signal: string;
  /** Of all series that deviate together, the labels that they share. */
  readonly labels: LabelRecord;
  readonly startMs: number;
  readonly peakMs: number;
  /** Null while it lasts. */
  readonly endMs: number | null;
  /** At the peak, as are expected and actual; NaN where there is none. */
  readonly score: number;
  readonly expected: number;
  readonly actual: number;
  readonly direction: 'above' | 'below';
  /** Sentences, most telling first. */
  readonly why: readonly string[];
  readonly explanation: readonly Explanation[];
  /** The first to move first. */
  readonly related: readonly RelatedSignal[];
}

/** Which episodes are wanted. Everything given must hold. */
export interface EpisodeFilter {
  /** True: only those that last; false: only those that have ended. */
  readonly active: boolean | undefined;
  /** Some part of the episode lies in [fromMs, toMs]. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly scoreMin: number;
  /** Any of these sets of matchers, over the labels and `__name__`, which is the signal; none: all. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  /** Only what comes after this one in the order of the list. */
  readonly after: EpisodePosition | undefined;
  /** At most so many. */
  readonly limit: number;
}

/** Lists are ordered by start, latest first, then by id, largest first (by UTF-16 code unit). */
export interface EpisodePosition {
  readonly startMs: number;
  readonly id: string;
}
