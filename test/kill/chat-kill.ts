import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import { type ChatBot, startChatBot } from '../support/chat-bot.ts';
import { freePort } from '../support/free-port.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';
import { type BotKill, type ChatSide, SlackSide, TeamsSide } from './chat-sides.ts';

export interface ChatKillReport {
  readonly botKills: number;
  readonly serviceKills: number;
  readonly alerts: number;
  /** Posts to Teams whose answer was lost. */
  readonly answersLost: number;
  /** Cards in Teams that are there once more and say so. */
  readonly markedRepeats: number;
  /** Of one alert, at most. */
  readonly repeatsOfOneMax: number;
  /** What is wrong in the end: cards that are missing, doubled or stale; messages that are there twice. */
  readonly violations: readonly string[];
}

/** So many, and alerts so far apart, that the bot's own rate for a channel is enough for all that is to be said there. */
const CHANNELS = 32;

const configOf = (sides: readonly ChatSide[]): string => `
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
${Array.from({ length: CHANNELS }, (_, i) => `    - { name: c${i}, chat: [${sides.map((side) => `{ platform: ${side.name}, channel: '${side.channel(i)}' }`).join(', ')}] }`).join('\n')}
`;

/**
 * Alerts fire and resolve while bot and service are killed at random instants and the platforms lose requests and answers.
 * In the end each alert has one card in Slack and one in Teams that say how it ended, and no message of a thread is there
 * twice, but for what Teams cannot be asked.
 */
export async function killChatRepeatedly(options: {
  readonly kills: number;
  readonly seed: number;
}): Promise<ChatKillReport> {
  const prng = createPrng(options.seed);
  const temp = createTempDir('kill-chat');
  const slack = new SlackSide();
  const teams = new TeamsSide();
  const sides: readonly ChatSide[] = [slack, teams];
  for (const side of sides) await side.start(CHANNELS);
  const mortals = new Mortals(temp.path, slack, teams, await freePort());
  await mortals.start();
  const sender = new Sender(prng, mortals.url, sides);
  const sending = sender.run();
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      await sleep(prng.next() * 1200);
      for (const side of sides) {
        if (prng.next() < 0.3) side.loseResponse();
        if (prng.next() < 0.1) side.loseRequest();
      }
      if (prng.next() < 0.75) await mortals.killBot();
      else await mortals.killService();
    }
    sender.stop();
    await sending;
    for (const side of sides) side.clearFaults();
    await sender.finish();
    const { fired } = sender;
    const violations = await settled(mortals.url, fired, sides, mortals.botKills);
    const repeats = [...fired].map(([alert, channel]) => teams.repeats(alert, channel));
    return {
      botKills: mortals.botKills.length,
      serviceKills: mortals.serviceKills,
      alerts: fired.size,
      answersLost: teams.answersLost,
      markedRepeats: repeats.reduce((sum, count) => sum + count, 0),
      repeatsOfOneMax: Math.max(0, ...repeats),
      violations,
    };
  } finally {
    sender.stop();
    await mortals.stop();
    for (const side of sides) await side.stop();
    temp.remove();
  }
}

/** The service and the bot, each with what it keeps over its deaths. */
class Mortals {
  readonly botKills: BotKill[] = [];
  serviceKills = 0;
  readonly #folder: string;
  readonly #slack: SlackSide;
  readonly #teams: TeamsSide;
  /** The bot finds the service again where it was. */
  readonly #port: number;
  #service: Service | undefined;
  #bot: ChatBot | undefined;

  constructor(folder: string, slack: SlackSide, teams: TeamsSide, port: number) {
    this.#folder = folder;
    this.#slack = slack;
    this.#teams = teams;
    this.#port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    await this.#startService();
    await this.#startBot();
  }

  async stop(): Promise<void> {
    await this.#bot?.stop();
    await this.#service?.stop();
  }

  async killBot(): Promise<void> {
    const fromMs = Date.now();
    await this.#bot?.kill();
    await this.#startBot();
    this.botKills.push({ fromMs, untilMs: Date.now() });
  }

  async killService(): Promise<void> {
    await this.#service?.kill();
    this.serviceKills += 1;
    await this.#startService();
  }

  async #startService(): Promise<void> {
    this.#service = await startService({
      dataDir: join(this.#folder, 'data'),
      config: configOf([this.#slack, this.#teams]),
      args: ['--listen', `127.0.0.1:${this.#port}`],
      readyTimeoutMs: 60_000,
    });
  }

  async #startBot(): Promise<void> {
    this.#bot = await startChatBot({
      serviceUrl: this.url,
      slack: this.#slack.fake,
      teams: this.#teams.fake,
      config: `delivery: { doubt: 300ms, feed_wait: 1s }\nstate: { folder: '${join(this.#folder, 'chat')}' }`,
      readyTimeoutMs: 60_000,
    });
  }
}

/** Fires and resolves alerts one after the other; each call until it is answered with success. */
class Sender {
  readonly fired = new Map<string, number>();
  left: readonly string[] = [];
  readonly #prng: Prng;
  readonly #url: string;
  readonly #sides: readonly ChatSide[];
  #stopped = false;

  constructor(prng: Prng, url: string, sides: readonly ChatSide[]) {
    this.#sides = sides;
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
      const told = open.filter((each) => this.#isTold(each));
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
      const told = () => (this.#isTold(name) ? true : undefined);
      await eventually(told, { timeoutMs: 30_000, everyMs: 100 }).catch(() => {});
      await this.#post(name, true);
    }
  }

  #isTold(name: string): boolean {
    const channel = this.fired.get(name) ?? 0;
    return this.#sides.every((side) => side.isTold(name, channel));
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
async function settled(
  baseUrl: string,
  fired: ReadonlyMap<string, number>,
  sides: readonly ChatSide[],
  kills: readonly BotKill[],
): Promise<string[]> {
  const client = createAlertsClient({ baseUrl });
  let violations: string[] = [];
  await eventually(
    async () => {
      const { groups } = await client.groups({ state: 'active' });
      violations = [
        ...sides.flatMap((side) => [
          ...side.wrongThreads(CHANNELS),
          ...[...fired].flatMap(([alert, channel]) => side.wrongCards(alert, channel, kills)),
        ]),
        ...groups.map(({ title }) => `${title}: still open`),
      ];
      return violations.length === 0 ? true : undefined;
    },
    { what: 'every card says how its alert ended', timeoutMs: 120_000, everyMs: 250 },
  ).catch(() => {});
  return violations;
}
