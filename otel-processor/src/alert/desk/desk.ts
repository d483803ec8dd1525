import type { AlertGroup } from '@statbar/sdk/wire';
import type { Fault, Timer } from '../../base/index.ts';
import type { AlertConfig } from '../config.ts';
import { adoptPositions } from '../outbox/known-places.ts';
import type { IncomingAlert, OutboxEntry, SendOutcome } from '../types.ts';
import { ActionDesk } from './action-desk.ts';
import type { AlertTransition } from './alert-book.ts';
import { type AuditFrom, AuditLog } from './audit-log.ts';
import { DeskContext, type DeskPorts } from './context.ts';
import type { AlertDocument, GroupDocument } from './docs.ts';
import { GroupKeeper } from './group-keeper.ts';
import { groupView } from './group-view.ts';
import { compileMatchers } from './routes.ts';
import { SilenceDesk } from './silence-desk.ts';
import { SubscriptionDesk } from './subscription-desk.ts';

const TICK_MS = 250;
const COLLECT_EVERY_MS = 60_000;
/** Less than this is read back in no time. */
const CHECKPOINT_BYTES_MIN = 4 * 1024 * 1024;

/**
 * Where alerts arrive and where it is decided who is told of them: groups, silences, acknowledgements, escalations and the
 * outbox, on tables that survive a crash. Everything happens within one turn of the event loop, at a time that never goes
 * back; what each call changed is one record of the log.
 */
export class Desk {
  readonly context: DeskContext;
  readonly groups: GroupKeeper;
  readonly silences: SilenceDesk;
  readonly actions: ActionDesk;
  readonly audit: AuditLog;
  readonly subscriptions: SubscriptionDesk;
  #nowMs = 0;
  #muteChangeMs: number | undefined;
  #collectAtMs = 0;
  #checkpointAtMs = 0;
  #timer: Timer | undefined;

