import { type LocalTime, localTime, parseClock } from './zone.ts';

/** Parts of the week, month or year in a time zone; each list empty: any. */
export interface TimeInterval {
  readonly times: readonly { readonly fromMinute: number; readonly toMinute: number }[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** From, to, inclusive; negative ones count from the month's end. */
  readonly daysOfMonth: readonly (readonly [number, number])[];
  readonly months: readonly number[];
  readonly years: readonly (readonly [number, number])[];
  readonly timeZone: string;
}

const DAY_MINUTES = 1440;

/**
 * Whether a moment lies in the interval. A time range whose end is not after its start goes on past midnight: it belongs
 * to the day on which it starts, so `22:00` to `06:00` on Fridays ends on Saturday morning.
 */
export function isWithin(interval: TimeInterval, timeMs: number): boolean {
  const now = localTime(timeMs, interval.timeZone);
  if (interval.times.length === 0) return isDayWithin(interval, now);
  const yesterday = dayBefore(now);
  return interval.times.some(({ fromMinute, toMinute }) => {
    const { minuteOfDay } = now;
    if (fromMinute < toMinute)
      return minuteOfDay >= fromMinute && minuteOfDay < toMinute && isDayWithin(interval, now);
    if (minuteOfDay >= fromMinute) return isDayWithin(interval, now);
    return minuteOfDay < toMinute && isDayWithin(interval, yesterday);
  });
}

function isDayWithin(interval: TimeInterval, day: LocalTime): boolean {
  const { weekdays, daysOfMonth, months, years } = interval;
  if (weekdays.length > 0 && !weekdays.includes(day.weekday)) return false;
  if (months.length > 0 && !months.includes(day.month)) return false;
  if (years.length > 0 && !years.some(([from, to]) => day.year >= from && day.year <= to)) return false;
  if (daysOfMonth.length === 0) return true;
  const length = new Date(Date.UTC(day.year, day.month, 0)).getUTCDate();
  const absolute = (n: number): number => (n < 0 ? length + 1 + n : n);
  return daysOfMonth.some(([from, to]) => day.day >= absolute(from) && day.day <= absolute(to));
}

function dayBefore(day: LocalTime): LocalTime {
  const date = new Date((day.dayNumber - 1) * 86_400_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    minuteOfDay: day.minuteOfDay,
    dayNumber: day.dayNumber - 1,
  };
}

/** An interval as it is written (Alertmanager's `time_intervals`, with `location` for the zone). */
export interface TimeIntervalText {
  readonly times: readonly { readonly start_time: string; readonly end_time: string }[];
  readonly weekdays: readonly string[];
  readonly days_of_month: readonly string[];
  readonly months: readonly string[];
  readonly years: readonly string[];
  readonly location: string;
}

const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** The interval, or what is wrong with its text. */
export function readTimeInterval(text: TimeIntervalText): TimeInterval | string {
  const times: { fromMinute: number; toMinute: number }[] = [];
  for (const { start_time, end_time } of text.times) {
    const fromMinute = parseClock(start_time);
    const toMinute = parseClock(end_time);
    if (fromMinute === undefined || toMinute === undefined || fromMinute === DAY_MINUTES) {
      return `expected times such as 22:00, got ${JSON.stringify(`${start_time} to ${end_time}`)}`;
    }
    times.push({ fromMinute, toMinute });
  }
  const weekdays = wrapped(text.weekdays, weekdayNames, 0);
  if (typeof weekdays === 'string') return weekdays;
  const months = wrapped(text.months, monthNames, 1);
  if (typeof months === 'string') return months;
  const daysOfMonth = ranges(text.days_of_month, -31, 31);
  if (typeof daysOfMonth === 'string') return daysOfMonth;
  const years = ranges(text.years, 1970, 9999);
  if (typeof years === 'string') return years;
  return { times, weekdays, months, daysOfMonth, years, timeZone: text.location };
}

/** Names or numbers, single or `from:to`; a range may go over the end, as `friday:monday`. */
function wrapped(
  texts: readonly string[],
  names: readonly string[],
  first: number,
): readonly number[] | string {
  const indexOf = (name: string): number => {
    const at = names.indexOf(name.trim().toLowerCase());
    if (at >= 0) return at;
    const number = Number(name) - first;
    return Number.isInteger(number) && number >= 0 && number < names.length && name.trim() !== ''
      ? number
      : -1;
  };
  const found = new Set<number>();
  for (const text of texts) {
    const [fromText, toText = fromText] = text.split(':');
    const from = indexOf(fromText);
    const to = indexOf(toText);
    if (from < 0 || to < 0)
      return `expected ${names[1]} or ${names[1]}:${names[4]}, got ${JSON.stringify(text)}`;
    for (let at = from; ; at = (at + 1) % names.length) {
      found.add(at + first);
      if (at === to) break;
    }
  }
  return [...found];
}

function ranges(
  texts: readonly string[],
  least: number,
  most: number,
): readonly (readonly [number, number])[] | string {
  const found: [number, number][] = [];
  for (const text of texts) {
    const [fromText, toText = fromText] = text.split(':');
    const [from, to] = [Number(fromText), Number(toText)];
    const inRange = [from, to].every((n) => Number.isInteger(n) && n !== 0 && n >= least && n <= most);
    if (!inRange || (from > 0 === to > 0 && from > to)) {
      return `expected a number or a range such as 1:5, got ${JSON.stringify(text)}`;
    }
    found.push([from, to]);
  }
  return found;
}
