import type { AlertChart } from '@statbar/sdk/wire';
import type { Clock, Logger, Telemetry } from '../../base/index.ts';
import type { LabelRecord } from '../../model/index.ts';
import type { AlertConfig } from '../config.ts';
import { Outbox, type OutboxRules } from '../outbox/outbox.ts';
import { Targets } from '../outbox/targets.ts';
import { AlertBook, type AlertBookRules } from './alert-book.ts';
import { type InhibitRule, Mutes } from './mutes.ts';
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

/** What is made anew whenever the configuration changes. */
interface Configured {
  readonly config: AlertConfig;
  readonly timings: Timings;
  readonly onCall: OnCall;
  readonly route: Route;
}

/** The parts of the desk. Those that hold something are told of a changed configuration, the others are replaced. */
export class DeskContext {
  readonly ports: DeskPorts;
  readonly tables: Tables;
  readonly book: AlertBook;
  readonly mutes: Mutes;
  readonly targets: Targets;
  readonly outbox: Outbox;
  #configured: Configured;

  constructor(config: AlertConfig, ports: DeskPorts) {
    const { tables, telemetry } = ports;
    this.ports = ports;
    this.tables = tables;
    this.#configured = configured(config);
    this.book = new AlertBook(tables.alerts, bookRules(config), telemetry);
    this.mutes = new Mutes(inhibitRules(config));
    this.targets = new Targets(config.receivers);
    this.outbox = new Outbox(tables, this.targets, outboxRules(config), telemetry);
  }

  get config(): AlertConfig {
    return this.#configured.config;
  }

  get timings(): Timings {
    return this.#configured.timings;
  }

  get onCall(): OnCall {
    return this.#configured.onCall;
  }

  get route(): Route {
    return this.#configured.route;
  }

  /** Takes another configuration; the keys of targets that are no longer in it. */
  reload(config: AlertConfig): readonly string[] {
    this.#configured = configured(config);
    this.book.setRules(bookRules(config));
    this.outbox.setRules(outboxRules(config));
    this.mutes.setRules(inhibitRules(config), this.tables.alerts.values());
    return this.targets.replace(config.receivers);
  }
}

function configured(config: AlertConfig): Configured {
  const timings = new Timings(config.mute_timings);
  return { config, timings, onCall: new OnCall(config, timings), route: compileRoutes(config.route) };
}

function bookRules({ flapping, limits }: AlertConfig): AlertBookRules {
  const { changes_max, window, quiet } = flapping;
  return {
    flap: { changesMax: changes_max, windowMs: window, quietMs: quiet },
    alertsMax: limits.alerts_max,
  };
}

function outboxRules({ retry_min, retry_max, delivery_lease }: AlertConfig): OutboxRules {
  return { retry: { minMs: retry_min, maxMs: retry_max }, leaseMs: delivery_lease };
}

function inhibitRules({ inhibit_rules }: AlertConfig): readonly InhibitRule[] {
  return inhibit_rules.map(({ source_matchers, target_matchers, equal }) => ({
    source: compileMatchers(source_matchers),
    target: compileMatchers(target_matchers),
    equal,
  }));
}
