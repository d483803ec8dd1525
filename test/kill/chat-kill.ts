import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import { type ChatBot, startChatBot } from '../support/chat-bot.ts';
import { FakeSlack } from '../support/fakes/slack/index.ts';
import { freePort } from '../support/free-port.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

export interface SlackKillReport {
  readonly botKills: number;
  readonly serviceKills: number;
  readonly alerts: number;
  /** What is wrong in the end: cards that are missing, doubled or stale; messages that are there twice. */
  readonly violations: readonly string[];
}

/** So many, and alerts so far apart, that the bot's own rate for a channel is enough for all that is to be said there. */
const CHANNELS = 8;

const config = `
alert:
  resolve_timeout: 1h
  retry_min: 50ms
  retry_max: 300ms
  delivery_lease: 1s
  storm: { groups_per_minute_max: 0 }
  route:
    receiver: c0
    group_wait: 0s
    group_by: [alertname]
    routes:
${Array.from({ length: CHANNELS }, (_, i) => `      - { receiver: c${i}, matchers: ['channel="c${i}"'] }`).join('\n')}
  receivers:
${Array.from({ length: CHANNELS }, (_, i) => `    - { name: c${i}, chat: [{ platform: slack, channel: C${i} }] }`).join('\n')}
`;

/**
 * Alerts fire and resolve while bot and service are killed at random instants and Slack loses requests and answers. In
 * the end each alert has one card, in its channel, that says how it ended, and no message of a thread is there twice.
 */
export async function killSlackRepeatedly(options: {
  readonly kills: number;
  readonly seed: number;
}): Promise<SlackKillReport> {
  const prng = createPrng(options.seed);
  const temp = createTempDir('kill-slack');
  const slack = new FakeSlack({ rates: 'none' });
  await slack.start();
  for (let i = 0; i < CHANNELS; i++) slack.workspace.addChannel({ id: `C${i}`, name: `c${i}` });
  // The bot finds the service again where it was.
  const port = await freePort();
  const startIt = (): Promise<Service> =>
    startService({
      dataDir: temp.path,
      config,
      args: ['--listen', `127.0.0.1:${port}`],
      readyTimeoutMs: 60_000,
    });
  let service = await startIt();
  const startBot = (): Promise<ChatBot> =>
    startChatBot({
      serviceUrl: service.httpUrl,
      slack,
      config: 'delivery: { doubt: 300ms, feed_wait: 1s }',
      readyTimeoutMs: 60_000,
    });
  let bot = await startBot();
  const sender = new Sender(prng, service.httpUrl, slack);
  const sending = sender.run();
  let botKills = 0;
  let serviceKills = 0;
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(prng.next() * 1200);
      if (prng.next() < 0.3) slack.loseResponse();
      if (prng.next() < 0.1) slack.loseRequest();
      if (prng.next() < 0.75) {
        await bot.kill();
        botKills += 1;
        bot = await startBot();
      } else {
        await service.kill();
        serviceKills += 1;
        service = await startIt();
      }
    }
    sender.stop();
    await sending;
    slack.clearFaults();
    await sender.finish();
    return {
      botKills,
      serviceKills,
      alerts: sender.fired.size,
      violations: await settled(service, sender, slack),
    };
  } finally {
    sender.stop();
    await bot.stop();
    await service.stop();
    await slack.stop();
    temp.remove();
  }
}

/** Fires and resolves alerts one after the other; each call until it is answered with success. */
class Sender {
  readonly fired = new Map<string, number>();
  left: readonly string[] = [];
  readonly #prng: Prng;
  readonly #url: string;
  readonly #slack: FakeSlack;
  #stopped = false;

  constructor(prng: Prng, url: string, slack: FakeSlack) {
    this.#slack = slack;
    this.#prng = createPrng(prng.uint32());
    this.#url = url;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    const open: string[] = [];
    for (let i = 0; !this.#stopped; i++) {
      const name = `A${i}x`;
      this.fired.set(name, i % CHANNELS);
      await this.#post(name, false);
      open.push(name);
      // What resolves before anybody was told needs no card: only what has one is resolved, so each must have one.
      const told = open.filter((each) => cardsOf(each, this.fired, this.#slack).length > 0);
      if (told.length > 2) {
        const over = told[this.#prng.integer(0, told.length)];
        open.splice(open.indexOf(over), 1);
        await this.#post(over, true);
      }
      await sleep(300 + this.#prng.next() * 500);
    }
    this.left = open;
  }

  /** Resolves what is still open, as soon as it was told. */
  async finish(): Promise<void> {
    for (const name of this.left) {
      const told = () => (cardsOf(name, this.fired, this.#slack).length > 0 ? true : undefined);
      await eventually(told, { timeoutMs: 30_000, everyMs: 100 }).catch(() => {});
      await this.#post(name, true);
    }
  }

  async #post(name: string, isOver: boolean): Promise<void> {
    const labels = { alertname: name, channel: `c${this.fired.get(name)}` };
    const body = JSON.stringify([{ labels, ...(isOver ? { endsAt: new Date().toISOString() } : {}) }]);
    for (;;) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${this.#url}/api/v2/alerts`, { method: 'POST', headers, body }).catch(
        () => undefined,
      );
      if (answer?.status === 200) return;
      await sleep(30);
    }
  }
}

/** Waits until nothing is wrong any more, and says what still is. */
async function settled(service: Service, sender: Sender, slack: FakeSlack): Promise<string[]> {
  const client = createAlertsClient({ baseUrl: service.httpUrl });
  let violations: string[] = [];
  await eventually(
    async () => {
      const { groups } = await client.groups({ state: 'active' });
      violations = [...wrong(sender, slack), ...groups.map(({ title }) => `${title}: still open`)];
      return violations.length === 0 ? true : undefined;
    },
    { what: 'every card says how its alert ended', timeoutMs: 120_000, everyMs: 250 },
  ).catch(() => {});
  return violations;
}

function wrong(sender: Sender, slack: FakeSlack): string[] {
  const found = slack.postedTwice().map((payload) => `twice: ${payload}`);
  for (const name of sender.fired.keys()) {
    const cards = cardsOf(name, sender.fired, slack);
    if (cards.length !== 1) found.push(`${name}: ${cards.length} cards`);
    for (const { text } of cards) if (!text.includes('Resolved')) found.push(`${name}: ${text}`);
  }
  return found;
}

function cardsOf(
  name: string,
  channels: ReadonlyMap<string, number>,
  slack: FakeSlack,
): { readonly text: string }[] {
  return slack.posted(`C${channels.get(name)}`).filter(({ text }) => text.includes(name));
}
