/** What a detector says of one step of a signal. Filled in place by `observe`: read it before the next call. */
export interface Observation {
  /** 1 and over is anomalous; the same meaning on every signal. */
  score: number;
  /** The score at steps that start or escalate an episode, 0 elsewhere. */
  alertScore: number;
  expected: number;
  lower: number;
  upper: number;
  /** Enough history to be judged: until then the score is 0 and the band may be NaN. */
  warm: boolean;
  /** An episode is open at this step: it began at the last step with an alert score, and ends when this turns false. */
  inEpisode: boolean;
}

/** What is known and wished about one signal before its first value. Every key has a default that suits any signal. */
export interface SignalProfile {
  /** The usual distance between two values; 0: learnt from the first ones. */
  readonly stepMs: number;
  readonly direction: 'above' | 'below' | 'both';
  /** An anomaly deviates from the expected value by at least this much, in the signal's unit. */
  readonly effectMin: number;
  /** The same as a share of the expected value. */
  readonly effectRelativeMin: number;
  /** Values that can be; the band is clipped to it. */
  readonly range?: { readonly min?: number; readonly max?: number };
  /** Seasons known beforehand, ms; day and week are always tried. */
  readonly periodsMs: readonly number[];
  /** IANA name: days begin at its midnight. */
  readonly timeZone: string;
  /** Days (YYYY-MM-DD in the time zone) that are like Sundays. */
  readonly holidays: readonly string[];
  /** How many alerts a week are expected of a signal in which nothing happens. */
  readonly alertsPerWeek: number;
}

/** Why a score is what it is, most telling first. */
export interface Evidence {
  readonly feature: string;
  /** -log10 of how probable so extreme a value of the feature is by the signal's own history. */
  readonly surprise: number;
  /** For a person: "fell to 3 within a minute; of 20,000 earlier steps none fell so far". */
  readonly sentence: string;
}

/**
 * Watches one signal, step by step in time order. O(1) amortised per observation, bounded state, deterministic,
 * strictly causal; `decode(encode(x))` goes on exactly as `x` would.
 */
export interface Detector {
  /** `value` NaN: no value at this step. Steps left out entirely are gaps. */
  observe(timestampMs: number, value: number, into: Observation): void;
  /** About the newest observation. */
  why(): readonly Evidence[];
  encode(): Uint8Array;
  /** What it holds in memory. */
  sizeBytes(): number;
}

/** Watches several signals of one group at once, such as those of one service, step by step. */
export interface GroupDetector {
  /** One value per signal, always in the same order; NaN: no value. One verdict for the whole group. */
  observe(timestampMs: number, values: Float64Array, into: Observation): void;
  why(): readonly Evidence[];
  encode(): Uint8Array;
  sizeBytes(): number;
}

/** One way to detect in groups, by name. */
export interface GroupDetectorMethod {
  readonly name: string;
  /** Signals that a group may have. */
  readonly signalsMax: number;
  /** `names` of the signals are for sentences. */
  create(profile: SignalProfile, names: readonly string[]): GroupDetector;
  /** Undefined when the bytes are of another version or another number of signals. */
  decode(profile: SignalProfile, names: readonly string[], state: Uint8Array): GroupDetector | undefined;
}

/** One way to detect, by name; the registry is the list of all. */
export interface DetectorMethod {
  readonly name: string;
  create(profile: SignalProfile): Detector;
  /** Undefined when the bytes are of another version: begin anew then. */
  decode(profile: SignalProfile, state: Uint8Array): Detector | undefined;
}
