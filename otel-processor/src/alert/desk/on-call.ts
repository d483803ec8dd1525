import { isFault, parseDuration } from '../../base/index.ts';
import { onCallAt, type Schedule } from '../calendar/schedule.ts';
import { parseClock, parseDay } from '../calendar/zone.ts';
import type { AlertConfig } from '../config.ts';
import type { AlertUser } from '../types.ts';
import type { EscalationChain } from './next-escalation.ts';
import type { Timings } from './timings.ts';

export interface Chain extends EscalationChain {
  readonly steps: readonly {
    readonly waitMs: number;
    readonly users: readonly string[];
    readonly schedules: readonly string[];
    readonly receivers: readonly string[];
    readonly onlyDuring: readonly string[];
  }[];
}

/** People, who of them is on call, and in what order they are called. */
export class OnCall {
  readonly users = new Map<string, AlertUser>();
  readonly schedules = new Map<string, Schedule>();
  readonly chains = new Map<string, Chain>();

  constructor(config: AlertConfig, timings: Timings) {
    for (const { name, email, slack, teams, phone } of config.users) {
      this.users.set(name, { name, email, slack, teams, phone });
    }
    for (const { name, time_zone, layers, overrides } of config.schedules) {
      this.schedules.set(name, {
        name,
        timeZone: time_zone,
        layers: layers.map(({ users, turn, start, handover, during }) => ({
          users,
          turnMinutes: minutesOf(turn),
          startDay: parseDay(start) ?? 0,
          startMinute: parseClock(handover) ?? 0,
          during: timings.intervals(during),
        })),
        overrides: overrides.map(({ users, from, to }) => ({
          users,
          fromMs: Date.parse(from),
          toMs: Date.parse(to),
        })),
      });
    }
    for (const { name, steps, repeat } of config.escalations) {
      this.chains.set(name, {
        name,
        repeat,
        steps: steps.map(({ wait, users, schedules, receivers, only_during }) => ({
          waitMs: wait,
          users,
          schedules,
          receivers,
          onlyDuring: only_during,
        })),
      });
    }
  }

  user(name: string): AlertUser {
    return (
      this.users.get(name) ?? { name, email: undefined, slack: undefined, teams: undefined, phone: undefined }
    );
  }

  /** Who a step pages now, each once. */
  paged(chain: Chain, step: number, nowMs: number): readonly AlertUser[] {
    const { users, schedules } = chain.steps[step];
    const names = new Set([...users, ...schedules.flatMap((name) => this.now(name, nowMs))]);
    return [...names].map((name) => this.user(name));
  }

  /** Names of who is on call in a schedule. */
  now(schedule: string, nowMs: number): readonly string[] {
    const found = this.schedules.get(schedule);
    return found === undefined ? [] : onCallAt(found, nowMs).users;
  }

  /** Names of who is on call for a chain, in the order of its steps. */
  forChain(name: string | undefined, nowMs: number): readonly string[] {
    const chain = name === undefined ? undefined : this.chains.get(name);
    if (chain === undefined) return [];
    const names = chain.steps.flatMap(({ users, schedules }) => [
      ...schedules.flatMap((schedule) => this.now(schedule, nowMs)),
      ...users,
    ]);
    return [...new Set(names)];
  }
}

function minutesOf(durationText: string): number {
  const durationMs = parseDuration(durationText);
  return isFault(durationMs) ? 10_080 : durationMs / 60_000;
}
