/* What a Slack workspace holds, as far as a bot can see it. */

export interface SlackUser {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly timeZone: string;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  /** The bot was invited. */
  isMember: boolean;
  isArchived: boolean;
  /** Direct messages with this user. */
  readonly withUser: string | undefined;
}

export interface SlackMessage {
  /** Its id within the channel. */
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  text: string;
  blocks: readonly unknown[];
  metadata: unknown;
  /** Of the message whose thread it is in; undefined: top level. */
  readonly threadTs: string | undefined;
  readonly postedAtMs: number;
  /** How often it was edited. */
  edits: number;
  deleted: boolean;
  readonly fileIds: readonly string[];
  unfurls: Readonly<Record<string, unknown>> | undefined;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly lengthBytes: number;
  readonly altText: string;
  content: Buffer | undefined;
  title: string;
  readonly channels: string[];
  completedAtMs: number | undefined;
}

export interface SlackView {
  readonly id: string;
  readonly userId: string;
  hash: string;
  view: Readonly<Record<string, unknown>>;
}

/** One message that only one person sees: it cannot be found, edited or counted on. */
export interface SlackEphemeral {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly threadTs: string | undefined;
}

export const BOT_USER_ID = 'U0STATBAR';
export const TEAM_ID = 'T0FAKE';
export const APP_ID = 'A0STATBAR';

export class SlackWorkspace {
  readonly users = new Map<string, SlackUser>();
  readonly channels = new Map<string, SlackChannel>();
  readonly messages = new Map<string, SlackMessage[]>();
  readonly files = new Map<string, SlackFile>();
  readonly views = new Map<string, SlackView>();
  readonly homes = new Map<string, SlackView>();
  readonly ephemerals: SlackEphemeral[] = [];
  /** Messages that are still being written, with what is shown of their links, by `unfurl_id`. */
  readonly previews = new Map<
    string,
    { readonly text: string; unfurls: Readonly<Record<string, unknown>> | undefined }
  >();
  /** Whether links may have native charts, too, where messages may. */
  chartsInLinks = true;
  readonly #now: () => number;
  #lastMicros = 0;
  #ids = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  addUser(user: Partial<SlackUser> & { readonly id: string }): SlackUser {
    const whole = {
      name: user.id.toLowerCase(),
      realName: user.name ?? user.id,
      email: `${user.id.toLowerCase()}@example.com`,
      timeZone: 'Europe/Berlin',
      ...user,
    };
    this.users.set(whole.id, whole);
    return whole;
  }

  addChannel(channel: Partial<SlackChannel> & { readonly id: string }): SlackChannel {
    const whole: SlackChannel = {
      name: channel.id.toLowerCase(),
      isMember: true,
      isArchived: false,
      withUser: undefined,
      ...channel,
    };
    this.channels.set(whole.id, whole);
    return whole;
  }

  /** By id or, with or without `#`, by name: as `chat.postMessage` does. */
  findChannel(nameOrId: string): SlackChannel | undefined {
    const name = nameOrId.replace(/^#/, '');
    return (
      this.channels.get(nameOrId) ??
      [...this.channels.values()].find((each) => each.name === name && each.withUser === undefined)
    );
  }

  /** The direct messages with a person, begun when there are none. */
  directMessages(userId: string): SlackChannel {
    const found = [...this.channels.values()].find(({ withUser }) => withUser === userId);
    return found ?? this.addChannel({ id: `D${userId.slice(1)}`, name: 'directmessage', withUser: userId });
  }

  nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}0${String(this.#ids).padStart(6, '0')}`;
  }

  nextTs(): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, this.#now() * 1000);
    const micros = Math.floor(this.#lastMicros);
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
  }

  /** A thread whose first message is gone does not exist: what is meant for it lands in the channel, without an error. */
  add(
    channel: string,
    content: Pick<SlackMessage, 'text' | 'blocks' | 'metadata' | 'threadTs'> & {
      readonly user?: string;
      readonly fileIds?: readonly string[];
    },
  ): SlackMessage {
    const parent = content.threadTs === undefined ? undefined : this.find(channel, content.threadTs);
    const message: SlackMessage = {
      ts: this.nextTs(),
      channel,
      user: content.user ?? BOT_USER_ID,
      text: content.text,
      blocks: content.blocks,
      metadata: content.metadata,
      threadTs: parent?.threadTs ?? parent?.ts,
      postedAtMs: this.#now(),
      edits: 0,
      deleted: false,
      fileIds: content.fileIds ?? [],
      unfurls: undefined,
    };
    const messages = this.messages.get(channel) ?? [];
    messages.push(message);
    this.messages.set(channel, messages);
    return message;
  }

  find(channel: string, ts: string): SlackMessage | undefined {
    return this.messages.get(channel)?.find((message) => message.ts === ts && !message.deleted);
  }

  /** What is there, oldest first: of the channel, or of one thread (with the message it hangs on). */
  list(channel: string, threadTs?: string): SlackMessage[] {
    return (this.messages.get(channel) ?? []).filter(
      (message) =>
        !message.deleted &&
        (threadTs === undefined
          ? message.threadTs === undefined
          : message.threadTs === threadTs || message.ts === threadTs),
    );
  }
}

/** A message as the Web API shows it. */
export function messageJson(message: SlackMessage, withMetadata: boolean): Record<string, unknown> {
  return {
    type: 'message',
    ts: message.ts,
    text: message.text,
    ...(message.user === BOT_USER_ID
      ? { user: BOT_USER_ID, bot_id: 'B0STATBAR', app_id: APP_ID, team: TEAM_ID }
      : { user: message.user, team: TEAM_ID }),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.edits > 0 ? { edited: { user: BOT_USER_ID, ts: message.ts } } : {}),
    ...(message.fileIds.length > 0 ? { files: message.fileIds.map((id) => ({ id })) } : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  };
}
