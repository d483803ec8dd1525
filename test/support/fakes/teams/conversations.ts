/* What Teams holds, as far as a bot can see it. */

export interface TeamsUser {
  /** As the bot knows the person: `29:...`. */
  readonly id: string;
  readonly name: string;
  readonly aadObjectId: string;
  readonly email: string;
}

export interface TeamsConversation {
  readonly id: string;
  readonly type: 'channel' | 'personal' | 'groupChat';
  readonly name: string;
  readonly members: TeamsUser[];
  /** The bot is installed there. */
  hasBot: boolean;
  /** Which of Teams' connectors serves it: others do not know it. Empty: the one that is everybody's. */
  region: string;
  /** Whether its roster can be asked who somebody is. */
  tellsMembers: boolean;
}

export interface TeamsMessage {
  readonly id: string;
  readonly conversation: string;
  /** Of the message whose thread it is in; undefined: it begins one. */
  readonly threadId: string | undefined;
  readonly from: string;
  activity: TeamsActivity;
  readonly postedAtMs: number;
  edits: number;
  deleted: boolean;
  /** Cards that single people see in its place, after they pressed something. */
  readonly views: Map<string, unknown>;
}

export interface TeamsActivity {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly attachments?: readonly { readonly contentType?: unknown; readonly content?: unknown }[];
  readonly replyToId?: unknown;
  readonly [name: string]: unknown;
}

export const TENANT_ID = '00000000-0000-4000-8000-00000000000a';
export const BOT_ID = '28:bot';

export class TeamsWorld {
  readonly users = new Map<string, TeamsUser>();
  readonly conversations = new Map<string, TeamsConversation>();
  readonly messages: TeamsMessage[] = [];
  readonly #now: () => number;
  #lastId = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  addUser(name: string): TeamsUser {
    const i = this.users.size + 1;
    const user = {
      id: `29:${name}`,
      name,
      aadObjectId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      email: `${name}@example.com`,
    };
    this.users.set(user.id, user);
    return user;
  }

  addConversation(
    id: string,
    type: TeamsConversation['type'],
    members: readonly TeamsUser[] = [...this.users.values()],
  ): TeamsConversation {
    const conversation = {
      id,
      type,
      name: id,
      members: [...members],
      hasBot: true,
      region: '',
      tellsMembers: true,
    };
    this.conversations.set(id, conversation);
    return conversation;
  }

  /** Served where it was begun. */
  personal(user: TeamsUser, region = ''): TeamsConversation {
    const id = `a:${user.name}`;
    const known = this.conversations.get(id);
    if (known !== undefined) return known;
    const begun = this.addConversation(id, 'personal', [user]);
    begun.region = region;
    return begun;
  }

  add(
    conversation: string,
    threadId: string | undefined,
    from: string,
    activity: TeamsActivity,
  ): TeamsMessage {
    this.#lastId = Math.max(this.#lastId + 1, this.#now());
    const message: TeamsMessage = {
      id: String(this.#lastId),
      conversation,
      threadId,
      from,
      activity,
      postedAtMs: this.#now(),
      edits: 0,
      deleted: false,
      views: new Map(),
    };
    this.messages.push(message);
    return message;
  }

  find(conversation: string, id: string): TeamsMessage | undefined {
    return this.messages.find(
      (message) => message.conversation === conversation && message.id === id && !message.deleted,
    );
  }
}

/** `ID;messageid=THREAD` is a thread of a channel. */
export function splitThread(id: string): {
  readonly conversation: string;
  readonly threadId: string | undefined;
} {
  const [conversation, threadId] = id.split(';messageid=');
  return { conversation, threadId };
}
