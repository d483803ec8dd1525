import type {
  HttpFailure,
  HttpRequest,
  HttpResponse,
  Notification,
  ReconcileOutcome,
  SendOutcome,
  SendPorts,
} from '../types.ts';
import { isHttpFailure, outcomeOf } from './http.ts';
import type { OpsgenieMessage } from './opsgenie-format.ts';

export interface OpsgenieRequest {
  readonly http: HttpRequest;
  /** Which content this attempt is about. */
  readonly key: string;
}

/** Requests are worked off within a second or so. */
const CHECK_AFTER_MS = 1000;
/** A request that is not known to have been worked off after this time is made again. */
const GIVE_UP_AFTER_MS = 120_000;
/** Requests that were made again and not settled yet. */
const REMEMBERED_MAX = 1000;

interface Request {
  readonly key: string;
  readonly atMs: number;
  readonly id: string;
}

/** Makes requests, and asks what came of them. */
export class OpsgenieClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  /** Requests made while reconciling, by what they were for. */
  readonly #again = new Map<string, Request>();

  constructor(base: string, headers: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#base = base;
    this.#headers = headers;
    this.#timeoutMs = timeoutMs;
  }

  request({ operation, alias, body }: OpsgenieMessage): HttpRequest {
    const path =
      operation === 'create' ? '' : `/${encodeURIComponent(alias)}/${operation}?identifierType=alias`;
    return {
      method: 'POST',
      url: `${this.#base}/v2/alerts${path}`,
      headers: this.#headers,
      body: JSON.stringify(body),
      timeoutMs: this.#timeoutMs,
    };
  }

  async send({ http: request, key }: OpsgenieRequest, { http, clock }: SendPorts): Promise<SendOutcome> {
    const answer = await http(request);
    const nowMs = clock.nowMs();
    const outcome = withPeriod(outcomeOf(answer, nowMs), answer);
    if (outcome.kind !== 'sent' || isHttpFailure(answer)) return outcome;
    const id = readField(answer.body, 'requestId');
    if (id === undefined) return { kind: 'unknown', reason: 'the answer has no requestId' };
    return {
      kind: 'unknown',
      reason: 'it is being worked off',
      remoteRef: `${key}:${nowMs}:${id}`,
      checkAfterMs: CHECK_AFTER_MS,
    };
  }

  /** Asks what came of the request; when none is known, or for too long, makes it again: twice the same is once. */
  async reconcile(
    request: OpsgenieRequest,
    message: OpsgenieMessage,
    { remoteRef, nowMs }: Notification,
    ports: SendPorts,
  ): Promise<ReconcileOutcome> {
    const known = this.#known(request.key, remoteRef);
    if (known !== undefined && nowMs - known.atMs < GIVE_UP_AFTER_MS) {
      const outcome = await this.#ask(known.id, message, ports);
      if (outcome.kind !== 'later') this.#again.delete(request.key);
      return outcome;
    }
    const again = await this.send(request, ports);
    if (again.kind === 'refused' || again.kind === 'later') return again;
    const made = again.kind === 'unknown' ? parseRef(again.remoteRef) : undefined;
    if (made !== undefined) this.#remember(request.key, made);
    return { kind: 'later', reason: 'it is being worked off', retryAfterMs: CHECK_AFTER_MS };
  }

  #known(key: string, remoteRef: string | undefined): Request | undefined {
    const given = parseRef(remoteRef);
    return this.#again.get(key) ?? (given?.key === key ? given : undefined);
  }

  #remember(key: string, made: Request): void {
    const [oldest] = this.#again.keys();
    // Forgotten means made once more, nothing worse.
    if (this.#again.size >= REMEMBERED_MAX && oldest !== undefined) this.#again.delete(oldest);
    this.#again.set(key, made);
  }

  async #ask(
    id: string,
    { operation }: OpsgenieMessage,
    { http, clock }: SendPorts,
  ): Promise<ReconcileOutcome> {
    const answer = await http({
      method: 'GET',
      url: `${this.#base}/v2/alerts/requests/${encodeURIComponent(id)}`,
      headers: this.#headers,
      body: '',
      timeoutMs: this.#timeoutMs,
    });
    if (!isHttpFailure(answer) && answer.status === 404) {
      return { kind: 'later', reason: 'it is still being worked off', retryAfterMs: CHECK_AFTER_MS };
    }
    const outcome = withPeriod(outcomeOf(answer, clock.nowMs()), answer);
    if (isHttpFailure(answer) || outcome.kind !== 'sent') {
      if (outcome.kind === 'refused') return outcome;
      return { kind: 'later', reason: outcome.kind === 'sent' ? '' : outcome.reason };
    }
    const data = dataOf(answer.body);
    if (data?.['isSuccess'] === true || data?.['success'] === true) return { kind: 'arrived', remoteRef: '' };
    const status = String(data?.['status'] ?? 'it failed');
    // An alert that is closed, or was never opened, needs no acknowledging and no closing.
    return operation === 'create' ? { kind: 'refused', reason: status } : { kind: 'arrived', remoteRef: '' };
  }
}

/** Opsgenie tells the length of its rate window instead of a time to wait. */
function withPeriod(outcome: SendOutcome, answer: HttpResponse | HttpFailure): SendOutcome {
  if (outcome.kind !== 'later' || outcome.retryAfterMs !== undefined || isHttpFailure(answer)) return outcome;
  const seconds = Number(answer.header('x-ratelimit-period-in-sec'));
  return answer.status === 429 && seconds > 0
    ? { ...outcome, retryAfterMs: Math.min(3600, seconds) * 1000 }
    : outcome;
}

function dataOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const data = typeof parsed === 'object' && parsed !== null && 'data' in parsed ? parsed.data : undefined;
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readField(body: string, name: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const value =
      typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `KEY:TIME:ID`, as `send` gives it. */
function parseRef(remoteRef: string | undefined): Request | undefined {
  const match = /^([0-9a-f]{16}):(\d+):(.+)$/.exec(remoteRef ?? '');
  return match === null ? undefined : { key: match[1], atMs: Number(match[2]), id: match[3] };
}
