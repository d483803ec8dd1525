import type { Telemetry } from '../../base/index.ts';
import type { GroupDocument } from '../desk/docs.ts';
import type { Tables } from '../desk/tables.ts';
import type { NotificationEvent, OutboxEntry, Page } from '../types.ts';
import { FeedOrder } from './feed-order.ts';
import { CHART_PAUSE_MS, firstEntries, newEntry } from './new-entry.ts';
import { abandon, isOnce, type RetryRule, want } from './next-entry.ts';
import { Offers } from './offers.ts';
import { chatTarget, type Target, type Targets } from './targets.ts';

export interface OutboxRules {
  readonly retry: RetryRule;
  /** A chat delivery that was begun and not settled for so long is perhaps posted. */
  readonly leaseMs: number;
}

/** Changes of a card that come within this time are one edit. */
const EDIT_PAUSE_MS = 1000;
const STORY_PAUSE_MS = 2000;

/**
 * What the receivers are to have. Entries say what is wanted, so that changes merge; the ones that are outstanding are
 * carried out by couriers, or offered to the bot in the order of their sequence.
 */
export class Outbox {
  readonly #tables: Tables;
  readonly #targets: Pick<Targets, 'get'>;
  #rules: OutboxRules;
  readonly #byGroup = new Map<string, Set<string>>();
  /** Neither sent nor failed: what the bot is to post, and what couriers carry. */
  readonly #forChat = new Set<string>();
  readonly #forCouriers = new Set<string>();
  readonly #order = new FeedOrder();
  /** Chat entries that are offered from a time on. */
  readonly #deferred = new Set<string>();
  readonly #offers = new Offers();
  readonly #listeners = new Set<() => void>();
  readonly #telemetry: Telemetry;

  constructor(tables: Tables, targets: Pick<Targets, 'get'>, rules: OutboxRules, telemetry: Telemetry) {
    this.#tables = tables;
    this.#targets = targets;
    this.#rules = rules;
    this.#telemetry = telemetry;
  }

  get rules(): OutboxRules {
    return this.#rules;
  }

  setRules(rules: OutboxRules): void {
    this.#rules = rules;
  }

  get size(): number {
    return this.#forChat.size + this.#forCouriers.size;
  }

