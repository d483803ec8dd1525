import { Watermark } from './oracle-watermark.ts';
import {
  FUNNEL_WITHIN_MS,
  histogramBounds,
  names,
  quantilesAsked,
  type SimEvent,
  type ViewSpec,
} from './spec.ts';

/**
 * What views must say, from the raw events by the definitions: no slices, no state, no sketches, nothing shared with
 * what it judges.
 */

/** A request as it stands in the log. */
export interface LoggedRequest {
  readonly nowMs: number;
  readonly events: readonly SimEvent[];
}

/** An event of a view, with where it was in the log and how far the view's watermark was when it came. */
export interface Arrival {
  readonly event: SimEvent;
  readonly request: number;
  readonly watermarkMs: number;
}

const namePatterns: Readonly<Record<string, RegExp>> = { '*': /^/, '*i*': /i/ };

function belongs({ from, where }: ViewSpec, { name, attributes }: SimEvent): boolean {
  if (!from.some((pattern) => pattern === name || namePatterns[pattern]?.test(name) === true)) return false;
  return where === undefined || attributes[where[0]] === where[1];
}

/** The view's events in the order of the log, those sent again left out; and how many of them were too late. */
export function arrivalsOf(
  spec: ViewSpec,
  log: readonly LoggedRequest[],
): { arrivals: Arrival[]; late: number; count: number } {
  const watermark = new Watermark(spec);
  const ids = new Set<string>();
  const arrivals: Arrival[] = [];
  let late = 0;
  let count = 0;
  log.forEach(({ nowMs, events }, request) => {
    watermark.advance(nowMs);
    for (const event of events) {
      const isNew = event.id === undefined || !ids.has(event.id);
      if (event.id !== undefined) ids.add(event.id);
      if (!isNew || !belongs(spec, event)) continue;
      count += 1;
      if (spec.gapMs !== undefined && event.attributes['v'] === undefined) continue;
      const lastsMs = lastsUntil(spec, event.timestamp);
      if (lastsMs <= watermark.valueMs) late += 1;
      else arrivals.push({ event, request, watermarkMs: watermark.valueMs });
    }
    for (const { source, timestamp } of events) watermark.observe(source, timestamp, nowMs);
    watermark.advance(nowMs);
  });
  return { arrivals, late, count };
}

/** The watermark from which on an event at this time is too late for everything. */
function lastsUntil({ gapMs, sizeMs, slideMs, latenessMs }: ViewSpec, timestamp: number): number {
  if (gapMs !== undefined) return timestamp + gapMs + latenessMs;
  return Math.floor(timestamp / slideMs) * slideMs + sizeMs + latenessMs;
}

/** Ends of all windows that ever have a result. */
export function windowEnds(spec: ViewSpec, arrivals: readonly Arrival[]): number[] {
  const ends = new Set<number>();
  if (spec.gapMs !== undefined) {
    for (const session of sessionsOf(spec, arrivals)) ends.add(sessionEnd(spec, session));
    return [...ends].sort((a, b) => a - b);
  }
  const { sizeMs, slideMs, latenessMs } = spec;
  for (const { event, watermarkMs } of arrivals) {
    let startMs = Math.floor(event.timestamp / slideMs) * slideMs;
    for (; startMs > event.timestamp - sizeMs; startMs -= slideMs) {
      if (startMs + sizeMs + latenessMs > watermarkMs) ends.add(startMs + sizeMs);
    }
  }
  return [...ends].sort((a, b) => a - b);
}

/**
 * All numbers of the window that ends at `endMs`, by series: of the events that came while the watermark was before
 * `untilMs`.
 */
export function numbersOf(
  spec: ViewSpec,
  arrivals: readonly Arrival[],
  endMs: number,
  untilMs: number,
): Map<string, number> {
  const numbers = new Map<string, number>();
  if (spec.gapMs !== undefined) {
    const sessions = sessionsOf(spec, arrivals).filter((session) => sessionEnd(spec, session) === endMs);
    for (const [key, own] of grouped(sessions, ([first]) => keyOf(spec, first))) {
      sessionNumbers(own, (aggregate, labels, value) =>
        numbers.set(seriesOf(spec, aggregate, key, labels), value),
      );
    }
    return numbers;
  }
  const events = arrivals
    .filter(({ event, watermarkMs }) => {
      const inside = event.timestamp >= endMs - spec.sizeMs && event.timestamp < endMs;
      return inside && watermarkMs < untilMs;
    })
    .map(({ event }) => event);
  for (const [key, own] of grouped(events, (event) => keyOf(spec, event))) {
    windowNumbers(spec, own, (aggregate, labels, value) =>
      numbers.set(seriesOf(spec, aggregate, key, labels), value),
    );
  }
  return numbers;
}

type Write = (aggregate: string, labels: string, value: number) => void;

