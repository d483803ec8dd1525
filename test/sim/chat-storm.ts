import { Counters, silentLogger } from '../../chatops-bot/src/base/index.ts';
import { defaultCardOptions, noDetails } from '../../chatops-bot/src/card/index.ts';
import { chartPng } from '../../chatops-bot/src/chart/index.ts';
import { Courier, defaultDeliverOptions } from '../../chatops-bot/src/deliver/index.ts';
import type { ChatPlatform } from '../../chatops-bot/src/reply/index.ts';
import { SlackPlatform, slackConfigSchema } from '../../chatops-bot/src/slack/index.ts';
import { alertConfigSchema } from '../../otel-processor/src/alert/config.ts';
import { MemoryJournal } from '../../otel-processor/src/alert/desk/desk.test-support.ts';
import { AlertEngine } from '../../otel-processor/src/alert/engine.ts';
import {
  isFault,
  ManualClock,
  silentLogger as quiet,
  Telemetry,
} from '../../otel-processor/src/base/index.ts';
import { FakeSlack } from '../support/fakes/slack/index.ts';

export interface StormReport {
  readonly cards: number;
  readonly missing: number;
  readonly doubled: number;
  /** Calls that the limited channel answered with 429, and all others together. */
  readonly limitedThere: number;
  readonly limitedElsewhere: number;
  /** Posts that happened and whose answers were lost, and searches for them. */
  readonly lostAnswers: number;
  readonly searches: number;
  /** How long after the platform would have taken it a card of another channel was accepted, in the scheduler's time. */
  readonly delayMsP99: number;
  readonly delayMsMax: number;
  /** When the last card of the other channels, and of the limited one, was accepted. */
  readonly lastElsewhereMs: number;
  readonly lastThereMs: number;
}

const STEP_MS = 50;
const LIMITED_FOR_MS = 60_000;
const GIVE_UP_MS = 300_000;
/** What the stand-in takes at once, and a second after that. */
const BURST = 4;

/**
 * Alerts that fire at the same moment, evenly over the channels, one of which answers 429 for a minute. Engine, bot and the
 * stand-in for Slack with its limits share one clock, which moves on when nobody has anything to do any more: so the
 * result is what the schedulers make of it, whatever machine it runs on.
 */
export async function simulateChatStorm(options: {
  readonly alerts: number;
  readonly channels: number;
  /** Posts whose answers are lost after they happened. */
  readonly lostAnswers: number;
}): Promise<StormReport> {
  const { alerts: alertCount, channels: channelCount } = options;
  const clock = new ManualClock(Date.UTC(2026, 0, 5, 12));
  const startMs = clock.nowMs();
  const slack = new FakeSlack({ now: () => clock.nowMs() });
  await slack.start();
  const channels = Array.from({ length: channelCount }, (_, i) => `C${i + 1}`);
  for (const id of channels) slack.workspace.addChannel({ id });
  slack.limitChannel(channels[0], { forMs: LIMITED_FOR_MS, retryAfterSeconds: 10 });
  slack.loseResponse({ method: 'chat.postMessage', times: options.lostAnswers });
  const engine = openEngine(clock, channels);
  const work = new Work();
  const platform = new SlackPlatform(
    slackConfigSchema.parse({ bot_token: slack.botToken, app_token: slack.appToken, api_url: slack.apiUrl }),
    { clock, logger: silentLogger, counters: new Counters(), fetch, paint: chartPng },
  );
  const courier = new Courier(
    {
      feed: feedOf(engine, work),
      platforms: new Map([['slack', counted(platform, work)]]),
      details: { known: () => undefined, find: async () => noDetails },
      clock,
      logger: silentLogger,
      counters: new Counters(),
      paint: chartPng,
    },
    { ...defaultDeliverOptions, worker: 'storm', card: defaultCardOptions },
  );
  try {
    const alerts = Array.from({ length: alertCount }, (_, i) => incoming(i, channels, clock.nowMs()));
    await engine.desk.observe('rule:storm', alerts);
    courier.start();
    const cardCount = (): number => channels.reduce((sum, id) => sum + slack.posted(id).length, 0);
    const isOver = (): boolean => cardCount() >= alertCount && engine.desk.context.outbox.size === 0;
    while (!isOver() && clock.nowMs() - startMs < GIVE_UP_MS) {
      await work.quiet();
      clock.advance(STEP_MS);
    }
    await work.quiet();
    return report(slack, channels, alertCount, startMs);
  } finally {
    engine.desk.stop();
    const stopping = Promise.all([courier.stop(), engine.courier.stop()]);
    clock.advance(60_000);
    await stopping;
    await slack.stop();
  }
}

