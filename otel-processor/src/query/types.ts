import type { Fault } from '../base/index.ts';
import type { Histogram, LabelSet } from '../model/index.ts';

/** What a query may cost. Hitting one is a fault of code `limit` or `timeout` that names the key. */
export interface QueryLimits {
  readonly timeoutMs: number;
  /** Samples held in memory at once by one query. */
  readonly samplesMax: number;
  /** Steps of a range query, per series (Prometheus: 11,000). */
  readonly stepsMax: number;
}

export interface QueryOptions {
  /** How far back an instant selector looks; the engine's default when undefined. */
  readonly lookbackMs?: number;
  /** At most the engine's own limit. */
  readonly timeoutMs?: number;
  /** Aborted when the client has gone. */
  readonly signal?: AbortSignal;
}

export interface InstantQuery extends QueryOptions {
  readonly timeMs: number;
}

/** Steps at fromMs, fromMs + stepMs, ... up to toMs inclusive. */
export interface RangeQuery extends QueryOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** One element of an instant vector: a float, or a histogram (then `value` is NaN). */
export interface InstantSample {
  readonly labels: LabelSet;
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

/** One series of a range result; columns have equal length, gaps are left out. */
export interface RangeSeries {
  readonly labels: LabelSet;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** By index into the columns; such an entry of `values` is meaningless. */
  readonly histograms: ReadonlyMap<number, Histogram> | undefined;
}

export type QueryValue =
  | { readonly type: 'vector'; readonly samples: readonly InstantSample[] }
  | { readonly type: 'matrix'; readonly series: readonly RangeSeries[] }
  | { readonly type: 'scalar'; readonly timestampMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timestampMs: number; readonly value: string };

export interface QueryStatistics {
  readonly evaluationMs: number;
  /** Samples read from the store. */
  readonly samplesTotal: number;
  /** Most samples held at once. */
  readonly samplesPeak: number;
  readonly seriesTotal: number;
}

export interface QueryResult {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly statistics: QueryStatistics;
}

/**
 * Evaluates PromQL over a `Querier`. Evaluation yields to the event loop at least every few milliseconds.
 * Faults: `invalid` (does not parse or type-check; the message has the position), `limit`, `timeout`,
 * `canceled`, `overloaded` (too many queries at once), `internal`.
 */
export interface QueryEngine {
  instant(expression: string, query: InstantQuery): Promise<QueryResult | Fault>;
  range(expression: string, query: RangeQuery): Promise<QueryResult | Fault>;
}
