import { compareSequentially, type Moments, winnerProbabilities } from '../math/index.ts';
import type { WriteValue } from './aggregates.ts';

/**
 * Per variant: number and mean of observations and the chance to be the best. Against the first variant by name, which
 * is the control: difference, its bounds, and the always-valid p-value.
 */
export function writeComparison(
  variants: ReadonlyMap<string, Moments>,
  alpha: number,
  effect: number,
  write: WriteValue,
): void {
  const names = [...variants.keys()];
  const moments = [...variants.values()];
  const chances = winnerProbabilities(moments);
  names.forEach((name, i) => {
    const labels = ['variant', name];
    write(':count', labels, moments[i].count);
    write(':mean', labels, moments[i].mean);
    write(':win_probability', labels, chances[i]);
    if (i === 0) return;
    const { difference, pValue, lower, upper } = compareSequentially(
      moments[0],
      moments[i],
      alpha,
      effect * effect,
    );
    write(':difference', labels, difference);
    write(':difference_lower', labels, lower);
    write(':difference_upper', labels, upper);
    write(':p_value', labels, pValue);
  });
}
