const WEEK_MS = 7 * 86_400_000;
/** As the detector counts: so many kinds of evidence share the wished number of alerts. */
const EVIDENCE_KINDS = 3;

/**
 * How anomalous it is that something happens `count` times in one step that had not happened in `steps` steps before.
 * That it happens at all is as improbable as 1 in `steps`; things that happen come in bunches, so that each tenfold,
 * and not each single one, is as improbable again.
 */
export function firstBurstScore(count: number, steps: number, stepMs: number, alertsPerWeek: number): number {
  if (!(count >= 1) || steps < 1) return 0;
  const asked = Math.log10((EVIDENCE_KINDS * Math.max(1, WEEK_MS / stepMs)) / alertsPerWeek);
  return (Math.log10(steps) * (1 + Math.log10(count))) / asked;
}
