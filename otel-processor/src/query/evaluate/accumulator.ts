import type { Span } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import type { Row } from './row.ts';

/** The state of one group over all steps. */
export interface Accumulator {
  /** Reads the row; does not keep it. */
  add(row: Row): void;
  /** Writes the results into an empty row. */
  finish(row: Row): void;
}

export interface AccumulatorContext {
  readonly evaluation: Evaluation;
  /** The aggregated expression, for annotations. */
  readonly span: Span;
}

export function ignoredHistogram(context: AccumulatorContext, operator: string): void {
  context.evaluation.info(`ignored histogram in ${operator} aggregation`, context.span);
}
