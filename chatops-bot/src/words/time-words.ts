import type { Word } from './tokens.ts';
import { addDays, type Day, dayOf, momentOf, weekdayOf } from './zone.ts';

/** The time that a question is about. `said`: not taken for granted. */
export interface SaidTime {
  readonly fromMs: number;
  readonly toMs: number;
  /** One moment (`toMs`), not a line. */
  readonly instant: boolean;
  readonly said: boolean;
  /** Compare with so much before. */
  readonly offsetMs: number | null;
}

export interface Now {
  readonly nowMs: number;
  readonly timeZone: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const SPAN_DEFAULT_MS = HOUR;
/** A question cannot look back further. */
export const SPAN_MAX_MS = 3 * 366 * DAY;

const units: readonly (readonly [RegExp, number])[] = [
  [/^(s|secs?|seconds?)$/, 1000],
  [/^(m|mins?|minutes?)$/, MINUTE],
  [/^(h|hrs?|hours?)$/, HOUR],
  [/^(d|days?)$/, DAY],
  [/^(w|wks?|weeks?)$/, 7 * DAY],
  [/^months?$/, 30 * DAY],
  [/^years?$/, 365 * DAY],
];
const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  half: 0.5,
  couple: 2,
  few: 3,
};
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const partsOfDay: Readonly<Record<string, readonly [number, number]>> = {
  morning: [6 * 60, 12 * 60],
  afternoon: [12 * 60, 18 * 60],
  evening: [18 * 60, 24 * 60],
};

/** Takes the words that speak of time out of a question, in any order that people say them in. */
export function readTime(words: readonly Word[], now: Now): { time: SaidTime; rest: Word[] } {
  return new TimeReader(words, now).read();
}

type Span = readonly [fromMs: number, toMs: number];

class TimeReader {
  readonly #words: Word[];
  readonly #now: Now;
  readonly #today: Day;
  #day: Day | undefined;
  #span: Span | undefined;
  #instantMs: number | undefined;
  #offsetMs: number | null = null;

  constructor(words: readonly Word[], now: Now) {
    this.#words = [...words];
    this.#now = now;
    this.#today = dayOf(now.nowMs, now.timeZone);
  }

  read(): { time: SaidTime; rest: Word[] } {
    this.#comparison();
    for (let at = 0; at < this.#words.length; ) {
      const taken = this.#phraseAt(at);
      if (taken > 0) this.#words.splice(at, taken);
      else at++;
    }
    this.#clockRange();
    return { time: this.#time(), rest: this.#words };
  }

  #time(): SaidTime {
    const { nowMs } = this.#now;
    const offsetMs = this.#offsetMs;
    if (this.#instantMs !== undefined && this.#span === undefined) {
      const toMs = this.#instantMs;
      return { fromMs: toMs - SPAN_DEFAULT_MS, toMs, instant: true, said: false, offsetMs };
    }
    const span = this.#span ?? (this.#day === undefined ? undefined : this.#wholeDay(this.#day));
    if (span === undefined) {
      return { fromMs: nowMs - SPAN_DEFAULT_MS, toMs: nowMs, instant: false, said: false, offsetMs };
    }
    const toMs = Math.min(span[1], nowMs);
    const fromMs = Math.max(Math.min(span[0], toMs - 1000), nowMs - SPAN_MAX_MS);
    return { fromMs, toMs, instant: false, said: true, offsetMs };
  }

