import { FakeSlack } from '../support/fakes/slack/index.ts';
import { FakeTeams, type TeamsMessage } from '../support/fakes/teams/index.ts';

/** One platform of the kills: channels with numbers, and what is wrong with the cards in them. */
export interface ChatSide {
  readonly name: 'slack' | 'teams';
  /** What receivers call the channel. */
  channel(i: number): string;
  start(channels: number): Promise<void>;
  stop(): Promise<void>;
  loseResponse(): void;
  loseRequest(): void;
  clearFaults(): void;
  /** Whether the channel has a card of the alert. */
  isTold(alert: string, channel: number): boolean;
  /** What is wrong with the cards of an alert that is over. */
  wrongCards(alert: string, channel: number, kills: readonly BotKill[]): string[];
  /** What is wrong with messages of threads. */
  wrongThreads(channels: number): string[];
}

/** From the signal until the next bot was ready. */
export interface BotKill {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Slack can be asked what is there: nothing may be there twice. */
export class SlackSide implements ChatSide {
  readonly name = 'slack';
  readonly fake = new FakeSlack({ rates: 'none' });

  channel(i: number): string {
    return `C${i}`;
  }

  async start(channels: number): Promise<void> {
    await this.fake.start();
    for (let i = 0; i < channels; i++) this.fake.workspace.addChannel({ id: this.channel(i), name: `c${i}` });
  }

  stop(): Promise<void> {
    return this.fake.stop();
  }

  loseResponse(): void {
    this.fake.loseResponse();
  }

  loseRequest(): void {
    this.fake.loseRequest();
  }

  clearFaults(): void {
    this.fake.clearFaults();
  }

  isTold(alert: string, channel: number): boolean {
    return this.#cards(alert, channel).length > 0;
  }

  wrongCards(alert: string, channel: number): string[] {
    const cards = this.#cards(alert, channel);
    const stale = cards.filter(({ text }) => !text.includes('Resolved'));
    return [
      ...(cards.length === 1 ? [] : [`${alert} in Slack: ${cards.length} cards`]),
      ...stale.map(({ text }) => `${alert} in Slack: ${text}`),
    ];
  }

  wrongThreads(): string[] {
    return this.fake.postedTwice().map((payload) => `twice in Slack: ${payload}`);
  }

  #cards(alert: string, channel: number) {
    return this.fake.posted(this.channel(channel)).filter(({ text }) => text.includes(alert));
  }
}

/** As people read it. */
const MARK = 'May be a repeat';
/** What happened, and when. */
const STORY_LINE = /\{\{TIME\([^)]*\)\}\} [^"\\]+/g;

/**
 * Teams cannot be asked. So one more of a message may be there for each time that nobody could know whether it had arrived, when
 * its answer was lost or the bot was killed; it says so, and it is the last one that is kept up to date.
 */
export class TeamsSide implements ChatSide {
  readonly name = 'teams';
  readonly fake = new FakeTeams({ rates: 'none' });

  channel(i: number): string {
    return `19:c${i}@thread.tacv2`;
  }

  async start(channels: number): Promise<void> {
    await this.fake.start();
    for (let i = 0; i < channels; i++) this.fake.world.addConversation(this.channel(i), 'channel');
  }

  stop(): Promise<void> {
    return this.fake.stop();
  }

  /** Of a new message: an edit that is done twice is the same. */
  loseResponse(): void {
    this.fake.loseResponse({ method: 'POST' });
  }

  loseRequest(): void {
    this.fake.loseRequest();
  }

  clearFaults(): void {
    this.fake.clearFaults();
  }

  get answersLost(): number {
    return this.fake.calls.filter(({ outcome }) => outcome === 'lost_answer').length;
  }

  /** Cards that are there once more. */
  repeats(alert: string, channel: number): number {
    return Math.max(0, this.#cards(alert, channel).length - 1);
  }

  isTold(alert: string, channel: number): boolean {
    return this.#cards(alert, channel).length > 0;
  }

  wrongCards(alert: string, channel: number, kills: readonly BotKill[]): string[] {
    const cards = this.#cards(alert, channel);
    const last = cards.at(-1);
    if (last === undefined) return [`${alert} in Teams: no card`];
    const found = textOf(last).includes('Resolved') ? [] : [`${alert} in Teams: stale: ${textOf(last)}`];
    for (const [i, card] of cards.slice(1).entries()) {
      if (!textOf(card).includes(MARK)) found.push(`${alert} in Teams: there twice, and not marked`);
      if (!this.#isDoubtful(cards[i], card, kills)) {
        found.push(`${alert} in Teams: there twice, although it was known that it had arrived`);
      }
    }
    return found;
  }

  wrongThreads(channels: number): string[] {
    const found: string[] = [];
    for (let i = 0; i < channels; i++) {
      const said = new Set<string>();
      for (const message of this.fake.world.messages) {
        const { conversation, threadId, deleted } = message;
        if (conversation !== this.channel(i) || threadId === undefined || deleted) continue;
        const text = textOf(message);
        for (const [line] of text.matchAll(STORY_LINE)) {
          const key = `${threadId} ${line}`;
          if (said.has(key) && !text.includes(MARK)) found.push(`twice in Teams: ${line}`);
          said.add(key);
        }
      }
    }
    return found;
  }

  /** Whether nobody could know, when the second was posted, that the first had arrived. */
  #isDoubtful(first: TeamsMessage, second: TeamsMessage, kills: readonly BotKill[]): boolean {
    const post = this.fake.calls.find(
      ({ method, messageId, conversation }) =>
        method === 'POST' && messageId === first.id && conversation === first.conversation,
    );
    return (
      post?.outcome === 'lost_answer' ||
      kills.some(({ fromMs, untilMs }) => untilMs >= first.postedAtMs && fromMs <= second.postedAtMs)
    );
  }

  /** In the order in which they were posted. */
  #cards(alert: string, channel: number): TeamsMessage[] {
    return this.fake.posted(this.channel(channel)).filter((message) => textOf(message).includes(alert));
  }
}

function textOf({ activity }: TeamsMessage): string {
  return JSON.stringify(activity);
}
