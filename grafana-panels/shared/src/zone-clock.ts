import { dateTimeFormat, type TimeZone } from '@grafana/data';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** What the clocks of a time zone show. */
export interface ZoneClock {
  /** Time that the zone is ahead of UTC, in milliseconds, at this moment. */
  offsetMs(timeMs: number): number;
  /** Days since 1970-01-01 by the zone's calendar. */
  dayOf(timeMs: number): number;
  /** Hour of the zone's day, 0 to 23. */
  hourOf(timeMs: number): number;
  /** The moment at which a day reaches an hour; 24 is the next day's midnight. */
  timeOf(day: number, hour: number): number;
}

/** Formatting a time is slow: days whose clocks are not changed are asked once. */
export function zoneClock(timeZone: TimeZone): ZoneClock {
  const asked = new Map<number, number>();
  const ask = (timeMs: number): number => {
    const known = asked.get(timeMs);
    if (known !== undefined) return known;
    const offset = formattedOffsetMs(timeMs, timeZone);
    asked.set(timeMs, offset);
    return offset;
  };
  const offsetMs = (timeMs: number): number => {
    const start = Math.floor(timeMs / dayMs) * dayMs;
    const offset = ask(start);
    // Clocks are changed at half hours at the finest.
    return offset === ask(start + dayMs) ? offset : ask(Math.floor(timeMs / (hourMs / 2)) * (hourMs / 2));
  };
  const local = (timeMs: number): number => timeMs + offsetMs(timeMs);
  return {
    offsetMs,
    dayOf: (timeMs) => Math.floor(local(timeMs) / dayMs),
    hourOf(timeMs) {
      const shown = local(timeMs);
      return Math.floor((shown - Math.floor(shown / dayMs) * dayMs) / hourMs);
    },
    timeOf(day, hour) {
      const shown = day * dayMs + hour * hourMs;
      // The offset at the wanted moment is that of a moment near it, looked up twice.
      const near = shown - offsetMs(shown);
      return shown - offsetMs(near);
    },
  };
}

/** Minutes that the zone is ahead of UTC, as its own clock says, in milliseconds. */
export function formattedOffsetMs(timeMs: number, timeZone: TimeZone): number {
  const text = dateTimeFormat(timeMs, { timeZone, format: 'Z' });
  const parts = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (parts === null) return 0;
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * hourMs + Number(parts[3]) * 60_000);
}
