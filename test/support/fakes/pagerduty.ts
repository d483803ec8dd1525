import { createHmac } from 'node:crypto';
import { type Answer, FakeHttp, hangUp, type Incoming } from './fake-http.ts';
import { FaultPlan } from './faults.ts';

export interface FakeIncident {
  readonly dedupKey: string;
  state: 'triggered' | 'acknowledged' | 'resolved';
  readonly openedAtMs: number;
  summary: string;
  /** Triggers that found it open. */
  repeats: number;
}

/** One call of `/v2/enqueue`. */
export interface PagerDutyCall {
  readonly atMs: number;
  readonly action: string;
  readonly dedupKey: string;
  readonly outcome: 'done' | 'refused' | 'limited' | 'lost_answer' | 'lost_request';
  readonly problems: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const CALLS_PER_MINUTE = 120;
const EVENT_BYTES_MAX = 512 * 1024;

/** PagerDuty's Events API v2 and its webhooks v3. */
export class FakePagerDuty {
  readonly routingKey = 'r'.repeat(32);
  /** Every incident that was opened; of one key there may be several, one after the other. */
  readonly incidents: FakeIncident[] = [];
  readonly calls: PagerDutyCall[] = [];
  /** Where webhooks go, and with which secrets they are signed. */
  webhook: { readonly url: string; readonly secrets: readonly string[] } | undefined;
  readonly webhookStatuses: number[] = [];
  readonly #http = new FakeHttp((incoming) => this.#serve(incoming));
  readonly #faults = new FaultPlan<undefined>();
  readonly #now: () => number;
  readonly #hasLimit: boolean;
  #sending: Promise<unknown> = Promise.resolve();
  #limitedUntilMs = 0;
  #events = 0;

  constructor(options: { readonly now?: () => number; readonly rates?: 'real' | 'none' } = {}) {
    this.#now = options.now ?? Date.now;
    this.#hasLimit = options.rates !== 'none';
  }

  start(): Promise<void> {
    return this.#http.start();
  }

  async stop(): Promise<void> {
    await this.#sending;
    await this.#http.stop();
  }

  get url(): string {
    return this.#http.url;
  }

  failNext(status: number, times = 1): void {
    this.#faults.add(() => true, { kind: 'answer', answer: { status, body: 'planned by the test' } }, times);
  }

  loseResponse(times = 1): void {
    this.#faults.add(() => true, { kind: 'lose_answer' }, times);
  }

  loseRequest(times = 1): void {
    this.#faults.add(() => true, { kind: 'lose_request' }, times);
  }

  limit(forMs: number): void {
    this.#limitedUntilMs = this.#now() + forMs;
  }

  of(dedupKey: string): FakeIncident[] {
    return this.incidents.filter((incident) => incident.dedupKey === dedupKey);
  }

  /** A person does something in PagerDuty; settles with the webhook's status. */
  async act(
    dedupKey: string,
    what: 'acknowledged' | 'resolved' | 'unacknowledged',
    person: string,
  ): Promise<number> {
    const incident = this.of(dedupKey).at(-1);
    if (incident === undefined) throw new Error(`there is no incident ${dedupKey}`);
    if (what === 'unacknowledged') incident.state = 'triggered';
    else incident.state = what;
    return this.send(`incident.${what}`, dedupKey, { type: 'user_reference', id: 'P1', summary: person });
  }

  /** Settles with the status of the answer. `times`: the same event more than once. */
  async send(
    type: string,
    dedupKey: string,
    agent: unknown,
    { forged = false, times = 1 } = {},
  ): Promise<number> {
    if (this.webhook === undefined) return 0;
    const event = {
      id: `E${++this.#events}`,
      event_type: type,
      resource_type: 'incident',
      occurred_at: new Date(this.#now()).toISOString(),
      agent,
      client: null,
      data: { id: `Q ${dedupKey}`, type: 'incident', incident_key: dedupKey, assignees: [] },
    };
    const body = JSON.stringify({ event });
    const signatures = this.webhook.secrets.map((secret) => {
      const key = forged ? 'another secret' : secret;
      return `v1=${createHmac('sha256', key).update(body).digest('hex')}`;
    });
    let status = 0;
    for (let i = 0; i < times; i++) {
      const response = await fetch(this.webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-pagerduty-signature': signatures.join(',') },
        body,
      });
      await response.text();
      status = response.status;
      this.webhookStatuses.push(status);
    }
    return status;
  }

