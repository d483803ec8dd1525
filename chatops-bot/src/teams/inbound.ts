import type { App } from '@microsoft/teams.apps';
import type { Clock, Counters, Logger } from '../base/index.ts';
import {
  type ChatHandlers,
  type Conversation,
  type Person,
  type PressAnswer,
  type Reply,
  sentenceCard,
} from '../reply/index.ts';
import { dialogCard } from './actions.ts';
import { Arrivals } from './arrivals.ts';
import type { Connectors } from './connectors.ts';
import type { TeamsNotes } from './notes.ts';
import { People } from './people.ts';
import type { TeamsPoster } from './poster.ts';
import { readData } from './press-data.ts';
import { isPlain, plainCard } from './render.ts';
import type { Element } from './text.ts';

export interface InboundPorts {
  readonly app: App;
  readonly poster: TeamsPoster;
  readonly notes: TeamsNotes;
  readonly connectors: Connectors;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly tenantId: string;
}

/** The parts of an activity that are read, of whatever kind it is. */
export interface Incoming {
  readonly id: string;
  readonly type: string;
  readonly text?: string;
  readonly value?: unknown;
  readonly replyToId?: string;
  readonly serviceUrl?: string;
  readonly localTimezone?: string;
  readonly entities?: readonly { readonly type?: string; readonly timezone?: string }[];
  readonly from: { readonly id: string; readonly name?: string; readonly aadObjectId?: string };
  readonly recipient: { readonly id: string };
  readonly conversation: {
    readonly id: string;
    readonly tenantId?: string;
    readonly conversationType?: string;
  };
}

/** The answer to an invoke. */
interface InvokeAnswer {
  readonly status: number;
  readonly body: Element;
}

const CARD_ANSWER = 'application/vnd.microsoft.card.adaptive';
const TEXT_ANSWER = 'application/vnd.microsoft.activity.message';

/**
 * What people do in Teams, brought to the handlers. Questions are answered as messages, after the request that brought them
 * has its answer; what is pressed is answered in the request. The SDK delivers an activity as often as it comes: repeated
 * ones are dropped here.
 */
export class TeamsInbound {
  readonly #ports: InboundPorts;
  readonly #handlers: ChatHandlers;
  readonly #people: People;
  readonly #arrivals: Arrivals;

  constructor(ports: InboundPorts, handlers: ChatHandlers) {
    this.#ports = ports;
    this.#handlers = handlers;
    this.#people = new People(ports);
    this.#arrivals = new Arrivals(ports);
  }

  register(): void {
    const { app } = this.#ports;
    app.on('message', async ({ activity }) => {
      this.#aside(activity as Incoming, () => this.#message(activity as Incoming));
    });
    app.on('install.add', async ({ activity }) => {
      this.#aside(activity as Incoming, () => this.#installed(activity as Incoming));
    });
    app.on('card.action', async ({ activity }) => this.#pressed(activity as unknown as Incoming) as never);
    app.on(
      'message.ext.query-link',
      async ({ activity }) => this.#link(activity as unknown as Incoming) as never,
    );
    app.event('error', ({ error }) => {
      this.#ports.counters.add('statbar_chat_events_failed_total', 'teams');
      this.#ports.logger.error('an event of Teams failed', { error: String(error) });
    });
  }

  /** Not waited for: Teams brings what takes longer than 15 s again. */
  #aside(activity: Incoming, handle: () => Promise<void>): void {
    const arrival = this.#arrivals.once(activity, handle);
    if (arrival.kind !== 'new') return;
    arrival.done.catch((error: unknown) => {
      this.#ports.counters.add('statbar_chat_events_failed_total', 'teams');
      this.#ports.logger.error('an event of Teams failed', { error: String(error) });
    });
  }

