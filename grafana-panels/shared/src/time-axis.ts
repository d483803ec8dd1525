import { dateTimeFormat, type TimeZone } from '@grafana/data';
import { dayMs, formattedOffsetMs, hourMs } from './zone-clock.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;

const stepsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minuteMs),
  ...[1, 2, 3, 6, 12].map((n) => n * hourMs),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * dayMs),
];

export interface TimeTick {
  readonly timeMs: number;
  readonly text: string;
}

/** Round times of the viewer's zone within [fromMs, toMs], at most about `count`, as a person reads them. */
export function timeTicks(
  fromMs: number,
  toMs: number,
  count: number,
  timeZone: TimeZone,
): readonly TimeTick[] {
  const rough = (toMs - fromMs) / Math.max(1, count);
  if (!(rough > 0)) return [];
  const stepMs = stepsMs.find((step) => step >= rough) ?? stepsMs[stepsMs.length - 1];
  const offsetMs = formattedOffsetMs(fromMs, timeZone);
  const format = formatOf(stepMs, toMs - fromMs);
  const ticks: TimeTick[] = [];
  for (
    let timeMs = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
    timeMs <= toMs;
    timeMs += stepMs
  ) {
    ticks.push({ timeMs, text: dateTimeFormat(timeMs, { timeZone, format }) });
  }
  return ticks;
}

function formatOf(stepMs: number, rangeMs: number): string {
  if (stepMs < secondMs) return 'HH:mm:ss.SSS';
  if (stepMs < minuteMs) return 'HH:mm:ss';
  if (stepMs < dayMs) return rangeMs > dayMs ? 'MM-DD HH:mm' : 'HH:mm';
  return rangeMs > 365 * dayMs ? 'YYYY-MM-DD' : 'MM-DD';
}

/** A time range as a tooltip says it: the date once, parts of a second only where they matter. */
export function timeRangeText(startMs: number, endMs: number, timeZone: TimeZone): string {
  const isShort = endMs - startMs < 10 * secondMs;
  const fine = isShort && (startMs % secondMs !== 0 || endMs % secondMs !== 0);
  const clock = fine ? 'HH:mm:ss.SSS' : 'HH:mm:ss';
  const format = (timeMs: number, pattern: string): string =>
    dateTimeFormat(timeMs, { timeZone, format: pattern });
  const day = 'YYYY-MM-DD';
  const start = format(startMs, `${day} ${clock}`);
  if (endMs <= startMs) return start;
  const sameDay = format(startMs, day) === format(endMs, day);
  return `${start} – ${format(endMs, sameDay ? clock : `${day} ${clock}`)}`;
}
