import {
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourceRef,
  EventBusSrv,
  setTimeZoneResolver,
} from '@grafana/data';
import {
  type BackendSrv,
  type BackendSrvRequest,
  type DataSourceSrv,
  type FetchError,
  type FetchResponse,
  setAppEvents,
  setBackendSrv,
  setCurrentUser,
  setDataSourceSrv,
  setEchoSrv,
  setTemplateSrv,
} from '@grafana/runtime';
import { setPanelDataErrorView } from '@grafana/runtime/panel-data-error-view';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { NoData } from './dashboard/NoData.tsx';
import { FramesDataSource } from './frames-data-source.ts';
import { loadDataSource } from './plugin-loader.ts';
import type { Variables } from './variables/variables.ts';

/** Gives @grafana/runtime what Grafana gives it: requests, variables, data sources, events. */
export function installServices(
  variables: Variables,
  instances: readonly DataSourceInstanceSettings[],
): DataSourceSrv {
  setTimeZoneResolver(() => 'utc');
  setBackendSrv(backend());
  setTemplateSrv({
    getVariables: () => variables.models(),
    replace: (target, scoped, format) =>
      variables.replace(target, scoped, format as string | ((value: unknown) => string) | undefined),
    containsTemplate: (target) => variables.contains(target),
    updateTimeRange: () => {},
  });
  const dataSources = dataSourceService(instances);
  setDataSourceSrv(dataSources);
  setAppEvents(new EventBusSrv());
  setPanelDataErrorView(NoData);
  setCurrentUser({ isSignedIn: true, login: 'viewer', orgRole: 'Editor' } as never);
  setEchoSrv({ flush: () => {}, addBackend: () => {}, addEvent: () => {}, onInteraction: () => () => {} });
  return dataSources;
}

function backend(): BackendSrv {
  const fetchOnce = <T>(options: BackendSrvRequest): Observable<FetchResponse<T>> =>
    from(request<T>(options));
  const data = async <T>(options: BackendSrvRequest): Promise<T> =>
    (await lastValueFrom(fetchOnce<T>(options))).data;
  return {
    fetch: fetchOnce,
    get: (url: string, params?: BackendSrvRequest['params']) => data({ url, method: 'GET', params }),
    post: (url: string, body?: unknown) => data({ url, method: 'POST', data: body }),
    put: (url: string, body?: unknown) => data({ url, method: 'PUT', data: body }),
    patch: (url: string, body?: unknown) => data({ url, method: 'PATCH', data: body }),
    delete: (url: string) => data({ url, method: 'DELETE' }),
    request: data,
    datasourceRequest: (options: BackendSrvRequest) => lastValueFrom(fetchOnce(options)),
  } as unknown as BackendSrv;
}

async function request<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
  const { method = 'GET', headers = {}, data, params, responseType = 'json', abortSignal } = options;
  const url = new URL(options.url, location.origin);
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) url.searchParams.append(name, String(each));
    }
  }
  const isForm = data instanceof URLSearchParams || typeof data === 'string';
  const response = await fetch(url, {
    method,
    headers: { ...(data === undefined || isForm ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(data === undefined ? {} : { body: isForm ? data : JSON.stringify(data) }),
    ...(abortSignal === undefined ? {} : { signal: abortSignal }),
  });
  const text = responseType === 'arraybuffer' ? '' : await response.text();
  const body = responseType === 'arraybuffer' ? await response.arrayBuffer() : parsed(text, responseType);
  const { ok, status, statusText, redirected, type } = response;
  if (!ok) {
    const error: FetchError = { status, statusText, data: body, config: options };
    throw error;
  }
  const answer = { data: body as T, ok, status, statusText, redirected, type, headers: response.headers };
  return { ...answer, url: url.href, config: options };
}

function parsed(text: string, responseType: string): unknown {
  if (responseType === 'text') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function dataSourceService(instances: readonly DataSourceInstanceSettings[]): DataSourceSrv {
  const made = new Map<string, Promise<DataSourceApi>>();
  const find = (ref?: DataSourceRef | string | null): DataSourceInstanceSettings | undefined => {
    const uid = typeof ref === 'string' ? ref : ref?.uid;
    return instances.find((each) => each.uid === uid || each.name === uid) ?? instances[0];
  };
  const make = async (settings: DataSourceInstanceSettings): Promise<DataSourceApi> => {
    if (settings.type === 'host-frames') return new FramesDataSource(settings) as never;
    const { plugin } = await loadDataSource(settings.type);
    const dataSource = new plugin.DataSourceClass(settings);
    dataSource.components = plugin.components;
    dataSource.meta = settings.meta;
    return dataSource;
  };
  return {
    get(ref) {
      const settings = find(ref);
      if (settings === undefined) return Promise.reject(new Error('there is no data source'));
      const existing = made.get(settings.uid) ?? make(settings);
      made.set(settings.uid, existing);
      return existing;
    },
    getList: () => [...instances],
    getInstanceSettings: find,
    // What was saved counts from now on.
    reload: async () => {
      for (const settings of instances) {
        if (settings.type === 'host-frames') continue;
        const response = await fetch(`/api/datasources/uid/${settings.uid}`);
        if (response.ok) settings.jsonData = ((await response.json()) as DataSourceInstanceSettings).jsonData;
      }
      made.clear();
    },
    registerRuntimeDataSource: () => {},
  };
}