  /**
   * After the tables were read back: attempts that were under way may have arrived, and what is to be offered gets new places in
   * the feed. Only what changed is logged again, so that starts cost the log nothing.
   */
  recover(nowMs: number): void {
    for (const entry of [...this.#tables.outbox.values()]) {
      if (entry.state === 'sending') this.put(abandon(entry, nowMs));
      else this.#keep(entry, true);
    }
  }

  /** Called whenever there may be something to carry out. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(id: string): OutboxEntry | undefined {
    return this.#tables.outbox.get(id);
  }

  /** What couriers are to carry, and what they are carrying. */
  forCouriers(): OutboxEntry[] {
    return this.#read(this.#forCouriers);
  }

  /** Chat entries with a place after the cursor, in order. */
  *offeredAfter(sequence: number): Generator<OutboxEntry> {
    for (const place of this.#order.after(sequence)) {
      const entry = this.#tables.outbox.get(place.id);
      if (entry?.sequence === place.sequence) yield entry;
    }
  }

  #read(ids: ReadonlySet<string>): OutboxEntry[] {
    return [...ids].flatMap((id) => this.#tables.outbox.get(id) ?? []);
  }

  ofGroup(groupId: string): OutboxEntry[] {
    return [...(this.#byGroup.get(groupId) ?? [])].flatMap((id) => this.#tables.outbox.get(id) ?? []);
  }

  /** Whether the target has the group, or is to have it, or wants none. */
  tells(group: GroupDocument, target: Target): boolean {
    return !target.traits.events.has('fired') || this.cardOf(group.id, target.key) !== undefined;
  }

  cardOf(groupId: string, target: string): OutboxEntry | undefined {
    return this.ofGroup(groupId).find((entry) => entry.part === 'card' && entry.target === target);
  }

  /** A group fires: each target is to have it. */
  fire(group: GroupDocument, targets: readonly Target[], nowMs: number): void {
    for (const target of targets) {
      if (this.tells(group, target)) continue;
      for (const entry of firstEntries(group, target, nowMs)) this.put(entry);
    }
  }

  /**
   * Something happened to a group that was told. `changed` and `repeated` go only to those who follow every change, or
   * only to the others; everything else goes to whoever wants to know it.
   */
  tell(
    group: GroupDocument,
    event: NotificationEvent,
    to: 'all' | 'changes' | 'interval',
    nowMs: number,
  ): void {
    for (const entry of this.ofGroup(group.id)) {
      const target = this.#targetOf(entry);
      if (target === undefined || isOnce(entry)) continue;
      if (to !== 'all' && target.traits.follows !== to) continue;
      if (entry.part === 'story') this.#tellStory(entry, group, nowMs);
      else if (entry.part === 'card') this.#tellCard(entry, target, group, event, nowMs);
      else if (event === 'resolved') {
        this.#step(want(entry, event, group.revision, nowMs).entry, entry, nowMs + CHART_PAUSE_MS);
      }
    }
  }

  /** Somebody is to come. One entry per step and target: pages do not merge. */
  page(group: GroupDocument, targets: readonly Target[], page: Page, nowMs: number): void {
    for (const target of targets) {
      if (!target.traits.events.has('paged')) continue;
      const entry = newEntry(group, target, 'page', 'paged', group.revision, nowMs);
      this.put({ ...entry, id: `${entry.id}-${page.step}`, page });
      this.#follow(group, target, nowMs);
    }
  }

  /** Whoever is only called by an escalation is to know the end, too: the group is told to it from here on. */
  #follow(group: GroupDocument, target: Target, nowMs: number): void {
    if (target.chat !== undefined || this.tells(group, target)) return;
    this.put(newEntry(group, target, 'card', 'fired', group.revision, nowMs));
  }

  /** Puts an entry as it now is; a chat entry that is to be offered gets its place in the feed. */
  put(entry: OutboxEntry): void {
    this.#keep(entry, false);
  }

  /** A place in the feed is of this run of the process only: the next start gives new ones, after all that were given. */
  #offer(entry: OutboxEntry): void {
    this.#tables.outbox.touch(entry.id, { ...entry, sequence: this.#nextSequence(entry.id) });
    this.#wake();
  }

  #keep(entry: OutboxEntry, isLogged: boolean): void {
    if (!isLogged) this.#tables.outbox.put(entry.id, entry);
    const isOver = entry.state === 'sent' || entry.state === 'failed';
    const outstanding = entry.chat === undefined ? this.#forCouriers : this.#forChat;
    if (isOver) outstanding.delete(entry.id);
    else outstanding.add(entry.id);
    const ids = this.#byGroup.get(entry.groupId) ?? new Set();
    ids.add(entry.id);
    this.#byGroup.set(entry.groupId, ids);
    if (isOver) return;
    if (entry.chat === undefined || entry.state === 'sending') this.#wake();
    else if (entry.notBeforeMs > entry.updatedAtMs) this.#deferred.add(entry.id);
    else this.#offer(entry);
  }

  remove(entry: OutboxEntry): void {
    this.#tables.outbox.remove(entry.id);
    this.#forChat.delete(entry.id);
    this.#forCouriers.delete(entry.id);
    this.#deferred.delete(entry.id);
    const ids = this.#byGroup.get(entry.groupId);
    ids?.delete(entry.id);
    if (ids?.size === 0) this.#byGroup.delete(entry.groupId);
  }

  /** What the next state of an entry is: it, or nothing. */
  settle(next: OutboxEntry | undefined, before: OutboxEntry): void {
    if (next === undefined) {
      for (const entry of this.ofGroup(before.groupId)) {
        const sameTarget = entry.target === before.target;
        if (entry.id === before.id || (before.part === 'card' && sameTarget && entry.part !== 'page')) {
          this.remove(entry);
        }
      }
      return;
    }
    this.put(next);
    const cardIsThere = next.part === 'card' && next.chat?.messageId !== undefined;
    if (cardIsThere || next.state === 'failed') this.#promote(next);
  }

