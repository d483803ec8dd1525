import { join } from 'node:path';
import { App, type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import { WebAPIPlatformError, WebClient, type WebClientOptions } from '@slack/web-api';
import { type Clock, type Counters, type Logger, pause } from '../base/index.ts';
import type { Paint } from '../chart/index.ts';
import type { Finding } from '../commands/index.ts';
import type {
  Card,
  ChatHandlers,
  ChatPlatform,
  OutgoingMessage,
  OutgoingPicture,
  Person,
  Place,
} from '../reply/index.ts';
import { Notebook, Seen } from '../state/index.ts';
import { checkSlack } from './checks.ts';
import type { SlackConfig } from './config.ts';
import { SlackInbound } from './inbound.ts';
import { reasonOf } from './outcome.ts';
import { SlackPoster } from './poster.ts';

export interface SlackPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly fetch: typeof globalThis.fetch;
  readonly paint: Paint;
  /** Where it is kept which events were handled; empty or left out: in memory. */
  readonly stateFolder?: string;
}

/** Events come again within minutes: these are more than come in that time. */
const SEEN_MAX = 10_000;

/** A message a second for each channel, and a few at once. */
const rate = { burst: 3, perSecond: 1 };

/** Slack, by Socket Mode (no address of ours has to be reachable) or by HTTP. */
export class SlackPlatform implements ChatPlatform {
  readonly name = 'slack';
  readonly rate = rate;
  readonly #config: SlackConfig;
  readonly #ports: SlackPorts;
  readonly #client: WebClient;
  readonly #poster: SlackPoster;
  readonly #notes: Notebook<'seen'>;
  readonly #stopping = new AbortController();
  #app: App | undefined;

  constructor(config: SlackConfig, ports: SlackPorts) {
    this.#config = config;
    this.#ports = ports;
    this.#client = new WebClient(config.bot_token, this.#clientOptions());
    this.#poster = new SlackPoster({ ...ports, client: this.#client }, config.native_charts);
    const { stateFolder = '' } = ports;
    this.#notes = new Notebook(
      stateFolder === '' ? '' : join(stateFolder, 'slack.log'),
      { seen: SEEN_MAX },
      ports.logger,
    );
  }

  post(place: Place, message: OutgoingMessage) {
    return this.#poster.post(place, message);
  }

  edit(place: Place, messageId: string, message: OutgoingMessage) {
    return this.#poster.edit(place, messageId, message);
  }

  postInThread(place: Place, threadId: string, message: OutgoingMessage) {
    return this.#poster.postInThread(place, threadId, message);
  }

  uploadChart(_place: Place, threadId: string, picture: OutgoingPicture) {
    return this.#poster.uploadChart(threadId, picture);
  }

  ephemeral(place: Place, threadId: string | null, person: Person, card: Card) {
    return this.#poster.ephemeral(place, threadId, person, card);
  }

  find(place: Place, threadId: string | null, deliveryId: string, sinceMs: number) {
    return this.#poster.find(place, threadId, deliveryId, sinceMs);
  }

  /** For `doctor`. */
  check(): Promise<readonly Finding[]> {
    return checkSlack(this.#client, this.#config);
  }

  /** Tries until Slack can be reached; rejects when it refuses the tokens. */
  async start(handlers: ChatHandlers): Promise<void> {
    const { clock, logger } = this.#ports;
    const { signal } = this.#stopping;
    for (let pauseMs = 500; !signal.aborted; pauseMs = Math.min(30_000, pauseMs * 2)) {
      try {
        await this.#connect(handlers);
        return;
      } catch (error) {
        if (error instanceof WebAPIPlatformError) throw new Error(`Slack: ${reasonOf(error)}`);
        logger.warn('Slack cannot be reached yet', { error: reasonOfAny(error), retry_in_ms: pauseMs });
        await this.#app?.stop().catch(() => {});
        await pause(clock, pauseMs, signal);
      }
    }
  }

  async #connect(handlers: ChatHandlers): Promise<void> {
    const { bot_token, app_token, signing_secret, mode, host, port } = this.#config;
    const shared = {
      token: bot_token,
      clientOptions: this.#clientOptions(),
      logger: boltLogger(this.#ports.logger),
      deferInitialization: true,
    };
    const app =
      mode === 'socket'
        ? new App({ ...shared, appToken: app_token, socketMode: true })
        : new App({ ...shared, signingSecret: signing_secret, port });
    this.#app = app;
    await app.init();
    const seen = new Seen(this.#notes);
    new SlackInbound({ ...this.#ports, client: this.#client, poster: this.#poster, seen }, handlers).register(
      app,
    );
    await app.start(...(mode === 'socket' ? [] : [{ port, host }]));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#app?.stop();
    this.#notes.close();
  }

  /** The client's own retries post twice when an answer is lost, and one 429 stops its whole queue: both are off. */
  #clientOptions(): WebClientOptions {
    return {
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: this.#config.timeout,
      logger: boltLogger(this.#ports.logger),
      ...(this.#config.api_url === '' ? {} : { slackApiUrl: this.#config.api_url }),
    };
  }
}

/** The SDK's log in ours. What it reports about single calls we report ourselves, with what came of them. */
function boltLogger(logger: Logger): BoltLogger {
  const say = (messages: readonly unknown[]): string => messages.map(textOf).join(' ');
  return {
    debug: () => {},
    info: (...messages) => logger.debug('Slack SDK', { said: say(messages) }),
    warn: (...messages) => logger.warn('Slack SDK', { said: say(messages) }),
    error: (...messages) => logger.warn('Slack SDK', { said: say(messages) }),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

function textOf(value: unknown): string {
  return value instanceof Error ? (value.stack ?? value.message) : String(value);
}

/** With what is behind it: "fetch failed" alone helps nobody. */
function reasonOfAny(error: unknown): string {
  const texts: string[] = [];
  for (
    let each = error;
    each instanceof Error && texts.length < 4;
    each = 'original' in each ? each.original : each.cause
  ) {
    texts.push(each.message);
  }
  return texts.length === 0 ? String(error) : texts.join(': ');
}
