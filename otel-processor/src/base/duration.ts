import { type Fault, permanent } from './fault.ts';

const unitMs: ReadonlyArray<readonly [string, number]> = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

const pattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * Prometheus's duration notation (`1h30m`, `250ms`; units from large to small, each once) in milliseconds.
 * `0` alone is allowed.
 */
export function parseDuration(text: string): number | Fault {
  if (text === '0') return 0;
  const match = text === '' ? null : pattern.exec(text);
  if (match === null) {
    return permanent(
      'invalid',
      `not a duration: ${JSON.stringify(text)} (expected for example 30s, 5m or 1h30m)`,
    );
  }
  let totalMs = 0;
  for (let i = 0; i < unitMs.length; i++) {
    const digits = match[i + 1];
    if (digits !== undefined) totalMs += Number(digits) * unitMs[i][1];
  }
  if (totalMs > Number.MAX_SAFE_INTEGER) return permanent('invalid', `duration out of range: ${text}`);
  return totalMs;
}

/** The shortest text that `parseDuration` turns back into `durationMs` (a non-negative integer). */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let restMs = durationMs;
  let text = '';
  for (const [unit, sizeMs] of unitMs) {
    // Weeks and years only when nothing is left over, as Prometheus prints them.
    if ((unit === 'y' || unit === 'w') && restMs % sizeMs !== 0) continue;
    const count = Math.floor(restMs / sizeMs);
    if (count > 0) {
      text += `${count}${unit}`;
      restMs -= count * sizeMs;
    }
  }
  return text;
}
