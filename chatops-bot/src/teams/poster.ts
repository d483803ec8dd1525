import type { App } from '@microsoft/teams.apps';
import { type Clock, type Counters, type Logger, pause } from '../base/index.ts';
import type { Paint } from '../chart/index.ts';
import type { Block, Card, OutgoingMessage, Person, Place, PostOutcome } from '../reply/index.ts';
import { Backoff } from './backoff.ts';
import type { Connectors } from './connectors.ts';
import type { TeamsNotes } from './notes.ts';
import { type CallKind, failureOf } from './outcome.ts';
import { renderCard } from './render.ts';
import { clean, type Element } from './text.ts';

export interface PosterPorts {
  readonly app: App;
  readonly notes: TeamsNotes;
  readonly connectors: Connectors;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly paint: Paint;
}

export interface PosterOptions {
  readonly nativeCharts: boolean;
  readonly tenantId: string;
}

const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';
const REPLY_ATTEMPTS = 4;
const REPLY_WAIT_MAX_MS = 15_000;
const PICTURES_MAX = 3;

/** Posts, edits and answers in Teams. One call is one attempt, but for answers to people, who have nobody else to try again. */
export class TeamsPoster {
  readonly #ports: PosterPorts;
  readonly #options: PosterOptions;
  readonly #backoff: Backoff;

  constructor(ports: PosterPorts, options: PosterOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#backoff = new Backoff(ports.clock);
  }

  async send(
    place: Place,
    threadId: string | null,
    { deliveryId, card }: OutgoingMessage,
  ): Promise<PostOutcome> {
    const chat = await this.#conversationOf(place);
    if (typeof chat !== 'string') return chat;
    const kind = threadId === null ? 'post' : 'thread';
    const where = threadId === null || !isChannel(chat) ? chat : `${chat};messageid=${threadId}`;
    const outcome = await this.#call(chat, kind, await this.#activity(card), where);
    if (outcome.outcome === 'sent' && threadId === null)
      this.#remember(chat, outcome.messageId, card, deliveryId);
    return outcome;
  }

  async edit(place: Place, messageId: string, { card, deliveryId }: OutgoingMessage): Promise<PostOutcome> {
    const chat = await this.#conversationOf(place);
    if (typeof chat !== 'string') return chat;
    const outcome = await this.#call(chat, 'edit', { ...(await this.#activity(card)), id: messageId }, chat);
    if (outcome.outcome === 'sent') this.#remember(chat, messageId, card, deliveryId);
    return outcome.outcome === 'sent' ? { ...outcome, messageId } : outcome;
  }

  /** Teams has no messages that one person of a channel sees: it goes into the chat with them. */
  async privately(place: Place, threadId: string | null, person: Person, card: Card): Promise<PostOutcome> {
    const message: OutgoingMessage = { deliveryId: '', part: 0, card };
    if (!isChannel(place.channel) && !place.channel.startsWith('19:'))
      return this.send(place, threadId, message);
    return this.send({ platform: 'teams', channel: person.id, direct: true }, null, message);
  }

  /** Tries again while Teams asks to wait, for as long as somebody may be waiting for the answer. */
  async reply(post: () => Promise<PostOutcome>): Promise<PostOutcome> {
    const { clock } = this.#ports;
    let outcome = await post();
    for (let attempt = 1; attempt < REPLY_ATTEMPTS && outcome.outcome === 'later'; attempt++) {
      await pause(clock, Math.min(REPLY_WAIT_MAX_MS, outcome.retryAfterMs ?? 1000 * 2 ** attempt));
      outcome = await post();
    }
    return outcome;
  }

