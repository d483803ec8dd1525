/**
 * Seasonal indices of the newest seasons before `origin`: the mean deviation of each phase from its season's mean.
 * Phase 0 is that of `origin`. Adds up to about 0.
 */
export function seasonalDeviations(values: Float64Array, origin: number, period: number): Float64Array {
  const deviations = new Float64Array(period);
  const seasons = Math.min(SEASONS, Math.floor(origin / period));
  if (period < 2 || seasons < 1) return deviations;
  const first = origin - seasons * period;
  for (let start = first; start < origin; start += period) {
    let mean = 0;
    for (let i = 0; i < period; i++) mean += values[start + i] / period;
    for (let i = 0; i < period; i++) deviations[i] += (values[start + i] - mean) / seasons;
  }
  return deviations;
}

/** Older seasons say less about the next one. */
const SEASONS = 8;
