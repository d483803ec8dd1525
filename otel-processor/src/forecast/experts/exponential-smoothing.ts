import type { Expert, ExpertRun, Track } from './expert.ts';
import { seasonalDeviations } from './seasonal-adjustment.ts';

/** One setting of the recursion: weights of the newest error in level and trend, and what is left of the trend. */
interface Setting {
  readonly level: number;
  readonly trend: number;
  readonly damping: number;
}

/**
 * Level and damped trend of the seasonally adjusted values (Gardner and McKenzie 1985).
 */
export const dampedTrend: Expert = {
  name: 'damped trend',
  begin: (track, firstEnd) =>
    begin(track, firstEnd, [
      { level: 0.1, trend: 0.02, damping: 0.98 },
      { level: 0.3, trend: 0.05, damping: 0.95 },
      { level: 0.6, trend: 0.1, damping: 0.9 },
      { level: 0.9, trend: 0.2, damping: 0.9 },
    ]),
};

/**
 * The Theta method: simple exponential smoothing with half the slope of the regression line as drift, on the
 * seasonally adjusted values (Assimakopoulos and Nikolopoulos 2000; Hyndman and Billah 2003).
 */
export const theta: Expert = {
  name: 'theta',
  begin: (track, firstEnd) =>
    begin(
      track,
      firstEnd,
      [0.05, 0.2, 0.5, 0.9].map((level) => ({ level, trend: 0, damping: 1 })),
      true,
    ),
};

function begin(
  track: Track,
  firstEnd: number,
  settings: readonly Setting[],
  drift = false,
): ExpertRun | undefined {
  if (firstEnd < 4) return undefined;
  return new SmoothingRun(track, settings, drift);
}

/** Newest steps that are smoothed: the weights have forgotten what is older. */
const STEPS = 160;

class SmoothingRun implements ExpertRun {
  readonly #values: Float64Array;
  readonly #period: number;
  readonly #settings: readonly Setting[];
  readonly #drift: boolean;
  readonly #adjusted = new Float64Array(STEPS);
  #chosen: Setting;
  #level = 0;
  #trend = 0;

  constructor(track: Track, settings: readonly Setting[], drift: boolean) {
    this.#values = track.values;
    this.#period = track.longSeason > 0 ? track.longSeason : track.season;
    this.#settings = settings;
    this.#drift = drift;
    this.#chosen = settings[0];
  }

  learn(end: number): void {
    const { count } = this.#adjust(end);
    let least = Number.POSITIVE_INFINITY;
    for (const setting of this.#settings) {
      const error = this.#smooth(count, setting);
      if (error >= least) continue;
      least = error;
      this.#chosen = setting;
    }
  }

  predict(origin: number, into: Float64Array): void {
    const { count, deviations } = this.#adjust(origin);
    this.#smooth(count, this.#chosen);
    const slope = this.#drift ? slopeOf(this.#adjusted, count) / 2 : 0;
    let level = this.#level;
    let trend = this.#trend;
    for (let h = 0; h < into.length; h++) {
      trend *= this.#chosen.damping;
      level += trend + slope;
      into[h] = level + (deviations.length > 1 ? deviations[h % deviations.length] : 0);
    }
  }

  #adjust(origin: number): { count: number; deviations: Float64Array } {
    const deviations = seasonalDeviations(this.#values, origin, this.#period);
    const period = deviations.length;
    const count = Math.min(STEPS, origin);
    const start = origin - count;
    // Phase 0 is the origin's: counted backwards from there.
    let phase = (period - (count % period)) % period;
    for (let i = 0; i < count; i++) {
      this.#adjusted[i] = this.#values[start + i] - deviations[phase];
      phase = phase + 1 === period ? 0 : phase + 1;
    }
    return { count, deviations };
  }

  /** The sum of absolute one-step errors; leaves level and trend as they are after the last value. */
  #smooth(count: number, { level: weight, trend: trendWeight, damping }: Setting): number {
    const adjusted = this.#adjusted;
    let level = adjusted[0];
    let trend = 0;
    let errors = 0;
    for (let i = 1; i < count; i++) {
      const expected = level + damping * trend;
      const error = adjusted[i] - expected;
      errors += Math.abs(error);
      level = expected + weight * error;
      trend = damping * trend + trendWeight * error;
    }
    this.#level = level;
    this.#trend = trend;
    return errors;
  }
}

function slopeOf(values: Float64Array, count: number): number {
  const middle = (count - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < count; i++) {
    covariance += (i - middle) * values[i];
    variance += (i - middle) ** 2;
  }
  return variance > 0 ? covariance / variance : 0;
}
