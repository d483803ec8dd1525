import { type Answer, FakeHttp, hangUp, type Incoming } from '../fake-http.ts';
import { type Effect, FaultPlan } from '../faults.ts';
import { type ConnectorCall, messageSizeBytes, readCall, refuse, runCall } from './connector.ts';
import { BOT_ID, splitThread, TENANT_ID, type TeamsMessage, TeamsWorld } from './conversations.ts';
import { SlidingLimits } from './sliding-limits.ts';
import { TeamsPeople } from './teams-people.ts';
import { TeamsTokens, TOKEN_ISSUER } from './teams-tokens.ts';

export interface FakeTeamsOptions {
  readonly appId?: string;
  /** `real`: 7 messages in 1 s, 8 in 2 s, 60 in 30 s, 1800 in an hour for each conversation. Default `real`. */
  readonly rates?: 'real' | 'none';
  /** How long Teams waits for the bot's answer. Default 15 s, as it is. */
  readonly answerTimeoutMs?: number;
  readonly now?: () => number;
}

/** One call of the connector. */
export interface TeamsCall {
  readonly atMs: number;
  readonly method: string;
  /** Of the connector that was asked. */
  readonly region: string;
  /** Without the thread. */
  readonly conversation: string | undefined;
  readonly threadId: string | undefined;
  readonly kind: ConnectorCall['kind'];
  readonly outcome: 'done' | 'refused' | 'limited' | 'lost_answer' | 'lost_request';
  readonly status: number | undefined;
  readonly messageId: string | undefined;
  readonly body: unknown;
}

/** Which calls a fault is meant for; what is left out is any. */
export interface TeamsMatch {
  /** `POST`: a new message; `PUT`: an edit. */
  readonly method?: string;
  readonly conversation?: string;
  readonly times?: number;
}

interface Seen {
  readonly method: string;
  readonly conversation: string | undefined;
}

/**
 * A Teams: the Bot Framework's connector with its limits and refusals, its keys and tokens, and people who write and press
 * things. For `App` of the Teams SDK: `clientId` is `appId`, `token` is `botToken`, `cloud` is `cloud`.
 */
export class FakeTeams {
  readonly appId: string;
  readonly tenantId = TENANT_ID;
  readonly world: TeamsWorld;
  readonly people: TeamsPeople;
  /** Every call, in order. */
  readonly calls: TeamsCall[] = [];
  readonly #http: FakeHttp;
  readonly #tokens: TeamsTokens;
  readonly #now: () => number;
  readonly #faults = new FaultPlan<Seen>();
  readonly #limited = new Map<
    string,
    { readonly untilMs: number; readonly retryAfterSeconds: number | undefined }
  >();
  readonly #rates: SlidingLimits | undefined;

  constructor(options: FakeTeamsOptions = {}) {
    this.appId = options.appId ?? '00000000-0000-4000-8000-00000000b07b';
    this.#now = options.now ?? Date.now;
    this.world = new TeamsWorld(this.#now);
    this.#tokens = new TeamsTokens(this.appId);
    this.#rates = options.rates === 'none' ? undefined : new SlidingLimits();
    this.#http = new FakeHttp((incoming) => this.#serve(incoming));
    this.people = new TeamsPeople({
      world: this.world,
      tokens: this.#tokens,
      now: this.#now,
      answerTimeoutMs: options.answerTimeoutMs ?? 15_000,
      serviceUrl: (conversation) => this.#serviceUrlOf(conversation),
    });
  }

  async start(): Promise<void> {
    await this.#tokens.create();
    await this.#http.start();
  }

  stop(): Promise<void> {
    return this.#http.stop();
  }

  get url(): string {
    return this.#http.url;
  }

  /** Of the connector that is everybody's. */
  get serviceUrl(): string {
    return `${this.url}/`;
  }

  #serviceUrlOf(conversation: string): string {
    const region = this.world.conversations.get(conversation)?.region ?? '';
    return region === '' ? this.serviceUrl : `${this.url}/${region}/`;
  }

  /** The SDK's `cloud`, so that it fetches the keys from here; the rest is as in public. */
  get cloud() {
    return {
      loginEndpoint: this.url,
      loginTenant: 'botframework.com',
      botScope: 'https://api.botframework.com/.default',
      tokenServiceUrl: this.url,
      openIdMetadataUrl: `${this.url}/v1/.well-known/openidconfiguration`,
      tokenIssuer: TOKEN_ISSUER,
      graphScope: 'https://graph.microsoft.com/.default',
      agenticIdentityBotScope: 'https://botapi.skype.com/.default',
    } as const;
  }

  /** The token that the bot shows to the connector. */
  readonly botToken = (): Promise<string> => this.#tokens.ofBot(this.#now());

