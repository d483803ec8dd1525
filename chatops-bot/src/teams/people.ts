import type { Clock, Logger } from '../base/index.ts';
import type { Person } from '../reply/index.ts';
import type { Connectors } from './connectors.ts';
import type { Incoming } from './inbound.ts';
import type { TeamsNotes } from './notes.ts';
import { Recent } from './recent.ts';

const KNOWN_FOR_MS = 30 * 60_000;

export interface PeoplePorts {
  readonly connectors: Connectors;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly notes: TeamsNotes;
}

/** As a conversation's roster has somebody. */
interface Member {
  /** Empty when it is not said. */
  readonly name: string;
  readonly email: string | null;
}

/** Who people are: the address as the conversation's roster has it, the time zone as their client says. */
export class People {
  readonly #ports: PeoplePorts;
  readonly #members = new Recent<Member & { readonly atMs: number }>(2000);
  readonly #zones = new Recent<string>(2000);

  constructor(ports: PeoplePorts) {
    this.#ports = ports;
  }

  async get({ from, conversation, entities, localTimezone }: Incoming): Promise<Person> {
    const { notes } = this.#ports;
    const [chat] = conversation.id.split(';messageid=');
    const id = from.aadObjectId ?? from.id;
    const { email, name } = await this.#memberOf(chat, from.id);
    // For writing to them later.
    notes.set('users', id, from.id);
    if (email !== null) notes.set('users', email.toLowerCase(), from.id);
    if (conversation.conversationType === 'personal') notes.set('chats', from.id, chat);
    const said = localTimezone ?? entities?.find(({ type }) => type === 'clientInfo')?.timezone ?? null;
    // Not every activity says it.
    if (said !== null) this.#zones.set(id, said);
    const timeZone = said ?? this.#zones.get(id) ?? null;
    return { platform: 'teams', id, name: from.name || name, email, timeZone };
  }

  /** No address when the roster does not say: then nothing that needs a known address is allowed. */
  async #memberOf(conversation: string, userId: string): Promise<Member> {
    const { connectors, clock, logger } = this.#ports;
    const nowMs = clock.monotonicMs();
    const known = this.#members.get(userId);
    if (known !== undefined && nowMs - known.atMs < KNOWN_FOR_MS) return known;
    try {
      const member = (await connectors
        .ofConversation(conversation)
        .conversations.getMemberById(conversation, userId)) as {
        name?: string;
        email?: string;
        userPrincipalName?: string;
      };
      const found = { name: member.name ?? '', email: member.email ?? member.userPrincipalName ?? null };
      this.#members.set(userId, { ...found, atMs: nowMs });
      return found;
    } catch (error) {
      logger.debug('the roster does not say who this is', { error: String(error) });
      return { name: '', email: null };
    }
  }
}