  async #message(activity: Incoming): Promise<void> {
    const conversation = this.#conversation(activity);
    const person = await this.#people.get(activity);
    const data = readData(activity.value);
    if (data !== undefined) {
      const answer = await this.#handlers.press({
        id: activity.id,
        person,
        conversation: about(conversation, data.press.target),
        ...data,
      });
      await this.#sayAnswer(answer, conversation, person);
      return;
    }
    const text = (activity.text ?? '')
      .replace(/<at>.*?<\/at>/gi, ' ')
      .replace(/&nbsp;/g, ' ')
      .replace(/[“”]/g, '"')
      .trim();
    const reply = await this.#handlers.ask({ id: activity.id, person, conversation, text });
    await this.#say(reply, conversation, person);
  }

  async #installed(activity: Incoming): Promise<void> {
    const conversation = this.#conversation(activity);
    const person = await this.#people.get(activity);
    if (conversation.place.channel.includes('@thread')) return;
    await this.#say(
      await this.#handlers.ask({ id: activity.id, person, conversation, text: 'help' }),
      conversation,
      person,
    );
  }

  /** A repeated press gets the answer of the first. */
  async #pressed(activity: Incoming): Promise<InvokeAnswer> {
    const arrival = this.#arrivals.once(activity, () => this.#press(activity));
    if (arrival.kind === 'new') return arrival.done;
    if (arrival.kind === 'foreign') return textAnswer('This bot belongs to another organisation.');
    // Before a restart: what came of it is on the card.
    return (
      ((await arrival.first) as InvokeAnswer | undefined) ??
      textAnswer('That was taken before: the card shows how things stand.')
    );
  }

  async #press(activity: Incoming): Promise<InvokeAnswer> {
    const action = (activity.value as { action?: { data?: { action?: unknown } } } | undefined)?.action;
    if (action?.data?.action === 'statbar_cancel')
      return textAnswer('Cancelled. The card comes back with its next change.');
    const data = readData(action?.data);
    if (data === undefined) return textAnswer('That button is not known here.');
    const conversation = about(this.#conversation(activity), data.press.target);
    const person = await this.#people.get(activity);
    const pressing = this.#handlers.press({ id: activity.id, person, conversation, ...data });
    if (data.press.verb === 'run' || data.press.verb === 'explain') {
      // Questions may take longer than Teams waits for the answer to a press.
      this.#later(pressing.then((said) => this.#sayAnswer(said, conversation, person)));
      return textAnswer('One moment: the answer comes as a message.');
    }
    const answer = await pressing;
    if (answer.kind === 'dialog')
      return { status: 200, body: { statusCode: 200, type: CARD_ANSWER, value: dialogCard(answer.dialog) } };
    if (answer.kind === 'done') return textAnswer('Done.');
    const { reply } = answer;
    if (reply.audience === 'private' && isPlain(reply.card)) return textAnswer(plainCard(reply.card));
    // The request has its answer before the message is there.
    this.#later(this.#say(reply, conversation, person));
    return textAnswer(
      reply.audience === 'private'
        ? 'The answer is in your chat with StatBar.'
        : 'The answer is in the thread.',
    );
  }

  /** Not waited for. */
  #later(saying: Promise<void>): void {
    saying.catch((error: unknown) => {
      this.#ports.logger.error('an answer cannot be said', { error: String(error) });
    });
  }

  async #link(activity: Incoming): Promise<unknown> {
    const nothing = { status: 200, body: {} };
    const url = (activity.value as { url?: unknown } | undefined)?.url;
    if (typeof url !== 'string' || !this.#arrivals.isOurs(activity)) return nothing;
    const person = await this.#people.get(activity);
    const unfurled = await this.#handlers.unfurl(url, person);
    if (unfurled.kind === 'none') return nothing;
    if (unfurled.kind === 'refused') {
      // Everybody would see a card: this goes into the chat with them.
      const { why } = unfurled;
      const refusal: Reply = { audience: 'private', card: sentenceCard(why) };
      this.#later(this.#say(refusal, this.#conversation(activity), person));
      return nothing;
    }
    const { card } = unfurled;
    const content = await this.#ports.poster.render(card);
    const preview = {
      contentType: 'application/vnd.microsoft.card.thumbnail',
      content: { title: card.title, text: card.summary },
    };
    const attachments = [{ contentType: CARD_ANSWER, content, preview }];
    return {
      status: 200,
      body: { composeExtension: { type: 'result', attachmentLayout: 'list', attachments } },
    };
  }

  #conversation({ conversation, replyToId, id, type }: Incoming): Conversation {
    const [channel, thread] = conversation.id.split(';messageid=');
    const inChannel = conversation.conversationType === 'channel';
    const threadId = inChannel ? (thread ?? replyToId ?? (type === 'message' ? id : null)) : null;
    const groupId = this.#ports.notes.get('threads', `${channel} ${threadId ?? replyToId ?? ''}`) ?? null;
    return { place: { platform: 'teams', channel, direct: false }, threadId, groupId };
  }

  async #sayAnswer(answer: PressAnswer, conversation: Conversation, person: Person): Promise<void> {
    if (answer.kind === 'reply') await this.#say(answer.reply, conversation, person);
  }

  async #say({ audience, card }: Reply, { place, threadId }: Conversation, person: Person): Promise<void> {
    const { poster, logger } = this.#ports;
    const message = { deliveryId: '', part: 0, card };
    const outcome = await poster.reply(() =>
      audience === 'private'
        ? poster.privately(place, threadId, person, card)
        : poster.send(place, threadId, message),
    );
    if (outcome.outcome !== 'sent')
      logger.warn('a reply cannot be said', { conversation: place.channel, ...outcome });
  }
}

function about(conversation: Conversation, target: string): Conversation {
  return target === '' ? conversation : { ...conversation, groupId: target };
}

function textAnswer(text: string): InvokeAnswer {
  return { status: 200, body: { statusCode: 200, type: TEXT_ANSWER, value: text } };
}
