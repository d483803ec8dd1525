import { config, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { Interval } from './alerts.ts';
import { type GroupNow, groupOf } from './group-now.ts';

/** What a data source's query says of where it went. */
export interface QuerySource {
  readonly refId: string;
  readonly datasource?: { readonly uid?: string; readonly type?: string } | null;
}

export type AlertAction =
  | { readonly action: 'ack' | 'unack' | 'unsilence' }
  | { readonly action: 'silence'; readonly forMs: number };

export interface ActionAnswer {
  /** Why it was not done, for the viewer; undefined when it was. */
  readonly reason: string | undefined;
  /** Where the group stands now, done or not. */
  readonly group: GroupNow | undefined;
}

const dataSourceType = 'statbar-metrics-datasource';

/** The data source that takes actions on this alert; undefined where it takes none, or not from this viewer. */
export function actionSource(interval: Interval, targets: readonly QuerySource[]): string | undefined {
  const { user } = config.bootData;
  if (user.orgRole !== 'Editor' && user.orgRole !== 'Admin' && user.isGrafanaAdmin !== true) return undefined;
  if (!interval.isOpen || interval.group === '' || Number.isNaN(interval.groupVersion)) return undefined;
  const source = targets.find(({ refId }) => refId === interval.refId)?.datasource;
  return source?.type === dataSourceType ? source.uid : undefined;
}

/** What may be asked for as the alert stands: the opposite of what was asked for before, too. */
export function actionsFor({ state, acknowledgedBy }: Interval, silenceMs: number): readonly AlertAction[] {
  return [
    acknowledgedBy === '' && state !== 'acknowledged' ? { action: 'ack' } : { action: 'unack' },
    state === 'silenced' ? { action: 'unsilence' } : { action: 'silence', forMs: silenceMs },
  ];
}

export async function act(
  sourceUid: string,
  { group, groupVersion }: Interval,
  action: AlertAction,
): Promise<ActionAnswer> {
  const { user } = config.bootData;
  const name = user.name || user.login || user.email || 'Grafana';
  const common = {
    actionId: newId(),
    version: groupVersion,
    by: { name, user: null, via: 'grafana' },
  };
  const path = `statbar/v1/alerts/${encodeURIComponent(group)}/actions`;
  try {
    const url = `/api/datasources/proxy/uid/${encodeURIComponent(sourceUid)}/${path}`;
    const { data } = await lastValueFrom(
      getBackendSrv().fetch({ url, method: 'POST', data: { ...common, ...action }, showErrorAlert: false }),
    );
    return { reason: undefined, group: groupOf(data) };
  } catch (error) {
    return { reason: reasonOf(error), group: groupOf((error as { data?: unknown }).data) };
  }
}

/** Random, also where the page has no secure origin. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** What was refused says why in `data.text`, what could not be asked for in `error` or `message`. */
function reasonOf(error: unknown): string {
  const { data, statusText } = error as {
    readonly data?: { readonly data?: { readonly text?: unknown }; error?: unknown; message?: unknown };
    readonly statusText?: string;
  };
  const texts = [data?.data?.text, data?.error, data?.message, statusText];
  return texts.find((text): text is string => typeof text === 'string' && text !== '') ?? String(error);
}
