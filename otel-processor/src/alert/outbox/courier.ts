import type { AlertGroup } from '@statbar/sdk/wire';
import {
  type Clock,
  type Counter,
  isFault,
  type Logger,
  type Telemetry,
  type Timer,
} from '../../base/index.ts';
import type { Tables } from '../desk/tables.ts';
import type {
  Notification,
  OutboxEntry,
  Receiver,
  ReconcileOutcome,
  SendOutcome,
  SendPorts,
} from '../types.ts';
import { Lane } from './lane.ts';
import { begin, resend, settle } from './next-entry.ts';
import type { Outbox } from './outbox.ts';
import type { Target } from './targets.ts';

/** Attempts of one lane at the same time. */
const CONCURRENT_MAX = 8;
const LOOK_EVERY_MS = 500;
const LOOK_PAUSE_MS = 10;

export interface CourierPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly send: SendPorts;
  readonly tables: Tables;
  readonly outbox: Outbox;
  target(key: string): Target | undefined;
  view(groupId: string): AlertGroup | undefined;
  /** A receiver refused: it belongs into the group's story. */
  refused(entry: OutboxEntry, reason: string): void;
  /** What came of a remediation. */
  remediated(entry: OutboxEntry, outcome: SendOutcome): void;
}

/** Carries outbox entries to their receivers, lane by lane, the most urgent first. */
export class Courier {
  readonly #ports: CourierPorts;
  readonly #lanes = new Map<string, Lane>();
  readonly #busy = new Map<string, Promise<void>>();
  readonly #volatile: Counter;
  #timer: Timer | undefined;
  #stopListening: () => void = () => {};
  #looking = false;
  #stopped = false;

