/** The quantile of sorted values by linear interpolation (type R-7 of Hyndman and Fan 1996); NaN of none. */
export function sortedQuantile(sorted: Float64Array, quantile: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = Math.min(Math.max(quantile, 0), 1) * (sorted.length - 1);
  const index = Math.floor(position);
  const low = sorted[index];
  const high = sorted[Math.min(index + 1, sorted.length - 1)];
  return low + (high - low) * (position - index);
}
