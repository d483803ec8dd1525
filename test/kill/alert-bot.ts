import { setTimeout as sleep } from 'node:timers/promises';
import type { Prng } from '../../otel-processor/src/base/index.ts';
import { type AlertsClient, ApiError, createAlertsClient } from '../../sdk/src/alerts/index.ts';
import type { ChatDelivery, DeliveryOutcome } from '../../sdk/src/wire/index.ts';
import type { ChatMessage } from './alert-outside.ts';

/** Thrown where the bot's process would have died. */
class Died extends Error {}

/**
 * A bot that knows nothing but what the feed tells it, and that dies at random between any two of its steps. Its platform
 * keeps messages, and can be searched for the id of a delivery.
 */
export class MortalBot {
  readonly platform: ChatMessage[] = [];
  readonly #prng: Prng;
  readonly #url: () => string;
  deaths = 0;

  constructor(prng: Prng, url: () => string) {
    this.#prng = prng;
    this.#url = url;
  }

  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        await this.#live(over);
      } catch (error) {
        if (error instanceof Died) this.deaths += 1;
        else if (!(error instanceof ApiError)) throw error;
        await sleep(30);
      }
    }
  }

  async #live(over: AbortSignal): Promise<void> {
    const client = createAlertsClient({ baseUrl: this.#url() });
    let after: string | undefined;
    while (!over.aborted) {
      const feed = await client.feed({
        ...(after === undefined ? {} : { after }),
        waitMs: 300,
        signal: over,
      });
      after = feed.cursor;
      for (const delivery of [...feed.deliveries].sort((a, b) => a.priority - b.priority)) {
        await this.#deliver(client, delivery.id);
      }
    }
  }

  async #deliver(client: AlertsClient, id: string): Promise<void> {
    const { results } = await client.begin({ worker: 'test', ids: [id] });
    this.#mayDie();
    const [{ delivery }] = results;
    if (delivery === null) return;
    const outcome = this.#post(delivery);
    this.#mayDie();
    await client.settle({ worker: 'test', results: [{ id, sequence: delivery.sequence, ...outcome }] });
    this.#mayDie();
  }

  #post(delivery: ChatDelivery): DeliveryOutcome {
    const { id, messageId, threadId, part, group, unsure, story } = delivery;
    const known =
      this.platform.find((message) => message.messageId === messageId && message.deliveryId === id) ??
      // Only what is unsure is looked for: else the law is that nothing was posted.
      (unsure ? this.platform.find((message) => message.deliveryId === id) : undefined);
    if (part === 'story') {
      // One post per settlement; what it covered is found by the last entry in it.
      const last = story.at(-1)?.sequence ?? 0;
      const posted = unsure
        ? this.platform.find((message) => message.deliveryId === id && message.story.at(-1) === last)
        : undefined;
      if (posted !== undefined) return { outcome: 'sent', messageId: posted.messageId };
      return this.#add(
        id,
        threadId,
        '',
        story.map(({ sequence }) => sequence),
      );
    }
    if (this.#prng.next() < 0.1) return { outcome: 'later', reason: 'rate limit', retryAfterMs: 50 };
    if (known !== undefined) {
      known.state = group?.state ?? '';
      return { outcome: 'sent', messageId: known.messageId };
    }
    return this.#add(id, threadId, group?.state ?? '', []);
  }

  #add(deliveryId: string, threadId: string | null, state: string, story: number[]): DeliveryOutcome {
    const messageId = `m${this.platform.length + 1}`;
    this.platform.push({ messageId, deliveryId, threadId, state, story });
    return { outcome: 'sent', messageId };
  }

  #mayDie(): void {
    if (this.#prng.next() < 0.04) throw new Died();
  }
}