  constructor(ports: CourierPorts) {
    this.#ports = ports;
    this.#volatile = ports.telemetry.counter(
      'statbar_alert_sent_before_durable_total',
      'Notifications sent although the log could not be written: after a crash they may come twice.',
    );
  }

  start(): void {
    this.#stopListening = this.#ports.outbox.onChange(() => this.#lookSoon());
    this.#timer = this.#ports.clock.every(LOOK_EVERY_MS, () => this.#look());
    this.#lookSoon();
  }

  /** No attempt begins any more; settles when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#stopListening();
    await Promise.all(this.#busy.values());
  }

  #lookSoon(): void {
    if (this.#looking || this.#stopped) return;
    this.#looking = true;
    // What comes together is looked at together: in a storm looking costs more than sending.
    this.#ports.clock.after(LOOK_PAUSE_MS, () => {
      this.#looking = false;
      this.#look();
    });
  }

  #look(): void {
    if (this.#stopped) return;
    const { outbox, clock } = this.#ports;
    const nowMs = clock.nowMs();
    const ready = outbox
      .forCouriers()
      .filter(
        (entry) =>
          !this.#busy.has(entry.id) &&
          entry.notBeforeMs <= nowMs &&
          (entry.state === 'pending' || entry.state === 'unknown'),
      )
      .sort((a, b) => a.priority - b.priority || a.createdAtMs - b.createdAtMs);
    for (const entry of ready) {
      const target = this.#ports.target(entry.target);
      if (target?.receiver === undefined) {
        const what = { delivery: entry.id, event: entry.event };
        this.#ports.logger.warn('a notification is dropped: its receiver is no longer configured', what);
        outbox.settle(
          { ...entry, state: 'failed', lastReason: 'the receiver is no longer configured' },
          entry,
        );
        continue;
      }
      const lane = this.#laneOf(target);
      if (lane.underway >= CONCURRENT_MAX || !lane.take(nowMs)) continue;
      lane.underway += 1;
      const work = this.#carry(entry, target, target.receiver).finally(() => {
        lane.underway -= 1;
        this.#busy.delete(entry.id);
        this.#lookSoon();
      });
      this.#busy.set(entry.id, work);
    }
  }

  #laneOf({ traits }: Target): Lane {
    let lane = this.#lanes.get(traits.lane);
    if (lane === undefined) {
      lane = new Lane();
      this.#lanes.set(traits.lane, lane);
    }
    lane.setRate(traits.perMinuteMax);
    return lane;
  }

  async #carry(entry: OutboxEntry, target: Target, receiver: Receiver): Promise<void> {
    try {
      if (entry.state === 'unknown' && receiver.reconcile !== undefined) {
        const notification = this.#notification(entry);
        if (notification === undefined) return;
        this.#settle(entry, await receiver.reconcile(notification, this.#ports.send));
      } else if (entry.state === 'unknown' && !target.traits.idempotent) {
        this.#settle(entry, { kind: 'arrived' });
      } else await this.#attempt(entry, receiver);
    } catch (error) {
      // A bug in a receiver must not stop the others.
      this.#ports.logger.error('a receiver failed unexpectedly', { delivery: entry.id, error });
      this.#settle(entry, { kind: 'unknown', reason: 'an unexpected error' });
    }
  }

  async #attempt(entry: OutboxEntry, receiver: Receiver): Promise<void> {
    const { clock, outbox, tables, logger } = this.#ports;
    const begun = entry.state === 'unknown' ? resend(entry, clock.nowMs()) : begin(entry, clock.nowMs());
    const notification = this.#notification(begun);
    if (notification === undefined) return;
    const message = receiver.format(notification);
    if (message === undefined) {
      const { entry: next } = settle(begun, { kind: 'sent' }, outbox.rules.retry, clock.nowMs());
      outbox.settle(next === undefined ? undefined : { ...next, told: entry.told }, begun);
      tables.commit();
      return;
    }
    outbox.put(begun);
    tables.commit();
    const fault = await tables.durable();
    if (isFault(fault)) {
      // A page that comes twice is better than none.
      this.#volatile.add(1);
      logger.error('a notification is sent without being logged', {
        delivery: entry.id,
        reason: fault.message,
      });
    }
    const outcome = await receiver.send(receiver.request(message, notification), this.#ports.send);
    this.#settle(begun, outcome);
  }

  #settle(begun: OutboxEntry, outcome: SendOutcome | ReconcileOutcome): void {
    const { clock, outbox, tables } = this.#ports;
    // What was wanted meanwhile is in the entry as it is now.
    const entry = outbox.get(begun.id) ?? begun;
    const { entry: next, reason } = settle(entry, outcome, outbox.rules.retry, clock.nowMs());
    outbox.count(reason);
    outbox.settle(next, entry);
    if (entry.part === 'action') {
      if (isSendOutcome(outcome)) this.#ports.remediated(entry, outcome);
    } else if (outcome.kind === 'refused') this.#ports.refused(entry, outcome.reason);
    tables.commit();
  }

  #notification(entry: OutboxEntry): Notification | undefined {
    const group = this.#ports.view(entry.groupId);
    if (group === undefined) {
      this.#ports.outbox.remove(entry);
      return undefined;
    }
    return {
      deliveryId: entry.id,
      idempotencyKey: keyOf(entry, group),
      dedupKey: entry.groupId,
      event: entry.underwayEvent ?? entry.event,
      group,
      page: entry.page,
      toldBefore: entry.told,
      unsure: entry.unsure,
      remoteRef: entry.remoteRef,
      nowMs: this.#ports.clock.nowMs(),
    };
  }
}

/**
 * A group fires and resolves once for each receiver, whatever is to be said of it by the time of another attempt; the
 * rest is told apart by what it says.
 */
function keyOf(entry: OutboxEntry, group: AlertGroup): string {
  const event = entry.underwayEvent ?? entry.event;
  switch (event) {
    case 'fired':
    case 'resolved':
    case 'paged':
    case 'remediate':
      return `${entry.id}:${event}`;
    case 'acknowledged':
    case 'unacknowledged':
      return `${entry.id}:${event}:${group.version}`;
    case 'changed':
    case 'repeated':
      return `${entry.id}:${event}:${entry.underway === 0 ? entry.wanted : entry.underway}`;
  }
}

function isSendOutcome(outcome: SendOutcome | ReconcileOutcome): outcome is SendOutcome {
  return outcome.kind !== 'arrived' && outcome.kind !== 'missing';
}