function windowNumbers(
  { sizeMs, countsOnly, compares }: ViewSpec,
  events: readonly SimEvent[],
  write: Write,
): void {
  const measured = events.filter(({ attributes }) => numberOf(attributes['n']) !== undefined);
  const values = measured.map(({ attributes }) => numberOf(attributes['n'])!);
  const sum = values.reduce((total, value) => total + value, 0);
  write('count', '', events.length);
  if (countsOnly) return;
  write('rate', '', events.length / (sizeMs / 1000));
  write('sum', '', sum);
  for (const bound of [...histogramBounds, Number.POSITIVE_INFINITY]) {
    const label = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    write('histogram_bucket', `le=${label}`, values.filter((value) => value <= bound).length);
  }
  const users = grouped(
    events.filter(({ attributes }) => attributes['u'] !== undefined),
    ({ attributes }) => String(attributes['u']),
  );
  write('distinct', '', users.size);
  write('top:error', '', 0);
  for (const [user, own] of users) write('top', `u=${user}`, own.length);
  if (compares) {
    const known = measured.filter(({ attributes }) => attributes['u'] !== undefined);
    for (const [user, own] of grouped(known, ({ attributes }) => String(attributes['u']))) {
      const total = own.reduce((before, { attributes }) => before + numberOf(attributes['n'])!, 0);
      write('compare:count', `variant=${user}`, own.length);
      write('compare:mean', `variant=${user}`, total / own.length);
    }
  }
  if (values.length === 0) return;
  const mean = sum / values.length;
  const sorted = [...values].sort((a, b) => a - b);
  write('avg', '', mean);
  write('min', '', sorted[0]);
  write('max', '', sorted[sorted.length - 1]);
  const times = measured.map(({ timestamp }) => timestamp);
  const at = (timeMs: number): number[] => values.filter((_, i) => times[i] === timeMs);
  write('first', '', Math.min(...at(Math.min(...times))));
  write('last', '', Math.max(...at(Math.max(...times))));
  if (values.length > 1) {
    const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
    write('stddev', '', Math.sqrt(squares / (values.length - 1)));
  }
  for (const q of quantilesAsked) {
    write('quantiles', `quantile=${q}`, sorted[Math.floor(q * (sorted.length - 1) + 1e-9)]);
  }
}

function sessionNumbers(sessions: readonly (readonly SimEvent[])[], write: Write): void {
  const values = sessions.flat().flatMap(({ attributes }) => numberOf(attributes['n']) ?? []);
  write('count', '', sessions.length);
  write(
    'sum',
    '',
    values.reduce((total, value) => total + value, 0),
  );
  if (values.length > 0) write('max', '', Math.max(...values));
  const items = new Set(
    sessions
      .flat()
      .flatMap(({ attributes }) => (attributes['n'] === undefined ? [] : String(attributes['n']))),
  );
  write('distinct', '', items.size);
  const reached = sessions.map((session) => furthestStep(session));
  names.forEach((step, i) => {
    write('funnel:reached', `step=${step}`, reached.filter((steps) => steps > i).length);
  });
  const variants = sessions.flatMap((session) => {
    const [variant] = session.flatMap(({ attributes }) => attributes['k'] ?? []).sort();
    return variant === undefined
      ? []
      : [{ variant: String(variant), goal: session.some(({ name }) => name === 'pay') }];
  });
  for (const [variant, own] of grouped(variants, (each) => each.variant)) {
    write('compare:count', `variant=${variant}`, own.length);
    write('compare:mean', `variant=${variant}`, own.filter(({ goal }) => goal).length / own.length);
  }
}

/** Steps in order within the time allowed, by trying every way. */
function furthestStep(session: readonly SimEvent[]): number {
  const go = (startMs: number, fromMs: number, step: number): number => {
    let best = step;
    for (const { name, timestamp } of session) {
      if (name !== names[step] || timestamp < fromMs || timestamp - startMs > FUNNEL_WITHIN_MS) continue;
      best = Math.max(best, go(startMs, timestamp, step + 1));
    }
    return best;
  };
  return Math.max(
    0,
    ...session.map(({ name, timestamp }) => (name === names[0] ? go(timestamp, timestamp, 1) : 0)),
  );
}

/** Ended sessions are looked for so often in the time of one gap. */
const STEPS_PER_GAP = 32;

/** The events of each session: neighbours less than the gap apart, as far as they had not ended when one came. */
function sessionsOf(spec: ViewSpec, arrivals: readonly Arrival[]): SimEvent[][] {
  const gapMs = spec.gapMs ?? 0;
  const stepMs = Math.max(1, Math.floor(gapMs / STEPS_PER_GAP));
  const visitors = grouped(arrivals, ({ event }) => `${keyOf(spec, event)} ${event.attributes['v']}`);
  return [...visitors.values()].flatMap((own) => {
    let sessions: SimEvent[][] = [];
    for (const { event, watermarkMs } of own) {
      const endedMs = Math.floor((watermarkMs - gapMs - spec.latenessMs) / stepMs) * stepMs;
      const joins = sessions.filter(
        (session) =>
          Math.max(...session.map(({ timestamp }) => timestamp)) > endedMs &&
          session.some(({ timestamp }) => Math.abs(timestamp - event.timestamp) < gapMs),
      );
      sessions = [...sessions.filter((session) => !joins.includes(session)), [...joins.flat(), event]];
    }
    return sessions;
  });
}

function sessionEnd({ sizeMs }: ViewSpec, session: readonly SimEvent[]): number {
  return (Math.floor(Math.max(...session.map(({ timestamp }) => timestamp)) / sizeMs) + 1) * sizeMs;
}

function numberOf(value: string | number | boolean | undefined): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : undefined;
}

function keyOf({ by }: ViewSpec, { attributes }: SimEvent): string {
  return by.map((name) => `${name}=${attributes[name] ?? ''}`).join();
}

function seriesOf({ name, countsOnly }: ViewSpec, aggregate: string, key: string, labels: string): string {
  return `${countsOnly ? name : `${name}:${aggregate}`}{${[key, labels].filter((part) => part !== '').join()}}`;
}

function grouped<T>(all: readonly T[], keyOfEach: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const key = keyOfEach(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}