  /** A delivery was given to the bot; one that is never begun is offered again. */
  noteOffered(entry: OutboxEntry, nowMs: number): void {
    this.#offers.note(entry, nowMs);
  }

  /** Offers what has waited for its time, and abandons what was begun and never settled. True when something changed. */
  tick(nowMs: number): boolean {
    const overdue = this.#offers.takeOverdue(nowMs, this.#rules.leaseMs, (id) => this.get(id));
    for (const entry of overdue) this.#offer(entry);
    let changed = overdue.length > 0;
    for (const id of [...this.#deferred]) {
      const entry = this.#tables.outbox.get(id);
      if (entry !== undefined && entry.notBeforeMs > nowMs && entry.state !== 'sent') continue;
      this.#deferred.delete(id);
      if (entry === undefined || (entry.state !== 'pending' && entry.state !== 'unknown')) continue;
      this.#offer(entry);
      changed = true;
    }
    for (const entry of this.#read(this.#forChat)) {
      if (entry.state !== 'sending') continue;
      if (nowMs - entry.updatedAtMs < this.#rules.leaseMs) continue;
      this.put(abandon(entry, nowMs));
      changed = true;
    }
    this.#order.tidy(this.#forChat.size, (place) => this.get(place.id)?.sequence === place.sequence);
    return changed;
  }

  count(reason: string): void {
    this.#telemetry
      .counter('statbar_alert_deliveries_total', 'Steps of deliveries to receivers, by what came of them.', {
        reason,
      })
      .add(1);
  }

  #targetOf(entry: OutboxEntry): Target | undefined {
    const known = this.#targets.get(entry.target);
    // A channel that has left, or is no longer configured: what it has is kept up to date to the end.
    return known ?? (entry.chat === undefined ? undefined : chatTarget(entry.chat.target));
  }

  #tellStory(entry: OutboxEntry, group: GroupDocument, nowMs: number): void {
    if (group.storySequence <= entry.wanted) return;
    this.#step(want(entry, 'changed', group.storySequence, nowMs).entry, entry, nowMs + STORY_PAUSE_MS);
  }

  #tellCard(
    entry: OutboxEntry,
    target: Target,
    group: GroupDocument,
    event: NotificationEvent,
    nowMs: number,
  ): void {
    if (!target.traits.events.has(event)) return;
    const { entry: next } = want(entry, event, group.revision, nowMs);
    // Chat shows everything that has come together: nothing is to be told after.
    const merged = next !== undefined && target.chat !== undefined ? { ...next, thenEvent: undefined } : next;
    this.#step(merged, entry, event === 'changed' && entry.state === 'sent' ? nowMs + EDIT_PAUSE_MS : nowMs);
  }

  #step(next: OutboxEntry | undefined, before: OutboxEntry, notBeforeMs: number): void {
    if (next === undefined) {
      this.settle(next, before);
      return;
    }
    this.put({ ...next, notBeforeMs: Math.max(next.notBeforeMs, notBeforeMs) });
  }

  /** What waited for the card can go now. */
  #promote(card: OutboxEntry): void {
    for (const entry of this.ofGroup(card.groupId)) {
      if (entry.target !== card.target || entry.part === 'card' || entry.chat === undefined) continue;
      const threadId = card.chat?.threadId ?? card.chat?.messageId;
      const chat = { ...entry.chat, threadId };
      if (entry.chat.threadId === threadId && entry.state !== 'pending') continue;
      if (entry.state === 'pending' || entry.state === 'unknown') this.put({ ...entry, chat });
      else this.#tables.outbox.put(entry.id, { ...entry, chat });
    }
  }

  #nextSequence(id: string): number {
    const counters = this.#tables.counters.get('all') ?? { groups: 0, feed: 0, audit: 0 };
    const sequence = counters.feed + 1;
    this.#tables.counters.put('all', { ...counters, feed: sequence });
    this.#order.add(sequence, id);
    return sequence;
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }
}
