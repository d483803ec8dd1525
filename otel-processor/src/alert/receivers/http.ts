import type { HttpFailure, HttpRequest, HttpResponse, SendOutcome } from '../types.ts';

/** Of an answer no more is read. */
const ANSWER_LENGTH_MAX = 64 * 1024;
/** Failures before a byte of the request has left. */
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** One request, no retries of its own, no redirects followed: a moved target is a mistake in the configuration. */
export async function sendHttp(request: HttpRequest): Promise<HttpResponse | HttpFailure> {
  const { method, url, headers, body, timeoutMs } = request;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readSome(response);
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: text,
    };
  } catch (error) {
    const code = codeOf(error);
    return { failed: true, sent: !unsentCodes.has(code), reason: reasonOf(error, code, timeoutMs) };
  }
}

async function readSome(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= ANSWER_LENGTH_MAX) return text.slice(0, ANSWER_LENGTH_MAX);
  }
  return text + decoder.decode();
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}

function reasonOf(error: unknown, code: string, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  const message = error instanceof Error ? error.message : String(error);
  return [code, cause === '' ? message : cause].filter((part) => part !== '').join(': ');
}

export function isHttpFailure(answer: HttpResponse | HttpFailure): answer is HttpFailure {
  return 'failed' in answer;
}

/**
 * What an answer means to a sender, by the usual contract: 2xx arrived; 408, 425, 429, 5xx come again; others never. A
 * 5xx or a lost answer after the request has left may have done its work: unknown.
 */
export function outcomeOf(answer: HttpResponse | HttpFailure, nowMs: number): SendOutcome {
  if (isHttpFailure(answer)) {
    return answer.sent
      ? { kind: 'unknown', reason: answer.reason }
      : { kind: 'later', reason: answer.reason };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `HTTP ${status}${answer.body === '' ? '' : `: ${answer.body.slice(0, 300)}`}`;
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), nowMs);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 408 || status === 425 || status === 429 || status === 503) {
    return { kind: 'later', reason, ...wait };
  }
  if (status >= 500) return { kind: 'unknown', reason };
  return { kind: 'refused', reason };
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds from now; at most an hour. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const delayMs = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(delayMs) ? Math.min(3_600_000, Math.max(0, delayMs)) : undefined;
}
