import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Counters, Logger } from '../base/index.ts';
import type {
  Card,
  FindOutcome,
  OutgoingMessage,
  OutgoingPicture,
  Person,
  Place,
  PostOutcome,
} from '../reply/index.ts';
import { type Failure, failureOf, isPlatformError } from './outcome.ts';
import { isChannelId, messageIdOf, Places, readMessageId } from './places.ts';
import { hasNativeChart, type RenderedMessage, renderCard } from './render.ts';
import { METADATA_TYPE, searchSlack } from './search.ts';
import { blockProblems } from './validate-blocks.ts';

export interface PosterPorts {
  /** Without retries of its own, and without a queue that one 429 would stop. */
  readonly client: WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: Logger;
  readonly counters: Counters;
}

type Call = (message: RenderedMessage) => Promise<PostOutcome>;

/** Posts, edits and finds messages: one call, one attempt. */
export class SlackPoster {
  readonly places: Places;
  readonly #ports: PosterPorts;
  /** Until a workspace refuses them. */
  #nativeCharts: boolean;

  constructor(ports: PosterPorts, nativeCharts: boolean) {
    this.#ports = ports;
    this.#nativeCharts = nativeCharts;
    this.places = new Places(ports.client);
  }

  get fetch(): typeof globalThis.fetch {
    return this.#ports.fetch;
  }

  get nativeCharts(): boolean {
    return this.#nativeCharts;
  }

