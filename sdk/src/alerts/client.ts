import type { AlertAction, AlertActionAnswer } from '../wire/alert-actions.ts';
import { isAlertActionAnswer } from '../wire/alert-actions.ts';
import {
  type AlertGroup,
  type AlertGroupList,
  type AuditList,
  isAlertGroup,
  isAlertGroupList,
  type OnCallList,
} from '../wire/alerts.ts';
import { isPrometheusError, isRecord } from '../wire/check.ts';
import {
  type BeginAnswer,
  type BeginRequest,
  type ChatSubscription,
  type ChatSubscriptionList,
  isBeginAnswer,
  isNotificationFeed,
  type NotificationFeed,
  type SettleRequest,
  type SubscribeRequest,
} from '../wire/notifications.ts';

export interface AlertsClientOptions {
  /** `http://127.0.0.1:4318` */
  readonly baseUrl: string;
  /** A token of `serve.tokens`. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** What came instead of an answer. `retryable`: the same call may work later. */
export class AlertsApiError extends Error {
  override name = 'AlertsApiError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly retryable: boolean;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
    this.retryable = status === 0 || status === 429 || status >= 500;
  }
}

export interface FeedRequest {
  /** The cursor of the last answer; absent: from the beginning, everything outstanding. */
  readonly after?: string;
  /** How long to wait for something to come; the service's limit is 60 s. */
  readonly waitMs?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface GroupsRequest {
  readonly state?: 'active' | 'resolved' | 'all';
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Matchers in Alertmanager's notation. */
  readonly matchers?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
  readonly signal?: AbortSignal;
}

/** Calls of the alert API. Every call rejects with an `AlertsApiError`. */
export interface AlertsClient {
  groups(request?: GroupsRequest): Promise<AlertGroupList>;
  group(id: string): Promise<AlertGroup>;
  /** Also when the service refused: see `done`. */
  act(groupId: string, action: AlertAction): Promise<AlertActionAnswer>;
  onCall(): Promise<OnCallList>;
  audit(request?: { readonly target?: string; readonly cursor?: string }): Promise<AuditList>;
  feed(request: FeedRequest): Promise<NotificationFeed>;
  begin(request: BeginRequest): Promise<BeginAnswer>;
  settle(request: SettleRequest): Promise<void>;
  subscriptions(): Promise<ChatSubscriptionList>;
  subscribe(request: SubscribeRequest): Promise<ChatSubscription>;
  unsubscribe(id: string): Promise<void>;
}

export function createAlertsClient(options: AlertsClientOptions): AlertsClient {
  const call = createCaller(options);
  const base = '/statbar/v1';
  return {
    groups: ({ signal, ...request } = {}) =>
      call('GET', `${base}/alerts${queryText(request)}`, isAlertGroupList, { signal }),
    group: (id) => call('GET', `${base}/alerts/${encodeURIComponent(id)}`, isAlertGroup),
    act: (groupId, body) =>
      call('POST', `${base}/alerts/${encodeURIComponent(groupId)}/actions`, isAlertActionAnswer, {
        body,
        alsoStatus: 409,
      }),
    onCall: () => call('GET', `${base}/oncall`, hasList<OnCallList>('schedules')),
    audit: (request = {}) => call('GET', `${base}/audit${queryText(request)}`, hasList<AuditList>('entries')),
    feed: ({ signal, ...request }) =>
      call('GET', `${base}/notifications${queryText({ lane: 'chat', ...request })}`, isNotificationFeed, {
        signal,
      }),
    begin: (body) => call('POST', `${base}/notifications/begin`, isBeginAnswer, { body }),
    async settle(body) {
      await call('POST', `${base}/notifications/settle`, isRecord, { body });
    },
    subscriptions: () => call('GET', `${base}/subscriptions`, hasList<ChatSubscriptionList>('subscriptions')),
    subscribe: (body) => call('POST', `${base}/subscriptions`, isSubscription, { body }),
    async unsubscribe(id) {
      await call('DELETE', `${base}/subscriptions/${encodeURIComponent(id)}`, isRecord);
    },
  };
}

interface CallOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Answered with `data`, too. */
  readonly alsoStatus?: number;
}

type Caller = <Data>(
  method: string,
  path: string,
  isData: (data: unknown) => data is Data,
  options?: CallOptions,
) => Promise<Data>;

function createCaller({ baseUrl, token, fetch = globalThis.fetch }: AlertsClientOptions): Caller {
  const base = baseUrl.replace(/\/+$/, '');
  return async (method, path, isData, { body, signal, alsoStatus } = {}) => {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(base + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      answer = await response.json();
    } catch (error) {
      throw new AlertsApiError(error instanceof Error ? error.message : String(error), 0);
    }
    if (!response.ok && response.status !== alsoStatus) {
      throw new AlertsApiError(
        isPrometheusError(answer) ? answer.error : `the service answered ${response.status}`,
        response.status,
      );
    }
    const data = isRecord(answer) ? answer['data'] : undefined;
    if (!isData(data)) {
      throw new AlertsApiError(`the answer of ${path} is not understood`, response.status);
    }
    return data;
  };
}

function queryText(request: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request)) {
    if (value === undefined) continue;
    const name = names[key] ?? key;
    for (const each of Array.isArray(value) ? value : [value]) {
      query.append(name, key === 'waitMs' ? `${String(each)}ms` : String(each));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

const names: Readonly<Record<string, string>> = {
  waitMs: 'wait',
  fromMs: 'from',
  toMs: 'to',
  matchers: 'filter',
};

function hasList<Data>(key: string): (value: unknown) => value is Data {
  return (value): value is Data => isRecord(value) && Array.isArray(value[key]);
}

function isSubscription(value: unknown): value is ChatSubscription {
  return isRecord(value) && typeof value['id'] === 'string' && isRecord(value['target']);
}
