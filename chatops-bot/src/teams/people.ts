import type { App } from '@microsoft/teams.apps';
import type { Clock, Logger } from '../base/index.ts';
import type { Person } from '../reply/index.ts';
import type { Incoming } from './inbound.ts';
import { Recent } from './recent.ts';
import type { StateStore } from './state-store.ts';

const KNOWN_FOR_MS = 30 * 60_000;

/** Who people are: the address as the conversation's roster has it, the time zone as their client says. */
export class People {
  readonly #ports: {
    readonly app: App;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly state: StateStore;
  };
  readonly #emails = new Recent<{ readonly email: string | null; readonly atMs: number }>(2000);
  readonly #zones = new Recent<string>(2000);

  constructor(ports: {
    readonly app: App;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly state: StateStore;
  }) {
    this.#ports = ports;
  }

  async get({ from, conversation, entities, localTimezone }: Incoming): Promise<Person> {
    const { state } = this.#ports;
    const [chat] = conversation.id.split(';messageid=');
    const id = from.aadObjectId ?? from.id;
    const email = await this.#emailOf(chat, from.id);
    // For writing to them later.
    state.set('users', id, from.id);
    if (email !== null) state.set('users', email.toLowerCase(), from.id);
    if (conversation.conversationType === 'personal') state.set('chats', from.id, chat);
    const said = localTimezone ?? entities?.find(({ type }) => type === 'clientInfo')?.timezone ?? null;
    // Not every activity says it.
    if (said !== null) this.#zones.set(id, said);
    const timeZone = said ?? this.#zones.get(id) ?? null;
    return { platform: 'teams', id, name: from.name ?? '', email, timeZone };
  }

  /** Null when the roster does not say: then nothing that needs a known address is allowed. */
  async #emailOf(conversation: string, userId: string): Promise<string | null> {
    const { app, clock, logger } = this.#ports;
    const nowMs = clock.monotonicMs();
    const known = this.#emails.get(userId);
    if (known !== undefined && nowMs - known.atMs < KNOWN_FOR_MS) return known.email;
    try {
      const member = (await app.api.conversations.members(conversation).getById(userId)) as {
        email?: string;
        userPrincipalName?: string;
      };
      const email = member.email ?? member.userPrincipalName ?? null;
      this.#emails.set(userId, { email, atMs: nowMs });
      return email;
    } catch (error) {
      logger.debug('the roster does not say who this is', { error: String(error) });
      return null;
    }
  }
}
