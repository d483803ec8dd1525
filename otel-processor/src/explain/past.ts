import type { ChangeInput } from './types.ts';
import { typicalSteps } from './typical-steps.ts';

/** Values of the typical steps of the past, by leaf. */
export interface Past {
  readonly steps: readonly number[];
  /** Sums over those steps. */
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** A value that is absent adds nothing. */
export function known(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

export function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += known(values[i]);
  return sum;
}

/** Undefined when there is none to judge by. */
export function pastOf(input: ChangeInput): Past | undefined {
  const { history, weights: ratio } = input;
  const totals = history.map((values, step) => {
    if (ratio !== undefined) return total(values) / total(ratio.history[step]);
    // A step without any value is not known; that is not the same as nothing.
    return values.some(Number.isFinite) ? total(values) : Number.NaN;
  });
  const steps = typicalSteps(totals);
  if (steps.length === 0) return undefined;
  const count = input.leaves.length;
  const values = new Float64Array(count);
  const weights = new Float64Array(count);
  for (const step of steps) {
    for (let leaf = 0; leaf < count; leaf++) {
      values[leaf] += known(history[step][leaf]);
      weights[leaf] += ratio === undefined ? 1 : known(ratio.history[step][leaf]);
    }
  }
  return { steps, values, weights };
}
