import { type Expert, withoutLearning } from './expert.ts';

export interface ProfileShape {
  readonly which: 'season' | 'longSeason';
  /** Seasons that are averaged, at most. */
  readonly seasons: number;
  /** What an older season weighs against the one after it. */
  readonly decay: number;
  /** How much of the newest deviation is left one season later. */
  readonly deviationLeft: number;
}

/** Newest steps whose deviation from the profile is taken for the level's. */
const LEVEL_STEPS = 3;

/**
 * The mean of the newest seasons, moved to the newest level; what the level deviates by fades geometrically
 * (an autoregression of first order on what the profile leaves).
 */
export function profile(shape: ProfileShape): Expert {
  return {
    name: `profile (${shape.which === 'season' ? 'season' : 'long season'})`,
    begin(track, firstEnd) {
      const period = track[shape.which];
      if (period < 2 || firstEnd < period + LEVEL_STEPS) return undefined;
      const { values } = track;
      const mean = new Float64Array(period);
      const fade = shape.deviationLeft ** (1 / track.season);
      return withoutLearning((origin, into) => {
        averageSeasons(values, origin, shape, mean);
        const steps = Math.min(LEVEL_STEPS, period);
        let deviation = 0;
        for (let i = 1; i <= steps; i++) deviation += (values[origin - i] - mean[period - i]) / steps;
        for (let h = 0; h < into.length; h++) {
          deviation *= fade;
          into[h] = mean[h % period] + deviation;
        }
      });
    },
  };
}

function averageSeasons(values: Float64Array, origin: number, shape: ProfileShape, mean: Float64Array): void {
  const period = mean.length;
  const seasons = Math.min(shape.seasons, Math.floor(origin / period));
  mean.fill(0);
  let weight = 1;
  let total = 0;
  for (let back = 1; back <= seasons; back++) {
    const start = origin - back * period;
    for (let i = 0; i < period; i++) mean[i] += weight * values[start + i];
    total += weight;
    weight *= shape.decay;
  }
  for (let i = 0; i < period; i++) mean[i] /= total;
}
