import { clockOf, durationOf, numberOf, unitOf } from './durations.ts';
import type { Word } from './tokens.ts';
import { addDays, type Day, dayOf, momentOf, weekdayOf } from './zone.ts';

export interface Now {
  readonly nowMs: number;
  readonly timeZone: string;
}

export type Span = readonly [fromMs: number, toMs: number];

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Minutes past midnight. */
export const partsOfDay: Readonly<Record<string, readonly [number, number]>> = {
  morning: [6 * 60, 12 * 60],
  afternoon: [12 * 60, 18 * 60],
  evening: [18 * 60, 24 * 60],
};

/** Durations, days and moments among the words of a question, by the place where they begin. */
export class TimePoints {
  readonly words: Word[];
  readonly today: Day;
  readonly #now: Now;

  constructor(words: readonly Word[], now: Now) {
    this.words = [...words];
    this.#now = now;
    this.today = dayOf(now.nowMs, now.timeZone);
  }

  textAt(at: number): string {
    return this.words[at]?.text.toLowerCase() ?? '';
  }

  wholeDay(day: Day): Span {
    const { timeZone } = this.#now;
    return [momentOf(day, 0, timeZone), momentOf(addDays(day, 1), 0, timeZone)];
  }

  /** `6h`, `1h30m`, `30 minutes`, `half hour`; with `unitAlone` also `hour`. */
  durationAt(at: number, unitAlone = false): { durationMs: number; taken: number } | undefined {
    const text = this.textAt(at);
    const joined = durationOf(text);
    if (joined !== undefined) return { durationMs: joined, taken: 1 };
    const count = numberOf(text);
    if (count !== undefined) {
      let next = at + 1;
      while (/^(an?|of)$/.test(this.textAt(next))) next++;
      const unitMs = unitOf(this.textAt(next));
      return unitMs === undefined ? undefined : { durationMs: count * unitMs, taken: next + 1 - at };
    }
    const unitMs = unitAlone && text.length > 1 ? unitOf(text) : undefined;
    return unitMs === undefined ? undefined : { durationMs: unitMs, taken: 1 };
  }

  /** `this week` is 0, `last week` -1; weeks begin on Monday. */
  calendar(unit: string, shift: number): Span {
    const { timeZone } = this.#now;
    const { year, month } = this.today;
    if (unit.startsWith('week')) {
      const monday = addDays(this.today, -((weekdayOf(this.today) + 6) % 7) + 7 * shift);
      return [momentOf(monday, 0, timeZone), momentOf(addDays(monday, 7), 0, timeZone)];
    }
    const monthly = unit.startsWith('month');
    const start = (count: number): number =>
      momentOf(
        addDays({ year: monthly ? year : year + count, month: monthly ? month + count : 1, day: 1 }, 0),
        0,
        timeZone,
      );
    return [start(shift), start(shift + 1)];
  }

  dayAt(at: number): { day: Day; taken: number } | undefined {
    const text = this.textAt(at);
    if (text === 'today') return { day: this.today, taken: 1 };
    if (text === 'yesterday') return { day: addDays(this.today, -1), taken: 1 };
    const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    if (date !== null) {
      return { day: { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]) }, taken: 1 };
    }
    const skip = text === 'last' ? 1 : 0;
    const weekday = weekdays.indexOf(this.textAt(at + skip));
    if (weekday < 0) return undefined;
    // Today only when it is said without "last": "since monday" on a Monday began this morning.
    const back = (weekdayOf(this.today) - weekday + 7) % 7 || (skip === 1 ? 7 : 0);
    return { day: addDays(this.today, -back), taken: 1 + skip };
  }

  /** A moment in words; `endMs` is the day's end where a day was named. */
  pointAt(at: number): { atMs: number; endMs: number; taken: number; clock?: number } | undefined {
    const { timeZone, nowMs } = this.#now;
    const text = this.textAt(at);
    if (text === 'now') return { atMs: nowMs, endMs: nowMs, taken: 1 };
    if (text === 'midnight') return this.#onDay(this.today, 0, 1);
    if (text === 'noon') return this.#clockPoint(12 * 60, 1);
    const iso = /^\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d)?(z|[+-]\d\d:\d\d)$/.test(text)
      ? Date.parse(text.toUpperCase())
      : Number.NaN;
    if (!Number.isNaN(iso)) return { atMs: iso, endMs: iso, taken: 1 };
    if (text === 'this' && Object.hasOwn(partsOfDay, this.textAt(at + 1))) {
      return this.#onDay(this.today, partsOfDay[this.textAt(at + 1)][0], 2);
    }
    const ago = this.durationAt(at);
    if (ago !== undefined && this.textAt(at + ago.taken) === 'ago') {
      return { atMs: nowMs - ago.durationMs, endMs: nowMs - ago.durationMs, taken: ago.taken + 1 };
    }
    const day = this.dayAt(at);
    if (day !== undefined) {
      const skip = this.textAt(at + day.taken) === 'at' ? 1 : 0;
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
    const today = momentOf(this.today, minutes, timeZone);
    const atMs = today <= nowMs ? today : momentOf(addDays(this.today, -1), minutes, timeZone);
    return { atMs, endMs: atMs, taken, clock: minutes };
  }

  #onDay(day: Day, minutes: number, taken: number): { atMs: number; endMs: number; taken: number } {
    const atMs = momentOf(day, minutes, this.#now.timeZone);
    return { atMs, endMs: atMs, taken };
  }

  #clockAt(at: number): { minutes: number; taken: number } | undefined {
    const text = this.textAt(at);
    const half = this.textAt(at + 1);
    if (/^\d{1,2}(:\d\d)?$/.test(text) && /^(am|pm)$/.test(half)) {
      const minutes = clockOf(text + half);
      return minutes === undefined ? undefined : { minutes, taken: 2 };
    }
    const minutes = clockOf(text);
    return minutes === undefined ? undefined : { minutes, taken: 1 };
  }
}
