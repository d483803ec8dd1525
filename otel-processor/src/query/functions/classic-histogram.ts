/** One bucket of a classic histogram: how many observations are at most `upper`. */
export interface ClassicBucket {
  readonly upper: number;
  count: number;
}

export interface ClassicQuantile {
  readonly value: number;
  /** Counts went down from one bucket to the next and were raised: between which, and by how much at most. */
  readonly forced:
    | { readonly lowest: number; readonly highest: number; readonly largest: number }
    | undefined;
}

/** Relative difference between neighbouring counts that is taken for a rounding error. */
const TOLERANCE = 1e-12;

/**
 * The quantile of a classic histogram by linear interpolation within the bucket (Prometheus,
 * histogram_quantile). Sorts and repairs `buckets`.
 */
export function classicQuantile(phi: number, buckets: ClassicBucket[]): ClassicQuantile {
  const plain = (value: number): ClassicQuantile => ({ value, forced: undefined });
  if (Number.isNaN(phi)) return plain(Number.NaN);
  if (phi < 0) return plain(Number.NEGATIVE_INFINITY);
  if (phi > 1) return plain(Number.POSITIVE_INFINITY);
  const merged = coalesced(buckets);
  const lastIndex = merged.length - 1;
  if (lastIndex < 0 || merged[lastIndex].upper !== Number.POSITIVE_INFINITY) return plain(Number.NaN);
  const forced = repaired(merged);
  const done = (value: number): ClassicQuantile => ({ value, forced });
  const observations = merged[lastIndex].count;
  if (merged.length < 2 || observations === 0) return done(Number.NaN);
  let rank = phi * observations;
  let at = 0;
  while (at < lastIndex && !(merged[at].count >= rank)) at++;
  if (at === lastIndex) return done(merged[lastIndex - 1].upper);
  if (at === 0 && merged[0].upper <= 0) return done(merged[0].upper);
  let start = 0;
  let { count } = merged[at];
  if (at > 0) {
    start = merged[at - 1].upper;
    count -= merged[at - 1].count;
    rank -= merged[at - 1].count;
  }
  return done(start + (merged[at].upper - start) * (rank / count));
}

/** Share of the observations between `lower` and `upper`. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBucket[]): number {
  const merged = coalesced(buckets);
  const lastIndex = merged.length - 1;
  if (lastIndex < 0 || merged[lastIndex].upper !== Number.POSITIVE_INFINITY) return Number.NaN;
  repaired(merged);
  const total = merged[lastIndex].count;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  // A bucket without an end cannot be cut: what lies in it is taken to lie at its only end.
  const below = (limit: number): number => {
    let start = merged[0].upper > 0 ? 0 : Number.NEGATIVE_INFINITY;
    let rank = 0;
    for (const bucket of merged) {
      if (start >= limit) return rank;
      if (bucket.upper > limit) {
        if (bucket.upper === Number.POSITIVE_INFINITY) return rank;
        if (start === Number.NEGATIVE_INFINITY) return bucket.count;
        return rank + ((bucket.count - rank) * (limit - start)) / (bucket.upper - start);
      }
      rank = bucket.count;
      start = bucket.upper;
    }
    return total;
  };
  return (below(upper) - below(lower)) / total;
}

/** Sorted by bound; buckets with equal bounds added up. */
function coalesced(buckets: ClassicBucket[]): ClassicBucket[] {
  buckets.sort((a, b) => (a.upper === b.upper ? 0 : a.upper < b.upper ? -1 : 1));
  const merged: ClassicBucket[] = [];
  for (const bucket of buckets) {
    const last = merged.at(-1);
    if (last !== undefined && last.upper === bucket.upper) last.count += bucket.count;
    else merged.push({ upper: bucket.upper, count: bucket.count });
  }
  return merged;
}

/** Smooths rounding errors away, then makes the counts monotonic. */
function repaired(buckets: ClassicBucket[]): ClassicQuantile['forced'] {
  let previous = buckets[0].count;
  for (let i = 1; i < buckets.length; i++) {
    const { count } = buckets[i];
    const difference = Math.abs(count - previous);
    if (difference === 0) continue;
    if (difference / count <= TOLERANCE) buckets[i].count = previous;
    else previous = count;
  }
  let highest = buckets[0].count;
  let forced: { lowest: number; highest: number; largest: number } | undefined;
  for (let i = 1; i < buckets.length; i++) {
    const { count, upper } = buckets[i];
    if (count > highest) highest = count;
    else if (count < highest) {
      forced ??= { lowest: upper, highest: upper, largest: 0 };
      forced.lowest = Math.min(forced.lowest, upper);
      forced.highest = Math.max(forced.highest, upper);
      forced.largest = Math.max(forced.largest, highest - count);
      buckets[i].count = highest;
    }
  }
  return forced;
}
