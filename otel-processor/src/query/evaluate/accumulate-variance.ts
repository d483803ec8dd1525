import { type Accumulator, type AccumulatorContext, ignoredHistogram } from './accumulator.ts';
import { ABSENT, FLOAT, type Row } from './row.ts';

/** Population variance or standard deviation by Welford's recurrence (Technometrics 4, 1962). */
export class VarianceAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #which: 'stddev' | 'stdvar';
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(stepCount: number, context: AccumulatorContext, which: 'stddev' | 'stdvar') {
    this.#context = context;
    this.#which = which;
    this.#counts = new Float64Array(stepCount);
    this.#means = new Float64Array(stepCount);
    this.#squares = new Float64Array(stepCount);
  }

  add({ values, presence }: Row): void {
    for (let step = 0; step < presence.length; step++) {
      if (presence[step] === ABSENT) continue;
      if (presence[step] !== FLOAT) {
        ignoredHistogram(this.#context, this.#which);
        continue;
      }
      const value = values[step];
      this.#counts[step] += 1;
      const delta = value - this.#means[step];
      this.#means[step] += delta / this.#counts[step];
      this.#squares[step] += delta * (value - this.#means[step]);
      // One infinite value has no spread of its own either.
      if (this.#counts[step] === 1) this.#squares[step] = Number.isFinite(value) ? 0 : Number.NaN;
    }
  }

  finish({ values, presence }: Row): void {
    for (let step = 0; step < presence.length; step++) {
      if (this.#counts[step] === 0) continue;
      const variance = this.#squares[step] / this.#counts[step];
      values[step] = this.#which === 'stddev' ? Math.sqrt(variance) : variance;
      presence[step] = FLOAT;
    }
  }
}
