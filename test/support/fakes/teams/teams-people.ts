import {
  BOT_ID,
  TENANT_ID,
  type TeamsActivity,
  type TeamsMessage,
  type TeamsUser,
  type TeamsWorld,
} from './conversations.ts';
import type { TeamsTokens, TokenFlaw } from './teams-tokens.ts';

export interface TeamsPeoplePorts {
  readonly world: TeamsWorld;
  readonly tokens: TeamsTokens;
  readonly now: () => number;
  readonly answerTimeoutMs: number;
  serviceUrl(conversation: string): string;
}

export interface TeamsDeliveryOptions {
  /** The same activity twice. */
  readonly twice?: boolean;
  readonly token?: TokenFlaw;
}

export interface TeamsDelivered {
  /** Undefined when there was no answer in time. */
  readonly status: number | undefined;
  readonly body: unknown;
}

interface Where {
  readonly user: TeamsUser;
  readonly conversation: string;
  readonly threadId?: string;
}

/** People who use Teams: what they do reaches the bot as activities with a signed token. */
export class TeamsPeople {
  /** The bot's messaging endpoint. */
  endpoint = '';
  readonly #ports: TeamsPeoplePorts;
  #ids = 0;
  #last: Readonly<Record<string, unknown>> | undefined;

  constructor(ports: TeamsPeoplePorts) {
    this.#ports = ports;
  }

  /** Adds the bot to a conversation. */
  async install({ user, conversation, ...options }: Where & TeamsDeliveryOptions): Promise<TeamsDelivered> {
    const found = this.#ports.world.conversations.get(conversation);
    if (found !== undefined) found.hasBot = true;
    return this.#deliver(
      { ...this.#common({ user, conversation }), type: 'installationUpdate', action: 'add' },
      options,
    );
  }

  /** Writes to the bot: in a channel by mentioning it, in a chat of two just so. */
  write({
    user,
    conversation,
    threadId,
    text,
    ...options
  }: Where & { readonly text: string } & TeamsDeliveryOptions): Promise<TeamsDelivered> {
    const { world } = this.#ports;
    const isPersonal = world.conversations.get(conversation)?.type === 'personal';
    const said = isPersonal ? text : `<at>StatBar</at> ${text}`;
    const { id } = world.add(conversation, threadId, user.id, { type: 'message', text: said });
    const entities = isPersonal
      ? []
      : [{ type: 'mention', text: '<at>StatBar</at>', mentioned: { id: BOT_ID, name: 'StatBar' } }];
    const where = { user, conversation, threadId: threadId ?? (isPersonal ? undefined : id) };
    return this.#deliver(
      { ...this.#common(where), type: 'message', id, text: said, textFormat: 'plain', entities },
      options,
    );
  }

