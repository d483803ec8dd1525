import { createServer, type Server } from 'node:http';
import { App, type AppOptions, ExpressAdapter } from '@microsoft/teams.apps';
import type { Clock, Counters, Logger } from '../base/index.ts';
import type { Paint } from '../chart/index.ts';
import type {
  Card,
  ChatHandlers,
  ChatPlatform,
  FindOutcome,
  OutgoingMessage,
  Person,
  Place,
  PostOutcome,
} from '../reply/index.ts';
import type { TeamsConfig } from './config.ts';
import { Connectors } from './connectors.ts';
import { TeamsInbound } from './inbound.ts';
import { openNotes, type TeamsNotes } from './notes.ts';
import { TeamsPoster } from './poster.ts';

export interface TeamsPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly paint: Paint;
  /** Where is kept what Teams tells only once; empty or left out: in memory. */
  readonly stateFolder?: string;
  /** Another way to tokens, and other keys to check them with: for tests and other clouds. */
  readonly identity?: Pick<AppOptions<never>, 'token' | 'cloud'>;
}

/** What was found out about itself, for `doctor`. */
export interface TeamsFinding {
  readonly what: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly text: string;
}

/** A conversation takes 7 messages in a second, 60 in 30 s, 1800 in an hour. */
const rate = { burst: 6, perSecond: 0.5 };

/** Teams, by the Bot Framework: requests come to `POST /api/messages`, with a signed token that the SDK checks. */
export class TeamsPlatform implements ChatPlatform {
  readonly name = 'teams';
  readonly rate = rate;
  readonly #config: TeamsConfig;
  readonly #ports: TeamsPorts;
  readonly #server: Server;
  readonly #app: App;
  readonly #notes: TeamsNotes;
  readonly #connectors: Connectors;
  readonly #poster: TeamsPoster;

  constructor(config: TeamsConfig, ports: TeamsPorts) {
    this.#config = config;
    this.#ports = ports;
    // Ours, so that it listens where it was told to and nowhere else.
    this.#server = createServer();
    const logger = sdkLogger(ports.logger);
    this.#app = new App({
      clientId: config.app_id,
      tenantId: config.tenant_id,
      serviceUrl: config.service_url,
      logger,
      httpServerAdapter: new ExpressAdapter(this.#server, { logger }),
      dangerouslyAllowUnauthenticatedRequests: false,
      // A secret would win over another way to tokens.
      ...(ports.identity ?? { clientSecret: config.app_secret }),
    });
    this.#notes = openNotes(ports.stateFolder ?? '', ports.logger);
    this.#connectors = new Connectors(this.#app, this.#notes, config.service_url);
    this.#poster = new TeamsPoster(
      { ...ports, app: this.#app, notes: this.#notes, connectors: this.#connectors },
      { nativeCharts: config.native_charts, tenantId: config.tenant_id },
    );
  }

  /** Where people's doings are to be sent; after `start`. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#config.port;
  }

  post(place: Place, message: OutgoingMessage): Promise<PostOutcome> {
    return this.#poster.send(place, null, message);
  }

  edit(place: Place, messageId: string, message: OutgoingMessage): Promise<PostOutcome> {
    return this.#poster.edit(place, messageId, message);
  }

  postInThread(place: Place, threadId: string, message: OutgoingMessage): Promise<PostOutcome> {
    return this.#poster.send(place, threadId, message);
  }

  /** The card has the picture. */
  async uploadChart(): Promise<'unable'> {
    return 'unable';
  }

  ephemeral(place: Place, threadId: string | null, person: Person, card: Card): Promise<PostOutcome> {
    return this.#poster.privately(place, threadId, person, card);
  }

  /** Bots cannot search a conversation. */
  async find(): Promise<FindOutcome> {
    return { outcome: 'unable' };
  }

  /** Rejects when the port is taken. */
  async start(handlers: ChatHandlers): Promise<void> {
    const { tenant_id: tenantId, host, port } = this.#config;
    new TeamsInbound(
      {
        ...this.#ports,
        app: this.#app,
        poster: this.#poster,
        notes: this.#notes,
        connectors: this.#connectors,
        tenantId,
      },
      handlers,
    ).register();
    await this.#app.initialize();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve());
    });
  }

  async stop(): Promise<void> {
    this.#notes.close();
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async check(): Promise<TeamsFinding[]> {
    const listening: TeamsFinding = {
      what: 'Teams to the bot',
      state: this.#server.listening ? 'good' : 'bad',
      text: `${this.#server.listening ? 'listens' : 'does not listen'} on ${this.#config.host}:${this.port}/api/messages; the bot registration needs its public HTTPS address`,
    };
    try {
      const token = await this.#app.tokenProvider.getAppToken();
      if (token !== null) return [{ what: 'Teams', state: 'good', text: 'the credentials work' }, listening];
      return [
        { what: 'Teams', state: 'bad', text: 'there are no credentials: set teams.app_secret' },
        listening,
      ];
    } catch (error) {
      const text = `no token for the connector (${String(error).slice(0, 300)}): check teams.app_id, teams.app_secret and teams.tenant_id`;
      return [{ what: 'Teams', state: 'bad', text }, listening];
    }
  }
}

type SdkLogger = NonNullable<AppOptions<never>['logger']>;

/** The SDK's log in ours. */
function sdkLogger(logger: Logger): SdkLogger {
  const say = (messages: readonly unknown[]): { said: string } => ({
    said: messages.map(textOf).join(' ').slice(0, 2000),
  });
  const bridge: SdkLogger = {
    trace: () => {},
    debug: () => {},
    info: (...messages: unknown[]) => logger.debug('Teams SDK', say(messages)),
    log: (_level: unknown, ...messages: unknown[]) => logger.debug('Teams SDK', say(messages)),
    warn: (...messages: unknown[]) => logger.warn('Teams SDK', say(messages)),
    error: (...messages: unknown[]) => logger.warn('Teams SDK', say(messages)),
    child: () => bridge,
  } as SdkLogger;
  return bridge;
}

function textOf(value: unknown): string {
  return value instanceof Error ? (value.stack ?? value.message) : String(value);
}
