import { createHash } from 'node:crypto';
import type { AlertGroup, DeliveryOutcome } from '@statbar/sdk/wire';
import { digestCard, groupCard, noDetails, pageCard, repeatOf, storyCard } from '../card/index.ts';
import type { Card, ChatPlatform, OutgoingMessage, PostOutcome } from '../reply/index.ts';
import type { DeliverOptions, DeliverPorts, Delivery } from './types.ts';

/** Looked for in history from so long before the group on: clocks differ. */
const SEARCH_MARGIN_MS = 120_000;

/** One attempt at one delivery, from looking whether it is there already to what the platform said. Never posts twice. */
export class Attempt {
  readonly #delivery: Delivery;
  readonly #platform: ChatPlatform;
  readonly #ports: DeliverPorts;
  readonly #options: DeliverOptions;

  constructor(delivery: Delivery, platform: ChatPlatform, ports: DeliverPorts, options: DeliverOptions) {
    this.#delivery = delivery;
    this.#platform = platform;
    this.#ports = ports;
    this.#options = options;
  }

  async run(): Promise<DeliveryOutcome> {
    const { part } = this.#delivery;
    switch (part) {
      case 'card':
      case 'digest':
        return this.#card();
      case 'story':
        return this.#story();
      case 'page':
        return this.#page();
      case 'chart':
        return this.#chart();
    }
  }

