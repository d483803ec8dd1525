import type { WebClient } from '@slack/web-api';
import type { Place } from '../reply/index.ts';
import { type Failure, failureOf, isPlatformError } from './outcome.ts';

const PLACES_MAX = 10_000;
const PAGES_MAX = 20;

/** Ids of channels by what the configuration calls them; of people the id of the direct messages with them. */
export class Places {
  readonly #client: WebClient;
  readonly #ids = new Map<string, string>();

  constructor(client: WebClient) {
    this.#client = client;
  }

  async idOf(place: Place): Promise<string | Failure> {
    const { channel, direct } = place;
    if (!direct && isChannelId(channel)) return channel;
    const key = `${direct ? 'to' : 'in'} ${channel}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    try {
      const id = direct ? await this.#directMessages(channel) : await this.#channelNamed(channel);
      if (typeof id !== 'string') return id;
      if (this.#ids.size >= PLACES_MAX) this.#ids.clear();
      this.#ids.set(key, id);
      return id;
    } catch (error) {
      const failure = failureOf(error);
      // Nothing was posted yet, whatever went wrong.
      return failure.outcome === 'unknown' ? { outcome: 'later', reason: failure.reason } : failure;
    }
  }

  /** Slack's answer to a post says where it went: a channel's name need not be looked up again. */
  learn({ channel, direct }: Place, id: string): void {
    if (this.#ids.size < PLACES_MAX) this.#ids.set(`${direct ? 'to' : 'in'} ${channel}`, id);
  }

  async #directMessages(person: string): Promise<string | Failure> {
    let user = person;
    if (person.includes('@')) {
      try {
        user = (await this.#client.users.lookupByEmail({ email: person })).user?.id ?? '';
      } catch (error) {
        if (!isPlatformError(error, 'users_not_found')) throw error;
        return { outcome: 'refused', reason: `nobody in Slack has the e-mail address ${person}` };
      }
    }
    return (await this.#client.conversations.open({ users: user })).channel?.id ?? '';
  }

  async #channelNamed(name: string): Promise<string | Failure> {
    const wanted = name.replace(/^#/, '').toLowerCase();
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await this.#client.conversations.list({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const found = answer.channels?.find((channel) => channel.name === wanted);
      if (found?.id !== undefined) return found.id;
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') break;
    }
    return {
      outcome: 'refused',
      reason: `there is no channel #${wanted} that the bot can see: check the name, or invite the bot`,
    };
  }
}

export function isChannelId(text: string): boolean {
  return /^[CGD][A-Z0-9]+$/.test(text);
}

/** Messages are known by channel and time stamp. */
export function messageIdOf(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}

export function readMessageId(id: string): { readonly channel: string; readonly ts: string } {
  const colon = id.indexOf(':');
  return { channel: id.slice(0, Math.max(0, colon)), ts: id.slice(colon + 1) };
}
