import type { Histogram } from '../../model/index.ts';
import { added } from '../histogram/index.ts';
import type { Accumulator, AccumulatorContext } from './accumulators.ts';
import { compensationOf } from './kahan.ts';
import { ABSENT, FLOAT, HISTOGRAM, putHistogram, type Row } from './row.ts';

/** A step at which floats and histograms met, or histograms that cannot be added. */
export const SPOILT = 4;

/** Sum of floats with Neumaier's compensation, or of histograms. */
export class SumAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #sums: Float64Array;
  readonly #compensations: Float64Array;
  readonly #presence: Uint8Array;
  readonly #histograms: HistogramTotals;

  constructor(stepCount: number, context: AccumulatorContext) {
    this.#context = context;
    this.#sums = new Float64Array(stepCount);
    this.#compensations = new Float64Array(stepCount);
    this.#presence = new Uint8Array(stepCount);
    this.#histograms = new HistogramTotals(context);
  }

  add({ values, presence, histograms }: Row): void {
    const sums = this.#sums;
    const compensations = this.#compensations;
    const seen = this.#presence;
    for (let step = 0; step < presence.length; step++) {
      const kind = presence[step];
      if (kind === ABSENT) continue;
      if (seen[step] !== ABSENT && seen[step] !== kind) {
        spoil(this.#context, seen, step);
        continue;
      }
      if (kind === FLOAT) {
        seen[step] = FLOAT;
        const value = values[step];
        const sum = sums[step];
        const total = sum + value;
        if (Math.abs(total) === Number.POSITIVE_INFINITY) compensations[step] = 0;
        else compensations[step] += compensationOf(sum, value, total);
        sums[step] = total;
      } else {
        seen[step] = this.#histograms.add(step, histograms![step]!) ? HISTOGRAM : SPOILT;
      }
    }
  }

  finish(row: Row): void {
    this.#histograms.warn();
    for (let step = 0; step < row.presence.length; step++) {
      const kind = this.#presence[step];
      if (kind === FLOAT) {
        const sum = this.#sums[step];
        row.values[step] = Math.abs(sum) === Number.POSITIVE_INFINITY ? sum : sum + this.#compensations[step];
        row.presence[step] = FLOAT;
      } else if (kind === HISTOGRAM) {
        putHistogram(row, step, this.#histograms.totals.get(step)!);
      }
    }
  }
}

/** Marks a step as having no result, and says why. */
export function spoil(context: AccumulatorContext, seen: Uint8Array, step: number): void {
  if (seen[step] === SPOILT) return;
  seen[step] = SPOILT;
  context.evaluation.warn('encountered a mix of histograms and floats for aggregation', context.span);
}

/** Running totals of histograms by step, with the annotations that adding them up calls for. */
export class HistogramTotals {
  readonly totals = new Map<number, Histogram>();
  readonly #context: AccumulatorContext;
  readonly #resets = new Set<number>();
  readonly #notResets = new Set<number>();

  constructor(context: AccumulatorContext) {
    this.#context = context;
  }

  /** False when the histogram cannot be added to those before it. */
  add(step: number, histogram: Histogram): boolean {
    if (histogram.counterResetHint === 'reset') this.#resets.add(step);
    else if (histogram.counterResetHint === 'not_reset') this.#notResets.add(step);
    const total = this.totals.get(step);
    if (total === undefined) {
      this.totals.set(step, histogram);
      return true;
    }
    const { evaluation, span } = this.#context;
    const outcome = added(total, histogram);
    if (outcome === undefined) {
      evaluation.warn(
        'vector contains a mix of histograms with exponential and custom buckets schemas',
        span,
      );
      this.totals.delete(step);
      return false;
    }
    if (outcome.boundsReconciled) {
      evaluation.info('mismatched custom buckets were reconciled during aggregation', span);
    }
    this.totals.set(step, outcome.histogram);
    return true;
  }

  /** Resets are known of some and excluded of others: the total's hint says nothing. */
  warn(): void {
    for (const step of this.#resets) {
      if (!this.#notResets.has(step)) continue;
      this.#context.evaluation.warn(
        'conflicting counter resets during histogram aggregation',
        this.#context.span,
      );
      return;
    }
  }
}
