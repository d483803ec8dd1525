import type { Clock, Logger, Telemetry } from '../base/index.ts';
import type { AlertSink } from './alert-reports.ts';
import type { AlertConfig } from './config.ts';
import type { ConditionChart, DeskPorts } from './desk/context.ts';
import { Desk } from './desk/desk.ts';
import type { AlertDocument } from './desk/docs.ts';
import { type Journal, Tables } from './desk/tables.ts';
import { ChatFeed } from './outbox/chat-feed.ts';
import { Courier } from './outbox/courier.ts';
import { sendHttp } from './receivers/http.ts';
import type { OutboxEntry, SendPorts } from './types.ts';

/** Alerts of a group that receivers other than chat are told of. */
const MEMBERS_TOLD_MAX = 2000;

export interface AlertEnginePorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly journal: Journal;
  /** What the journal held when it was opened. */
  readonly content: { readonly checkpoint: Uint8Array | undefined; readonly records: readonly Uint8Array[] };
  readonly externalUrl: string;
  readonly http?: SendPorts['http'];
  readonly live?: NonNullable<DeskPorts['live']>;
  readonly chart?: (source: string) => ConditionChart | undefined;
}

/** Desk, couriers and chat feed over one journal: what stands behind the doors and the rules of one tenant. */
export class AlertEngine {
  readonly desk: Desk;
  readonly feed: ChatFeed;
  readonly courier: Courier;
  readonly tables: Tables;

  constructor(config: AlertConfig, ports: AlertEnginePorts) {
    const { clock, logger, telemetry, journal, content } = ports;
    this.tables = new Tables(journal);
    this.tables.recover(content.checkpoint, content.records);
    const { tables } = this;
    this.desk = new Desk(config, {
      clock,
      logger,
      telemetry,
      tables,
      externalUrl: ports.externalUrl,
      ...(ports.live === undefined ? {} : { live: ports.live }),
      ...(ports.chart === undefined ? {} : { chart: ports.chart }),
    });
    const { outbox, targets } = this.desk.context;
    const view = (groupId: string) => this.desk.view(groupId);
    const refused = (entry: OutboxEntry, reason: string): void => this.#refused(entry, reason, logger);
    this.feed = new ChatFeed({ clock, tables, outbox, view, refused });
    this.courier = new Courier({
      clock,
      logger,
      telemetry,
      tables,
      outbox,
      view: (groupId) => this.desk.view(groupId, MEMBERS_TOLD_MAX),
      refused,
      target: (key) => targets.get(key),
      remediated: (entry, outcome) => this.desk.remediated(entry, outcome),
      send: { http: ports.http ?? sendHttp, clock, logger },
    });
    this.desk.recover();
  }

  /** For rules: where their alerts go. */
  get sink(): AlertSink {
    let stored: ReadonlyMap<string, readonly AlertDocument[]> | undefined;
    return {
      observe: (source, alerts) => this.desk.observe(source, alerts),
      stored: (source) => {
        stored ??= this.desk.firingBySource();
        return stored.get(source) ?? [];
      },
    };
  }

  /** Takes another configuration, without a pause. */
  reload(config: AlertConfig): void {
    this.desk.reload(config);
  }

  start(): void {
    this.desk.start();
    this.courier.start();
  }

  /** Settles when no delivery is under way. */
  async stop(): Promise<void> {
    this.desk.stop();
    await this.courier.stop();
    this.tables.commit();
  }

  #refused(entry: OutboxEntry, reason: string, logger: Logger): void {
    logger.warn('a receiver refused a notification', { delivery: entry.id, reason });
    const nowMs = this.desk.nowMs;
    const title = this.desk.context.targets.get(entry.target)?.title ?? entry.target;
    this.desk.groups.edit(entry.groupId, nowMs, (edit) => {
      edit.isQuiet = true;
      edit.story('delivery_failed', `${title} refused it: ${reason.slice(0, 200)}`);
    });
  }
}
