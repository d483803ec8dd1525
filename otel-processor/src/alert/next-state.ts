/** `inactive` means resolved: the instance is kept for a while so that the resolve can be told. */
export type AlertState = 'inactive' | 'pending' | 'firing';

/** Where one alert instance stands. All times in milliseconds since the epoch. */
export interface AlertStanding {
  readonly state: AlertState;
  /** When the condition began to hold. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  /** Since when it fires only because of `keep_firing_for`. */
  readonly keepFiringSinceMs: number | undefined;
}

export type StandingReason =
  | 'condition_began'
  | 'waiting_for'
  | 'for_elapsed'
  | 'condition_holds'
  | 'keep_firing_for'
  | 'condition_ended'
  | 'pending_ended'
  | 'resolved_kept'
  | 'resolved_expired';

export interface StandingRule {
  readonly forMs: number;
  readonly keepFiringForMs: number;
}

/** How long a resolved instance is remembered, as in Prometheus. */
export const RESOLVED_RETENTION_MS = 15 * 60_000;

/**
 * The next standing of an alert instance after an evaluation at `nowMs` in which its condition held or not;
 * undefined: forget it. Semantics of Prometheus's alerting rules (`for`, `keep_firing_for`).
 */
export function nextState(
  rule: StandingRule,
  standing: AlertStanding | undefined,
  holds: boolean,
  nowMs: number,
): { readonly standing: AlertStanding | undefined; readonly reason: StandingReason } {
  if (holds) return whileHolding(rule, standing, nowMs);
  if (standing === undefined || standing.state === 'pending') {
    return { standing: undefined, reason: 'pending_ended' };
  }
  if (standing.state === 'firing' && rule.keepFiringForMs > 0) {
    const keepFiringSinceMs = standing.keepFiringSinceMs ?? nowMs;
    if (nowMs - keepFiringSinceMs < rule.keepFiringForMs) {
      return { standing: { ...standing, keepFiringSinceMs }, reason: 'keep_firing_for' };
    }
  }
  if (standing.resolvedAtMs !== undefined) {
    const expired = nowMs - standing.resolvedAtMs > RESOLVED_RETENTION_MS;
    return {
      standing: expired ? undefined : standing,
      reason: expired ? 'resolved_expired' : 'resolved_kept',
    };
  }
  return {
    standing: { ...standing, state: 'inactive', resolvedAtMs: nowMs, keepFiringSinceMs: undefined },
    reason: 'condition_ended',
  };
}

function whileHolding(
  rule: StandingRule,
  standing: AlertStanding | undefined,
  nowMs: number,
): { readonly standing: AlertStanding; readonly reason: StandingReason } {
  const active: AlertStanding =
    standing === undefined || standing.state === 'inactive'
      ? {
          state: 'pending',
          activeAtMs: nowMs,
          firedAtMs: undefined,
          resolvedAtMs: undefined,
          keepFiringSinceMs: undefined,
        }
      : { ...standing, keepFiringSinceMs: undefined };
  if (active.state === 'firing') return { standing: active, reason: 'condition_holds' };
  if (nowMs - active.activeAtMs >= rule.forMs) {
    return { standing: { ...active, state: 'firing', firedAtMs: nowMs }, reason: 'for_elapsed' };
  }
  return { standing: active, reason: standing?.state === 'pending' ? 'waiting_for' : 'condition_began' };
}

/** An outage shorter than this does not forget for how long an alert was pending. */
export const OUTAGE_TOLERANCE_MS = 60 * 60_000;
/** After an outage an alert waits at least this long before it fires, so that its condition is seen to hold. */
export const FOR_GRACE_PERIOD_MS = 10 * 60_000;

/**
 * When an alert that holds now is to count as active since, given what was stored before an outage: its old
 * `activeAt` and the time of the last stored sample that said so (Prometheus, Group.RestoreForState).
 */
export function restoredActiveAtMs(
  rule: StandingRule,
  storedActiveAtMs: number,
  storedAtMs: number,
  nowMs: number,
): number {
  const remainingMs = rule.forMs - (storedAtMs - storedActiveAtMs);
  if (remainingMs <= 0) return storedActiveAtMs;
  if (remainingMs < FOR_GRACE_PERIOD_MS)
    return nowMs + Math.min(FOR_GRACE_PERIOD_MS, rule.forMs) - rule.forMs;
  return storedActiveAtMs + (nowMs - storedAtMs);
}
