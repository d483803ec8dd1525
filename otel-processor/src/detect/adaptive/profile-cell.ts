/** Steps over which the level of a season follows the signal. */
export const OFFSET_STEPS = 200;
/** Steps over which the errors of the seasonal expectations are compared. */
export const SEASON_ERROR_STEPS = 300;

/**
 * One cell of a seasonal profile takes in a value. On its first visit (`visit` is 1 and more) it becomes the mean of
 * the values so far; later (`visit` is 0) it moves by `share` of the difference, of which no more counts than `clip`.
 */
export function learnCell(
  profile: Float32Array,
  at: number,
  value: number,
  visit: number,
  share: number,
  clip: number,
): void {
  if (visit === 1) profile[at] = value;
  else if (visit > 1) profile[at] += (value - profile[at]) / visit;
  else profile[at] += share * Math.max(-clip, Math.min(clip, value - profile[at]));
}