  async #serve({ method, url, body }: Incoming): Promise<Answer | typeof hangUp> {
    if (method !== 'POST' || url.pathname !== '/v2/enqueue') return { status: 404, body: 'not found' };
    const event = JSON.parse(body.toString()) as Fields;
    const action = String(event['event_action']);
    const dedupKey = String(event['dedup_key']);
    const record = (outcome: PagerDutyCall['outcome'], problems: readonly string[] = []): void => {
      this.calls.push({ atMs: this.#now(), action, dedupKey, outcome, problems });
    };
    const effect = this.#faults.take(undefined);
    if (effect?.kind === 'lose_request') {
      record('lost_request');
      return hangUp;
    }
    if (effect?.kind === 'answer') {
      record('refused');
      return effect.answer;
    }
    if (this.#isLimited()) {
      record('limited');
      return { status: 429, body: { status: 'throttle exceeded' } };
    }
    const problems = pagerDutyProblems(event, body.length, this.routingKey);
    if (problems.length > 0) {
      record('refused', problems);
      return {
        status: 400,
        body: { status: 'invalid event', message: 'Event object is invalid', errors: problems },
      };
    }
    this.#take(action, dedupKey, event);
    record(effect?.kind === 'lose_answer' ? 'lost_answer' : 'done');
    if (effect?.kind === 'lose_answer') return hangUp;
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: dedupKey } };
  }

  #isLimited(): boolean {
    const nowMs = this.#now();
    if (nowMs < this.#limitedUntilMs) return true;
    if (!this.#hasLimit) return false;
    const within = this.calls.filter(({ atMs, outcome }) => outcome === 'done' && atMs > nowMs - 60_000);
    return within.length >= CALLS_PER_MINUTE;
  }

  /** What is for an incident that is not open is dropped, but for a trigger, which opens one. */
  #take(action: string, dedupKey: string, event: Fields): void {
    const open = this.of(dedupKey).find(({ state }) => state !== 'resolved');
    const summary = String((event['payload'] as Fields | undefined)?.['summary'] ?? '');
    if (action === 'trigger') {
      if (open === undefined) {
        this.incidents.push({ dedupKey, state: 'triggered', openedAtMs: this.#now(), summary, repeats: 0 });
        this.#echo('incident.triggered', dedupKey);
      } else open.repeats += 1;
      return;
    }
    if (open === undefined) return;
    open.state = action === 'acknowledge' ? 'acknowledged' : 'resolved';
    this.#echo(`incident.${open.state}`, dedupKey);
  }

  /** What an event brings about comes back by webhook, with the integration as its agent. */
  #echo(type: string, dedupKey: string): void {
    const agent = { type: 'events_api_v2_inbound_integration_reference', id: 'PI', summary: 'Events API' };
    this.#sending = this.#sending.then(() => this.send(type, dedupKey, agent)).catch(() => {});
  }
}

/** What is wrong with an event. */
export function pagerDutyProblems(event: Fields, sizeBytes: number, routingKey: string): string[] {
  const problems: string[] = [];
  const text = (value: unknown, name: string, max: number, isRequired: boolean): void => {
    if (value === undefined && !isRequired) return;
    if (typeof value !== 'string' || value === '') problems.push(`'${name}' is missing or blank`);
    else if (value.length > max) problems.push(`'${name}' is longer than ${max}`);
  };
  if (sizeBytes > EVENT_BYTES_MAX) problems.push('the event is larger than 512 KB');
  if (event['routing_key'] !== routingKey) problems.push("'routing_key' is invalid");
  if (!['trigger', 'acknowledge', 'resolve'].includes(String(event['event_action']))) {
    problems.push("'event_action' is invalid");
  }
  text(event['dedup_key'], 'dedup_key', 255, event['event_action'] !== 'trigger');
  if (event['event_action'] !== 'trigger') return problems;
  const payload = event['payload'] as Fields | undefined;
  if (payload === undefined) return [...problems, "'payload' is missing"];
  text(payload['summary'], 'payload.summary', 1024, true);
  text(payload['source'], 'payload.source', 255, true);
  for (const name of ['class', 'component', 'group']) text(payload[name], `payload.${name}`, 255, false);
  if (!['critical', 'error', 'warning', 'info'].includes(String(payload['severity']))) {
    problems.push("'payload.severity' is invalid");
  }
  if (Number.isNaN(Date.parse(String(payload['timestamp'])))) problems.push("'payload.timestamp' is invalid");
  for (const link of (event['links'] as readonly Fields[] | undefined) ?? []) {
    if (!/^https?:\/\//.test(String(link['href']))) problems.push("'links.href' is not a URL");
  }
  text(event['client_url'], 'client_url', 2000, false);
  return problems;
}
