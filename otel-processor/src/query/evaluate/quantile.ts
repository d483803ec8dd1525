/**
 * The quantile with linear interpolation between ranks; sorts `values` in place, NaN first as the
 * smallest. Below 0 it is -Inf, above 1 +Inf, of nothing NaN.
 */
export function quantile(phi: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  sortNanFirst(values);
  const rank = phi * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}

function sortNanFirst(values: Float64Array): void {
  // Typed arrays sort NaN last.
  values.sort();
  let nans = 0;
  for (let i = values.length - 1; i >= 0 && Number.isNaN(values[i]); i--) nans += 1;
  if (nans === 0) return;
  values.copyWithin(nans, 0, values.length - nans);
  values.fill(Number.NaN, 0, nans);
}
