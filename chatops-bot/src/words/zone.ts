/** A local day: `month` from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const FORMATS_KEPT = 100;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the runtime knows the zone (IANA name). */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formats.size >= FORMATS_KEPT) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** What the clocks of the zone show, as if it were UTC. */
function wallMs(atMs: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function dayOf(atMs: number, zone: string): Day {
  const wall = new Date(wallMs(atMs, zone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** 0 is Sunday. */
export function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

export function addDays({ year, month, day }: Day, count: number): Day {
  const moved = new Date(Date.UTC(year, month - 1, day + count));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/**
 * When the clocks show this many minutes past midnight of the day; 1440 is the next midnight. Where clocks are put
 * forward over that time it is as much after the jump; where they are put back it is the first of both.
 */
export function momentOf(day: Day, minutes: number, zone: string): number {
  const wall = Date.UTC(day.year, day.month - 1, day.day, 0, minutes);
  const offsets = [wall - 86_400_000, wall + 86_400_000].map((atMs) => wallMs(atMs, zone) - atMs);
  for (const offset of offsets) if (wallMs(wall - offset, zone) === wall) return wall - offset;
  return wall - offsets[0];
}
