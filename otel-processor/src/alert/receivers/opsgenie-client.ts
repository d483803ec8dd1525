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
const CHECKS_INLINE_MAX = 3;

/** Makes requests, and asks what came of them. */
export class OpsgenieClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;

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
    const known = /^([0-9a-f]{16}):(\d+):(.+)$/.exec(remoteRef ?? '');
    if (known !== null && known[1] === request.key && nowMs - Number(known[2]) < GIVE_UP_AFTER_MS) {
      return this.#ask(known[3], message, ports);
    }
    const again = await this.send(request, ports);
    if (again.kind === 'refused') return again;
    if (again.kind === 'later') return again;
    const id = again.kind === 'unknown' ? again.remoteRef?.split(':').slice(2).join(':') : undefined;
    if (id === undefined) return { kind: 'later', reason: 'no answer' };
    for (let check = 0; check < CHECKS_INLINE_MAX; check++) {
      await new Promise<void>((resolve) => ports.clock.after(CHECK_AFTER_MS, resolve));
      const outcome = await this.#ask(id, message, ports);
      if (outcome.kind !== 'later') return outcome;
    }
    return { kind: 'later', reason: 'it is still being worked off' };
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
    if (data?.['isSuccess'] === true || data?.['success'] === true) return { kind: 'arrived' };
    const status = String(data?.['status'] ?? 'it failed');
    // An alert that is closed, or was never opened, needs no acknowledging and no closing.
    return operation === 'create' ? { kind: 'refused', reason: status } : { kind: 'arrived' };
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
