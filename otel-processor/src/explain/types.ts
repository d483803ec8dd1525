import type { Explanation, LabelRecord } from '../model/index.ts';

/**
 * A change to account for: what many leaves (series, or rows of a table) added up to at some steps, and at the step in
 * question. Columns of a step are in the order of `leaves`; NaN is no value, and counts as nothing.
 */
export interface ChangeInput {
  readonly labelNames: readonly string[];
  /** By leaf: a value for each label name, '' for none. The same values may come more than once. */
  readonly leaves: readonly (readonly string[])[];
  /** Steps before the one in question, in time order: `history[step][leaf]`. */
  readonly history: readonly Float64Array[];
  /** At the step in question. */
  readonly current: Float64Array;
  /** With it the change is that of a ratio: sum of the values by sum of the weights. */
  readonly weights?: { readonly history: readonly Float64Array[]; readonly current: Float64Array };
}

export interface ExplainOptions {
  /** Accounts to give, at most. */
  readonly limit: number;
  /** Labels that one account may put together. */
  readonly labelsMax: number;
  /**
   * Nobody chose the labels: an account of the same leaves as a better one is left out, and each is given all labels
   * that its leaves have in common. True when undefined.
   */
  readonly dropImplied?: boolean;
}

export interface ChangeExplanation {
  readonly kind: 'sum' | 'ratio';
  /** Of everything together; NaN where there is none. */
  readonly expected: number;
  readonly actual: number;
  /** Labels that an account could put together: fewer than wished where there are very many leaves. */
  readonly labelsMax: number;
  /** The best account first. */
  readonly explanations: readonly Explanation[];
}

/** What a signal deviated by from the expected, at equal steps; all signals of one call share the steps. */
export interface ResidualSignal {
  readonly signal: string;
  readonly labels: LabelRecord;
  /** NaN where there is no value. The unit does not matter. */
  readonly residuals: Float64Array;
  /** Its episodes since `episodesFromMs`, in time order. */
  readonly episodes: readonly EpisodeSpan[];
}

export interface EpisodeSpan {
  readonly startMs: number;
  /** Null while it lasts. */
  readonly endMs: number | null;
}

export interface RelationOptions {
  /** Time of `residuals[0]`. */
  readonly startMs: number;
  readonly stepMs: number;
  /** When the signal in question began to deviate. */
  readonly onsetMs: number;
  /** Since when episodes are known. */
  readonly episodesFromMs: number;
  /** How far one signal may be ahead of the other, in steps. */
  readonly leadStepsMax: number;
  /** What is less is not told, in [0, 1]. */
  readonly correlationMin: number;
  /** Signals to give, at most. */
  readonly limit: number;
}
