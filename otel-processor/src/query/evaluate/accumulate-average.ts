import { HistogramTotals, SPOILT, spoil } from './accumulate-sum.ts';
import type { Accumulator, AccumulatorContext } from './accumulator.ts';
import { compensationOf } from './kahan.ts';
import { ABSENT, FLOAT, HISTOGRAM, putHistogram, type Row } from './row.ts';

/**
 * Mean: a compensated sum divided by the count, and from the step on where the sum would overflow an
 * incremental mean.
 */
export class AverageAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #sums: Float64Array;
  readonly #compensations: Float64Array;
  readonly #counts: Float64Array;
  readonly #incremental: Uint8Array;
  readonly #presence: Uint8Array;
  readonly #histograms: HistogramTotals;

  constructor(stepCount: number, context: AccumulatorContext) {
    this.#context = context;
    this.#sums = new Float64Array(stepCount);
    this.#compensations = new Float64Array(stepCount);
    this.#counts = new Float64Array(stepCount);
    this.#incremental = new Uint8Array(stepCount);
    this.#presence = new Uint8Array(stepCount);
    this.#histograms = new HistogramTotals(context, true);
  }

  add({ values, presence, histograms }: Row): void {
    const seen = this.#presence;
    for (let step = 0; step < presence.length; step++) {
      const kind = presence[step];
      if (kind === ABSENT) continue;
      if (seen[step] !== ABSENT && seen[step] !== kind) {
        spoil(this.#context, seen, step);
        continue;
      }
      this.#counts[step] += 1;
      if (kind === FLOAT) {
        seen[step] = FLOAT;
        this.#addFloat(step, values[step]);
      } else {
        seen[step] = this.#histograms.add(step, histograms![step]!) ? HISTOGRAM : SPOILT;
      }
    }
  }

  #addFloat(step: number, value: number): void {
    const count = this.#counts[step];
    if (this.#incremental[step] === 0) {
      const sum = this.#sums[step];
      const total = sum + value;
      if (Number.isFinite(total) || count === 1 || !Number.isFinite(sum) || !Number.isFinite(value)) {
        if (Math.abs(total) === Number.POSITIVE_INFINITY) this.#compensations[step] = 0;
        else this.#compensations[step] += compensationOf(sum, value, total);
        this.#sums[step] = total;
        return;
      }
      this.#incremental[step] = 1;
      this.#sums[step] = sum / (count - 1);
      this.#compensations[step] /= count - 1;
    }
    const weight = (count - 1) / count;
    const mean = weight * this.#sums[step];
    const share = value / count;
    const total = mean + share;
    const compensation = weight * this.#compensations[step];
    this.#compensations[step] = Number.isFinite(total)
      ? compensation + compensationOf(mean, share, total)
      : 0;
    this.#sums[step] = total;
  }

  finish(row: Row): void {
    this.#histograms.annotate();
    for (let step = 0; step < row.presence.length; step++) {
      const kind = this.#presence[step];
      const count = this.#counts[step];
      if (kind === FLOAT) {
        const sum = this.#sums[step];
        const compensation = this.#compensations[step];
        row.values[step] =
          this.#incremental[step] === 1 ? sum + compensation : sum / count + compensation / count;
        row.presence[step] = FLOAT;
      } else if (kind === HISTOGRAM) {
        putHistogram(row, step, this.#histograms.at(step).mean);
      }
    }
  }
}
