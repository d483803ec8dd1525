import type { AlertChart } from '@statbar/sdk/wire';
import type { Clock, Logger, Telemetry } from '../../base/index.ts';
import type { LabelRecord } from '../../model/index.ts';
import type { AlertConfig } from '../config.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Targets } from '../outbox/targets.ts';
import { AlertBook } from './alert-book.ts';
import { Mutes } from './mutes.ts';
import { OnCall } from './on-call.ts';
import { compileMatchers, compileRoutes, type Route } from './routes.ts';
import type { Tables } from './tables.ts';
import { Timings } from './timings.ts';

export type ConditionChart = Omit<AlertChart, 'firingFromMs' | 'firingToMs' | 'series'>;

/** What a rule knows of one of its alerts at this moment. */
export interface LiveAlert {
  readonly value: number;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface DeskPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly tables: Tables;
  readonly externalUrl: string;
  /** The newest value and texts of a rule's alert, where the rule still has it. */
  live?(source: string, labels: LabelRecord): LiveAlert | undefined;
  /** What to draw for alerts of this source. */
  chart?(source: string): ConditionChart | undefined;
}

/** The parts of the desk, made from the configuration once. */
export interface DeskContext {
  readonly config: AlertConfig;
  readonly ports: DeskPorts;
  readonly tables: Tables;
  readonly book: AlertBook;
  readonly mutes: Mutes;
  readonly timings: Timings;
  readonly onCall: OnCall;
  readonly route: Route;
  readonly targets: Targets;
  readonly outbox: Outbox;
}

export function createContext(config: AlertConfig, ports: DeskPorts): DeskContext {
  const { tables, telemetry } = ports;
  const timings = new Timings(config.mute_timings);
  const { changes_max, window, quiet } = config.flapping;
  return {
    config,
    ports,
    tables,
    timings,
    book: new AlertBook(
      tables.alerts,
      {
        flap: { changesMax: changes_max, windowMs: window, quietMs: quiet },
        alertsMax: config.limits.alerts_max,
      },
      telemetry,
    ),
    mutes: new Mutes(
      config.inhibit_rules.map(({ source_matchers, target_matchers, equal }) => ({
        source: compileMatchers(source_matchers),
        target: compileMatchers(target_matchers),
        equal,
      })),
    ),
    onCall: new OnCall(config, timings),
    route: compileRoutes(config.route),
    targets: new Targets(config.receivers),
    outbox: new Outbox(
      tables,
      { retry: { minMs: config.retry_min, maxMs: config.retry_max }, leaseMs: config.delivery_lease },
      telemetry,
    ),
  };
}
