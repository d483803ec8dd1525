/** How often a remediation may run. */
export interface RemediationRule {
  /** Pause between two runs, for whatever group. */
  readonly cooldownMs: number;
  /** 0: no limit. */
  readonly perHourMax: number;
}

/** When it ran, within the last hour or the cooldown. Milliseconds since the epoch. */
export type RemediationRuns = readonly number[];

const HOUR_MS = 3_600_000;

/** Whether a remediation may run now. */
export function nextRemediation(
  rule: RemediationRule,
  runs: RemediationRuns,
  nowMs: number,
): {
  readonly runs: RemediationRuns;
  readonly run: boolean;
  readonly reason: 'runs' | 'cooldown' | 'per_hour_max';
} {
  const recent = runs.filter((atMs) => nowMs - atMs < Math.max(HOUR_MS, rule.cooldownMs));
  const lastMs = recent.at(-1);
  if (lastMs !== undefined && nowMs - lastMs < rule.cooldownMs)
    return { runs: recent, run: false, reason: 'cooldown' };
  const inHour = recent.filter((atMs) => nowMs - atMs < HOUR_MS).length;
  if (rule.perHourMax > 0 && inHour >= rule.perHourMax)
    return { runs: recent, run: false, reason: 'per_hour_max' };
  return { runs: [...recent, nowMs], run: true, reason: 'runs' };
}
