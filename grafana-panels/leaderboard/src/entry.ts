import type { Field, Labels } from '@grafana/data';

/** The values of a series that its sparkline shows. */
export interface Trend {
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number | null>;
}

/** One competitor as the data has it, before ranks. */
export interface Entry {
  /** Stays the same from answer to answer. */
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  /** NaN: there is none. */
  readonly value: number;
  /** In the compared period; NaN: there is none, or no comparison. */
  readonly previous: number;
  /** Ranks that the data gives itself; NaN: to be found out. */
  readonly rank: number;
  readonly previousRank: number;
  readonly trend: Trend | undefined;
  /** Where value, display, links and actions come from. */
  readonly field: Field;
  readonly index: number;
}

export interface Entries {
  readonly entries: readonly Entry[];
  /** Whether there is a period to compare with: without one, nothing is new. */
  readonly isCompared: boolean;
}
