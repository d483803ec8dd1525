/** What a value has beyond the line through its blocks. */
export interface Detail {
  /** By step of the season, 0 being the first step after the history: what comes again at every season. */
  readonly profile: Float64Array;
  /** What the newest value deviates by, and what is left of that after each step. */
  readonly newest: number;
  readonly persistence: number;
}

/** Seasons that recurring detail is averaged over. */
const SEASONS_MAX = 28;
/** A phase's mean counts only in so far as it is over this many standard errors. */
const STANDARD_ERRORS = 2;
/** Newest values that the persistence is estimated from. */
const RECENT = 1024;

export const noDetail: Detail = { profile: new Float64Array(1), newest: 0, persistence: 0 };

/**
 * `next` is the forecast of the first block ahead: the line to it passes by the newest values. The means of the phases are
 * shrunk towards 0 by their standard errors (James and Stein 1961, positive part), so that a nightly spike of one minute
 * is kept and noise is not.
 */
export function findDetail(
  values: Float64Array,
  means: Float64Array,
  next: number,
  blockSteps: number,
  seasonSteps: number,
): Detail {
  const deviations = deviationsOf(values, means, next, blockSteps);
  const profile = seasonSteps > 1 ? recurring(deviations, seasonSteps) : new Float64Array(1);
  const from = Math.max(0, deviations.length - RECENT);
  let product = 0;
  let square = 1e-300;
  let before = 0;
  for (let i = from; i < deviations.length; i++) {
    const phase = (seasonSteps - ((deviations.length - i) % seasonSteps)) % seasonSteps;
    const rest = deviations[i] - profile[Math.min(phase, profile.length - 1)];
    product += rest * before;
    square += before * before;
    before = rest;
  }
  return { profile, newest: before, persistence: Math.min(0.999, Math.max(0, product / square)) };
}

function deviationsOf(
  values: Float64Array,
  means: Float64Array,
  next: number,
  blockSteps: number,
): Float64Array {
  const deviations = new Float64Array(means.length * blockSteps);
  const first = values.length - deviations.length;
  const point = (blockSteps - 1) / 2;
  let position = 0;
  // The same line as `alongBlocks`, stretch by stretch: this passes over every value there is.
  for (let block = 0; block <= means.length; block++) {
    const low = block === 0 ? means[0] : means[block - 1];
    const high = block === means.length ? next : means[block];
    const start = (block - 1) * blockSteps + point;
    const end = Math.min(deviations.length, Math.ceil(block * blockSteps + point));
    const slope = (high - low) / blockSteps;
    for (; position < end; position++) {
      deviations[position] = values[first + position] - low - slope * (position - start);
    }
  }
  return deviations;
}

function recurring(deviations: Float64Array, seasonSteps: number): Float64Array {
  const profile = new Float64Array(seasonSteps);
  const seasons = Math.min(SEASONS_MAX, Math.floor(deviations.length / seasonSteps));
  if (seasons < 2) return profile;
  const squares = new Float64Array(seasonSteps);
  let position = deviations.length - seasons * seasonSteps;
  for (let season = 0; season < seasons; season++) {
    for (let phase = 0; phase < seasonSteps; phase++) {
      const deviation = deviations[position++];
      profile[phase] += deviation;
      squares[phase] += deviation * deviation;
    }
  }
  for (let phase = 0; phase < seasonSteps; phase++) {
    const mean = profile[phase] / seasons;
    const variance = (squares[phase] / seasons - mean * mean) / (seasons - 1);
    const share = mean === 0 ? 0 : 1 - (STANDARD_ERRORS ** 2 * Math.max(0, variance)) / (mean * mean);
    profile[phase] = mean * Math.max(0, share);
  }
  return profile;
}
