import { randomUUID } from 'node:crypto';
import type { AlertActor, ChatTarget } from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import { parseMatcherTexts } from '../matchers.ts';
import type { AuditFrom, AuditLog } from './audit-log.ts';
import type { DeskContext } from './context.ts';
import type { SubscriptionDocument } from './docs.ts';

/** Channels that asked for alerts besides the routes of the configuration. */
export class SubscriptionDesk {
  readonly #context: DeskContext;
  readonly #audit: AuditLog;

  constructor(context: DeskContext, audit: AuditLog) {
    this.#context = context;
    this.#audit = audit;
  }

  list(): readonly SubscriptionDocument[] {
    return [...this.#context.tables.subscriptions.values()];
  }

  add(
    target: ChatTarget,
    matcherTexts: readonly string[],
    by: AlertActor,
    from: AuditFrom,
    nowMs: number,
  ): SubscriptionDocument | Fault {
    const { tables, targets, config } = this.#context;
    const matchers = parseMatcherTexts(matcherTexts);
    if (isFault(matchers)) return matchers;
    if (tables.subscriptions.size >= config.limits.subscriptions_max) {
      return permanent('limit', 'there are too many subscriptions (limit: alert.limits.subscriptions_max)');
    }
    const subscription = {
      id: randomUUID(),
      target,
      matchers: matcherTexts,
      createdBy: by,
      createdAtMs: nowMs,
    };
    tables.subscriptions.put(subscription.id, subscription);
    targets.subscribe(subscription.id, target, matchers);
    const text = `${target.platform} ${target.channel}: ${matcherTexts.join(', ') || 'everything'}`;
    this.#audit.add(by, from, { action: 'subscribe', target: subscription.id, outcome: 'done', text }, nowMs);
    tables.commit();
    return subscription;
  }

  /** False: there is none. */
  remove(id: string, by: AlertActor, from: AuditFrom, nowMs: number): boolean {
    const { tables, targets } = this.#context;
    if (!tables.subscriptions.has(id)) return false;
    tables.subscriptions.remove(id);
    targets.unsubscribe(id);
    this.#audit.add(by, from, { action: 'unsubscribe', target: id, outcome: 'done', text: '' }, nowMs);
    tables.commit();
    return true;
  }
}
