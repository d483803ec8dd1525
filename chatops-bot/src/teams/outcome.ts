import type { PostOutcome } from '../reply/index.ts';

export type Failure = Exclude<PostOutcome, { readonly outcome: 'sent' }>;

/** What a call does when it is done twice: a new message is another message, an edit is the same. */
export type CallKind = 'post' | 'thread' | 'edit';

interface HttpFailure {
  readonly response?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly data?: unknown;
  };
  readonly code?: string;
  readonly message?: string;
}

/** No connection was made, so nothing was done. */
const connectionCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

const advice: Readonly<Record<number, string>> = {
  401: 'Teams does not accept the bot’s credentials: check teams.app_id, teams.app_secret and teams.tenant_id',
  403: 'the bot is not in this conversation: add the app to the team or chat',
  404: 'there is no such conversation: channels are named by their id, 19:...@thread.tacv2',
  413: 'the message is too large',
};

/** What an error of the SDK's client means for a call. Without `Retry-After` the pause is left to the caller. */
export function failureOf(error: unknown, kind: CallKind): Failure {
  const {
    response,
    code = '',
    message = '',
  } = (typeof error === 'object' && error !== null ? error : {}) as HttpFailure;
  if (response === undefined) {
    const reason = `Teams cannot be reached: ${message || String(error)}`;
    return connectionCodes.has(code) || kind === 'edit'
      ? { outcome: 'later', reason }
      : { outcome: 'unknown', reason };
  }
  const { status } = response;
  const reason = [`Teams answered ${status}`, codeOf(response.data), advice[status] ?? '']
    .filter((text) => text !== '')
    .join(': ');
  if (status === 429 || status === 412) return { outcome: 'later', reason, ...retryAfter(response.headers) };
  if (status === 408 || status >= 500) {
    // A gateway that gave up says nothing about what was behind it; 503 says that nothing was done.
    return kind === 'edit' || status === 503
      ? { outcome: 'later', reason, ...retryAfter(response.headers) }
      : { outcome: 'unknown', reason };
  }
  if (status === 404 && kind !== 'post') return { outcome: 'gone', reason };
  return { outcome: 'refused', reason };
}

function codeOf(data: unknown): string {
  const error = (data as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  return [error?.code, error?.message].filter((text) => typeof text === 'string').join(' ');
}

function retryAfter(headers: Readonly<Record<string, unknown>> = {}): { readonly retryAfterMs?: number } {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
}
