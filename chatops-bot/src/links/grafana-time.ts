import { addDays, type Day, dayOf, momentOf, weekdayOf } from '../words/index.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const daysOf: Readonly<Record<string, number>> = { d: 1, w: 7 };
/** At most; to see what is too far away to be meant. */
const longestMs: Readonly<Record<string, number>> = {
  ...unitsMs,
  d: 86_400_000,
  w: 7 * 86_400_000,
  M: 31 * 86_400_000,
  y: 366 * 86_400_000,
};
const AWAY_MAX_MS = 50 * 366 * 86_400_000;

/**
 * A time as Grafana's URLs have it (grafana.com/docs, "Time units and relative ranges"): milliseconds, ISO 8601, or
 * `now-6h`, `now-1d/d`, with days, weeks (from Monday), months and years of the zone; undefined: it is none of these.
 * `isEnd`: a rounded time is the end of its unit, else the beginning.
 */
export function grafanaTime(text: string, nowMs: number, zone: string, isEnd: boolean): number | undefined {
  if (/^\d{10,14}$/.test(text)) return Number(text);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) {
    const atMs = Date.parse(text);
    return Number.isFinite(atMs) ? atMs : undefined;
  }
  const found = /^now((?:[+-]\d{1,6}[smhdwMy])*)(?:\/([smhdwMy]))?$/.exec(text);
  if (found === null) return undefined;
  let atMs = nowMs;
  let awayMs = 0;
  for (const [, sign, count, unit] of found[1].matchAll(/([+-])(\d+)([smhdwMy])/g)) {
    awayMs += Number(count) * longestMs[unit];
    if (awayMs > AWAY_MAX_MS) return undefined;
    atMs = moved(atMs, (sign === '-' ? -1 : 1) * Number(count), unit, zone);
  }
  return found[2] === undefined ? atMs : rounded(atMs, found[2], zone, isEnd);
}

/** Days and longer keep the time of day. */
function moved(atMs: number, count: number, unit: string, zone: string): number {
  const unitMs = unitsMs[unit];
  if (unitMs !== undefined) return atMs + count * unitMs;
  const day = dayOf(atMs, zone);
  const target = daysOf[unit] === undefined ? inMonths(day, count, unit) : addDays(day, count * daysOf[unit]);
  const minutes = (atMs - momentOf(day, 0, zone)) / 60_000;
  return momentOf(target, 0, zone) + minutes * 60_000;
}

/** The 31st of a month that has none is its last. */
function inMonths({ year, month, day }: Day, count: number, unit: string): Day {
  const months = year * 12 + (month - 1) + count * (unit === 'y' ? 12 : 1);
  const target = { year: Math.floor(months / 12), month: (months % 12) + 1 };
  const last = addDays({ year: target.year, month: target.month + 1, day: 1 }, -1).day;
  return { ...target, day: Math.min(day, last) };
}

function rounded(atMs: number, unit: string, zone: string, isEnd: boolean): number {
  const unitMs = unitsMs[unit];
  if (unitMs !== undefined) return (Math.floor(atMs / unitMs) + (isEnd ? 1 : 0)) * unitMs;
  const day = dayOf(atMs, zone);
  const [from, to] = unitOfDays(day, unit);
  return momentOf(isEnd ? to : from, 0, zone);
}

/** First day of the day's week, month or year, and of the next. */
function unitOfDays(day: Day, unit: string): readonly [Day, Day] {
  if (unit === 'd') return [day, addDays(day, 1)];
  if (unit === 'w') {
    const monday = addDays(day, -((weekdayOf(day) + 6) % 7));
    return [monday, addDays(monday, 7)];
  }
  const { year } = day;
  if (unit === 'y')
    return [
      { year, month: 1, day: 1 },
      { year: year + 1, month: 1, day: 1 },
    ];
  const first = { year, month: day.month, day: 1 };
  return [first, addDays({ year, month: day.month + 1, day: 1 }, 0)];
}
