import { isWithin, type TimeInterval } from './time-interval.ts';
import { localTime } from './zone.ts';

/** Users that take turns. Later layers of a schedule go over earlier ones, where they have somebody. */
export interface RotationLayer {
  readonly users: readonly string[];
  /** Length of a turn in local minutes: 1440 is a day, whatever the clocks do. */
  readonly turnMinutes: number;
  /** Local day and minute at which the first user's first turn begins. */
  readonly startDay: number;
  readonly startMinute: number;
  /** The layer counts only then; empty: always. */
  readonly during: readonly TimeInterval[];
}

export interface ScheduleOverride {
  readonly users: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Schedule {
  readonly name: string;
  readonly timeZone: string;
  readonly layers: readonly RotationLayer[];
  readonly overrides: readonly ScheduleOverride[];
}

/** Names of who is on call at a moment, and why them. */
export function onCallAt(
  schedule: Schedule,
  timeMs: number,
): { readonly users: readonly string[]; readonly reason: 'override' | 'rotation' | 'nobody' } {
  const override = schedule.overrides.findLast(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
  if (override !== undefined) return { users: override.users, reason: 'override' };
  for (const layer of [...schedule.layers].reverse()) {
    if (layer.during.length > 0 && !layer.during.some((interval) => isWithin(interval, timeMs))) continue;
    const user = turnAt(layer, schedule.timeZone, timeMs);
    if (user !== undefined) return { users: [user], reason: 'rotation' };
  }
  return { users: [], reason: 'nobody' };
}

/** Whose turn it is: local time is counted, so that turns change at the same hour all year. */
function turnAt(layer: RotationLayer, timeZone: string, timeMs: number): string | undefined {
  const { users, turnMinutes, startDay, startMinute } = layer;
  const { dayNumber, minuteOfDay } = localTime(timeMs, timeZone);
  const elapsed = (dayNumber - startDay) * 1440 + minuteOfDay - startMinute;
  if (elapsed < 0 || users.length === 0) return undefined;
  return users[Math.floor(elapsed / turnMinutes) % users.length];
}

const STEP_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

/** When that changes next, to the minute, within `horizonMs`; undefined: not then. */
export function nextChange(
  schedule: Schedule,
  timeMs: number,
  horizonMs: number,
): { readonly atMs: number; readonly users: readonly string[] } | undefined {
  const key = (atMs: number): string => JSON.stringify(onCallAt(schedule, atMs).users);
  const now = key(timeMs);
  let sameMs = timeMs;
  for (let atMs = timeMs + STEP_MS; atMs <= timeMs + horizonMs; atMs += STEP_MS) {
    if (key(atMs) === now) {
      sameMs = atMs;
      continue;
    }
    let changedMs = atMs;
    while (changedMs - sameMs > MINUTE_MS) {
      const middleMs = Math.floor((sameMs + changedMs) / 2);
      if (key(middleMs) === now) sameMs = middleMs;
      else changedMs = middleMs;
    }
    const minuteMs = Math.floor(changedMs / MINUTE_MS) * MINUTE_MS;
    const atMinuteMs = minuteMs > timeMs && key(minuteMs) !== now ? minuteMs : changedMs;
    return { atMs: atMinuteMs, users: onCallAt(schedule, changedMs).users };
  }
  return undefined;
}
