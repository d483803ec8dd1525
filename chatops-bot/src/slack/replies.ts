import { type Clock, type Logger, pause } from '../base/index.ts';
import type { Paint } from '../chart/index.ts';
import type { Card, Conversation, Person, PostOutcome, Reply } from '../reply/index.ts';
import { limits } from './limits.ts';
import type { SlackPoster } from './poster.ts';
import { renderCard } from './render.ts';

export interface ReplyPorts {
  readonly poster: SlackPoster;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paint: Paint;
}

/** Longer than this nobody waits for an answer. */
const REPLY_WAIT_MAX_MS = 15_000;

/** Answers to people, where they asked. */
export class SlackReplies {
  readonly #ports: ReplyPorts;

  constructor(ports: ReplyPorts) {
    this.#ports = ports;
  }

  /** Says it where it was asked; what only one person is to see can be said only in channels. */
  async say(conversation: Conversation, person: Person, { audience, card }: Reply): Promise<void> {
    const { poster, logger, clock } = this.#ports;
    const { place, threadId } = conversation;
    const isPrivate = audience === 'private' && !place.direct && !place.channel.startsWith('D');
    const message = { deliveryId: '', part: 0, card };
    const say = (): Promise<PostOutcome> => {
      if (isPrivate) return poster.ephemeral(place, threadId, person, card);
      return threadId === null ? poster.post(place, message) : poster.postInThread(place, threadId, message);
    };
    let outcome = await say();
    if (outcome.outcome === 'later') {
      await pause(clock, Math.min(outcome.retryAfterMs ?? 1000, REPLY_WAIT_MAX_MS));
      outcome = await say();
    }
    if (outcome.outcome !== 'sent') {
      logger.warn('a reply cannot be said', { channel: place.channel, ...outcome });
    } else if (!isPrivate) await this.pictures(threadId ?? outcome.messageId, card);
  }

  /** Charts that Slack does not draw itself here follow as pictures. */
  async pictures(threadId: string, card: Card): Promise<void> {
    if (!this.#ports.poster.nativeCharts) await this.uploadCharts(threadId, card);
  }

  async uploadCharts(threadId: string, card: Card): Promise<void> {
    const { poster, logger, paint } = this.#ports;
    const charts = card.blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : []));
    for (const chart of charts.slice(0, limits.charts)) {
      const outcome = await poster.uploadChart(threadId, {
        deliveryId: '',
        part: 0,
        fileName: 'chart.png',
        png: await paint(chart, 'light'),
        title: chart.title,
        alt: chart.alt,
      });
      if (outcome.outcome !== 'sent') logger.warn('a picture cannot be shown', { ...outcome });
    }
  }

  /** By the URL that came with a command: it works in channels that the bot is not in. */
  async respond(url: string, { audience, card }: Reply): Promise<void> {
    const { logger, poster } = this.#ports;
    const { fetch } = poster;
    const send = async (nativeCharts: boolean): Promise<Response> => {
      const { blocks, text } = renderCard(card, { nativeCharts });
      return fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          response_type: audience === 'everyone' ? 'in_channel' : 'ephemeral',
          text,
          blocks,
        }),
        signal: AbortSignal.timeout(10_000),
      });
    };
    try {
      let response = await send(poster.nativeCharts);
      // The only thing in it that a workspace may not have yet.
      if (!response.ok && poster.nativeCharts) response = await send(false);
      if (!response.ok) logger.warn('a reply to a command was refused', { status: response.status });
    } catch (error) {
      logger.warn('a reply to a command cannot be said', { error: String(error) });
    }
  }
}
