import type { Expectation } from './expectation.ts';

/**
 * Multipliers that are tried, as logarithms: from a change by 2.5 % to one by a factor of 100, either way. Between two
 * of them the evidence hardly differs.
 */
const LOG_MULTIPLIERS: readonly number[] = (() => {
  const steps: number[] = [];
  for (let step = 0.025; step < Math.log(100); step *= 1.5) steps.push(step, -step);
  return steps;
})();

/** How much more likely the present is when a leaf was multiplied by something than when it was not. */
export interface Evidence {
  readonly logMultipliers: readonly number[];
  /** As a logarithm, at `leaf * logMultipliers.length + m`. */
  readonly byLeaf: Float64Array;
}

/**
 * Values are negative-binomially distributed around what is expected of them: events come at random (in units of
 * `noise.unit`), and beyond that leaves differ among themselves with a variance of 1 / shape (a Gamma mixture of Poisson
 * distributions). Where there are negative values they are normally distributed with the same variance.
 */
export function evidenceOf({ actual, expected, noise }: Expectation, shape: number): Evidence {
  const width = LOG_MULTIPLIERS.length;
  const multipliers = LOG_MULTIPLIERS.map(Math.exp);
  const byLeaf = new Float64Array(actual.length * width);
  const signed = isSigned(actual) || isSigned(expected);
  for (let leaf = 0; leaf < actual.length; leaf++) {
    const seen = actual[leaf] / noise.unit;
    const mean = expected[leaf] / noise.unit;
    if (mean === 0) continue;
    for (let m = 0; m < width; m++) {
      byLeaf[leaf * width + m] = signed
        ? normalRatio(seen, mean, multipliers[m], shape)
        : (seen === 0 ? 0 : seen * LOG_MULTIPLIERS[m]) -
          (seen + shape) * Math.log((shape + multipliers[m] * mean) / (shape + mean));
    }
  }
  return { logMultipliers: LOG_MULTIPLIERS, byLeaf };
}

export function isSigned(values: Float64Array): boolean {
  return values.some((value) => value < 0);
}

/** Of the multipliers only those that enlarge, or only those that reduce. */
export function inDirection({ logMultipliers, byLeaf }: Evidence, sign: number): Evidence {
  const kept = [...logMultipliers.keys()].filter((m) => Math.sign(logMultipliers[m]) === sign);
  const width = logMultipliers.length;
  const packed = new Float64Array((byLeaf.length / width) * kept.length);
  for (let leaf = 0; leaf * width < byLeaf.length; leaf++) {
    for (let k = 0; k < kept.length; k++) packed[leaf * kept.length + k] = byLeaf[leaf * width + kept[k]];
  }
  return { logMultipliers: kept.map((m) => logMultipliers[m]), byLeaf: packed };
}

function normalRatio(seen: number, mean: number, multiplier: number, shape: number): number {
  const variance = Math.abs(mean) + (mean * mean) / shape;
  return ((seen - mean) ** 2 - (seen - multiplier * mean) ** 2) / (2 * variance);
}