  constructor(config: AlertConfig, ports: DeskPorts) {
    this.context = new DeskContext(config, ports);
    this.groups = new GroupKeeper(this.context);
    this.audit = new AuditLog(this.context);
    this.silences = new SilenceDesk(this.context, this.audit, () => this.#refreshMutes());
    this.actions = new ActionDesk(this.context, this.groups, this.silences, this.audit);
    this.subscriptions = new SubscriptionDesk(this.context, this.audit);
    const { telemetry } = ports;
    const gauge = (name: string, help: string, read: () => number): void => {
      telemetry.observed(name, help, 'gauge', read);
    };
    gauge('statbar_alert_firing', 'Alerts that fire.', () => this.context.book.firingCount);
    gauge('statbar_alert_groups_open', 'Groups that are open.', () => this.groups.openCount);
    gauge('statbar_alert_outbox_entries', 'Deliveries that are outstanding.', () => this.context.outbox.size);
  }

  /** Goes on from what the tables hold. */
  recover(): void {
    const nowMs = this.#advance();
    const { book, outbox, config, tables, mutes, targets, ports } = this.context;
    adoptPositions(tables, targets, ports.logger);
    book.recover(nowMs, config.resolve_timeout);
    for (const alert of tables.alerts.values()) if (alert.state === 'firing') mutes.note(alert);
    for (const { id, target, matchers } of tables.subscriptions.values()) {
      targets.subscribe(id, target, compileMatchers(matchers));
    }
    this.groups.recover(nowMs);
    outbox.recover(nowMs);
    this.#refreshMutes();
    this.#settle(nowMs);
  }

  /**
   * Takes another configuration. What is known stays: alerts, silences, acknowledgements, and to whom each group was told.
   * Groups go on under the new routes, receivers that are new for a group are told of it, those that are gone are told of
   * its end.
   */
  reload(config: AlertConfig): void {
    const nowMs = this.#advance();
    const gone = this.context.reload(config);
    const owed = new Set<string>();
    for (const { target, told, event } of this.context.tables.outbox.values()) {
      if (gone.includes(target) && told && event !== 'resolved') owed.add(target);
    }
    if (gone.length > 0) {
      const titles = (keys: readonly string[]) =>
        keys.map((key) => this.context.targets.get(key)?.title ?? key);
      this.context.ports.logger.info('receivers have left the configuration', {
        targets: titles(gone),
        toldToTheEnd: titles([...owed]),
      });
    }
    this.#refreshMutes();
    this.groups.reroute(nowMs);
    this.#settle(nowMs);
  }

  start(): void {
    this.#timer = this.context.ports.clock.every(TICK_MS, () => this.tick());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Alerts as a source tells them: those that fire, and those that have ended. Settles when that is durable. */
  async observe(source: string, alerts: readonly IncomingAlert[]): Promise<Fault | undefined> {
    const nowMs = this.#advance();
    for (const incoming of alerts) {
      const taken = this.context.book.take(source, incoming, nowMs);
      if (taken !== undefined) this.#apply(taken.alert, taken.transition, nowMs);
    }
    this.#settle(nowMs);
    return this.context.tables.durable();
  }

  /** Rules that are no longer there cannot tell that their alerts have ended. */
  retireSources(isThere: (source: string) => boolean): void {
    const nowMs = this.#advance();
    for (const alert of [...this.context.tables.alerts.values()]) {
      if (alert.state !== 'firing' || isThere(alert.source) || !alert.source.startsWith('rule:')) continue;
      const ended = this.context.book.away(alert, nowMs, nowMs);
      if (ended !== undefined) this.#apply(ended.alert, ended.transition, nowMs);
    }
    this.#settle(nowMs);
  }

  /** Alerts that fire, by their source. */
  firingBySource(): ReadonlyMap<string, readonly AlertDocument[]> {
    const found = new Map<string, AlertDocument[]>();
    for (const alert of this.context.tables.alerts.values()) {
      if (alert.state !== 'firing') continue;
      const held = found.get(alert.source);
      if (held === undefined) found.set(alert.source, [alert]);
      else held.push(alert);
    }
    return found;
  }

  /** Does what has become due. */
  tick(): void {
    const nowMs = this.#advance();
    const { book, outbox } = this.context;
    for (const alert of book.due(nowMs)) {
      const ended = book.away(alert, alert.expiresAtMs ?? nowMs, nowMs);
      if (ended !== undefined) this.#apply(ended.alert, ended.transition, nowMs);
    }
    if (this.#muteChangeMs !== undefined && this.#muteChangeMs <= nowMs) this.#refreshMutes();
    this.groups.stepper.storms.tick(nowMs);
    if (nowMs >= this.#collectAtMs) this.#collect(nowMs);
    outbox.tick(nowMs);
    this.#settle(nowMs);
    this.#checkpoint(nowMs);
  }

  /** An action of a person; undefined: there is no such group. */
  act(groupId: string, action: Parameters<ActionDesk['act']>[1], from: AuditFrom) {
    const nowMs = this.#advance();
    const outcome = this.actions.act(groupId, action, from, nowMs);
    this.#settle(nowMs);
    return outcome;
  }

  /** What came of a remediation is on the card. */
  remediated(entry: OutboxEntry, outcome: SendOutcome): void {
    const nowMs = this.#advance();
    const { remediations } = this.groups.stepper;
    this.groups.edit(entry.groupId, nowMs, (edit) => remediations.settle(edit, entry, outcome));
    this.#settle(nowMs);
  }

  /** Looks at everything that a change outside of alerts may have touched. */
  settle(): void {
    this.#settle(this.#advance());
  }

  /** A group as the wire has it, with at most so many members; `alert.members_shown` unless told otherwise. */
  view(id: string, membersMax?: number): AlertGroup | undefined {
    const group = this.context.tables.groups.get(id);
    return group === undefined ? undefined : this.viewOf(group, membersMax);
  }

  viewOf(group: GroupDocument, membersMax = this.context.config.members_shown): AlertGroup {
    const { mutes, tables, config, onCall, ports } = this.context;
    const members = this.groups.stepper.membersOf(group).map((alert) => this.#lively(alert, group));
    const chain = group.escalation?.chain ?? this.groups.routeOf(group.route).escalation;
    const source = members[0]?.source;
    return groupView(group, {
      members,
      silencesOf: (alert) => mutes.silencesOf(alert),
      inhibitorsOf: (alert) => mutes.inhibitorsOf(alert),
      silence: (id) => tables.silences.get(id),
      chain: chain === undefined ? undefined : onCall.chains.get(chain),
      onCall: onCall.forChain(chain, this.#nowMs),
      membersShown: membersMax,
      storyShown: config.story_shown,
      chart: source === undefined ? undefined : ports.chart?.(source),
      externalUrl: ports.externalUrl,
    });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** With the value and the texts that its rule has for it now. */
  #lively(alert: AlertDocument, group: GroupDocument): AlertDocument {
    if (group.state === 'resolved' || alert.state === 'resolved') return alert;
    const live = this.context.ports.live?.(alert.source, alert.labels);
    if (live === undefined) return alert;
    return { ...alert, value: live.value, annotations: Object.fromEntries(live.annotations) };
  }

  #apply(alert: AlertDocument, transition: AlertTransition, nowMs: number): void {
    if (transition === 'fired' || transition === 'resolved') this.context.mutes.note(alert);
    if (transition === 'fired') this.groups.join(alert, nowMs);
    else if (transition !== 'steady') this.groups.touch(alert, transition, nowMs);
  }

  #settle(nowMs: number): void {
    this.groups.settle(nowMs);
    this.context.tables.commit();
  }

  /** The clock may be set back; what was decided stays decided. */
  #advance(): number {
    this.#nowMs = Math.max(this.#nowMs, this.context.ports.clock.nowMs());
    return this.#nowMs;
  }

  #refreshMutes(): void {
    this.#muteChangeMs = this.context.mutes.refresh(this.context.tables.silences.values(), this.#advance());
  }

  /** Forgets what is old. */
  #collect(nowMs: number): void {
    this.#collectAtMs = nowMs + COLLECT_EVERY_MS;
    const { tables, book, mutes, config, outbox } = this.context;
    for (const gone of book.collect(nowMs, (fingerprint) => this.groups.holds(fingerprint)))
      mutes.forget(gone);
    this.silences.collect(nowMs);
    const over = [...tables.groups.values()].filter(({ state }) => state === 'resolved');
    over.sort((a, b) => (b.resolvedAtMs ?? 0) - (a.resolvedAtMs ?? 0));
    over.forEach((group, i) => {
      const isOld = nowMs - (group.resolvedAtMs ?? 0) >= config.history_retention;
      if (!isOld && i < config.limits.history_groups_max) return;
      for (const entry of outbox.ofGroup(group.id)) outbox.remove(entry);
      tables.groups.remove(group.id);
    });
  }

  /** Keeps the log short; after a failure not again at once. */
  #checkpoint(nowMs: number): void {
    if (nowMs < this.#checkpointAtMs) return;
    const { tables, ports } = this.context;
    const failed = (reason: unknown): void => {
      this.#checkpointAtMs = nowMs + COLLECT_EVERY_MS;
      ports.logger.warn('the state of alerts could not be written', { reason: String(reason) });
    };
    tables.checkpoint(CHECKPOINT_BYTES_MIN).then((reason) => {
      if (reason !== undefined) failed(reason);
    }, failed);
  }
}
