/**
 * How improbable a magnitude is by the magnitudes seen so far: counts in logarithmic buckets for the body, and over
 * the highest hundredth a Pareto tail with Hill's estimator (peaks over threshold: Pickands 1975, Hill 1975; used on
 * streams by Siffer et al., "Anomaly detection in streams with extreme value theory", KDD 2017). Recurring extremes
 * are judged by their count, so that a spike that comes every night is soon none.
 *
 * A sketch is `TAIL_SLOTS` floats of an array that holds many, so that a signal's state is one piece of memory.
 */

/** Buckets per doubling: a bucket is 19 % wide. */
const UNITS_PER_OCTAVE = 4;
const BUCKETS = 40;
const LN10 = Math.LN10;
const OCTAVE_LOG10 = Math.log10(2) / UNITS_PER_OCTAVE;
/** At this weight all counts are halved: what is older than some 60,000 values fades. */
const WEIGHT_MAX = 60_000;
/** The tail is the highest hundredth, but at least this many values. */
const TAIL_SHARE = 0.01;
const TAIL_COUNT_MIN = 10;
/** Hill's estimator starts as if three values had been seen in a tail of index four: financial-grade heaviness. */
const PRIOR_COUNT = 3;
const PRIOR_INDEX = 4;
const INDEX_MAX = 30;
/** A value far over the record raises the highest bucket by this many at most: a single glitch must not ruin the scale. */
const RAISE_MAX = 8;
const VALUES_MIN = 8;

const TOP = 0;
const WEIGHT = 1;
const REFRESH_AT = 2;
const THRESHOLD = 3;
const NINETIETH = 4;
const MEDIAN = 5;
const INDEX = 6;
const THRESHOLD_SURPRISE = 7;
const FIRST = 8;

/** Floats that one sketch takes. */
export const TAIL_SLOTS = FIRST + BUCKETS;

export function initTail(state: Float32Array, at: number): void {
  state.fill(0, at, at + TAIL_SLOTS);
  state[at + TOP] = Number.NaN;
  state[at + REFRESH_AT] = VALUES_MIN;
}

/** The logarithmic unit of sketches; -Infinity for 0. Computed once, used by `tailSurprise` and `addToTail`. */
export function tailUnits(magnitude: number): number {
  return magnitude > 1e-300 ? Math.log2(magnitude) * UNITS_PER_OCTAVE : Number.NEGATIVE_INFINITY;
}

/** How many values the sketch rests on, older ones fading. */
export function tailWeight(state: Float32Array, at: number): number {
  return state[at + WEIGHT];
}

export function addToTail(state: Float32Array, at: number, units: number): void {
  const floor = Math.floor(units);
  let top = state[at + TOP];
  if (Number.isNaN(top) && floor > -1e8) {
    top = floor + RAISE_MAX;
    state[at + TOP] = top;
    state[at + REFRESH_AT] = 0;
  }
  let bucket = 0;
  if (!Number.isNaN(top)) {
    bucket = floor - (top - BUCKETS + 1);
    if (bucket >= BUCKETS) {
      raise(state, at, Math.min(bucket - BUCKETS + 1, RAISE_MAX));
      bucket = BUCKETS - 1;
    } else if (!(bucket > 0)) bucket = 0;
  }
  state[at + FIRST + bucket] += 1;
  const weight = state[at + WEIGHT] + 1;
  state[at + WEIGHT] = weight;
  if (weight > WEIGHT_MAX) fadeTail(state, at, 0.5);
  else if (weight >= Math.max(VALUES_MIN, state[at + REFRESH_AT])) refresh(state, at);
}

/** Weighs everything seen so far by `share`: what comes counts for more. */
export function fadeTail(state: Float32Array, at: number, share: number): void {
  for (let i = at + FIRST; i < at + TAIL_SLOTS; i++) state[i] *= share;
  state[at + WEIGHT] *= share;
  refresh(state, at);
}

function raise(state: Float32Array, at: number, by: number): void {
  const first = at + FIRST;
  let low = 0;
  for (let i = 0; i <= by; i++) low += state[first + i];
  state.copyWithin(first, first + by, first + BUCKETS);
  state.fill(0, first + BUCKETS - by, first + BUCKETS);
  state[first] = low;
  state[at + TOP] += by;
}