  async post(place: Place, message: OutgoingMessage): Promise<PostOutcome> {
    const channel = place.direct ? await this.places.idOf(place) : place.channel.replace(/^#/, '');
    if (typeof channel !== 'string') return channel;
    return this.#say(message.card, async (rendered) => {
      const answer = await this.#ports.client.chat.postMessage({
        channel,
        ...wire(rendered),
        ...metadata(message),
      });
      const id = answer.channel ?? channel;
      if (isChannelId(id)) this.places.learn(place, id);
      return { outcome: 'sent', messageId: messageIdOf(id, answer.ts ?? '') };
    });
  }

  async edit(_place: Place, messageId: string, message: OutgoingMessage): Promise<PostOutcome> {
    const { channel, ts } = readMessageId(messageId);
    return this.#say(message.card, async (rendered) => {
      await this.#ports.client.chat.update({ channel, ts, ...wire(rendered), ...metadata(message) });
      return { outcome: 'sent', messageId };
    });
  }

  async postInThread(_place: Place, threadId: string, message: OutgoingMessage): Promise<PostOutcome> {
    const { channel, ts } = readMessageId(threadId);
    const { client } = this.#ports;
    return this.#say(message.card, async (rendered) => {
      const answer = await client.chat.postMessage({
        channel,
        thread_ts: ts,
        ...wire(rendered),
        ...metadata(message),
      });
      const posted = answer.ts ?? '';
      if (answer.message?.thread_ts === ts) {
        return { outcome: 'sent', messageId: messageIdOf(channel, posted) };
      }
      // Where there is no such thread Slack posts into the channel, and calls that success.
      await client.chat.delete({ channel, ts: posted });
      return { outcome: 'gone', reason: 'the message whose thread it belongs into was deleted' };
    });
  }

  /** Three calls (`files.uploadV2`); only the last one shows anything to anybody. A thread without a time stamp: the channel. */
  async uploadChart(threadId: string, picture: OutgoingPicture): Promise<PostOutcome> {
    const { channel, ts } = readMessageId(threadId);
    const { client, fetch } = this.#ports;
    let fileId: string;
    try {
      const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
        filename: picture.fileName,
        length: picture.png.length,
        alt_text: picture.alt.slice(0, 1000),
      });
      if (url === undefined || id === undefined)
        return { outcome: 'later', reason: 'Slack gave no upload URL' };
      const uploaded = await fetch(url, {
        method: 'POST',
        body: new Uint8Array(picture.png),
        headers: { 'content-type': 'application/octet-stream' },
        signal: AbortSignal.timeout(20_000),
      });
      if (!uploaded.ok) return { outcome: 'later', reason: `the upload was answered ${uploaded.status}` };
      fileId = id;
    } catch (error) {
      return beforehand(error);
    }
    try {
      await client.files.completeUploadExternal({
        files: [{ id: fileId, title: picture.title.slice(0, 250) }],
        channel_id: channel,
        ...(ts === '' ? {} : { thread_ts: ts }),
      });
      return { outcome: 'sent', messageId: messageIdOf(channel, fileId) };
    } catch (error) {
      return failureOf(error);
    }
  }

  async ephemeral(place: Place, threadId: string | null, person: Person, card: Card): Promise<PostOutcome> {
    const channel = await this.places.idOf(place);
    if (typeof channel !== 'string') return channel;
    return this.#say(card, async (rendered) => {
      const answer = await this.#ports.client.chat.postEphemeral({
        channel,
        user: person.id,
        ...(threadId === null ? {} : { thread_ts: readMessageId(threadId).ts }),
        ...wire(rendered),
      });
      return { outcome: 'sent', messageId: messageIdOf(channel, answer.message_ts ?? '') };
    });
  }

  async find(
    place: Place,
    threadId: string | null,
    deliveryId: string,
    sinceMs: number,
  ): Promise<FindOutcome> {
    const { client } = this.#ports;
    if (threadId !== null) {
      const { channel, ts } = readMessageId(threadId);
      return searchSlack(client, channel, ts, deliveryId, sinceMs);
    }
    const channel = await this.places.idOf(place);
    if (typeof channel !== 'string') {
      // Nothing can have been posted where there is nothing.
      return channel.outcome === 'refused' || channel.outcome === 'gone'
        ? { found: [] }
        : { outcome: 'later', reason: channel.reason };
    }
    return searchSlack(client, channel, null, deliveryId, sinceMs);
  }

  /** The card in the best form that Slack takes: with its own charts, without them, and at worst as a line of text. */
  async #say(card: Card, call: Call): Promise<PostOutcome> {
    const { logger, counters } = this.#ports;
    const rendered = renderCard(card, { nativeCharts: this.#nativeCharts });
    const problems = blockProblems(rendered.blocks);
    if (problems.length > 0) {
      counters.add('statbar_chat_blocks_refused_total', 'own_check');
      logger.error('a card is not what Slack takes', { problems: problems.slice(0, 5) });
      return this.#attempt(call, { blocks: [], text: rendered.text });
    }
    try {
      return await call(rendered);
    } catch (error) {
      if (!isPlatformError(error, 'invalid_blocks') && !isPlatformError(error, 'msg_blocks_too_long')) {
        return failureOf(error);
      }
      const { outcome, reason } = failureOf(error) as Failure & { readonly reason: string };
      counters.add('statbar_chat_blocks_refused_total', outcome);
      if (hasNativeChart(rendered.blocks)) {
        logger.warn('this workspace does not take charts in messages: from now on there are only pictures', {
          reason,
        });
        this.#nativeCharts = false;
        return this.#attempt(call, renderCard(card, { nativeCharts: false }));
      }
      logger.error('Slack refused a card: its text is posted alone', { reason });
      return this.#attempt(call, { blocks: [], text: rendered.text });
    }
  }

  async #attempt(call: Call, message: RenderedMessage): Promise<PostOutcome> {
    try {
      return await call(message);
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** `@slack/types` has no native charts yet. */
function wire({ blocks, text }: RenderedMessage) {
  return { text, blocks: blocks as KnownBlock[], unfurl_links: false, unfurl_media: false };
}

function metadata({ deliveryId, part }: OutgoingMessage) {
  if (deliveryId === '') return {};
  return { metadata: { event_type: METADATA_TYPE, event_payload: { delivery_id: deliveryId, part } } };
}

/** Nothing is to be seen yet, so whatever went wrong can be tried again. */
function beforehand(error: unknown): PostOutcome {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { outcome: 'later', reason: 'the upload took too long' };
  }
  if (error instanceof TypeError) return { outcome: 'later', reason: error.message };
  const failure = failureOf(error);
  return failure.outcome === 'unknown' ? { outcome: 'later', reason: failure.reason } : failure;
}
