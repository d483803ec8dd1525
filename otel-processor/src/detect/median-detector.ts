import { applyPolicy, POLICY_SLOTS } from './alert-policy.ts';
import type { Detector, DetectorMethod, Evidence, Observation, SignalProfile } from './types.ts';

/** Values that the median and the deviation are taken over. */
const WINDOW = 256;
/** The sorted window is made anew after so many values: a median of 256 values moves slowly. */
const REFRESH_STEPS = 16;
const WARM_ROWS = 64;
/** Median absolute deviation to standard deviation, of a normal distribution. */
const DEVIATION_SCALE = 1.4826;
const WEEK_MS = 7 * 86_400_000;
const STEP_MS_ASSUMED = 60_000;
const STATE_VERSION = 1;

const ROWS = 0;
const CENTRE = 1;
const SPREAD = 2;
const NEWEST = 3;
const POLICY = 4;
const SCALARS = POLICY + POLICY_SLOTS;
const STATE_SIZE = SCALARS + WINDOW;
const OBJECT_BYTES = 300;

const sorted = new Float64Array(WINDOW);

/**
 * The simplest detector that outliers cannot spoil: how many deviations a value is from the median of the last
 * values (Hampel's identifier). It knows no season and forecasts nothing; for signals that have neither.
 */
class MedianDetector implements Detector {
  readonly #profile: SignalProfile;
  readonly #state: Float64Array;
  readonly #limit: number;

  constructor(profile: SignalProfile, state: Float64Array) {
    this.#profile = profile;
    this.#state = state;
    const steps = WEEK_MS / (profile.stepMs || STEP_MS_ASSUMED);
    this.#limit = deviationsAt(profile.alertsPerWeek / steps);
  }

  observe(_timestampMs: number, value: number, into: Observation): void {
    const state = this.#state;
    const rows = state[ROWS];
    const warm = rows >= WARM_ROWS;
    into.score = 0;
    into.warm = warm;
    into.expected = warm ? state[CENTRE] : Number.NaN;
    const width = this.#limit * state[SPREAD];
    const { range } = this.#profile;
    into.lower = warm ? Math.max(range?.min ?? Number.NEGATIVE_INFINITY, state[CENTRE] - width) : Number.NaN;
    into.upper = warm ? Math.min(range?.max ?? Number.POSITIVE_INFINITY, state[CENTRE] + width) : Number.NaN;
    state[NEWEST] = value;
    if (Number.isFinite(value)) {
      if (warm) into.score = this.#score(value);
      state[SCALARS + (rows % WINDOW)] = value;
      state[ROWS] = rows + 1;
      if ((rows + 1) % REFRESH_STEPS === 0) refresh(state);
    }
    applyPolicy(state, POLICY, into);
  }

  #score(value: number): number {
    const { direction, effectMin, effectRelativeMin } = this.#profile;
    const difference = value - this.#state[CENTRE];
    const size = Math.abs(difference);
    if (direction === 'above' && difference < 0) return 0;
    if (direction === 'below' && difference > 0) return 0;
    if (size < effectMin || size < effectRelativeMin * Math.abs(this.#state[CENTRE])) return 0;
    const spread = this.#state[SPREAD];
    // More than half of the window is one value: what differs at all is as far as one can tell.
    if (spread === 0) return size === 0 ? 0 : 1;
    return size / spread / this.#limit;
  }

  why(): readonly Evidence[] {
    const [, centre, spread, value] = this.#state;
    if (!(Math.abs(value - centre) > spread * this.#limit)) return [];
    const deviations = spread > 0 ? `, ${(Math.abs(value - centre) / spread).toFixed(1)} deviations` : '';
    return [
      {
        feature: 'median',
        surprise: spread > 0 ? Math.abs(value - centre) / spread / this.#limit : 1,
        sentence: `${value} is ${value > centre ? 'above' : 'below'} the median ${centre}${deviations}`,
      },
    ];
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(1 + STATE_SIZE * 8);
    bytes[0] = STATE_VERSION;
    bytes.set(new Uint8Array(this.#state.buffer), 1);
    return bytes;
  }

  sizeBytes(): number {
    return STATE_SIZE * 8 + OBJECT_BYTES;
  }
}

function refresh(state: Float64Array): void {
  const count = Math.min(state[ROWS], WINDOW);
  const values = sorted.subarray(0, count);
  values.set(state.subarray(SCALARS, SCALARS + count));
  values.sort();
  const centre = middle(values);
  for (let i = 0; i < count; i++) values[i] = Math.abs(values[i] - centre);
  values.sort();
  state[CENTRE] = centre;
  state[SPREAD] = DEVIATION_SCALE * middle(values);
}

function middle(values: Float64Array): number {
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/** Standard deviations that a normal value exceeds, on either side, with this probability (Abramowitz-Stegun 26.2.23). */
function deviationsAt(probability: number): number {
  const t = Math.sqrt(-2 * Math.log(Math.min(0.5, probability / 2)));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

export const medianMethod: DetectorMethod = {
  name: 'median',
  create: (profile) => new MedianDetector(profile, new Float64Array(STATE_SIZE)),
  decode(profile, bytes) {
    if (bytes.length !== 1 + STATE_SIZE * 8 || bytes[0] !== STATE_VERSION) return undefined;
    return new MedianDetector(profile, new Float64Array(bytes.slice(1).buffer));
  },
};