  async #call(chat: string, kind: CallKind, activity: Element, where: string): Promise<PostOutcome> {
    const { counters } = this.#ports;
    const waitMs = this.#backoff.remainingMs(chat);
    if (waitMs > 0) return { outcome: 'later', reason: 'Teams asked to wait', retryAfterMs: waitMs };
    try {
      const messageId = await this.#deliver(chat, activity, where);
      this.#backoff.passed(chat);
      return { outcome: 'sent', messageId };
    } catch (error) {
      const failure = failureOf(error, kind);
      counters.add('statbar_chat_posts_failed_total', `teams_${failure.outcome}`);
      if (failure.outcome !== 'later') return failure;
      return { ...failure, retryAfterMs: this.#backoff.limited(chat, failure.retryAfterMs) };
    }
  }

  /** `App.send` knows one connector only: this goes to the conversation's own. */
  async #deliver(chat: string, activity: Element, where: string): Promise<string> {
    const { app, connectors } = this.#ports;
    const { conversations } = connectors.ofConversation(chat);
    // The SDK's types would have its own builders for cards.
    const whole = {
      ...activity,
      from: { id: app.id, role: 'bot' },
      conversation: { id: where },
    } as unknown as Parameters<typeof conversations.createActivity>[1];
    const { id } = activity;
    if (typeof id !== 'string') return (await conversations.createActivity(where, whole)).id;
    await conversations.updateActivity(where, id, whole);
    return id;
  }

  async #activity(card: Card): Promise<Element> {
    return {
      type: 'message',
      summary: clean(card.summary, 300),
      attachments: [{ contentType: CARD_TYPE, content: await this.render(card) }],
    };
  }

  /** With a picture for each chart. */
  async render(card: Card): Promise<Element> {
    const charts = card.blocks
      .flatMap((block: Block) => (block.kind === 'chart' ? [block.chart] : []))
      .slice(0, PICTURES_MAX);
    const pictures: string[] = [];
    for (const chart of charts) {
      try {
        const png = await this.#ports.paint(chart, 'light');
        pictures.push(`data:image/png;base64,${Buffer.from(png).toString('base64')}`);
      } catch (error) {
        this.#ports.logger.warn('a chart cannot be drawn', { error: String(error) });
        break;
      }
    }
    return renderCard(card, { nativeCharts: this.#options.nativeCharts, pictures });
  }

  /** Which alert a thread is about: the group that the card's actions are about. */
  #remember(chat: string, messageId: string, card: Card, deliveryId: string): void {
    if (deliveryId === '') return;
    for (const block of card.blocks) {
      if (block.kind !== 'actions') continue;
      for (const action of block.actions) {
        const press =
          action.kind === 'button'
            ? action.press
            : action.kind === 'link'
              ? undefined
              : action.items[0]?.press;
        if (press === undefined || press.target === '') continue;
        this.#ports.notes.set('threads', `${chat} ${messageId}`, press.target);
        return;
      }
    }
  }

  /** The conversation of a place; with a person it is begun when it is not known. */
  async #conversationOf({
    channel,
    direct,
  }: Place): Promise<string | Exclude<PostOutcome, { outcome: 'sent' }>> {
    if (!direct) return channel;
    const { connectors, notes } = this.#ports;
    const user = channel.includes('@')
      ? notes.get('users', channel.toLowerCase())
      : (notes.get('users', channel) ?? channel);
    if (user === undefined) {
      return {
        outcome: 'refused',
        reason: `Teams is not asked for people by address: ${channel} has not spoken to the bot yet; give alert.users the Entra object id`,
      };
    }
    const known = notes.get('chats', user);
    if (known !== undefined) return known;
    try {
      const { conversations } = connectors.ofPerson(user);
      const { id, serviceUrl } = await conversations.create({
        members: [{ id: user, name: '', role: 'user' }],
        tenantId: this.#options.tenantId,
      });
      notes.set('chats', user, id);
      connectors.learn(id, undefined, serviceUrl ?? conversations.serviceUrl);
      return id;
    } catch (error) {
      // Beginning a chat that is there gives the same one: it can be tried again.
      return failureOf(error, 'edit') as Exclude<PostOutcome, { outcome: 'sent' }>;
    }
  }
}

/** Only channels have threads. */
export function isChannel(conversation: string): boolean {
  return /@thread\.(tacv2|skype)$/.test(conversation);
}
