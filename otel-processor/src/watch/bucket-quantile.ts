/**
 * The quantile of a classic histogram by linear interpolation within its bucket, as PromQL's `histogram_quantile` has
 * it. `counts` are cumulative, one per upper bound, ascending, the last bound infinite. NaN when nothing was counted.
 */
export function bucketQuantile(quantile: number, bounds: readonly number[], counts: Float64Array): number {
  const last = bounds.length - 1;
  const total = counts[last];
  if (!(total > 0) || last < 1) return Number.NaN;
  const rank = quantile * total;
  let bucket = 0;
  while (bucket < last && counts[bucket] < rank) bucket += 1;
  if (bucket === last) return bounds[last - 1];
  if (bucket === 0 && bounds[0] <= 0) return bounds[0];
  const start = bucket === 0 ? 0 : bounds[bucket - 1];
  const before = bucket === 0 ? 0 : counts[bucket - 1];
  const within = counts[bucket] - before;
  if (!(within > 0)) return bounds[bucket];
  return start + ((bounds[bucket] - start) * (rank - before)) / within;
}
