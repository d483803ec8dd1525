import type { KnownEventFromType } from '@slack/bolt';
import type { KnownBlock, WebClient } from '@slack/web-api';
import { type Clock, type Logger, pause } from '../base/index.ts';
import type { Card, ChatHandlers, Conversation, Person } from '../reply/index.ts';
import { sentenceCard } from '../reply/index.ts';
import { failureOf } from './outcome.ts';
import { messageIdOf } from './places.ts';
import type { SlackPoster } from './poster.ts';
import { hasNativeChart, renderCard } from './render.ts';
import type { SlackReplies } from './replies.ts';

type LinkShared = KnownEventFromType<'link_shared'>;

export interface LinkPorts {
  readonly client: WebClient;
  readonly poster: SlackPoster;
  readonly replies: SlackReplies;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LINKS_MAX = 5;
const WAIT_MAX_MS = 15_000;

/** Makes cards of the links that people post. */
export class SlackLinks {
  readonly #ports: LinkPorts;
  /** Whether Slack draws charts in these, too: until it refuses one. */
  #nativeCharts = true;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  async unfurl(event: LinkShared, person: Person, handlers: Pick<ChatHandlers, 'unfurl'>): Promise<void> {
    const urls = [...new Set(event.links.map(({ url }) => url))].slice(0, LINKS_MAX);
    const unfurled = await Promise.all(urls.map((url) => handlers.unfurl(url, person)));
    const cards = new Map<string, Card>();
    const refusals: string[] = [];
    for (const [at, each] of unfurled.entries()) {
      if (each.kind === 'card') cards.set(urls[at], withoutActions(each.card));
      if (each.kind === 'refused') refusals.push(each.why);
    }
    if (cards.size > 0) await this.#show(event, cards);
    if (refusals.length > 0) await this.#refuse(event, person, refusals[0]);
  }

  async #show(event: LinkShared, cards: ReadonlyMap<string, Card>): Promise<void> {
    const { poster, logger } = this.#ports;
    const native = poster.nativeCharts && this.#nativeCharts;
    const error = await this.#attempt(event, cards, native);
    if (error === undefined && native) return;
    const hasCharts = [...cards.values()].some((card) =>
      hasNativeChart(renderCard(card, { nativeCharts: true }).blocks),
    );
    if (error !== undefined) {
      const { outcome, reason } = failureOf(error);
      const again = native && hasCharts ? await this.#attempt(event, cards, false) : error;
      if (again !== undefined) {
        logger.warn('a link cannot be shown as a card', { outcome, reason: String(again) });
        return;
      }
      logger.info('Slack draws no charts of links here: they follow as pictures', { reason });
      this.#nativeCharts = false;
    }
    if (hasCharts) await this.#pictures(event, cards);
  }

  /** What went wrong; undefined: nothing. Waits once when it is asked to. */
  async #attempt(event: LinkShared, cards: ReadonlyMap<string, Card>, native: boolean): Promise<unknown> {
    const { client, clock } = this.#ports;
    const blocksOf = (card: Card) => renderCard(card, { nativeCharts: native }).blocks as KnownBlock[];
    const unfurls = Object.fromEntries([...cards].map(([url, card]) => [url, { blocks: blocksOf(card) }]));
    const { channel, message_ts: ts, unfurl_id: id } = event;
    // A link in a message that is still being written has no place yet.
    const target =
      event.source === 'composer' && id !== undefined
        ? ({ source: 'composer', unfurl_id: id } as const)
        : { channel, ts };
    for (let attempt = 1; ; attempt++) {
      try {
        await client.chat.unfurl({ ...target, unfurls });
        return undefined;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.outcome !== 'later' || attempt > 1) return error;
        await pause(clock, Math.min(WAIT_MAX_MS, failure.retryAfterMs ?? 1000));
      }
    }
  }

  /** Charts that Slack does not draw: in the thread of the link. */
  async #pictures(
    { source, channel, message_ts: ts, thread_ts }: LinkShared,
    cards: ReadonlyMap<string, Card>,
  ) {
    if (source === 'composer') return;
    for (const card of cards.values()) {
      await this.#ports.replies.uploadCharts(messageIdOf(channel, thread_ts ?? ts), card);
    }
  }

  /** Told to who posted the link, and to nobody else. */
  async #refuse(event: LinkShared, person: Person, why: string): Promise<void> {
    if (event.source === 'composer') return;
    const { channel, thread_ts, is_bot_user_member: isMember } = event;
    const conversation: Conversation = {
      place: isMember
        ? { platform: 'slack', channel, direct: false }
        : { platform: 'slack', channel: person.id, direct: true },
      threadId: isMember && thread_ts !== undefined ? messageIdOf(channel, thread_ts) : null,
      groupId: null,
    };
    await this.#ports.replies.say(conversation, person, { audience: 'private', card: sentenceCard(why) });
  }
}

function withoutActions(card: Card): Card {
  return { ...card, blocks: card.blocks.filter(({ kind }) => kind !== 'actions') };
}