  async #card(): Promise<DeliveryOutcome> {
    const { target, messageId, unsure, maybeTwice } = this.#delivery;
    const card = await this.#cardNow();
    if (card === undefined) return { outcome: 'refused', reason: 'there is nothing to show' };
    // Once it was perhaps there twice, it goes on saying so.
    const message = repeated(this.#message(card, 0), maybeTwice);
    if (messageId !== null) return told(await this.#platform.edit(target, messageId, message));
    if (!unsure) return told(await this.#platform.post(target, message));
    const found = await this.#find(null);
    if ('outcome' in found) return found;
    const [first] = found.messageIds;
    // What is there was said before: it may have changed since.
    if (first !== undefined) return told(await this.#platform.edit(target, first, message));
    return told(
      await this.#platform.post(target, repeated(message, found.isGuess && !maybeTwice)),
      found.isGuess,
    );
  }

  async #story(): Promise<DeliveryOutcome> {
    const { target, threadId, unsure, group } = this.#delivery;
    let { story } = this.#delivery;
    let isGuess = false;
    if (threadId === null || group === null) return { outcome: 'refused', reason: 'there is no thread' };
    if (unsure) {
      const found = await this.#find(threadId);
      if ('outcome' in found) return found;
      isGuess = found.isGuess;
      const last = found.parts.at(-1) ?? 0;
      story = story.filter(({ sequence }) => sequence > last);
      if (story.length === 0) {
        return { outcome: 'sent', messageId: found.messageIds.at(-1) ?? threadId };
      }
    }
    const last = story.at(-1);
    if (last === undefined) return { outcome: 'sent', messageId: threadId };
    const message = repeated(this.#message(storyCard(group, story), last.sequence), isGuess);
    return told(inThread(await this.#platform.postInThread(target, threadId, message)), isGuess);
  }

  async #page(): Promise<DeliveryOutcome> {
    const { target, threadId, unsure, group, mentions, text } = this.#delivery;
    let isGuess = false;
    if (unsure) {
      const found = await this.#find(threadId);
      if ('outcome' in found) return found;
      const [first] = found.messageIds;
      if (first !== undefined) return { outcome: 'sent', messageId: first };
      isGuess = found.isGuess;
    }
    const message = repeated(this.#message(pageCard(group, mentions, text), 0), isGuess);
    if (threadId === null) return told(await this.#platform.post(target, message), isGuess);
    const outcome = await this.#platform.postInThread(target, threadId, message);
    // A page is worth more than its place: without the thread it goes into the channel.
    if (outcome.outcome === 'gone') return told(await this.#platform.post(target, message), isGuess);
    return told(outcome, isGuess);
  }

  /** The picture goes into the thread, and what was found out with it onto the card. */
  async #chart(): Promise<DeliveryOutcome> {
    const { target, threadId, unsure, group, id, maybeTwice } = this.#delivery;
    if (group === null || threadId === null) return { outcome: 'refused', reason: 'there is no thread' };
    const details = await this.#ports.details.find(group);
    const whole = groupCard(group, details, this.#options.card);
    const card = maybeTwice ? repeatOf(whole) : whole;
    // Edited whenever there is something to add: saying the same again changes nothing.
    if (details !== noDetails) {
      const edited = await this.#platform.edit(target, threadId, {
        deliveryId: id.replace(/\/chart$/, '/card'),
        part: 0,
        card,
      });
      if (edited.outcome === 'later' || edited.outcome === 'unknown') return told(edited);
      if (edited.outcome === 'gone') return { outcome: 'refused', reason: 'the card was deleted' };
    }
    const { chart } = details;
    const part = group.state === 'resolved' ? 2 : 1;
    if (chart === null) return { outcome: 'sent', messageId: threadId };
    if (unsure) {
      const found = await this.#find(threadId);
      if ('outcome' in found) return found;
      const at = found.parts.indexOf(part);
      if (at >= 0) return { outcome: 'sent', messageId: found.messageIds[at] };
    }
    const outcome = await this.#platform.uploadChart(target, threadId, {
      deliveryId: id,
      part,
      fileName: pictureName(id, part),
      png: await this.#ports.paint(chart, this.#options.chartTheme),
      title: group.state === 'resolved' ? `${chart.title} (resolved)` : chart.title,
      alt: chart.alt,
    });
    return outcome === 'unable' ? { outcome: 'sent', messageId: threadId } : told(inThread(outcome));
  }

  /** The group's card with what is known of it: the first one waits for nothing, an edit keeps what the card had. */
  async #cardNow(): Promise<Card | undefined> {
    const { group, digest, messageId, unsure } = this.#delivery;
    if (digest !== null) return digestCard(digest);
    if (group === null) return undefined;
    const isFirst = messageId === null && !unsure;
    return groupCard(group, await this.#detailsOf(group, isFirst), this.#options.card);
  }

  async #detailsOf(group: AlertGroup, isFirst: boolean) {
    const known = this.#ports.details.known(group.id);
    if (known !== undefined) return known;
    return isFirst ? noDetails : this.#ports.details.find(group);
  }

  #message(card: Card, part: number): OutgoingMessage {
    return { deliveryId: this.#delivery.id, part, card };
  }

  /** What is there of this delivery; `isGuess`: it cannot be known. An outcome: not now. */
  async #find(
    threadId: string | null,
  ): Promise<
    | { readonly parts: number[]; readonly messageIds: string[]; readonly isGuess: boolean }
    | Extract<DeliveryOutcome, { outcome: 'later' }>
  > {
    const { target, id, group, digest } = this.#delivery;
    const sinceMs = (group?.createdAtMs ?? digest?.sinceMs ?? 0) - SEARCH_MARGIN_MS;
    const answer = await this.#platform.find(target, threadId, id, sinceMs);
    if ('found' in answer) {
      return {
        parts: answer.found.map(({ part }) => part),
        messageIds: answer.found.map(({ messageId }) => messageId),
        isGuess: false,
      };
    }
    return answer.outcome === 'unable' ? { parts: [], messageIds: [], isGuess: true } : answer;
  }
}

/** A name by which the picture can be found again in its thread. */
export function pictureName(deliveryId: string, part: number): string {
  return `statbar-${pictureKey(deliveryId)}-${part}.png`;
}

export function pictureKey(deliveryId: string): string {
  return createHash('sha256').update(deliveryId).digest('hex').slice(0, 16);
}

function repeated(message: OutgoingMessage, isRepeat: boolean): OutgoingMessage {
  return isRepeat ? { ...message, card: repeatOf(message.card) } : message;
}

function told(outcome: PostOutcome, isGuess = false): DeliveryOutcome {
  return isGuess && outcome.outcome === 'sent' ? { ...outcome, maybeTwice: true } : outcome;
}

/** Somebody deleted the card: what belongs into its thread has no place any more. */
function inThread(outcome: PostOutcome): PostOutcome {
  return outcome.outcome === 'gone' ? { outcome: 'refused', reason: outcome.reason } : outcome;
}
