import { config, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { Interval } from './alerts.ts';

/** What a data source's query says of where it went. */
export interface QuerySource {
  readonly refId: string;
  readonly datasource?: { readonly uid?: string; readonly type?: string } | null;
}

export type AlertAction = 'ack' | { readonly silenceMs: number };

const dataSourceType = 'statbar-metrics-datasource';

/** The data source that takes actions on this alert; undefined where it takes none, or not from this viewer. */
export function actionSource(interval: Interval, targets: readonly QuerySource[]): string | undefined {
  const { user } = config.bootData;
  if (user.orgRole !== 'Editor' && user.orgRole !== 'Admin') return undefined;
  if (!interval.isOpen || interval.group === '' || Number.isNaN(interval.groupVersion)) return undefined;
  const source = targets.find(({ refId }) => refId === interval.refId)?.datasource;
  return source?.type === dataSourceType ? source.uid : undefined;
}

/** Undefined when it was done; else why not, for the viewer. */
export async function act(
  sourceUid: string,
  interval: Interval,
  action: AlertAction,
): Promise<string | undefined> {
  const { user } = config.bootData;
  const name = user.name || user.login || user.email || 'Grafana';
  const common = {
    actionId: newId(),
    version: interval.groupVersion,
    by: { name, user: null, via: 'api' },
  };
  const data =
    action === 'ack'
      ? { ...common, action: 'ack' }
      : { ...common, action: 'silence', forMs: action.silenceMs };
  const path = `statbar/v1/alerts/${encodeURIComponent(interval.group)}/actions`;
  try {
    const url = `/api/datasources/proxy/uid/${encodeURIComponent(sourceUid)}/${path}`;
    await lastValueFrom(getBackendSrv().fetch({ url, method: 'POST', data, showErrorAlert: false }));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Random, also where the page has no secure origin. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function reasonOf(error: unknown): string {
  const { data, statusText } = error as { data?: { text?: string; error?: unknown }; statusText?: string };
  if (typeof data?.text === 'string') return data.text;
  return typeof data?.error === 'string' ? data.error : (statusText ?? String(error));
}
