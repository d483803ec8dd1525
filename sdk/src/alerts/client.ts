import { type ClientOptions, createCaller, hasList } from '../http/caller.ts';
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
import { isRecord } from '../wire/check.ts';
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

/** Calls of the alert API. Every call rejects with an `ApiError`. */
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

export function createAlertsClient(options: ClientOptions): AlertsClient {
  const answer = createCaller(options);
  const call = async <Data>(...args: Parameters<typeof answer<Data>>): Promise<Data> =>
    (await answer<Data>(...args)).data;
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

function queryText(request: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request)) {
    if (value === undefined) continue;
    const name = names[key] ?? key;
    for (const each of Array.isArray(value) ? value : [value]) {
      query.append(name, key.endsWith('Ms') ? inApi(key, Number(each)) : String(each));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** Durations carry their unit, times are seconds. */
function inApi(key: string, valueMs: number): string {
  return key === 'waitMs' ? `${valueMs}ms` : String(valueMs / 1000);
}

const names: Readonly<Record<string, string>> = {
  waitMs: 'wait',
  fromMs: 'from',
  toMs: 'to',
  matchers: 'filter',
};

function isSubscription(value: unknown): value is ChatSubscription {
  return isRecord(value) && typeof value['id'] === 'string' && isRecord(value['target']);
}
