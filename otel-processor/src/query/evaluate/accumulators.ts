import { AverageAccumulator } from './accumulate-average.ts';
import { SumAccumulator } from './accumulate-sum.ts';
import { VarianceAccumulator } from './accumulate-variance.ts';
import { type Accumulator, type AccumulatorContext, ignoredHistogram } from './accumulator.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Row } from './row.ts';

type Create = (stepCount: number, context: AccumulatorContext) => Accumulator;

/** One entry per aggregation operator that needs no parameter. */
export const accumulators = {
  sum: (stepCount, context) => new SumAccumulator(stepCount, context),
  avg: (stepCount, context) => new AverageAccumulator(stepCount, context),
  count: (stepCount) => new CountAccumulator(stepCount),
  group: (stepCount) => new GroupAccumulator(stepCount),
  min: (stepCount, context) => new ExtremeAccumulator(stepCount, context, 'min'),
  max: (stepCount, context) => new ExtremeAccumulator(stepCount, context, 'max'),
  stddev: (stepCount, context) => new VarianceAccumulator(stepCount, context, 'stddev'),
  stdvar: (stepCount, context) => new VarianceAccumulator(stepCount, context, 'stdvar'),
} satisfies Record<string, Create>;

class CountAccumulator implements Accumulator {
  readonly #counts: Float64Array;

  constructor(stepCount: number) {
    this.#counts = new Float64Array(stepCount);
  }

  add({ presence }: Row): void {
    for (let step = 0; step < presence.length; step++) if (presence[step] !== ABSENT) this.#counts[step] += 1;
  }

  finish({ values, presence }: Row): void {
    values.set(this.#counts);
    for (let step = 0; step < presence.length; step++) if (values[step] > 0) presence[step] = FLOAT;
  }
}

class GroupAccumulator implements Accumulator {
  readonly #seen: Uint8Array;

  constructor(stepCount: number) {
    this.#seen = new Uint8Array(stepCount);
  }

  add({ presence }: Row): void {
    for (let step = 0; step < presence.length; step++) this.#seen[step] |= presence[step];
  }

  finish({ values, presence }: Row): void {
    values.fill(1);
    for (let step = 0; step < presence.length; step++)
      if (this.#seen[step] !== ABSENT) presence[step] = FLOAT;
  }
}

/** Smallest or largest; NaN only where nothing else is there. */
class ExtremeAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #which: 'min' | 'max';
  readonly #values: Float64Array;
  readonly #presence: Uint8Array;

  constructor(stepCount: number, context: AccumulatorContext, which: 'min' | 'max') {
    this.#context = context;
    this.#which = which;
    this.#values = new Float64Array(stepCount);
    this.#presence = new Uint8Array(stepCount);
  }

  add({ values, presence }: Row): void {
    const best = this.#values;
    const seen = this.#presence;
    const wantsLess = this.#which === 'min';
    for (let step = 0; step < presence.length; step++) {
      const kind = presence[step];
      if (kind === ABSENT) continue;
      if (kind === HISTOGRAM) {
        ignoredHistogram(this.#context, this.#which);
        continue;
      }
      const value = values[step];
      const known = best[step];
      if (seen[step] === ABSENT || Number.isNaN(known) || (wantsLess ? value < known : value > known)) {
        best[step] = value;
        seen[step] = FLOAT;
      }
    }
  }

  finish({ values, presence }: Row): void {
    values.set(this.#values);
    presence.set(this.#presence);
  }
}
