import { clockOf, DAY_MS, SPAN_MAX_MS, unitOf } from './durations.ts';
import { type Now, partsOfDay, type Span, TimePoints } from './time-points.ts';
import type { Word } from './tokens.ts';
import { addDays, type Day, momentOf } from './zone.ts';

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

const HOUR = 3_600_000;
export const SPAN_DEFAULT_MS = HOUR;

/** Takes the words that speak of time out of a question, in any order that people say them in. */
export function readTime(words: readonly Word[], now: Now): { time: SaidTime; rest: Word[] } {
  return new TimeReader(words, now).read();
}

class TimeReader {
  readonly #points: TimePoints;
  readonly #now: Now;
  #day: Day | undefined;
  #span: Span | undefined;
  #instantMs: number | undefined;
  #offsetMs: number | null = null;

  constructor(words: readonly Word[], now: Now) {
    this.#points = new TimePoints(words, now);
    this.#now = now;
  }

  read(): { time: SaidTime; rest: Word[] } {
    this.#comparison();
    for (let at = 0; at < this.#points.words.length; ) {
      const taken = this.#phraseAt(at);
      if (taken > 0) this.#points.words.splice(at, taken);
      else at++;
    }
    this.#clockRange();
    return { time: this.#time(), rest: this.#points.words };
  }

  #time(): SaidTime {
    const { nowMs } = this.#now;
    const offsetMs = this.#offsetMs;
    if (this.#instantMs !== undefined && this.#span === undefined) {
      const toMs = this.#instantMs;
      return { fromMs: toMs - SPAN_DEFAULT_MS, toMs, instant: true, said: false, offsetMs };
    }
    const span = this.#span ?? (this.#day === undefined ? undefined : this.#points.wholeDay(this.#day));
    if (span === undefined) {
      return { fromMs: nowMs - SPAN_DEFAULT_MS, toMs: nowMs, instant: false, said: false, offsetMs };
    }
    const toMs = Math.min(span[1], nowMs);
    const fromMs = Math.max(Math.min(span[0], toMs - 1000), nowMs - SPAN_MAX_MS);
    return { fromMs, toMs, instant: false, said: true, offsetMs };
  }

  #text(at: number): string {
    return this.#points.textAt(at);
  }

  /** `vs yesterday`, `compared to last week`, `versus 2 hours ago`, `day over day`. */
  #comparison(): void {
    for (let at = 0; at < this.#points.words.length; at++) {
      const text = this.#text(at);
      if (this.#text(at + 1) === 'over' && this.#text(at + 2) === text) {
        const unitMs = unitOf(text);
        if (unitMs === undefined) continue;
        this.#offsetMs = unitMs;
        this.#points.words.splice(at, 3);
        return;
      }
      let next = at + 1;
      if (/^(compared?|relative)$/.test(text) && /^(to|with|against)$/.test(this.#text(next))) next++;
      else if (!/^(vs|versus|against|than)$/.test(text)) continue;
      while (/^(the|same|time)$/.test(this.#text(next))) next++;
      const found = this.#agoAt(next);
      if (found === undefined) continue;
      this.#offsetMs = found.agoMs;
      this.#points.words.splice(at, next + found.taken - at);
      return;
    }
  }

  #agoAt(at: number): { agoMs: number; taken: number } | undefined {
    const text = this.#text(at);
    if (text === 'yesterday') return { agoMs: DAY_MS, taken: 1 };
    if (/^(last|previous)$/.test(text)) {
      const unitMs = unitOf(this.#text(at + 1));
      return unitMs === undefined ? undefined : { agoMs: unitMs, taken: 2 };
    }
    const duration = this.#points.durationAt(at);
    if (duration === undefined) return undefined;
    const tail = /^(ago|before|earlier)$/.test(this.#text(at + duration.taken)) ? 1 : 0;
    return { agoMs: duration.durationMs, taken: duration.taken + tail };
  }

  /** How many words from here on speak of time. */
  #phraseAt(at: number): number {
    return (
      this.#relative(at) ||
      this.#since(at) ||
      this.#between(at) ||
      this.#dayPhrase(at) ||
      this.#momentPhrase(at)
    );
  }

  /** `last 6h`, `over the past two hours`, `2h`, `in the last week`. */
  #relative(at: number): number {
    let next = at;
    const leading = /^(in|over|for|during|within|from)$/.test(this.#text(next));
    if (leading) next++;
    if (this.#text(next) === 'the') next++;
    const looksBack = /^(last|past|previous)$/.test(this.#text(next));
    if (looksBack) next++;
    const duration = this.#points.durationAt(next, looksBack);
    if (duration === undefined) return 0;
    if (this.#text(next + duration.taken) === 'ago') {
      if (looksBack) return 0;
      this.#instantMs = this.#now.nowMs - duration.durationMs;
      return next + duration.taken + 1 - at;
    }
    const bare = looksBack && duration.taken === 1 && /^(week|month|year)$/.test(this.#text(next));
    if (bare && !(leading && next > at + 1) && !/^past$/.test(this.#text(next - 1))) {
      this.#span = this.#points.calendar(this.#text(next), -1);
      return next + 1 - at;
    }
    if (!looksBack && !/^\d/.test(this.#text(next))) return 0;
    this.#span = [this.#now.nowMs - duration.durationMs, this.#now.nowMs];
    return next + duration.taken - at;
  }

  /** `since 14:00`, `since yesterday`, `since monday 9am`, `since this morning`. */
  #since(at: number): number {
    if (this.#text(at) !== 'since') return 0;
    const point = this.#points.pointAt(at + 1);
    if (point === undefined) return 0;
    this.#span = [point.atMs, this.#now.nowMs];
    return 1 + point.taken;
  }

  /** `between 9:00 and 11:00`, `from monday to wednesday`. Clock times alone wait for the day. */
  #between(at: number): number {
    const start = this.#text(at);
    if (start !== 'between' && start !== 'from') return 0;
    const from = this.#points.pointAt(at + 1);
    if (from === undefined) return 0;
    const middle = at + 1 + from.taken;
    if (!/^(and|to|until|till|-)$/.test(this.#text(middle))) {
      if (start !== 'from') return 0;
      this.#span = [from.atMs, this.#now.nowMs];
      return 1 + from.taken;
    }
    const to = this.#points.pointAt(middle + 1);
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
    let day = this.#day ?? this.#points.today;
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
        this.#span = this.#points.calendar(unit, 0);
        return next + 2 - at;
      }
      if (text === 'last' && unit === 'night') {
        this.#day = addDays(this.#points.today, -1);
        this.#clocks ??= [22 * 60, 6 * 60];
        return next + 2 - at;
      }
      if (text === 'this' && Object.hasOwn(partsOfDay, unit)) {
        this.#clocks = partsOfDay[unit];
        this.#day = this.#points.today;
        return next + 2 - at;
      }
    }
    const day = this.#points.dayAt(next);
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

  /** One moment: `now`, `at 14:00`, `currently`. */
  #momentPhrase(at: number): number {
    const text = this.#text(at);
    if (text === 'right' && this.#text(at + 1) === 'now') return this.#atNow(2);
    if (/^(now|currently|current)$/.test(text)) return this.#atNow(1);
    if (text === 'at' && this.#text(at + 1) === 'the' && this.#text(at + 2) === 'moment')
      return this.#atNow(3);
    if (text !== 'at') return 0;
    const point = this.#points.pointAt(at + 1);
    if (point === undefined) return 0;
    this.#instantMs = point.atMs;
    return 1 + point.taken;
  }

  #atNow(taken: number): number {
    this.#instantMs = this.#now.nowMs;
    return taken;
  }
}
