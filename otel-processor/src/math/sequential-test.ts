/** Mean of one variant with its standard error squared. */
export interface VariantEstimate {
  readonly count: number;
  readonly mean: number;
  /** Variance of a single observation. */
  readonly variance: number;
}

export interface SequentialComparison {
  /** Treatment's mean minus control's. */
  readonly difference: number;
  /** Always-valid: the chance that it is ever below alpha, however often it is looked at, is at most alpha. */
  readonly pValue: number;
  /** Bounds of the difference that hold at all times at once with probability 1 - alpha. */
  readonly lower: number;
  readonly upper: number;
}

/** With fewer observations per variant the normal approximation says nothing yet. */
export const SEQUENTIAL_COUNT_MIN = 10;

/**
 * Mixture sequential probability ratio test of two means (Johari, Koomen, Pekelis, Walsh 2022, "Always Valid
 * Inference: Continuous Monitoring of A/B Tests", section 4; normal mixture N(0, mixtureVariance) over the
 * difference). With s^2 the squared standard error of the difference d, the likelihood ratio against a difference
 * of 0 is
 *
 *   L = sqrt(s^2 / (s^2 + t^2)) exp(t^2 d^2 / (2 s^2 (s^2 + t^2))),
 *
 * the p-value min(1, 1/L), and the confidence sequence the set of differences with L below 1/alpha. `mixtureVariance`
 * (t^2) must be chosen before the data: about the square of the differences worth finding. Means are taken as normal,
 * which the central limit theorem gives from tens of observations on.
 */
export function compareSequentially(
  control: VariantEstimate,
  treatment: VariantEstimate,
  alpha: number,
  mixtureVariance: number,
): SequentialComparison {
  const difference = treatment.mean - control.mean;
  const few = Math.min(control.count, treatment.count) < SEQUENTIAL_COUNT_MIN;
  const error2 = control.variance / control.count + treatment.variance / treatment.count;
  if (few || !(error2 > 0)) {
    return { difference, pValue: 1, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  }
  const total = error2 + mixtureVariance;
  const logRatio =
    0.5 * Math.log(error2 / total) + (mixtureVariance * difference * difference) / (2 * error2 * total);
  const halfWidth = Math.sqrt(
    ((error2 * total) / mixtureVariance) * (Math.log(total / error2) - 2 * Math.log(alpha)),
  );
  return {
    difference,
    pValue: Math.min(1, Math.exp(-logRatio)),
    lower: difference - halfWidth,
    upper: difference + halfWidth,
  };
}
