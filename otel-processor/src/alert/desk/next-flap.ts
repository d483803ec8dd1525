/** How an alert has come and gone. Times in milliseconds since the epoch. */
export interface FlapStanding {
  /** When it resolved, within the window. */
  readonly resolvedAtsMs: readonly number[];
  /** It is flapping: its resolve is held back. */
  readonly flapping: boolean;
  /** Since when its condition is away while it is shown as firing. */
  readonly awaySinceMs: number | undefined;
}

export interface FlapRule {
  /** 0: never flapping. */
  readonly changesMax: number;
  readonly windowMs: number;
  readonly quietMs: number;
}

export const steady: FlapStanding = { resolvedAtsMs: [], flapping: false, awaySinceMs: undefined };

export type FlapReason = 'steady' | 'became_flapping' | 'held' | 'came_back' | 'quiet' | 'goes_on';

/**
 * What an observation makes of the standing: `holds` is whether the condition of a firing alert holds. `resolve` says
 * whether the alert is to resolve now.
 */
export function nextFlap(
  rule: FlapRule,
  standing: FlapStanding,
  holds: boolean,
  nowMs: number,
): { readonly standing: FlapStanding; readonly resolve: boolean; readonly reason: FlapReason } {
  if (holds) {
    if (standing.awaySinceMs === undefined) return { standing, resolve: false, reason: 'goes_on' };
    return { standing: { ...standing, awaySinceMs: undefined }, resolve: false, reason: 'came_back' };
  }
  if (standing.awaySinceMs !== undefined) {
    if (nowMs - standing.awaySinceMs < rule.quietMs) return { standing, resolve: false, reason: 'held' };
    return { standing: steady, resolve: true, reason: 'quiet' };
  }
  const recent = standing.resolvedAtsMs.filter((atMs) => nowMs - atMs < rule.windowMs);
  const resolvedAtsMs = [...recent, nowMs].slice(-(rule.changesMax + 1));
  if (rule.changesMax === 0 || resolvedAtsMs.length <= rule.changesMax) {
    return {
      standing: { resolvedAtsMs, flapping: false, awaySinceMs: undefined },
      resolve: true,
      reason: 'steady',
    };
  }
  return {
    standing: { resolvedAtsMs, flapping: true, awaySinceMs: nowMs },
    resolve: false,
    reason: standing.flapping ? 'held' : 'became_flapping',
  };
}