  /** The next such calls are answered with this status and not done. */
  failNext(fault: TeamsMatch & { readonly status: number; readonly code?: string }): void {
    const answer = refuse(fault.status, fault.code ?? 'ServiceError', 'planned by the test');
    this.#plan(fault, { kind: 'answer', answer });
  }

  /** The conversation answers 429 for a while; nothing else does. Teams does not always say for how long. */
  limitConversation(
    conversation: string,
    { forMs, retryAfterSeconds }: { readonly forMs: number; readonly retryAfterSeconds?: number },
  ): void {
    this.#limited.set(conversation, { untilMs: this.#now() + forMs, retryAfterSeconds });
  }

  loseResponse(match: TeamsMatch = {}): void {
    this.#plan(match, { kind: 'lose_answer' });
  }

  loseRequest(match: TeamsMatch = {}): void {
    this.#plan(match, { kind: 'lose_request' });
  }

  delayNext(match: TeamsMatch & { readonly delayMs: number }): void {
    this.#plan(match, { kind: 'delay', delayMs: match.delayMs });
  }

  clearFaults(): void {
    this.#faults.clear();
    this.#limited.clear();
  }

  /** What the bot has posted and not deleted; with `threadId` in that thread, else what begins threads. */
  posted(conversation: string, threadId?: string): TeamsMessage[] {
    return this.world.messages.filter(
      (message) =>
        message.conversation === conversation &&
        message.threadId === threadId &&
        message.from === BOT_ID &&
        !message.deleted,
    );
  }

  #plan(match: TeamsMatch, effect: Effect): void {
    this.#faults.add(
      ({ method, conversation }) =>
        (match.method === undefined || match.method === method) &&
        (match.conversation === undefined || match.conversation === conversation),
      effect,
      match.times ?? 1,
    );
  }

  async #serve(incoming: Incoming): Promise<Answer | typeof hangUp> {
    const { pathname } = incoming.url;
    if (pathname === '/v1/.well-known/openidconfiguration') {
      return {
        status: 200,
        body: {
          issuer: TOKEN_ISSUER,
          jwks_uri: `${this.url}/v1/.well-known/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
        },
      };
    }
    if (pathname === '/v1/.well-known/keys') return { status: 200, body: this.#tokens.jwks };
    if (/^(\/[a-z]+)?\/v3\/conversations/.test(pathname)) return this.#call(incoming);
    return { status: 404, body: 'not found' };
  }

  async #call(incoming: Incoming): Promise<Answer | typeof hangUp> {
    const body = incoming.body.toString();
    const call = readCall(incoming.method, incoming.url.pathname, body);
    const { conversation, threadId } = splitThread(call.conversation ?? '');
    const record = (outcome: TeamsCall['outcome'], status?: number, messageId?: string): void => {
      const { method, kind, region } = call;
      this.calls.push({
        atMs: this.#now(),
        method,
        region,
        conversation,
        threadId,
        kind,
        outcome,
        status,
        messageId,
        body: call.body,
      });
    };
    const limited = this.#limit(call, conversation);
    if (limited !== undefined) {
      record('limited', 429);
      return limited;
    }
    const effect = this.#faults.take({ method: call.method, conversation });
    if (effect?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, effect.delayMs));
    if (effect?.kind === 'lose_request') {
      record('lost_request');
      return hangUp;
    }
    if (effect?.kind === 'answer') {
      record('refused', effect.answer.status);
      return effect.answer;
    }
    if (!(await this.#tokens.isOfBot(incoming.headers.authorization))) {
      record('refused', 401);
      return refuse(401, 'Unauthorized', 'Authorization has been denied for this request.');
    }
    const { answer, messageId } = runCall(call, this.world, messageSizeBytes(body));
    if (effect?.kind === 'lose_answer') {
      record('lost_answer', undefined, messageId);
      return hangUp;
    }
    record(answer.status < 300 ? 'done' : 'refused', answer.status, messageId);
    return answer;
  }

  #limit({ kind, method }: ConnectorCall, conversation: string): Answer | undefined {
    if (kind === 'members' || method === 'GET') return undefined;
    const nowMs = this.#now();
    const told = this.#limited.get(conversation);
    const isTold = told !== undefined && nowMs < told.untilMs;
    if (!isTold && (this.#rates?.take(conversation, nowMs) ?? true)) return undefined;
    const seconds = isTold ? told.retryAfterSeconds : undefined;
    const answer = refuse(429, 'TooManyRequests', 'The request is over the rate limit.');
    return seconds === undefined ? answer : { ...answer, headers: { 'retry-after': String(seconds) } };
  }
}
