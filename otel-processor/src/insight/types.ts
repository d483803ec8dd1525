import type { Fault } from '../base/index.ts';
import type { ChangeExplanation } from '../explain/index.ts';
import type { Episode, EpisodeFilter, LabelRecord, RelatedSignal } from '../model/index.ts';

/** What the past is, that something is judged against. */
export type Against =
  /** The steps right before. */
  | { readonly kind: 'before' }
  /** The same time one, two, three and four periods earlier. */
  | { readonly kind: 'period'; readonly periodMs: number };

export interface ExplainRequest {
  readonly expression: string;
  readonly atMs: number;
  /** Labels that may account for a change; all when empty. */
  readonly by: readonly string[];
  readonly against: Against;
  /** Time between steps of the past; the configured one when undefined. */
  readonly stepMs: number | undefined;
  readonly signal?: AbortSignal;
}

export interface ExplainedQuery extends ChangeExplanation {
  readonly by: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly seriesCount: number;
  /** A sentence, where something else was looked at than what was asked for; undefined otherwise. */
  readonly note: string | undefined;
  readonly related: readonly RelatedSignal[];
}

export interface ForecastRequest {
  readonly expression: string;
  /** Where the history ends. */
  readonly atMs: number;
  readonly horizonMs: number;
  /** Chosen by the horizon when undefined. */
  readonly stepMs: number | undefined;
  /** The configured one when undefined. */
  readonly historyMs: number | undefined;
  /** In (0, 1), rising. */
  readonly levels: readonly number[];
  readonly threshold: { readonly level: number; readonly direction: 'above' | 'below' } | undefined;
  /** IANA name. */
  readonly timeZone: string | undefined;
  readonly signal?: AbortSignal;
}

export interface ForecastQuery {
  readonly stepMs: number;
  readonly series: readonly SeriesForecast[];
}

export interface SeriesForecast {
  readonly labels: LabelRecord;
  readonly timesMs: Float64Array;
  readonly mean: Float64Array;
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
  /** By step, the probability that the threshold has been crossed by then; undefined when none was asked for. */
  readonly crossing: Float64Array | undefined;
}

/** Answers about any expression, from what is stored. Faults are those of queries, and `invalid` and `limit`. */
export interface Insight {
  explain(request: ExplainRequest): Promise<ExplainedQuery | Fault>;
  forecast(request: ForecastRequest): Promise<ForecastQuery | Fault>;
}

/** Episodes of watched signals; none where nothing is watched. */
export type EpisodeSource = (filter: EpisodeFilter) => readonly Episode[];