function openEngine(clock: ManualClock, channels: readonly string[]): AlertEngine {
  const config = alertConfigSchema.parse({
    storm: { groups_per_minute_max: 0 },
    route: {
      group_wait: '0s',
      group_by: ['alertname'],
      routes: channels.map((id) => ({ receiver: id, matchers: [`channel="${id}"`] })),
    },
    receivers: channels.map((id) => ({ name: id, chat: [{ platform: 'slack', channel: id }] })),
  });
  const journal = new MemoryJournal();
  const engine = new AlertEngine(config, {
    clock,
    logger: quiet,
    telemetry: new Telemetry(),
    journal,
    content: journal.content(),
    externalUrl: 'https://statbar.test',
  });
  engine.start();
  return engine;
}

/** Calls that are under way: while there are some, time stands still. */
class Work {
  #underway = 0;

  async do<T>(call: () => Promise<T>): Promise<T> {
    this.#underway += 1;
    try {
      return await call();
    } finally {
      this.#underway -= 1;
    }
  }

  /** Settles when nothing is under way, and nothing follows from what was. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < 5; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underway > 0) turns = 0;
    }
  }
}

type Settlements = Parameters<AlertEngine['feed']['settle']>[0];

/** The feed as the bot has it by HTTP. */
function feedOf({ feed }: AlertEngine, work: Work) {
  const unwrap = <T>(value: T): Exclude<T, { retryable: boolean }> => {
    if (isFault(value)) throw new Error(value.message);
    return value as Exclude<T, { retryable: boolean }>;
  };
  return {
    feed: async (query: { after?: string; limit?: number; waitMs?: number; signal?: AbortSignal } = {}) =>
      unwrap(
        await feed.read(
          Number(query.after ?? 0),
          query.limit ?? 100,
          query.waitMs ?? 0,
          query.signal ?? new AbortController().signal,
        ),
      ),
    begin: ({ ids }: { ids: readonly string[] }) => work.do(async () => unwrap(await feed.begin(ids))),
    settle: ({ results }: { results: Settlements }) =>
      work.do(async () => {
        await feed.settle(results);
      }),
  };
}

/** The platform, with its calls counted as work. */
function counted(platform: SlackPlatform, work: Work): ChatPlatform {
  return {
    name: platform.name,
    rate: platform.rate,
    post: (...args) => work.do(() => platform.post(...args)),
    edit: (...args) => work.do(() => platform.edit(...args)),
    postInThread: (...args) => work.do(() => platform.postInThread(...args)),
    uploadChart: (...args) => work.do(() => platform.uploadChart(...args)),
    ephemeral: (...args) => work.do(() => platform.ephemeral(...args)),
    find: (...args) => work.do(() => platform.find(...args)),
    start: (handlers) => platform.start(handlers),
    stop: () => platform.stop(),
  };
}

function incoming(i: number, channels: readonly string[], nowMs: number) {
  return {
    labels: { alertname: `Alert ${i}`, channel: channels[i % channels.length], severity: 'critical' },
    annotations: { summary: 'Something is wrong' },
    value: i,
    startsAtMs: nowMs,
    endsAtMs: undefined,
    expiresAtMs: undefined,
    generatorUrl: '',
    expression: undefined,
  };
}

function report(
  slack: FakeSlack,
  channels: readonly string[],
  alertCount: number,
  startMs: number,
): StormReport {
  const [limited, ...others] = channels;
  const delays: number[] = [];
  let lastElsewhereMs = 0;
  for (const id of others) {
    const times = slack.posted(id).map(({ postedAtMs }) => postedAtMs - startMs);
    times.sort((a, b) => a - b);
    times.forEach((atMs, i) => {
      delays.push(atMs - Math.max(0, i - BURST + 1) * 1000);
    });
    lastElsewhereMs = Math.max(lastElsewhereMs, times.at(-1) ?? 0);
  }
  delays.sort((a, b) => a - b);
  const titles = new Set<string>();
  let cards = 0;
  for (const id of channels) {
    for (const { text } of slack.posted(id)) {
      cards += 1;
      titles.add(/Alert \d+/.exec(text)?.[0] ?? text);
    }
  }
  const limitedCalls = slack.calls.filter(({ outcome }) => outcome === 'limited');
  return {
    cards,
    missing: alertCount - titles.size,
    doubled: cards - titles.size + slack.postedTwice().length,
    limitedThere: limitedCalls.filter(({ channel }) => channel === limited).length,
    limitedElsewhere: limitedCalls.filter(({ channel }) => channel !== limited).length,
    lostAnswers: slack.calls.filter(({ outcome }) => outcome === 'lost_answer').length,
    searches: slack.calls.filter(({ method }) => method === 'conversations.history').length,
    delayMsP99: delays[Math.ceil(delays.length * 0.99) - 1] ?? 0,
    delayMsMax: delays.at(-1) ?? 0,
    lastElsewhereMs,
    lastThereMs: Math.max(0, ...slack.posted(limited).map(({ postedAtMs }) => postedAtMs - startMs)),
  };
}
