/** A signal as experts see it: equal steps, every value present. */
export interface Track {
  readonly values: Float64Array;
  /** In steps; 1 when nothing recurs. */
  readonly season: number;
  /** A season of seasons, as the week is of days; 0 when there is none, or too little history for one. */
  readonly longSeason: number;
  /** Steps that are forecast. */
  readonly horizon: number;
}

/** One simple way to forecast. Cheap, deterministic, and blind to everything from `origin` on. */
export interface Expert {
  readonly name: string;
  /** Undefined when the track is too short or has no season, where the expert needs one, by `firstEnd`. */
  begin(track: Track, firstEnd: number): ExpertRun | undefined;
}

export interface ExpertRun {
  /** Learns from the values before `end`; called with ends that rise. */
  learn(end: number): void;
  /** Writes the values of the steps from `origin` on, as many as `into` holds. */
  predict(origin: number, into: Float64Array): void;
}

/** For experts that learn nothing beforehand. */
export function withoutLearning(predict: ExpertRun['predict']): ExpertRun {
  return { learn() {}, predict };
}
