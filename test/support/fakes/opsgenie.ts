import { type Answer, FakeHttp, hangUp, type Incoming } from './fake-http.ts';
import { FaultPlan } from './faults.ts';

export interface FakeOpsgenieAlert {
  readonly alias: string;
  readonly id: string;
  status: 'open' | 'closed';
  acknowledged: boolean;
  /** How often it was created again while it was open. */
  count: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly notes: string[];
}

export interface OpsgenieCall {
  readonly atMs: number;
  readonly operation: string;
  readonly alias: string;
  readonly outcome: 'accepted' | 'refused' | 'limited' | 'lost_answer' | 'lost_request';
}

interface Work {
  readonly dueAtMs: number;
  readonly run: () => { readonly isSuccess: boolean; readonly status: string };
  done: { readonly isSuccess: boolean; readonly status: string } | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Opsgenie's alert API, at the base path that it is given: requests are accepted with 202, and worked off some time later.
 * With the base path `/jsm/ops/integration` it is that of Jira Service Management.
 */
export class FakeOpsgenie {
  readonly apiKey = 'an-api-key';
  readonly alerts: FakeOpsgenieAlert[] = [];
  readonly calls: OpsgenieCall[] = [];
  /** How long a request waits to be worked off. */
  workDelayMs: number;
  readonly #basePath: string;
  readonly #http = new FakeHttp((incoming) => this.#serve(incoming));
  readonly #faults = new FaultPlan<string>();
  readonly #work = new Map<string, Work>();
  readonly #now: () => number;
  #limitedUntilMs = 0;

  constructor(
    options: { readonly basePath?: string; readonly now?: () => number; readonly workDelayMs?: number } = {},
  ) {
    this.#basePath = options.basePath ?? '';
    this.#now = options.now ?? Date.now;
    this.workDelayMs = options.workDelayMs ?? 300;
  }

  start(): Promise<void> {
    return this.#http.start();
  }

  stop(): Promise<void> {
    return this.#http.stop();
  }

  get url(): string {
    return `${this.#http.url}${this.#basePath}`;
  }

  loseResponse(times = 1): void {
    this.#faults.add((operation) => operation !== 'get', { kind: 'lose_answer' }, times);
  }

  loseRequest(times = 1): void {
    this.#faults.add((operation) => operation !== 'get', { kind: 'lose_request' }, times);
  }

  failNext(status: number, times = 1): void {
    this.#faults.add(
      (operation) => operation !== 'get',
      { kind: 'answer', answer: { status, body: {} } },
      times,
    );
  }

  limit(forMs: number): void {
    this.#limitedUntilMs = this.#now() + forMs;
  }

  of(alias: string): FakeOpsgenieAlert[] {
    this.#workOff();
    return this.alerts.filter((alert) => alert.alias === alias);
  }

  /** Does what is due, in the order in which it came. */
  #workOff(): void {
    for (const work of this.#work.values()) {
      if (work.done === undefined && work.dueAtMs <= this.#now()) work.done = work.run();
    }
  }

