import { type Expert, withoutLearning } from './expert.ts';

/** The most similar seasons that are averaged. */
const NEIGHBOURS = 12;
/** Weights fall with this power of the squared distance. */
const SHARPNESS = 2;

/** Values of the compared stretches that are looked at, about: more say little more. */
const COMPARED_VALUES = 120;

/**
 * What followed the earlier seasons that looked most like the newest `seasons` ones, moved to the newest level
 * (forecasting by analogues, Lorenz 1969; only at the same phase of the season).
 */
export function similarSeasons(seasons: number): Expert {
  return {
    name: `similar seasons (${seasons})`,
    begin({ values, season, horizon }, firstEnd) {
      const length = seasons * season;
      const leastBack = Math.ceil(horizon / season);
      if (season < 2 || firstEnd < length + (leastBack + 1) * season) return undefined;
      const stride = Math.ceil(length / COMPARED_VALUES);
      const distances = new Float64Array(Math.ceil(values.length / season) + 1);
      const means = new Float64Array(distances.length);
      return withoutLearning((origin, into) => {
        const most = Math.floor((origin - length) / season);
        means[0] = meanOf(values, origin - length, origin, stride);
        for (let back = leastBack; back <= most; back++) {
          const end = origin - back * season;
          means[back] = meanOf(values, end - length, end, stride);
          const shift = means[0] - means[back];
          let sum = 0;
          for (let i = 1; i <= length; i += stride) {
            const difference = values[origin - i] - values[end - i] - shift;
            sum += difference * difference;
          }
          distances[back] = sum;
        }
        average(values, season, origin, distances, means, leastBack, most, into);
      });
    },
  };
}

function average(
  values: Float64Array,
  season: number,
  origin: number,
  distances: Float64Array,
  means: Float64Array,
  leastBack: number,
  most: number,
  into: Float64Array,
): void {
  const sorted = distances.slice(leastBack, most + 1).sort();
  const limit = sorted[Math.min(NEIGHBOURS, sorted.length) - 1];
  const nothing = 1e-12 * (sorted[sorted.length - 1] + 1e-300);
  const closest = sorted[0] + nothing;
  into.fill(0);
  let total = 0;
  for (let back = leastBack; back <= most; back++) {
    if (distances[back] > limit) continue;
    const weight = (closest / (distances[back] + nothing)) ** SHARPNESS;
    const start = origin - back * season;
    for (let h = 0; h < into.length; h++) into[h] += weight * (values[start + h] - means[back]);
    total += weight;
  }
  for (let h = 0; h < into.length; h++) into[h] = into[h] / total + means[0];
}

function meanOf(values: Float64Array, start: number, end: number, stride: number): number {
  let sum = 0;
  let count = 0;
  for (let i = end - 1; i >= start; i -= stride) {
    sum += values[i];
    count += 1;
  }
  return sum / count;
}
