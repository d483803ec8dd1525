import { isPrometheusError, isRecord } from '../wire/check.ts';

export interface ClientOptions {
  /** `http://127.0.0.1:4318` */
  readonly baseUrl: string;
  /** A token of `serve.tokens`. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** What came instead of an answer. `retryable`: the same call may work later. */
export class ApiError extends Error {
  override name = 'ApiError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly retryable: boolean;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
    this.retryable = status === 0 || status === 429 || status >= 500;
  }
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as a form: what does not fit into a URL. */
  readonly form?: URLSearchParams;
  readonly signal?: AbortSignal | undefined;
  /** Answered with `data`, too. */
  readonly alsoStatus?: number;
  /** The whole body is the data, without an envelope. */
  readonly bare?: boolean;
}

/** An answer's `data`, with the notes that came beside it. */
export interface Answer<Data> {
  readonly data: Data;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export type Caller = <Data>(
  method: string,
  path: string,
  isData: (data: unknown) => data is Data,
  options?: CallOptions,
) => Promise<Answer<Data>>;

/** Calls that reject with an `ApiError` and nothing else, but for an abort by the caller's own signal. */
export function createCaller({ baseUrl, token, fetch = globalThis.fetch }: ClientOptions): Caller {
  const base = baseUrl.replace(/\/+$/, '');
  return async (method, path, isData, options = {}) => {
    const { signal, alsoStatus, bare = false } = options;
    const { headers, body } = sent(options, token);
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(base + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      answer = await response.json();
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw new ApiError(error instanceof Error ? error.message : String(error), 0);
    }
    if (!response.ok && response.status !== alsoStatus) {
      const text = isPrometheusError(answer) ? answer.error : `the service answered ${response.status}`;
      throw new ApiError(text, response.status);
    }
    const record = isRecord(answer) ? answer : {};
    const data = bare ? answer : record['data'];
    if (!isData(data)) throw new ApiError(`the answer of ${path} is not understood`, response.status);
    return { data, warnings: texts(record['warnings']), infos: texts(record['infos']) };
  };
}

function sent(
  { body, form }: CallOptions,
  token: string | undefined,
): { readonly headers: Record<string, string>; readonly body: string | URLSearchParams | undefined } {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return { headers, body: body === undefined ? form : JSON.stringify(body) };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** For answers whose `data` is an object with a list under this key. */
export function hasList<Data>(key: string): (value: unknown) => value is Data {
  return (value): value is Data => isRecord(value) && Array.isArray(value[key]);
}
