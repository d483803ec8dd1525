import type { Histogram } from '../../model/index.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { RangeWindow } from '../evaluate/range-window.ts';
import type { Presence, Row, RowSink } from '../evaluate/row.ts';
import type { Steps } from '../evaluate/steps.ts';
import type { Call, Expr, FunctionSignature } from '../syntax/index.ts';

/** How functions reach the values of their arguments. */
export interface Evaluator {
  /** Calls `sink` with each row of a vector expression. */
  produce(expr: Expr, steps: Steps, sink: RowSink): Promise<void>;
  /** All rows of a vector expression, label sets distinct; `Evaluation.releaseRows` when done with them. */
  collect(expr: Expr, steps: Steps): Promise<Row[]>;
  /** A scalar expression's value at each step. */
  scalar(expr: Expr, steps: Steps): Promise<Float64Array>;
  /** A string literal's text. */
  string(expr: Expr): string;
}

export interface CallContext {
  readonly evaluation: Evaluation;
  readonly evaluator: Evaluator;
  readonly call: Call;
  readonly steps: Steps;
}

/** What a range function knows besides the window. */
export interface RangeCall {
  readonly evaluation: Evaluation;
  readonly call: Call;
  readonly steps: Steps;
  /** By position; undefined for what is no scalar. Values by step. */
  readonly scalars: ReadonlyArray<Float64Array | undefined>;
  readonly rangeMs: number;
  readonly edges: 'anchored' | 'smoothed' | undefined;
  /** Metric name of the series at hand; '' when it has none. */
  metricName(): string;
}

/** One call's state; used for one series after the other. */
export interface SeriesFunction {
  /** Before the first window of a series. */
  begin?(window: RangeWindow): void;
  /**
   * The value over the window, which is not empty: returns `FLOAT` after setting `window.value`, `HISTOGRAM`
   * after setting `window.histogram`, or `ABSENT`. Windows of a series come in order of time.
   */
  at(window: RangeWindow, step: number): Presence;
}

/** A function of each sample by itself. Without an entry for its kind a sample is left out. */
export interface SampleMap {
  float?(value: number, step: number): number | undefined;
  histogram?(histogram: Histogram, step: number): number | Histogram | undefined;
}

export type Implementation =
  | {
      readonly kind: 'range';
      readonly keepsName?: boolean;
      create(call: RangeCall): SeriesFunction;
    }
  | {
      readonly kind: 'map';
      /** `scalars` by position of the argument, values by step. */
      create(context: CallContext, scalars: ReadonlyArray<Float64Array | undefined>): SampleMap;
    }
  | { readonly kind: 'scalar'; evaluate(context: CallContext): Promise<Float64Array> }
  | { readonly kind: 'vector'; evaluate(context: CallContext, sink: RowSink): Promise<void> };

/** Everything about one PromQL function, in one place. */
export interface FunctionEntry extends FunctionSignature {
  readonly doc: string;
  readonly experimental?: boolean;
  /** Its value depends on the evaluation time even when its arguments do not. */
  readonly readsTime?: boolean;
  readonly implementation: Implementation;
}
