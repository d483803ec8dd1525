import { rangeUtil } from '@grafana/data';

/** A duration as `1h30m`; undefined when there is none, or it is none. */
export function durationMs(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text.trim())) return undefined;
  let totalMs = 0;
  for (const [part] of text.matchAll(/\d+(?:ms|[smhdwy])/g)) totalMs += rangeUtil.intervalToMs(part);
  return totalMs;
}

/** What the service gives at most, of one series. */
const POINTS_MAX = 11_000;

/** The step of a range query: what fits the panel, not shorter than wanted, and such that no more than 11,000 come. */
export function stepOf(spanMs: number, intervalMs: number, minStepMs: number): number {
  const least = Math.max(intervalMs, minStepMs, 1);
  const safe = spanMs / POINTS_MAX;
  return safe > least ? Math.ceil(safe / 1000) * 1000 : least;
}

/** Steps lie on multiples of the step, so that a range which moves on gives the same samples again. */
export function aligned(fromMs: number, toMs: number, stepMs: number): { fromMs: number; toMs: number } {
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.floor(toMs / stepMs) * stepMs };
}

export function promDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.round(ms)}ms`;
}

/** A dashboard's time zone by its IANA name: `browser`, and none, are that of the browser. */
export function zoneName(timeZone: string | undefined): string {
  if (timeZone === 'utc') return 'UTC';
  if (timeZone === undefined || timeZone === '' || timeZone === 'browser')
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return timeZone;
}
