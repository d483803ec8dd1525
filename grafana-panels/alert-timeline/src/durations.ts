import { timeRangeText } from '../../shared/src/time-axis.ts';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration in its two largest units, such as `1h 5m`; `–` where there is none. */
export function durationText(durationMs: number): string {
  if (Number.isNaN(durationMs)) return '–';
  if (durationMs < 1000) return `${Math.round(durationMs)}ms`;
  const first = units.findIndex(([, unitMs]) => durationMs >= unitMs);
  const [name, unitMs] = units[first];
  const next = units[first + 1];
  const count = Math.floor(durationMs / unitMs);
  const rest = next === undefined ? 0 : Math.floor((durationMs - count * unitMs) / next[1]);
  return rest === 0 ? `${count}${name}` : `${count}${name} ${rest}${next[0]}`;
}

/** From when to when: parts of a second are no matter for what lasts longer. */
export function spanText(startMs: number, endMs: number, timeZone: string): string {
  const unitMs = endMs - startMs < 1000 ? 1 : 1000;
  const rounded = (timeMs: number): number => Math.floor(timeMs / unitMs) * unitMs;
  return timeRangeText(rounded(startMs), rounded(endMs), timeZone);
}
