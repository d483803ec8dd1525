import type { Histogram } from '../../model/index.ts';
import { HistogramTotal } from '../histogram/index.ts';
import type { Accumulator, AccumulatorContext } from './accumulator.ts';
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
    this.#histograms = new HistogramTotals(context, false);
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
    this.#histograms.annotate();
    for (let step = 0; step < row.presence.length; step++) {
      const kind = this.#presence[step];
      if (kind === FLOAT) {
        const sum = this.#sums[step];
        row.values[step] = Math.abs(sum) === Number.POSITIVE_INFINITY ? sum : sum + this.#compensations[step];
        row.presence[step] = FLOAT;
      } else if (kind === HISTOGRAM) {
        putHistogram(row, step, this.#histograms.at(step).total);
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
  readonly #totals = new Map<number, HistogramTotal>();
  readonly #context: AccumulatorContext;
  readonly #forMean: boolean;

  constructor(context: AccumulatorContext, forMean: boolean) {
    this.#context = context;
    this.#forMean = forMean;
  }

  /** False when the histogram cannot be added to those before it. */
  add(step: number, histogram: Histogram): boolean {
    let total = this.#totals.get(step);
    if (total === undefined) {
      total = new HistogramTotal(histogram, this.#forMean);
      this.#totals.set(step, total);
    }
    if (total.add(histogram)) return true;
    const { evaluation, span } = this.#context;
    evaluation.warn('vector contains a mix of histograms with exponential and custom buckets schemas', span);
    this.#totals.delete(step);
    return false;
  }

  at(step: number): HistogramTotal {
    return this.#totals.get(step)!;
  }

  /** Says what was lost on the way. */
  annotate(): void {
    const { evaluation, span } = this.#context;
    const totals = [...this.#totals.values()];
    if (totals.some((total) => total.resetConflict)) {
      evaluation.warn('conflicting counter resets during histogram aggregation', span);
    }
    if (totals.some((total) => total.boundsReconciled)) {
      evaluation.info('mismatched custom buckets were reconciled during aggregation', span);
    }
  }
}
