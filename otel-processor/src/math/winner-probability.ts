import { normalCdf, normalDensity } from './normal-distribution.ts';
import type { VariantEstimate } from './sequential-test.ts';

const STEPS = 400;
/** Deviations around the means that the integral covers. */
const REACH = 8;

/**
 * The probability that each variant has the largest mean, taking each mean as normal around its estimate (a flat
 * prior): the integral over x of density_i(x) times the distribution functions of all others, by Simpson's rule.
 * Sums to 1. Variants with no spread known (fewer than two observations) make all equally likely.
 */
export function winnerProbabilities(variants: readonly VariantEstimate[]): readonly number[] {
  const even = variants.map(() => 1 / variants.length);
  const errors = variants.map(({ variance, count }) => Math.sqrt(variance / count));
  if (errors.some((error) => !(error >= 0))) return even;
  const least = Math.max(...errors) * 1e-6;
  const widths = errors.map((error) => Math.max(error, least, Number.MIN_VALUE));
  if (Math.max(...errors) === 0) return exactWinners(variants);
  const chances = variants.map((variant, i) => {
    const from = variant.mean - REACH * widths[i];
    const step = (2 * REACH * widths[i]) / STEPS;
    let sum = 0;
    for (let n = 0; n <= STEPS; n++) {
      const x = from + n * step;
      let product = normalDensity((x - variant.mean) / widths[i]);
      for (let j = 0; j < variants.length; j++) {
        if (j !== i) product *= normalCdf((x - variants[j].mean) / widths[j]);
      }
      sum += product * (n === 0 || n === STEPS ? 1 : n % 2 === 1 ? 4 : 2);
    }
    return sum;
  });
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}

function exactWinners(variants: readonly VariantEstimate[]): readonly number[] {
  const best = Math.max(...variants.map(({ mean }) => mean));
  const winners = variants.filter(({ mean }) => mean === best).length;
  return variants.map(({ mean }) => (mean === best ? 1 / winners : 0));
}
