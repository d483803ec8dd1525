import { randomBytes } from 'node:crypto';
import { type Answer, FakeHttp, hangUp, type Incoming } from '../fake-http.ts';
import { type Effect, FaultPlan } from '../faults.ts';
import { chatMethods } from './chat-methods.ts';
import { type Args, fail, type Method, type MethodContext, type Result, text } from './method.ts';
import { otherMethods } from './other-methods.ts';
import { ChannelLimits, MethodRates } from './rates.ts';
import { isFields } from './shapes.ts';
import { ResponseUrls, Triggers, takeUpload } from './side-doors.ts';
import { SlackPeople } from './slack-people.ts';
import { SlackSockets } from './slack-sockets.ts';
import { type SlackMessage, SlackWorkspace } from './workspace.ts';

export interface FakeSlackOptions {
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  /** What the bot's token may do. Default: everything that any method here asks for. */
  readonly scopes?: readonly string[];
  /** `real`: a message a second for each channel (four at once), and each method's calls a minute. Default `real`. */
  readonly rates?: 'real' | 'none';
  /** Whether native charts have been rolled out to the workspace. Default true. */
  readonly dataVisualization?: boolean;
  /** How long Slack waits for an acknowledgement. Default 3 s, as it is. */
  readonly ackTimeoutMs?: number;
  /** When an event comes again that was not acknowledged. Default as it is: at once, after 1 and 5 minutes. */
  readonly retryDelaysMs?: readonly number[];
  readonly now?: () => number;
}

/** One call of the Web API, as Slack saw it. */
export interface SlackCall {
  readonly atMs: number;
  readonly method: string;
  readonly channel: string | undefined;
  readonly args: Args;
  /** `lost_answer`: it was done. `lost_request`: it was not. */
  readonly outcome: 'done' | 'refused' | 'limited' | 'lost_answer' | 'lost_request';
  readonly error: string | undefined;
  readonly ts: string | undefined;
}

/** Which calls a fault is meant for; what is left out is any. */
export interface CallMatch {
  readonly method?: string;
  /** Id of the channel. */
  readonly channel?: string;
  readonly times?: number;
}

interface Seen {
  readonly method: string;
  readonly channel: string | undefined;
}

const methods: Readonly<Record<string, Method>> = { ...chatMethods, ...otherMethods };
const allScopes = [...new Set(Object.values(methods).flatMap(({ scopes }) => scopes)), 'commands'];

/**
 * A Slack: the Web API with its limits and its ways of failing, Socket Mode, and people who write, click and open things.
 * Point a real client at `apiUrl`.
 */
export class FakeSlack {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly workspace: SlackWorkspace;
  /** Every call, in order. */
  readonly calls: SlackCall[] = [];
  readonly people: SlackPeople;
  readonly sockets: SlackSockets;
  readonly #scopes: readonly string[];
  readonly #http: FakeHttp;
  readonly #now: () => number;
  readonly #faults = new FaultPlan<Seen>();
  readonly #limits = new ChannelLimits();
  readonly #rates: MethodRates | undefined;
  readonly #rules: { readonly dataVisualization: boolean };
  readonly #triggers: Triggers;
  readonly #responses = new ResponseUrls();

  constructor(options: FakeSlackOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.botToken = options.botToken ?? 'xoxb-fake-token';
    this.appToken = options.appToken ?? 'xapp-fake-token';
    this.signingSecret = options.signingSecret ?? 'a signing secret of the fake';
    this.#scopes = options.scopes ?? allScopes;
    this.#rates = options.rates === 'none' ? undefined : new MethodRates();
    this.#rules = { dataVisualization: options.dataVisualization ?? true };
    this.workspace = new SlackWorkspace(this.#now);
    this.#triggers = new Triggers(this.#now);
    this.sockets = new SlackSockets();
    this.#http = new FakeHttp(
      (incoming) => this.#serve(incoming),
      (request, socket) => this.sockets.accept(request, socket),
    );
    this.people = new SlackPeople({
      workspace: this.workspace,
      sockets: this.sockets,
      signingSecret: this.signingSecret,
      now: this.#now,
      ackTimeoutMs: options.ackTimeoutMs ?? 3000,
      retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
      newTrigger: (userId) => this.#triggers.create(userId),
      newResponseUrl: (channel, user) => `${this.url}${this.#responses.create(channel, user)}`,
    });
  }

  start(): Promise<void> {
    return this.#http.start();
  }

  async stop(): Promise<void> {
    this.people.stop();
    this.sockets.closeAll();
    await this.#http.stop();
  }

  get url(): string {
    return this.#http.url;
  }

  /** For `slackApiUrl` of the clients. */
  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  /** The next such calls are refused with this error, or answered with this HTTP status. */
  failNext(fault: CallMatch & ({ readonly error: string } | { readonly status: number })): void {
    const answer: Answer =
      'error' in fault
        ? { status: 200, body: fail(fault.error) }
        : { status: fault.status, body: 'something went wrong' };
    this.#plan(fault, { kind: 'answer', answer });
  }

  /** The channel answers 429 for a while; nothing else does. */
  limitChannel(
    channel: string,
    { forMs, retryAfterSeconds = 1 }: { readonly forMs: number; readonly retryAfterSeconds?: number },
  ): void {
    this.#limits.limit(channel, this.#now() + forMs, retryAfterSeconds);
  }

  /** The next such calls are done, and the connection is cut before the answer. */
  loseResponse(match: CallMatch = {}): void {
    this.#plan(match, { kind: 'lose_answer' });
  }

  /** The connection is cut before anything is done. */
  loseRequest(match: CallMatch = {}): void {
    this.#plan(match, { kind: 'lose_request' });
  }

