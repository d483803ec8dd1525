/** New groups of one channel. Times in milliseconds since the epoch. */
export interface StormStanding {
  /** Of new groups within the last minute; at most one more than the limit. */
  readonly newAtsMs: readonly number[];
  /** Since when the digest stands in for cards; undefined: no storm. */
  readonly sinceMs: number | undefined;
  readonly lastNewMs: number;
}

export interface StormRule {
  /** 0: no limit. */
  readonly perMinuteMax: number;
  readonly quietMs: number;
}

export const calm: StormStanding = { newAtsMs: [], sinceMs: undefined, lastNewMs: 0 };

export type StormReason = 'calm' | 'began' | 'goes_on';

/** A new group at `nowMs`: does it get a card of its own, or a line in the digest? */
export function nextStorm(
  rule: StormRule,
  standing: StormStanding,
  nowMs: number,
): { readonly standing: StormStanding; readonly digest: boolean; readonly reason: StormReason } {
  if (rule.perMinuteMax === 0) return { standing, digest: false, reason: 'calm' };
  const newAtsMs = [...standing.newAtsMs.filter((atMs) => nowMs - atMs < 60_000), nowMs].slice(
    -(rule.perMinuteMax + 1),
  );
  const ended = isOver(rule, standing, nowMs);
  if (standing.sinceMs !== undefined && !ended) {
    return { standing: { ...standing, newAtsMs, lastNewMs: nowMs }, digest: true, reason: 'goes_on' };
  }
  if (newAtsMs.length > rule.perMinuteMax) {
    return { standing: { newAtsMs, sinceMs: nowMs, lastNewMs: nowMs }, digest: true, reason: 'began' };
  }
  return { standing: { newAtsMs, sinceMs: undefined, lastNewMs: nowMs }, digest: false, reason: 'calm' };
}

/** Whether a storm has been quiet for long enough. */
export function isOver(rule: StormRule, standing: StormStanding, nowMs: number): boolean {
  return standing.sinceMs !== undefined && nowMs - standing.lastNewMs >= rule.quietMs;
}