  #text(at: number): string {
    return this.#words[at]?.text.toLowerCase() ?? '';
  }

  #wholeDay(day: Day): Span {
    const { timeZone } = this.#now;
    return [momentOf(day, 0, timeZone), momentOf(addDays(day, 1), 0, timeZone)];
  }

  /** `vs yesterday`, `compared to last week`, `versus 2 hours ago`, `day over day`. */
  #comparison(): void {
    for (let at = 0; at < this.#words.length; at++) {
      const text = this.#text(at);
      if (this.#text(at + 1) === 'over' && this.#text(at + 2) === text) {
        const unitMs = unitOf(text);
        if (unitMs === undefined) continue;
        this.#offsetMs = unitMs;
        this.#words.splice(at, 3);
        return;
      }
      let next = at + 1;
      if (/^(compared?|relative)$/.test(text) && /^(to|with|against)$/.test(this.#text(next))) next++;
      else if (!/^(vs|versus|against|than)$/.test(text)) continue;
      while (/^(the|same|time)$/.test(this.#text(next))) next++;
      const found = this.#agoAt(next);
      if (found === undefined) continue;
      this.#offsetMs = found.agoMs;
      this.#words.splice(at, next + found.taken - at);
      return;
    }
  }

  #agoAt(at: number): { agoMs: number; taken: number } | undefined {
    const text = this.#text(at);
    if (text === 'yesterday') return { agoMs: DAY, taken: 1 };
    if (/^(last|previous)$/.test(text)) {
      const unitMs = unitOf(this.#text(at + 1));
      return unitMs === undefined ? undefined : { agoMs: unitMs, taken: 2 };
    }
    const duration = this.#durationAt(at);
    if (duration === undefined) return undefined;
    const tail = /^(ago|before|earlier)$/.test(this.#text(at + duration.taken)) ? 1 : 0;
    return { agoMs: duration.durationMs, taken: duration.taken + tail };
  }

  /** How many words from here on speak of time. */
  #phraseAt(at: number): number {
    return this.#relative(at) || this.#since(at) || this.#between(at) || this.#dayPhrase(at) || this.#momentPhrase(at);
  }

  /** `last 6h`, `over the past two hours`, `2h`, `in the last week`. */
  #relative(at: number): number {
    let next = at;
    const leading = /^(in|over|for|during|within|from)$/.test(this.#text(next));
    if (leading) next++;
    if (this.#text(next) === 'the') next++;
    const looksBack = /^(last|past|previous)$/.test(this.#text(next));
    if (looksBack) next++;
    const duration = this.#durationAt(next, looksBack);
    if (duration === undefined) return 0;
    if (this.#text(next + duration.taken) === 'ago') {
      if (looksBack) return 0;
      this.#instantMs = this.#now.nowMs - duration.durationMs;
      return next + duration.taken + 1 - at;
    }
    const bare = looksBack && duration.taken === 1 && /^(week|month|year)$/.test(this.#text(next));
    if (bare && !(leading && next > at + 1) && !/^past$/.test(this.#text(next - 1))) {
      this.#span = this.#calendar(this.#text(next), -1);
      return next + 1 - at;
    }
    if (!looksBack && !/^\d/.test(this.#text(next))) return 0;
    this.#span = [this.#now.nowMs - duration.durationMs, this.#now.nowMs];
    return next + duration.taken - at;
  }

  /** `6h`, `1h30m`, `30 minutes`, `half hour`; with `unitAlone` also `hour`. */
  #durationAt(at: number, unitAlone = false): { durationMs: number; taken: number } | undefined {
    const text = this.#text(at);
    const joined = durationOf(text);
    if (joined !== undefined) return { durationMs: joined, taken: 1 };
    const count = Object.hasOwn(numbers, text) ? numbers[text] : /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    if (count !== undefined) {
      let next = at + 1;
      while (/^(an?|of)$/.test(this.#text(next))) next++;
      const unitMs = unitOf(this.#text(next));
      return unitMs === undefined ? undefined : { durationMs: count * unitMs, taken: next + 1 - at };
    }
    const unitMs = unitAlone && text.length > 1 ? unitOf(text) : undefined;
    return unitMs === undefined ? undefined : { durationMs: unitMs, taken: 1 };
  }

  /** `this week` is 0, `last week` -1; weeks begin on Monday. */
  #calendar(unit: string, shift: number): Span {
    const { timeZone } = this.#now;
    const { year, month } = this.#today;
    if (unit.startsWith('week')) {
      const monday = addDays(this.#today, -((weekdayOf(this.#today) + 6) % 7) + 7 * shift);
      return [momentOf(monday, 0, timeZone), momentOf(addDays(monday, 7), 0, timeZone)];
    }
    const monthly = unit.startsWith('month');
    const start = (count: number): number =>
      momentOf(addDays({ year: monthly ? year : year + count, month: monthly ? month + count : 1, day: 1 }, 0), 0, timeZone);
    return [start(shift), start(shift + 1)];
  }

  /** `since 14:00`, `since yesterday`, `since monday 9am`, `since this morning`. */
  #since(at: number): number {
    if (this.#text(at) !== 'since') return 0;
    const point = this.#pointAt(at + 1);
    if (point === undefined) return 0;
    this.#span = [point.atMs, this.#now.nowMs];
    return 1 + point.taken;
  }

  /** `between 9:00 and 11:00`, `from monday to wednesday`. Clock times alone wait for the day. */
  #between(at: number): number {
    const start = this.#text(at);
    if (start !== 'between' && start !== 'from') return 0;
    const from = this.#pointAt(at + 1);
    if (from === undefined) return 0;
    const middle = at + 1 + from.taken;
    if (!/^(and|to|until|till|-)$/.test(this.#text(middle))) {
      if (start !== 'from') return 0;
      this.#span = [from.atMs, this.#now.nowMs];
      return 1 + from.taken;
    }
    const to = this.#pointAt(middle + 1);
    if (to === undefined) return 0;
    if (from.clock !== undefined && to.clock !== undefined) this.#clocks = [from.clock, to.clock];
    else this.#span = [from.atMs, to.endMs];
    return middle + 1 + to.taken - at;
  }

  #clocks: readonly [number, number] | undefined;

  /** Clock times belong to the day that was named, else to the last one on which they have begun. */
  #clockRange(): void {
    if (this.#clocks === undefined) return;
    const [from, to] = this.#clocks;
    const { timeZone, nowMs } = this.#now;
    let day = this.#day ?? this.#today;
    if (this.#day === undefined && momentOf(day, from, timeZone) > nowMs) day = addDays(day, -1);
    this.#span = [momentOf(day, from, timeZone), momentOf(to <= from ? addDays(day, 1) : day, to, timeZone)];
  }

  /** `today`, `on friday`, `yesterday 14:00-16:00`, `this week`, `this morning`, `on 2026-11-20`. */
  #dayPhrase(at: number): number {
    let next = at;
    if (/^(on|during|of|in)$/.test(this.#text(next))) next++;
    const text = this.#text(next);
    const range = /^(\d{1,2}(?::\d\d)?)[-–](\d{1,2}(?::\d\d)?)$/.exec(text);
    if (range !== null && (range[0].includes(':') || this.#day !== undefined)) {
      this.#clocks = [clockOf(range[1]) ?? 0, clockOf(range[2]) ?? 0];
      return next + 1 - at;
    }
    if (text === 'this' || text === 'last') {
      const unit = this.#text(next + 1);
      if (text === 'this' && /^(week|month|year)$/.test(unit)) {
        this.#span = this.#calendar(unit, 0);
        return next + 2 - at;
      }
      if (text === 'last' && unit === 'night') {
        this.#day = addDays(this.#today, -1);
        this.#clocks ??= [22 * 60, 6 * 60];
        return next + 2 - at;
      }
      if (text === 'this' && Object.hasOwn(partsOfDay, unit)) {
        this.#clocks = partsOfDay[unit];
        this.#day = this.#today;
        return next + 2 - at;
      }
    }
    const day = this.#dayAt(next);
    if (day === undefined) return 0;
    this.#day = day.day;
    let taken = next + day.taken - at;
    const part = this.#text(at + taken);
    if (Object.hasOwn(partsOfDay, part)) {
      this.#clocks = partsOfDay[part];
      taken++;
    }
    return taken;
  }

  #dayAt(at: number): { day: Day; taken: number } | undefined {
    const text = this.#text(at);
    if (text === 'today') return { day: this.#today, taken: 1 };
    if (text === 'yesterday') return { day: addDays(this.#today, -1), taken: 1 };
    const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    if (date !== null) {
      return { day: { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]) }, taken: 1 };
    }
    const skip = text === 'last' ? 1 : 0;
    const weekday = weekdays.indexOf(this.#text(at + skip));
    if (weekday < 0) return undefined;
    // Today only when it is said without "last": "since monday" on a Monday began this morning.
    const back = (weekdayOf(this.#today) - weekday + 7) % 7 || (skip === 1 ? 7 : 0);
    return { day: addDays(this.#today, -back), taken: 1 + skip };
  }

  /** One moment: `now`, `at 14:00`, `currently`. */
  #momentPhrase(at: number): number {
    const text = this.#text(at);
    if (text === 'right' && this.#text(at + 1) === 'now') return this.#atNow(2);
    if (/^(now|currently|current)$/.test(text)) return this.#atNow(1);
    if (text === 'at' && this.#text(at + 1) === 'the' && this.#text(at + 2) === 'moment') return this.#atNow(3);
    if (text !== 'at') return 0;
    const point = this.#pointAt(at + 1);
    if (point === undefined) return 0;
    this.#instantMs = point.atMs;
    return 1 + point.taken;
  }

  #atNow(taken: number): number {
    this.#instantMs = this.#now.nowMs;
    return taken;
  }

  /** A moment in words; `endMs` is the day's end where a day was named. */
  #pointAt(at: number): { atMs: number; endMs: number; taken: number; clock?: number } | undefined {
    const { timeZone, nowMs } = this.#now;
    const text = this.#text(at);
    if (text === 'now') return { atMs: nowMs, endMs: nowMs, taken: 1 };
    if (text === 'midnight') return this.#onDay(this.#today, 0, 1);
    if (text === 'noon') return this.#clockPoint(12 * 60, 1);
    const iso = /^\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d)?(z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN;
    if (!Number.isNaN(iso)) return { atMs: iso, endMs: iso, taken: 1 };
    if (text === 'this' && Object.hasOwn(partsOfDay, this.#text(at + 1))) {
      return this.#onDay(this.#today, partsOfDay[this.#text(at + 1)][0], 2);
    }
    const ago = this.#durationAt(at);
    if (ago !== undefined && this.#text(at + ago.taken) === 'ago') {
      return { atMs: nowMs - ago.durationMs, endMs: nowMs - ago.durationMs, taken: ago.taken + 1 };
    }
    const day = this.#dayAt(at);
    if (day !== undefined) {
      const skip = this.#text(at + day.taken) === 'at' ? 1 : 0;
      const clock = this.#clockAt(at + day.taken + skip);
      if (clock !== undefined) return this.#onDay(day.day, clock.minutes, day.taken + skip + clock.taken);
      const atMs = momentOf(day.day, 0, timeZone);
      return { atMs, endMs: momentOf(addDays(day.day, 1), 0, timeZone), taken: day.taken };
    }
    const clock = this.#clockAt(at);
    return clock === undefined ? undefined : this.#clockPoint(clock.minutes, clock.taken);
  }

  /** The last time that clocks showed this. */
  #clockPoint(minutes: number, taken: number): { atMs: number; endMs: number; taken: number; clock: number } {
    const { timeZone, nowMs } = this.#now;
    const today = momentOf(this.#today, minutes, timeZone);
    const atMs = today <= nowMs ? today : momentOf(addDays(this.#today, -1), minutes, timeZone);
    return { atMs, endMs: atMs, taken, clock: minutes };
  }

  #onDay(day: Day, minutes: number, taken: number): { atMs: number; endMs: number; taken: number } {
    const atMs = momentOf(day, minutes, this.#now.timeZone);
    return { atMs, endMs: atMs, taken };
  }

  #clockAt(at: number): { minutes: number; taken: number } | undefined {
    const text = this.#text(at);
    const half = this.#text(at + 1);
    if (/^\d{1,2}(:\d\d)?$/.test(text) && /^(am|pm)$/.test(half)) {
      const minutes = clockOf(text + half);
      return minutes === undefined ? undefined : { minutes, taken: 2 };
    }
    const minutes = clockOf(text);
    return minutes === undefined ? undefined : { minutes, taken: 1 };
  }
}

function unitOf(text: string): number | undefined {
  return units.find(([pattern]) => pattern.test(text))?.[1];
}

/** `6h`, `1h30m`, `3hrs`; undefined when it is something else. */
export function durationOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?[a-z]+)+$/.test(text)) return undefined;
  let durationMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const unitMs = unitOf(unit);
    if (unitMs === undefined) return undefined;
    durationMs += Number(count) * unitMs;
  }
  return durationMs > 0 && durationMs <= SPAN_MAX_MS ? durationMs : undefined;
}

/** Minutes past midnight of `14:00`, `9am`, `9`, `24:00`. */
function clockOf(text: string): number | undefined {
  const found = /^(\d{1,2})(?::(\d\d))?(am|pm)?$/.exec(text);
  if (found === null) return undefined;
  const hour = Number(found[1]);
  const minute = Number(found[2] ?? 0);
  if (minute > 59 || hour > 24 || (found[3] !== undefined && (hour > 12 || hour === 0))) return undefined;
  const half = found[3] === undefined ? hour : (hour % 12) + (found[3] === 'pm' ? 12 : 0);
  return half * 60 + minute <= 1440 ? half * 60 + minute : undefined;
}
