import { createHmac } from 'node:crypto';
import type { SlackSockets } from './slack-sockets.ts';

export interface DeliveryPorts {
  readonly sockets: SlackSockets;
  readonly signingSecret: string;
  readonly now: () => number;
  readonly ackTimeoutMs: number;
  readonly retryDelaysMs: readonly number[];
}

/** How something is brought to the app, besides the usual way. */
export interface DeliveryOptions {
  /** The same event twice, although it was acknowledged: Slack does that now and then. */
  readonly twice?: boolean;
  /** `wrong`: by another secret. `expired`: six minutes old. */
  readonly signature?: 'wrong' | 'expired';
}

/** What came of bringing something to the app. */
export interface Delivered {
  /** In time, and with success. What people see otherwise: "operation_timeout", "dispatch_failed". */
  readonly acknowledged: boolean;
  /** Of HTTP; undefined by Socket Mode, and when there was no answer. */
  readonly status: number | undefined;
  /** What the acknowledgement said. */
  readonly body: unknown;
  readonly tookMs: number;
}

export type Kind = 'events_api' | 'slash_commands' | 'interactive';

/** Brings what happened to the app: by Socket Mode, or by HTTP when `httpUrl` is set. */
export class SlackDelivery {
  /** Where the app takes requests. */
  httpUrl: string | undefined;
  readonly #ports: DeliveryPorts;
  readonly #retries = new Set<NodeJS.Timeout>();
  #last: { readonly kind: Kind; readonly payload: unknown } | undefined;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  stop(): void {
    for (const timer of this.#retries) clearTimeout(timer);
  }

  /** The last delivery once more. */
  again(): Promise<Delivered> {
    if (this.#last === undefined) throw new Error('nothing was delivered yet');
    return this.#attempt(this.#last.kind, this.#last.payload, {}, 1);
  }

  /** Events that are not acknowledged come again; commands and clicks do not. */
  async deliver(kind: Kind, payload: unknown, options: DeliveryOptions, attempt = 0): Promise<Delivered> {
    this.#last = { kind, payload };
    const delivered = await this.#attempt(kind, payload, options, attempt);
    const delayMs = this.#ports.retryDelaysMs[attempt];
    const again = options.twice === true && attempt === 0;
    if (again) return this.deliver(kind, payload, { ...options, twice: false }, attempt);
    if (kind === 'events_api' && !delivered.acknowledged && delayMs !== undefined) {
      const timer = setTimeout(() => {
        this.#retries.delete(timer);
        void this.deliver(kind, payload, options, attempt + 1).catch(() => {});
      }, delayMs);
      this.#retries.add(timer);
    }
    return delivered;
  }

  async #attempt(
    kind: Kind,
    payload: unknown,
    options: DeliveryOptions,
    attempt: number,
  ): Promise<Delivered> {
    const { sockets, ackTimeoutMs } = this.#ports;
    const begunMs = performance.now();
    if (this.httpUrl === undefined) {
      const body = await sockets.deliver({ type: kind, payload, retryAttempt: attempt }, ackTimeoutMs);
      return {
        acknowledged: body !== undefined,
        status: undefined,
        body,
        tookMs: performance.now() - begunMs,
      };
    }
    const text = bodyOf(kind, payload);
    try {
      const response = await fetch(this.httpUrl, {
        method: 'POST',
        headers: {
          'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
          ...this.#signed(text, options),
          ...(attempt === 0
            ? {}
            : { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': 'http_timeout' }),
        },
        body: text,
        signal: AbortSignal.timeout(ackTimeoutMs),
      });
      const body = await response.text();
      const tookMs = performance.now() - begunMs;
      return { acknowledged: response.ok, status: response.status, body, tookMs };
    } catch {
      return { acknowledged: false, status: undefined, body: undefined, tookMs: performance.now() - begunMs };
    }
  }

  /** `v0=` HMAC-SHA256 of `v0:SECONDS:BODY`. */
  #signed(body: string, { signature }: DeliveryOptions): Record<string, string> {
    const { now, signingSecret } = this.#ports;
    const seconds = Math.floor(now() / 1000) - (signature === 'expired' ? 360 : 0);
    const secret = signature === 'wrong' ? 'another secret' : signingSecret;
    const hex = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${hex}` };
  }
}

function bodyOf(kind: Kind, payload: unknown): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(payload as Record<string, string>).toString();
}
