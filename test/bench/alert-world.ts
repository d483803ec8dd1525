import { setTimeout as sleep } from 'node:timers/promises';
import { type ChatBot, startChatBot } from '../support/chat-bot.ts';
import { FakeSlack } from '../support/fakes/slack/index.ts';
import { type Service, startService } from '../support/service.ts';

/** The service and the bot as programs, and a Slack with its real limits and so many channels, each with a route of its own. */
export interface AlertWorld {
  readonly service: Service;
  readonly slack: FakeSlack;
  readonly bot: ChatBot;
  readonly channels: readonly string[];
  stop(): Promise<void>;
}

export async function openAlertWorld(options: {
  readonly channels: number;
  /** More YAML, before the section `alert`. */
  readonly config?: string;
}): Promise<AlertWorld> {
  const slack = new FakeSlack();
  await slack.start();
  const channels = Array.from({ length: options.channels }, (_, i) => `C${i + 1}`);
  for (const id of channels) slack.workspace.addChannel({ id });
  const routes = channels.map((id) => `      - { receiver: ${id}, matchers: ['channel="${id}"'] }`);
  const receivers = channels.map(
    (id) => `    - { name: ${id}, chat: [{ platform: slack, channel: ${id} }] }`,
  );
  const service = await startService({
    config: `${options.config ?? ''}
alert:
  storm: { groups_per_minute_max: 0 }
  route:
    receiver: C1
    group_wait: 0s
    group_by: [alertname, probe]
    routes:
${routes.join('\n')}
  receivers:
${receivers.join('\n')}
`,
  });
  const bot = await startChatBot({ serviceUrl: service.httpUrl, slack });
  return {
    service,
    slack,
    bot,
    channels,
    async stop() {
      await bot.stop();
      await service.stop();
      await slack.stop();
    },
  };
}

export interface AcceptedCard {
  readonly probe: string;
  readonly channel: string;
  readonly atMs: number;
}

/** When the card of each probe was accepted, as far as it was found; what has several cards is in there several times. */
export class AcceptedCards {
  readonly found: AcceptedCard[] = [];
  readonly #world: AlertWorld;
  #read = 0;

  constructor(world: AlertWorld) {
    this.#world = world;
  }

  /** Reads the calls that came since the last time: the stand-in for Slack runs on the same event loop. */
  look(): number {
    const { calls } = this.#world.slack;
    for (; this.#read < calls.length; this.#read++) {
      const { method, outcome, atMs, args, channel } = calls[this.#read];
      if (method !== 'chat.postMessage' || outcome !== 'done' || args['thread_ts'] !== undefined) continue;
      const probe = /\bp\d+\b/.exec(JSON.stringify(args))?.[0];
      if (probe !== undefined && channel !== undefined) this.found.push({ probe, channel, atMs });
    }
    return this.found.length;
  }

  /** Waits until there are so many, or gives up. */
  async until(count: number, timeoutMs: number): Promise<readonly AcceptedCard[]> {
    const endMs = Date.now() + timeoutMs;
    while (this.look() < count && Date.now() < endMs) await sleep(200);
    return this.found;
  }
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
