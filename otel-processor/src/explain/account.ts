import type { Explanation } from '../model/index.ts';
import type { Expectation } from './expectation.ts';
import { total } from './past.ts';

/** What the leaves that are taken come to, and their part in the change of the whole. */
export type Account = (
  taken: (leaf: number) => boolean,
) => Pick<Explanation, 'share' | 'expected' | 'actual'>;

export function sumAccount({ actual, expected }: Expectation): Account {
  const change = total(actual) - total(expected);
  return (taken) => {
    const now = sumOf(actual, taken);
    const before = sumOf(expected, taken);
    return { expected: before, actual: now, share: (now - before) / change };
  };
}

/**
 * A ratio moves when the ratios of its parts do, and when weight moves to parts whose ratio is another. Both are in
 * what a part's distance from the old whole, times its part of the weight, has changed by: of all parts it adds up to
 * the change.
 */
export function ratioAccount(expectation: Expectation): Account {
  const { actual, weights, valuesBefore, weightsBefore } = expectation;
  const weightNow = total(weights);
  const weightBefore = total(weightsBefore);
  const whole = total(valuesBefore) / weightBefore;
  const change = total(actual) / weightNow - whole;
  return (taken) => {
    const valueThen = sumOf(valuesBefore, taken);
    const weightThen = sumOf(weightsBefore, taken);
    const valueNow = sumOf(actual, taken);
    const weightThere = sumOf(weights, taken);
    const moved =
      (valueNow - whole * weightThere) / weightNow - (valueThen - whole * weightThen) / weightBefore;
    return { expected: valueThen / weightThen, actual: valueNow / weightThere, share: moved / change };
  };
}

function sumOf(values: Float64Array, taken: (leaf: number) => boolean): number {
  let sum = 0;
  for (let leaf = 0; leaf < values.length; leaf++) if (taken(leaf)) sum += values[leaf];
  return sum;
}
