import type { App, BlockAction, KnownEventFromType, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import type { KnownBlock, WebClient } from '@slack/web-api';
import type { Clock, Counters, Logger } from '../base/index.ts';
import type { Paint } from '../chart/index.ts';
import type { ChatHandlers, Conversation, PressAnswer, Pressed } from '../reply/index.ts';
import type { Seen } from '../state/index.ts';
import { DIALOG_CALLBACK, dialogView, fieldsOf, readMemo } from './dialog.ts';
import { limits } from './limits.ts';
import { SlackLinks } from './links.ts';
import { People } from './people.ts';
import { messageIdOf } from './places.ts';
import type { SlackPoster } from './poster.ts';
import { ACTION_PREFIX, decodePress } from './press-code.ts';
import { renderCard } from './render.ts';
import { SlackReplies } from './replies.ts';
import { groupOfThread } from './search.ts';

export interface InboundPorts {
  readonly client: WebClient;
  readonly poster: SlackPoster;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly seen: Seen;
  readonly paint: Paint;
}

/**
 * What people do in Slack, brought to the handlers. Everything is acknowledged before anything is done: Slack waits for
 * three seconds, and says "operation_timeout" to the person after that.
 */
export class SlackInbound {
  readonly #ports: InboundPorts;
  readonly #handlers: ChatHandlers;
  readonly #people: People;
  readonly #replies: SlackReplies;
  readonly #links: SlackLinks;

  constructor(ports: InboundPorts, handlers: ChatHandlers) {
    this.#ports = ports;
    this.#handlers = handlers;
    this.#people = new People(ports.client, ports.clock);
    this.#replies = new SlackReplies(ports);
    this.#links = new SlackLinks({ ...ports, replies: this.#replies });
  }

  register(app: App): void {
    app.command(/^\/.+$/, async ({ command, ack }) => {
      await ack();
      await this.#once(`command ${command.trigger_id}`, () => this.#command(command));
    });
    app.event('app_mention', async ({ event, body }) => {
      await this.#once(body.event_id, () => this.#mention(event));
    });
    app.message(async ({ event, body }) => {
      await this.#once(body.event_id, () => this.#direct(event));
    });
    app.action({ type: 'block_actions' }, async ({ body, ack }) => {
      await ack();
      for (const action of body.actions) {
        const id = `${action.action_ts}-${body.user.id}-${action.action_id}`.slice(0, 200);
        await this.#once(id, () => this.#pressed(body, action, id));
      }
    });
    app.view(DIALOG_CALLBACK, async ({ body, ack }) => {
      await ack();
      if (body.type !== 'view_submission') return;
      await this.#once(`view ${body.view.id}`, () => this.#submitted(body));
    });
    app.event('app_home_opened', async ({ event, body }) => {
      if (event.tab === 'home') await this.#once(body.event_id, () => this.#home(event.user));
    });
    app.event('link_shared', async ({ event, body }) => {
      await this.#once(body.event_id, async () => {
        await this.#links.unfurl(event, await this.#people.get(event.user), this.#handlers);
      });
    });
    app.error(async (error) => {
      this.#ports.counters.add('statbar_chat_events_failed_total', 'slack');
      this.#ports.logger.error('an event of Slack failed', { error: error.stack ?? error.message });
    });
  }

  async #once(id: string, handle: () => Promise<void>): Promise<void> {
    if (!this.#ports.seen.add(id)) {
      this.#ports.counters.add('statbar_chat_events_repeated_total', 'slack');
      return;
    }
    await handle();
  }

  async #command({ user_id, channel_id, text, response_url, trigger_id }: SlashCommand): Promise<void> {
    const conversation = conversationIn(channel_id, null);
    const person = await this.#people.get(user_id);
    const reply = await this.#handlers.ask({ id: trigger_id, person, conversation, text: text.trim() });
    await this.#replies.respond(response_url, reply);
    if (reply.audience === 'everyone') await this.#replies.pictures(messageIdOf(channel_id, ''), reply.card);
  }

  /** The answer goes into the thread of the question: a channel stays readable. */
  async #mention(event: KnownEventFromType<'app_mention'>): Promise<void> {
    const { user, channel, ts, thread_ts } = event;
    if (user === undefined) return;
    const text = (event.text ?? '').replace(/<@[A-Z0-9]+(\|[^>]*)?>/g, ' ').trim();
    await this.#answer(user, channel, ts, thread_ts, unescapeText(text), thread_ts ?? ts);
  }

  async #direct(event: KnownEventFromType<'message'>): Promise<void> {
    // Edits, deletions and other bots are messages, too.
    if (event.channel_type !== 'im' || event.subtype !== undefined || 'bot_id' in event) return;
    const { user, channel, ts, thread_ts } = event;
    await this.#answer(user, channel, ts, thread_ts, unescapeText(event.text ?? ''), thread_ts ?? null);
  }

  async #answer(
    user: string,
    channel: string,
    ts: string,
    thread: string | undefined,
    text: string,
    answerIn: string | null,
  ): Promise<void> {
    const { client } = this.#ports;
    const groupId = thread === undefined ? null : await groupOfThread(client, channel, thread);
    const conversation = {
      ...conversationIn(channel, answerIn === null ? null : messageIdOf(channel, answerIn)),
      groupId,
    };
    const person = await this.#people.get(user);
    const id = `${channel}-${ts}`;
    await this.#replies.say(
      conversation,
      person,
      await this.#handlers.ask({ id, person, conversation, text: text.trim() }),
    );
  }

  async #pressed(body: BlockAction, action: BlockAction['actions'][number], id: string): Promise<void> {
    if (!action.action_id.startsWith(ACTION_PREFIX)) return;
    const value =
      action.type === 'button'
        ? action.value
        : action.type === 'static_select' || action.type === 'overflow'
          ? action.selected_option?.value
          : undefined;
    const press = value === undefined ? undefined : decodePress(value);
    // Links are buttons, too: Slack opens them itself.
    if (press === undefined) return;
    const channel = body.channel?.id ?? body.container['channel_id'];
    const ts = body.message?.['thread_ts'] ?? body.message?.ts ?? null;
    const conversation =
      typeof channel === 'string'
        ? conversationIn(channel, typeof ts === 'string' ? messageIdOf(channel, ts) : null)
        : { ...conversationIn(body.user.id, null), place: direct(body.user.id) };
    const person = await this.#people.get(body.user.id);
    const answer = await this.#handlers.press({
      id,
      person,
      conversation: { ...conversation, groupId: press.target === '' ? null : press.target },
      press,
      fields: {},
    });
    const { trigger_id } = body;
    // Seen by one person only: in the channel, where the click was, unless that was within a thread.
    const inThread =
      body.message?.['thread_ts'] !== undefined && body.message['thread_ts'] !== body.message.ts;
    const isPrivate = answer.kind === 'reply' && answer.reply.audience === 'private';
    const where = isPrivate && !inThread ? { ...conversation, threadId: null } : conversation;
    await this.#answerPress(answer, where, body.user.id, trigger_id);
    if (typeof channel !== 'string') await this.#home(body.user.id);
  }

  async #submitted({ view, user }: ViewSubmitAction): Promise<void> {
    const memo = readMemo(view.private_metadata);
    if (memo === undefined) return;
    const { press, channel, threadTs } = memo;
    const conversation = {
      ...conversationIn(channel, threadTs === null ? null : messageIdOf(channel, threadTs)),
      groupId: press.target === '' ? null : press.target,
    };
    const pressed: Pressed = {
      id: `view-${view.id}`,
      person: await this.#people.get(user.id),
      conversation,
      press,
      fields: fieldsOf(view.state.values),
    };
    await this.#answerPress(await this.#handlers.press(pressed), conversation, user.id, undefined);
  }

  async #answerPress(
    answer: PressAnswer,
    conversation: Conversation,
    user: string,
    triggerId: string | undefined,
  ): Promise<void> {
    if (answer.kind === 'done') return;
    if (answer.kind === 'reply') {
      await this.#replies.say(conversation, await this.#people.get(user), answer.reply);
      return;
    }
    if (triggerId === undefined) return;
    const { place, threadId } = conversation;
    const threadTs = threadId === null ? null : threadId.slice(threadId.indexOf(':') + 1);
    await this.#ports.client.views.open({
      trigger_id: triggerId,
      view: dialogView(answer.dialog, place.channel, threadTs),
    });
  }

  async #home(user: string): Promise<void> {
    const { client, poster } = this.#ports;
    const card = await this.#handlers.home(await this.#people.get(user));
    const { blocks } = renderCard(card, { nativeCharts: poster.nativeCharts, blocksMax: limits.viewBlocks });
    await client.views.publish({ user_id: user, view: { type: 'home', blocks: blocks as KnownBlock[] } });
  }
}

function conversationIn(channel: string, threadId: string | null): Conversation {
  return { place: { platform: 'slack', channel, direct: false }, threadId, groupId: null };
}

function direct(user: string): Conversation['place'] {
  return { platform: 'slack', channel: user, direct: true };
}

/** What Slack escapes in the text of messages (`&amp;`, `<https://x|x>`), as it was typed. */
function unescapeText(text: string): string {
  return text
    .replace(/<((?:https?|mailto):[^|>]*)\|([^>]*)>/g, '$2')
    .replace(/<((?:https?|mailto):[^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[“”]/g, '"');
}