  async #serve({ method, url, headers, body }: Incoming): Promise<Answer | typeof hangUp> {
    this.#workOff();
    if (!url.pathname.startsWith(`${this.#basePath}/v2/alerts`)) return { status: 404, body: {} };
    if (headers.authorization !== `GenieKey ${this.apiKey}`) {
      return { status: 401, body: { message: 'Could not authenticate', took: 0, requestId: 'x' } };
    }
    const path = url.pathname.slice(`${this.#basePath}/v2/alerts`.length).split('/').slice(1);
    if (method === 'GET') return this.#get(path);
    const fields = JSON.parse(body.toString()) as Fields;
    const operation = path.length === 0 ? 'create' : (path[1] ?? '');
    const alias = path.length === 0 ? String(fields['alias']) : decodeURIComponent(path[0]);
    const record = (outcome: OpsgenieCall['outcome']): void => {
      this.calls.push({ atMs: this.#now(), operation, alias, outcome });
    };
    const effect = this.#faults.take(operation);
    if (effect?.kind === 'lose_request') {
      record('lost_request');
      return hangUp;
    }
    if (effect?.kind === 'answer') {
      record('refused');
      return effect.answer;
    }
    if (this.#now() < this.#limitedUntilMs) {
      record('limited');
      return {
        status: 429,
        headers: { 'x-ratelimit-state': 'THROTTLED', 'x-ratelimit-period-in-sec': '2' },
        body: { message: 'You are making too many requests!' },
      };
    }
    const problems = operation === 'create' ? opsgenieProblems(fields) : [];
    if (
      problems.length > 0 ||
      (operation !== 'create' && url.searchParams.get('identifierType') !== 'alias')
    ) {
      record('refused');
      return { status: 422, body: { message: 'Request body is not processable.', errors: problems } };
    }
    const requestId = `req-${this.#work.size + 1}`;
    this.#work.set(requestId, {
      dueAtMs: this.#now() + this.workDelayMs,
      run: () => this.#run(operation, alias, fields),
      done: undefined,
    });
    record(effect?.kind === 'lose_answer' ? 'lost_answer' : 'accepted');
    if (effect?.kind === 'lose_answer') return hangUp;
    return { status: 202, body: { result: 'Request will be processed', took: 0.1, requestId } };
  }

  #get(path: readonly string[]): Answer {
    const work = path[0] === 'requests' ? this.#work.get(path[1] ?? '') : undefined;
    if (work?.done === undefined)
      return { status: 404, body: { message: 'Request not found. It might not be processed, yet.' } };
    return { status: 200, body: { data: { success: work.done.isSuccess, ...work.done }, took: 0.1 } };
  }

  /** Of open alerts there is one for an alias; a closed one is followed by a new one. */
  #run(
    operation: string,
    alias: string,
    body: Fields,
  ): { readonly isSuccess: boolean; readonly status: string } {
    const open = this.alerts.find((alert) => alert.alias === alias && alert.status === 'open');
    if (operation === 'create') {
      if (open !== undefined) open.count += 1;
      else {
        const id = `alert-${this.alerts.length + 1}`;
        this.alerts.push({ alias, id, status: 'open', acknowledged: false, count: 1, body, notes: [] });
      }
      return { isSuccess: true, status: 'Created alert' };
    }
    if (open === undefined) return { isSuccess: false, status: 'Alert does not exist' };
    if (typeof body['note'] === 'string') open.notes.push(body['note']);
    if (operation === 'close') open.status = 'closed';
    if (operation === 'acknowledge') open.acknowledged = true;
    if (operation === 'unacknowledge') open.acknowledged = false;
    return { isSuccess: true, status: 'Processed' };
  }
}

/** What is wrong with the body of a new alert. */
export function opsgenieProblems(body: Fields): string[] {
  const problems: string[] = [];
  const text = (name: string, max: number, isRequired = false): void => {
    const value = body[name];
    if (value === undefined && !isRequired) return;
    if (typeof value !== 'string' || value === '') problems.push(`${name} must be a text`);
    else if (value.length > max) problems.push(`${name} is longer than ${max}`);
  };
  text('message', 130, true);
  text('alias', 512);
  if (body['description'] !== '') text('description', 15_000);
  text('entity', 512);
  text('source', 100);
  if (!['P1', 'P2', 'P3', 'P4', 'P5'].includes(String(body['priority'])))
    problems.push('priority is invalid');
  const details = Object.entries((body['details'] ?? {}) as Record<string, unknown>);
  if (details.some(([, value]) => typeof value !== 'string')) problems.push('details must be texts');
  if (details.reduce((sum, [name, value]) => sum + name.length + String(value).length, 0) > 8000) {
    problems.push('details are longer than 8000');
  }
  const tags = (body['tags'] ?? []) as readonly string[];
  if (tags.length > 20 || tags.some((tag) => tag.length > 50)) problems.push('tags are invalid');
  return problems;
}