  /**
   * Presses what a card shows; `label` is an action's title, or that of one of a choice's values. `inputs` are what was
   * filled in. A card in the answer is what this person sees from then on.
   */
  async press({
    user,
    message,
    label,
    inputs = {},
    ...options
  }: {
    readonly user: TeamsUser;
    readonly message: TeamsMessage;
    readonly label: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
  } & TeamsDeliveryOptions): Promise<TeamsDelivered> {
    const card = message.views.get(user.id) ?? cardOf(message.activity);
    const action = findAction(card, label);
    if (action === undefined) throw new Error(`nothing to press is called "${label}"`);
    const data = { ...(action['data'] as object | undefined), ...inputs };
    const { conversation, threadId, id } = message;
    const common = this.#common({ user, conversation, threadId: threadId ?? id });
    if (action['type'] === 'Action.Submit') {
      return this.#deliver({ ...common, type: 'message', replyToId: id, value: data }, options);
    }
    const value = {
      action: { type: 'Action.Execute', verb: action['verb'], id: action['id'], data },
      trigger: 'manual',
    };
    const delivered = await this.#deliver(
      { ...common, type: 'invoke', name: 'adaptiveCard/action', replyToId: id, value },
      options,
    );
    const { type, value: shown } = (delivered.body ?? {}) as { type?: string; value?: unknown };
    if (type === 'application/vnd.microsoft.card.adaptive') message.views.set(user.id, shown);
    return delivered;
  }

  /** Brings the last activity once more: the answer was lost, and the bot may have been restarted since. */
  again(): Promise<TeamsDelivered> {
    if (this.#last === undefined) throw new Error('nothing was delivered yet');
    return this.#attempt(this.#last, {});
  }

  /** Pastes a link of one of the app's domains. */
  shareLink({
    user,
    conversation,
    url,
    ...options
  }: Where & { readonly url: string } & TeamsDeliveryOptions): Promise<TeamsDelivered> {
    const common = this.#common({ user, conversation });
    return this.#deliver(
      { ...common, type: 'invoke', name: 'composeExtension/queryLink', value: { url } },
      options,
    );
  }

  #common({ user, conversation, threadId }: Where): Record<string, unknown> {
    const { world, serviceUrl, now } = this.#ports;
    const found = world.conversations.get(conversation);
    const thread = threadId === undefined || found?.type !== 'channel' ? '' : `;messageid=${threadId}`;
    return {
      id: `f:${++this.#ids}`,
      channelId: 'msteams',
      serviceUrl: serviceUrl(conversation),
      timestamp: new Date(now()).toISOString(),
      from: { id: user.id, name: user.name, aadObjectId: user.aadObjectId },
      recipient: { id: BOT_ID, name: 'StatBar' },
      conversation: {
        id: `${conversation}${thread}`,
        conversationType: found?.type ?? 'channel',
        tenantId: TENANT_ID,
        isGroup: found?.type !== 'personal',
      },
      channelData: {
        tenant: { id: TENANT_ID },
        ...(found?.type === 'channel'
          ? { channel: { id: conversation }, team: { id: `team ${conversation}` } }
          : {}),
      },
      locale: 'en-GB',
      entities: [{ type: 'clientInfo', timezone: 'Europe/Berlin' }],
    };
  }

  async #deliver(
    activity: Readonly<Record<string, unknown>>,
    options: TeamsDeliveryOptions,
  ): Promise<TeamsDelivered> {
    this.#last = activity;
    const delivered = await this.#attempt(activity, options);
    return options.twice === true ? this.#attempt(activity, options) : delivered;
  }

  async #attempt(
    activity: Readonly<Record<string, unknown>>,
    { token: flaw }: TeamsDeliveryOptions,
  ): Promise<TeamsDelivered> {
    const { tokens, now, answerTimeoutMs } = this.#ports;
    const token = await tokens.forBot(String(activity['serviceUrl']), flaw, now());
    try {
      const response = await fetch(this.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(activity),
        signal: AbortSignal.timeout(answerTimeoutMs),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
      return { status: response.status, body: isJson ? JSON.parse(text) : text };
    } catch {
      return { status: undefined, body: undefined };
    }
  }
}

function cardOf(activity: TeamsActivity): unknown {
  return activity.attachments?.find(
    ({ contentType }) => contentType === 'application/vnd.microsoft.card.adaptive',
  )?.content;
}

/** Looks through the whole card: actions are in action sets, in columns, and under "more". */
function findAction(node: unknown, label: string): Record<string, unknown> | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if (Array.isArray(node)) {
    for (const each of node) {
      const found = findAction(each, label);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const fields = node as Record<string, unknown>;
  const isAction = fields['type'] === 'Action.Execute' || fields['type'] === 'Action.Submit';
  if (isAction && (fields['title'] === label || fields['id'] === label || fields['verb'] === label))
    return fields;
  for (const [name, value] of Object.entries(fields)) {
    // What an older client would show instead.
    if (name === 'fallback') continue;
    const found = findAction(value, label);
    if (found !== undefined) return found;
  }
  return undefined;
}