/** Quantiles and tail index again, each time the weight has grown by a twentieth, or by 64. */
function refresh(state: Float32Array, at: number): void {
  const weight = state[at + WEIGHT];
  state[at + REFRESH_AT] = weight + Math.max(4, Math.min(64, weight * 0.05));
  const base = state[at + TOP] - BUCKETS + 1;
  if (Number.isNaN(base) || weight <= 0) return;
  const tail = Math.max(Math.min(TAIL_COUNT_MIN, weight * 0.2), TAIL_SHARE * weight);
  let threshold = Number.NaN;
  let ninetieth = Number.NaN;
  let median = Number.NaN;
  let above = 0;
  let excess = 0;
  for (let i = BUCKETS - 1; i >= 0; i--) {
    const count = state[at + FIRST + i];
    const reached = above + count;
    if (Number.isNaN(threshold)) {
      if (reached >= tail || i === 0) {
        const part = count > 0 ? Math.min(1, (tail - above) / count) : 1;
        threshold = base + i + 1 - part;
        excess += part * count * 0.5 * part - above * threshold;
      } else excess += count * (base + i + 0.5);
    }
    if (Number.isNaN(ninetieth) && reached >= 0.1 * weight) {
      ninetieth = base + i + 1 - (count > 0 ? (0.1 * weight - above) / count : 1);
    }
    if (Number.isNaN(median) && reached >= 0.5 * weight) {
      median = base + i + 1 - (count > 0 ? (0.5 * weight - above) / count : 1);
      break;
    }
    above = reached;
  }
  const excessLn = (excess / UNITS_PER_OCTAVE) * Math.LN2;
  const index = (tail + PRIOR_COUNT) / (excessLn + PRIOR_COUNT / PRIOR_INDEX);
  state[at + INDEX] = Math.min(INDEX_MAX, index);
  state[at + THRESHOLD] = threshold;
  state[at + NINETIETH] = Math.min(ninetieth, threshold);
  state[at + MEDIAN] = Math.min(median, ninetieth, threshold);
  state[at + THRESHOLD_SURPRISE] = -Math.log10(tail / weight);
}

/** -log10 of the share of values at least as large; 0 before there are eight. */
export function tailSurprise(state: Float32Array, at: number, units: number): number {
  const weight = state[at + WEIGHT];
  if (weight < VALUES_MIN || units === Number.NEGATIVE_INFINITY) return 0;
  const top = state[at + TOP];
  if (Number.isNaN(top)) return Math.log(weight + 1) / LN10;
  const threshold = state[at + THRESHOLD];
  const atThreshold = state[at + THRESHOLD_SURPRISE];
  if (units <= threshold) {
    const median = state[at + MEDIAN];
    if (units <= median) return 0.3 * Math.max(0, 1 - (median - units) / 16);
    const ninetieth = state[at + NINETIETH];
    const one = Math.min(1, atThreshold);
    if (units <= ninetieth) return 0.3 + ((one - 0.3) * (units - median)) / (ninetieth - median + 1e-6);
    return one + ((atThreshold - one) * (units - ninetieth)) / (threshold - ninetieth + 1e-6);
  }
  const pareto = atThreshold + state[at + INDEX] * (units - threshold) * OCTAVE_LOG10;
  const count = countFrom(state, at, units - (top - BUCKETS + 1));
  return count >= 1 ? Math.min(pareto, -Math.log(count / weight) / LN10) : pareto;
}

/** The weight of values from the bucket at `position` up: what is as large as others in it is one of them. */
function countFrom(state: Float32Array, at: number, position: number): number {
  const bucket = Math.floor(position);
  if (bucket >= BUCKETS) return 0;
  let count = 0;
  for (let i = Math.max(0, bucket); i < BUCKETS; i++) count += state[at + FIRST + i];
  return count;
}

/** The magnitude that has this surprise by the tail's extrapolation; NaN before there is a tail. For bands. */
export function tailMagnitude(state: Float32Array, at: number, surprise: number): number {
  const weight = state[at + WEIGHT];
  const top = state[at + TOP];
  if (weight < VALUES_MIN) return Number.NaN;
  if (Number.isNaN(top)) return 0;
  const over = Math.max(0, surprise - state[at + THRESHOLD_SURPRISE]) / (state[at + INDEX] * OCTAVE_LOG10);
  return 2 ** ((state[at + THRESHOLD] + over) / UNITS_PER_OCTAVE);
}
