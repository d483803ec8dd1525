import type {
  AlertGroup,
  BeginAnswer,
  ChatDelivery,
  ChatMention,
  NotificationFeed,
  SettleRequest,
} from '@statbar/sdk/wire';
import type { Clock, Fault, Timer } from '../../base/index.ts';
import type { Tables } from '../desk/tables.ts';
import type { OutboxEntry, ReconcileOutcome, SendOutcome } from '../types.ts';
import { begin, settle } from './next-entry.ts';
import type { Outbox } from './outbox.ts';

export interface ChatFeedPorts {
  readonly clock: Clock;
  readonly tables: Tables;
  readonly outbox: Outbox;
  view(groupId: string): AlertGroup | undefined;
  /** The platform refused: it belongs into the group's story. */
  refused(entry: OutboxEntry, reason: string): void;
}

const REASON_LENGTH_MAX = 1000;
const MEMO_LENGTH_MAX = 4000;

/** The bot's side of the outbox: what is to be posted, in an order that it can go on from, and what came of it. */
export class ChatFeed {
  readonly #ports: ChatFeedPorts;

  constructor(ports: ChatFeedPorts) {
    this.#ports = ports;
  }

  /** What is offered after the cursor; waits up to `waitMs` for something to come. Durable before it is given out. */
  async read(
    afterSequence: number,
    limit: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<NotificationFeed | Fault> {
    const { clock, outbox, tables } = this.#ports;
    const untilMs = clock.monotonicMs() + waitMs;
    let offered = this.#offered(afterSequence, limit);
    while (offered.length === 0 && clock.monotonicMs() < untilMs && !signal.aborted) {
      await this.#change(untilMs - clock.monotonicMs(), signal);
      offered = this.#offered(afterSequence, limit);
    }
    tables.commit();
    const fault = await tables.durable();
    if (fault !== undefined) return fault;
    const deliveries = offered.flatMap((entry) => {
      const current = outbox.get(entry.id);
      if (current === undefined) return [];
      outbox.noteOffered(current, clock.nowMs());
      return [this.#delivery(current)];
    });
    const last = offered.at(-1)?.sequence ?? afterSequence;
    return { deliveries, cursor: String(last) };
  }

  /** Durable when it settles: from then on a crash leaves the outcome unknown, not forgotten. */
  async begin(ids: readonly string[]): Promise<BeginAnswer | Fault> {
    const { clock, outbox, tables } = this.#ports;
    const nowMs = clock.nowMs();
    const results = ids.map((id) => {
      const entry = outbox.get(id);
      const isReady = entry?.chat !== undefined && (entry.state === 'pending' || entry.state === 'unknown');
      if (entry === undefined || !isReady || !this.#isOpen(entry)) {
        return { id, verdict: 'over', delivery: null } as const;
      }
      const begun = begin(entry, nowMs);
      outbox.put(begun);
      return { id, verdict: 'go', delivery: this.#delivery(begun) } as const;
    });
    tables.commit();
    const fault = await tables.durable();
    return fault ?? { results };
  }

  /** Takes what came of attempts; settles when that is durable. */
  async settle(results: SettleRequest['results']): Promise<Fault | undefined> {
    const { tables } = this.#ports;
    for (const result of results) this.#settleOne(result);
    tables.commit();
    return tables.durable();
  }

  #settleOne(result: SettleRequest['results'][number]): void {
    const { clock, outbox } = this.#ports;
    const entry = outbox.get(result.id);
    if (entry?.chat === undefined) return;
    // Late news of an attempt that was given up: only that it arrived still matters.
    const isCurrent = entry.state === 'sending' && entry.sequence === result.sequence;
    if (!isCurrent && (result.outcome !== 'sent' || entry.state === 'sent' || entry.state === 'pending'))
      return;
    const nowMs = clock.nowMs();
    const known = 'memo' in result ? cut(result.memo, MEMO_LENGTH_MAX) : undefined;
    let chat = { ...entry.chat, memo: known ?? entry.chat.memo };
    let outcome: SendOutcome | ReconcileOutcome;
    switch (result.outcome) {
      case 'sent':
        chat = {
          ...chat,
          messageId: result.messageId,
          threadId: result.threadId ?? chat.threadId,
          // The copy stays where it is, whatever becomes of the other.
          ...(chat.maybeTwice === true || result.maybeTwice === true ? { maybeTwice: true } : {}),
        };
        outcome = { kind: 'sent' };
        break;
      case 'later':
        outcome = {
          kind: 'later',
          reason: cut(result.reason, REASON_LENGTH_MAX) ?? '',
          ...pauseOf(result.retryAfterMs),
        };
        break;
      case 'unknown':
        outcome = { kind: 'unknown', reason: cut(result.reason, REASON_LENGTH_MAX) ?? '' };
        break;
      case 'refused':
        outcome = { kind: 'refused', reason: cut(result.reason, REASON_LENGTH_MAX) ?? '' };
        break;
      case 'gone':
        chat = { ...chat, messageId: undefined, threadId: entry.part === 'card' ? undefined : chat.threadId };
        outcome = { kind: 'missing' };
        break;
    }
    const { entry: next, reason } = settle({ ...entry, chat }, outcome, outbox.rules.retry, nowMs);
    outbox.count(reason);
    outbox.settle(next, entry);
    if (outcome.kind === 'refused') this.#ports.refused(entry, outcome.reason);
  }

  #offered(afterSequence: number, limit: number): OutboxEntry[] {
    const nowMs = this.#ports.clock.nowMs();
    const offered: OutboxEntry[] = [];
    for (const entry of this.#ports.outbox.offeredAfter(afterSequence)) {
      const waits = entry.state === 'pending' || entry.state === 'unknown';
      if (!waits || entry.notBeforeMs > nowMs || !this.#isOpen(entry)) continue;
      offered.push(entry);
      if (offered.length >= limit) break;
    }
    return offered;
  }

  /** What belongs into a card's thread waits for the card; a page goes also where there is none. */
  #isOpen(entry: OutboxEntry): boolean {
    if (entry.part === 'card' || entry.part === 'digest') return true;
    const card = this.#ports.outbox.get(`${entry.groupId}/${entry.target}/card`);
    if (card?.chat?.messageId !== undefined) return true;
    return entry.part === 'page' && (card === undefined || card.state === 'failed');
  }

  #delivery(entry: OutboxEntry): ChatDelivery {
    const { chat, part, page } = entry;
    if (chat === undefined || part === 'action') throw new Error('not a chat entry');
    const group = part === 'digest' ? null : (this.#ports.view(entry.groupId) ?? null);
    const card = this.#ports.outbox.get(`${entry.groupId}/${entry.target}/card`);
    const isCard = part === 'card' || part === 'digest';
    const cardId = card?.chat?.threadId ?? card?.chat?.messageId;
    const story = part === 'story' ? (group?.story ?? []) : [];
    return {
      id: entry.id,
      sequence: entry.sequence,
      part,
      target: chat.target,
      priority: entry.priority,
      unsure: entry.unsure,
      attempts: entry.attempts,
      messageId: chat.messageId ?? null,
      threadId: (part === 'card' ? chat.threadId : cardId) ?? null,
      maybeTwice: (isCard ? chat : card?.chat)?.maybeTwice ?? false,
      memo: chat.memo ?? null,
      group,
      story: story.filter(({ sequence }) => sequence > entry.arrived && sequence <= entry.wanted),
      mentions: (page?.users ?? []).map(
        (user): ChatMention => ({
          name: user.name,
          email: user.email ?? null,
          platformId: (chat.target.platform === 'slack' ? user.slack : user.teams) ?? null,
        }),
      ),
      text: page?.text ?? '',
      digest: chat.digest ?? null,
    };
  }

  /** Settles when there may be something new, when the time is over, or when the client has gone. */
  #change(waitMs: number, signal: AbortSignal): Promise<void> {
    const { clock, outbox } = this.#ports;
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const done = (): void => {
        stop();
        timer?.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const stop = outbox.onChange(done);
      timer = clock.after(waitMs, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function cut(text: string | undefined, lengthMax: number): string | undefined {
  return text?.slice(0, lengthMax);
}

function pauseOf(retryAfterMs: number | undefined): { readonly retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs: Math.max(0, retryAfterMs) };
}
