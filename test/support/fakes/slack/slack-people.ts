import { findElement } from './find-element.ts';
import type { Delivered, DeliveryOptions, DeliveryPorts } from './slack-delivery.ts';
import { SlackDelivery } from './slack-delivery.ts';
import {
  APP_ID,
  BOT_USER_ID,
  messageJson,
  type SlackMessage,
  type SlackWorkspace,
  TEAM_ID,
} from './workspace.ts';

export interface PeoplePorts extends DeliveryPorts {
  readonly workspace: SlackWorkspace;
  newTrigger(userId: string): string;
  newResponseUrl(channel: string, user: string): string;
}

interface Where {
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
}

/** People who use Slack: what they do reaches the app by Socket Mode, or by HTTP when `httpUrl` is set. */
export class SlackPeople {
  readonly #ports: PeoplePorts;
  readonly #delivery: SlackDelivery;
  #events = 0;

  constructor(ports: PeoplePorts) {
    this.#ports = ports;
    this.#delivery = new SlackDelivery(ports);
  }

  stop(): void {
    this.#delivery.stop();
  }

  /** Where the app takes requests; undefined: it is connected by Socket Mode. */
  set httpUrl(url: string | undefined) {
    this.#delivery.httpUrl = url;
  }

  /** `/statbar TEXT`. */
  command({
    user,
    channel,
    text,
    ...options
  }: Where & { readonly text: string } & DeliveryOptions): Promise<Delivered> {
    const { workspace, newTrigger, newResponseUrl } = this.#ports;
    return this.#delivery.deliver(
      'slash_commands',
      {
        token: 'legacy',
        team_id: TEAM_ID,
        team_domain: 'fake',
        channel_id: channel,
        channel_name: workspace.channels.get(channel)?.name ?? '',
        user_id: user,
        user_name: workspace.users.get(user)?.name ?? '',
        command: '/statbar',
        text,
        api_app_id: APP_ID,
        is_enterprise_install: 'false',
        response_url: newResponseUrl(channel, user),
        trigger_id: newTrigger(user),
      },
      options,
    );
  }

  /** Writes to the bot in a channel or a thread. */
  async mention({
    user,
    channel,
    threadTs,
    text,
    ...options
  }: Where & { readonly text: string } & DeliveryOptions): Promise<Delivered> {
    const said = `<@${BOT_USER_ID}> ${text}`;
    const message = this.write({
      user,
      channel,
      text: said,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    return this.#event({ ...eventOf(message), type: 'app_mention' }, options);
  }

  /** Writes to the bot alone. */
  directMessage({
    user,
    text,
    ...options
  }: { readonly user: string; readonly text: string } & DeliveryOptions): Promise<Delivered> {
    const { id: channel } = this.#ports.workspace.directMessages(user);
    const message = this.write({ user, channel, text });
    return this.#event({ ...eventOf(message), channel_type: 'im' }, options);
  }

  /** Brings the last thing that happened once more: the acknowledgement was lost, and the app may have been restarted since. */
  again(): Promise<Delivered> {
    return this.#delivery.again();
  }

  /** Opens the app's Home tab. */
  openHome({ user, ...options }: { readonly user: string } & DeliveryOptions): Promise<Delivered> {
    const { id: channel } = this.#ports.workspace.directMessages(user);
    return this.#event({ type: 'app_home_opened', user, channel, tab: 'home' }, options);
  }

  /** Writes a link to one of the app's domains and has not sent it yet; the delivery's `unfurl_id` is the answer. */
  async writeLink({
    user,
    url,
    ...options
  }: { readonly user: string; readonly url: string } & DeliveryOptions): Promise<string> {
    const id = `${user}-${this.#actionTs()}`;
    this.#ports.workspace.previews.set(id, { text: url, unfurls: undefined });
    const links = [{ url, domain: new URL(url).hostname }];
    const place = { channel: 'COMPOSER', message_ts: id, is_bot_user_member: true };
    await this.#event(
      { type: 'link_shared', user, ...place, unfurl_id: id, source: 'composer', links },
      options,
    );
    return id;
  }

  /** Posts a link to one of the app's domains. */
  shareLink({
    user,
    channel,
    url,
    ...options
  }: Where & { readonly url: string } & DeliveryOptions): Promise<Delivered> {
    const message = this.write({ user, channel, text: `<${url.replaceAll('&', '&amp;')}>` });
    const domain = new URL(url).hostname;
    return this.#event(
      {
        type: 'link_shared',
        user,
        channel,
        message_ts: message.ts,
        is_bot_user_member: this.#ports.workspace.channels.get(channel)?.isMember === true,
        unfurl_id: `C.${message.ts}`,
        source: 'conversations_history',
        links: [{ url, domain }],
      },
      options,
    );
  }

  /** Something said in a channel, without telling the app. */
  write({ user, channel, threadTs, text }: Where & { readonly text: string }): SlackMessage {
    return this.#ports.workspace.add(channel, { user, text, blocks: [], metadata: undefined, threadTs });
  }

  /**
   * Presses what a message shows: `label` is a button's text, a menu's option, or an `action_id`. Throws when there is
   * nothing like that to press.
   */
  press({
    user,
    channel,
    ts,
    label,
    ...options
  }: {
    readonly user: string;
    readonly channel: string;
    readonly ts: string;
    readonly label: string;
  } & DeliveryOptions): Promise<Delivered> {
    const { workspace, newTrigger, newResponseUrl } = this.#ports;
    const message = workspace.find(channel, ts);
    if (message === undefined) throw new Error(`there is no message ${ts} in ${channel}`);
    return this.#delivery.deliver(
      'interactive',
      {
        type: 'block_actions',
        ...this.#who(user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channel,
          is_ephemeral: false,
          ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
        },
        channel: { id: channel, name: workspace.channels.get(channel)?.name },
        message: messageJson(message, true),
        trigger_id: newTrigger(user),
        response_url: newResponseUrl(channel, user),
        actions: [{ ...findElement(message.blocks, label), action_ts: this.#actionTs() }],
      },
      options,
    );
  }

  /** The same as `press`, on the Home tab. */
  pressAtHome({
    user,
    label,
    ...options
  }: { readonly user: string; readonly label: string } & DeliveryOptions): Promise<Delivered> {
    const home = this.#ports.workspace.homes.get(user);
    if (home === undefined) throw new Error(`${user} has no Home tab`);
    const blocks = home.view['blocks'] as readonly unknown[];
    return this.#delivery.deliver(
      'interactive',
      {
        type: 'block_actions',
        ...this.#who(user),
        container: { type: 'view', view_id: home.id },
        view: { ...home.view, id: home.id, hash: home.hash },
        trigger_id: this.#ports.newTrigger(user),
        actions: [{ ...findElement(blocks, label), action_ts: this.#actionTs() }],
      },
      options,
    );
  }

  /** Sends a modal; `values`: block id to action id to the element's state. */
  submit({
    viewId,
    values,
    ...options
  }: {
    readonly viewId: string;
    readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  } & DeliveryOptions): Promise<Delivered> {
    const open = this.#ports.workspace.views.get(viewId);
    if (open === undefined) throw new Error(`there is no modal ${viewId}`);
    const view = { ...open.view, id: viewId, hash: open.hash, state: { values } };
    return this.#delivery.deliver(
      'interactive',
      { type: 'view_submission', ...this.#who(open.userId), view, response_urls: [] },
      options,
    );
  }

  #who(user: string): Record<string, unknown> {
    const { workspace } = this.#ports;
    return {
      api_app_id: APP_ID,
      token: 'legacy',
      team: { id: TEAM_ID, domain: 'fake' },
      user: {
        id: user,
        name: workspace.users.get(user)?.name,
        username: workspace.users.get(user)?.name,
        team_id: TEAM_ID,
      },
    };
  }

  #actionTs(): string {
    return this.#ports.workspace.nextTs();
  }

  async #event(event: Readonly<Record<string, unknown>>, options: DeliveryOptions): Promise<Delivered> {
    const body = {
      token: 'legacy',
      team_id: TEAM_ID,
      api_app_id: APP_ID,
      event: { event_ts: this.#actionTs(), ...event },
      type: 'event_callback',
      event_id: `Ev${++this.#events}`,
      event_time: Math.floor(this.#ports.now() / 1000),
      authorizations: [
        {
          team_id: TEAM_ID,
          user_id: BOT_USER_ID,
          is_bot: true,
          is_enterprise_install: false,
          enterprise_id: null,
        },
      ],
    };
    return this.#delivery.deliver('events_api', body, options);
  }
}

function eventOf(message: SlackMessage): Record<string, unknown> {
  const { user, text, ts, channel, threadTs } = message;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return { type: 'message', user, text, ts, channel, team: TEAM_ID, ...thread };
}