  delayNext(match: CallMatch & { readonly delayMs: number }): void {
    this.#plan(match, { kind: 'delay', delayMs: match.delayMs });
  }

  clearFaults(): void {
    this.#faults.clear();
    this.#limits.clear();
  }

  /** What the bot has posted and not deleted: the channel's top level, or with `threadTs` a thread without its first message. */
  posted(channel: string, threadTs?: string): SlackMessage[] {
    return this.workspace
      .list(channel, threadTs)
      .filter(({ ts, user }) => user.startsWith('U0STATBAR') && ts !== threadTs);
  }

  /** Payloads of metadata that more than one message carries: what was posted twice. */
  postedTwice(): string[] {
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const message of [...this.workspace.messages.values()].flat()) {
      if (message.deleted || !isFields(message.metadata)) continue;
      const key = JSON.stringify(message.metadata['event_payload']);
      if (seen.has(key)) twice.add(key);
      seen.add(key);
    }
    return [...twice];
  }

  #plan(match: CallMatch, effect: Effect): void {
    this.#faults.add(
      ({ method, channel }) =>
        (match.method === undefined || match.method === method) &&
        (match.channel === undefined || match.channel === channel),
      effect,
      match.times ?? 1,
    );
  }

  async #serve(incoming: Incoming): Promise<Answer | typeof hangUp> {
    const { pathname } = incoming.url;
    if (pathname.startsWith('/api/')) return this.#call(pathname.slice('/api/'.length), incoming);
    if (pathname.startsWith('/upload/')) return takeUpload(incoming, this.workspace);
    if (pathname.startsWith('/response/'))
      return this.#responses.take(incoming, this.#context(), (channel, args, ts) =>
        this.calls.push({
          atMs: this.#now(),
          method: 'response_url',
          channel,
          args,
          outcome: 'done',
          error: undefined,
          ts,
        }),
      );
    return { status: 404, body: 'not found' };
  }

  async #call(name: string, incoming: Incoming): Promise<Answer | typeof hangUp> {
    const args = await readArgs(incoming);
    const channelName = text(args, 'channel') ?? text(args, 'channel_id');
    const channel =
      channelName === undefined ? undefined : (this.workspace.findChannel(channelName)?.id ?? channelName);
    const record = (outcome: SlackCall['outcome'], error?: string, ts?: string): void => {
      this.calls.push({ atMs: this.#now(), method: name, channel, args, outcome, error, ts });
    };
    const waitSeconds = this.#waitSeconds(name, channel);
    if (waitSeconds > 0) {
      record('limited', 'ratelimited');
      return { status: 429, headers: { 'retry-after': String(waitSeconds) }, body: fail('ratelimited') };
    }
    const effect = this.#faults.take({ method: name, channel });
    if (effect?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, effect.delayMs));
    if (effect?.kind === 'lose_request') {
      record('lost_request');
      return hangUp;
    }
    if (effect?.kind === 'answer') {
      record('refused', isFields(effect.answer.body) ? String(effect.answer.body['error']) : 'http');
      return effect.answer;
    }
    const result = this.#run(name, args, incoming.headers.authorization);
    const ts = typeof result['ts'] === 'string' ? result['ts'] : undefined;
    if (effect?.kind === 'lose_answer') {
      record('lost_answer', undefined, ts);
      return hangUp;
    }
    record(result.ok ? 'done' : 'refused', result.ok ? undefined : String(result['error']), ts);
    return {
      status: 200,
      headers: {
        'x-oauth-scopes': this.#scopes.join(','),
        'x-accepted-oauth-scopes': (methods[name]?.scopes ?? []).join(','),
      },
      body: result,
    };
  }

  #waitSeconds(name: string, channel: string | undefined): number {
    const nowMs = this.#now();
    const writes = name.startsWith('chat.') || name === 'files.completeUploadExternal';
    if (channel !== undefined && writes) {
      const limited = this.#limits.waitSeconds(channel, nowMs);
      if (limited > 0) return limited;
    }
    return this.#rates?.waitSeconds(name, methods[name]?.rate ?? 'special', channel, nowMs) ?? 0;
  }

  #run(name: string, args: Args, authorization: string | undefined): Result {
    const token = authorization?.replace(/^Bearer /, '') ?? text(args, 'token');
    if (token === undefined) return fail('not_authed');
    if (name === 'apps.connections.open') {
      if (token !== this.appToken)
        return fail(token === this.botToken ? 'not_allowed_token_type' : 'invalid_auth');
      return {
        ok: true,
        url: `${this.url.replace('http', 'ws')}/link/?ticket=${randomBytes(8).toString('hex')}`,
      };
    }
    if (token !== this.botToken) return fail('invalid_auth');
    const method = methods[name];
    if (method === undefined) return fail('unknown_method', { req_method: name });
    if (method.scopes.length > 0 && !method.scopes.some((scope) => this.#scopes.includes(scope))) {
      return fail('missing_scope', { needed: method.scopes[0], provided: this.#scopes.join(',') });
    }
    return method.run(args, this.#context());
  }

  #context(): MethodContext {
    return {
      workspace: this.workspace,
      rules: this.#rules,
      nowMs: this.#now(),
      url: this.url,
      useTrigger: (id) => this.#triggers.use(id),
    };
  }
}

async function readArgs({ headers, url, body }: Incoming): Promise<Args> {
  const query = Object.fromEntries(url.searchParams);
  if (headers['content-type']?.startsWith('application/json')) {
    return { ...query, ...(JSON.parse(body.toString()) as Args) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) };
}
