import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { GrafanaBackend, QueryRequest } from './grafana-backend.ts';

// What Grafana's page does before it makes a data source: it provides the browser's globals, and gives
// @grafana/runtime the services that it holds for plugins (setBackendSrv, setTemplateSrv, ...).

export interface Labels {
  readonly [name: string]: string;
}

export interface Frame {
  readonly refId?: string;
  readonly name?: string;
  readonly length: number;
  readonly meta?: {
    readonly type?: string;
    readonly dataTopic?: string;
    readonly custom?: { readonly resultType?: string };
    readonly notices?: ReadonlyArray<{ readonly severity: string; readonly text: string }>;
  };
  readonly fields: ReadonlyArray<{
    readonly name: string;
    readonly type: string;
    readonly labels?: Labels;
    readonly config: { readonly displayNameFromDS?: string; readonly links?: readonly unknown[] };
    readonly values: readonly unknown[];
  }>;
}

export interface DateTime {
  valueOf(): number;
}

export interface TimeRange {
  readonly from: DateTime;
  readonly to: DateTime;
  readonly raw: { readonly from: DateTime | string; readonly to: DateTime | string };
}

export interface Hint {
  readonly type: string;
  readonly label: string;
  readonly fix?: { readonly action?: { readonly type: string; readonly options?: unknown } };
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly [option: string]: unknown;
}

interface Observable<T> {
  pipe(...operators: readonly unknown[]): Observable<T>;
}

export interface QueryResponse {
  readonly data: readonly Frame[];
  readonly state?: string;
  readonly error?: { readonly message?: string };
}

export interface Metadata {
  readonly [metric: string]: { readonly type: string; readonly help: string; readonly unit?: string };
}

export interface LanguageProvider {
  start(range: TimeRange): Promise<unknown>;
  retrieveMetrics(): readonly string[];
  retrieveHistogramMetrics(): readonly string[];
  retrieveLabelKeys(): readonly string[];
  retrieveMetricsMetadata(): Metadata;
  queryMetricsMetadata(limit?: number): Promise<Metadata>;
  queryLabelKeys(range: TimeRange, match?: string, limit?: number): Promise<readonly string[]>;
  queryLabelValues(
    range: TimeRange,
    labelKey: string,
    match?: string,
    limit?: number,
  ): Promise<readonly string[]>;
  hasSearchSupport(): boolean;
  readonly resourceClient: {
    querySeries(range: TimeRange, match: string | undefined, limit?: number): Promise<readonly Labels[]>;
  };
}

interface Filter {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
}

export interface Datasource {
  readonly languageProvider: LanguageProvider;
  readonly exemplarsAvailable: boolean;
  readonly ruleMappings: Readonly<Record<string, unknown>>;
  init(): Promise<void>;
  loadRules(): Promise<void>;
  query(request: unknown): Observable<QueryResponse>;
  getQueryHints(query: Target, result: readonly unknown[]): readonly Hint[];
  modifyQuery(query: Target, action: unknown): Target;
  metricFindQuery(
    query: string,
    options: { range: TimeRange },
  ): Promise<ReadonlyArray<{ readonly text: string }>>;
  getTagKeys(options: {
    filters: readonly Filter[];
    timeRange: TimeRange;
  }): Promise<ReadonlyArray<{ text: string }>>;
  getTagValues(options: {
    key: string;
    filters: readonly Filter[];
    timeRange: TimeRange;
  }): Promise<ReadonlyArray<{ text: string }>>;
}

export interface Grafana {
  dateTime(timeMs: number): DateTime;
  firstValue(observable: Observable<QueryResponse>): Promise<QueryResponse>;
  createDatasource(uid: string, jsonData: Readonly<Record<string, unknown>>): Datasource;
  /** A module of @grafana/prometheus that its index does not pass on. */
  module(path: string): Readonly<Record<string, unknown>>;
}

interface FetchOptions {
  readonly url: string;
  readonly method?: string;
  readonly data?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** `folder` is where the packages are installed. */
export function startGrafana(folder: string, backend: GrafanaBackend): Grafana {
  const load = createRequire(join(folder, 'package.json'));
  provideBrowser(load);
  const rxjs = load('rxjs');
  const data = load('@grafana/data');
  const runtime = load('@grafana/runtime');
  runtime.setBackendSrv({
    fetch: (options: FetchOptions) => rxjs.defer(() => rxjs.from(answer(backend, options))),
    chunked: (options: FetchOptions) => rxjs.defer(() => rxjs.from(chunks(backend, options))),
  });
  runtime.setTemplateSrv(templateService);
  const { PrometheusDatasource } = load('@grafana/prometheus');
  return {
    dateTime: data.dateTime,
    firstValue: (observable) => rxjs.firstValueFrom(observable),
    createDatasource: (uid, jsonData) =>
      new PrometheusDatasource({
        id: 1,
        uid,
        name: uid,
        type: 'prometheus',
        access: 'proxy',
        url: `/api/datasources/proxy/uid/${uid}`,
        meta: { id: 'prometheus' },
        jsonData,
      }),
    module: (path) => load(join(folder, 'node_modules', '@grafana', 'prometheus', 'dist', 'cjs', path)),
  };
}

/** Packages look for a browser when they are loaded; nothing is drawn. */
function provideBrowser(load: NodeJS.Require): void {
  const { Window } = load('happy-dom');
  const window = new Window({ url: 'http://grafana.test/' });
  window.grafanaBootData = {
    settings: { buildInfo: { version: load('@grafana/runtime/package.json').version } },
    user: {},
    navTree: [],
  };
  for (const name of ['window', ...Object.getOwnPropertyNames(window)]) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, { value: name === 'window' ? window : window[name] });
  }
}

async function answer(backend: GrafanaBackend, options: FetchOptions): Promise<unknown> {
  const { status, data } = options.url.startsWith('/api/ds/query')
    ? await backend.query(options.data as QueryRequest)
    : await backend.forward(...resourceCall(options));
  const response = { ok: status < 300, status, statusText: '', data, config: options };
  if (!response.ok) throw response;
  return response;
}

async function* chunks(backend: GrafanaBackend, options: FetchOptions): AsyncGenerator<unknown> {
  const response = await backend.open(...resourceCall(options));
  const { ok, status, statusText } = response;
  if (response.body !== null) {
    for await (const data of response.body) yield { ok, status, statusText, data, config: options };
  }
  yield { ok, status, statusText, data: undefined, config: options };
}

function resourceCall({
  url,
  method = 'GET',
  data,
  params,
}: FetchOptions): [string, string, typeof params & {}] {
  const path = /^\/?api\/datasources\/uid\/[^/]+\/resources\/(.*)$/.exec(url)?.[1];
  if (path === undefined) throw new Error(`not a call that a data source makes: ${url}`);
  return [method, path, { ...params, ...(data as object | undefined) }];
}

interface ScopedVariable {
  readonly value: unknown;
}

/** `$name` and `${name}` out of the variables of the query itself; a test has no dashboard with others. */
const templateService = {
  getVariables: () => [],
  updateTimeRange: () => undefined,
  containsTemplate: (text = '') => /\$\w|\$\{\w/.test(text),
  replace(
    text = '',
    variables: Readonly<Record<string, ScopedVariable>> = {},
    format?: (value: unknown, variable: unknown) => string,
  ): string {
    return text.replace(/\$(\w+)|\$\{(\w+)\}/g, (whole, plain, braced) => {
      const name: string = plain ?? braced;
      const variable = variables[name];
      if (variable === undefined) return whole;
      if (name.startsWith('__') || format === undefined) return String(variable.value);
      return format(variable.value, { name, multi: Array.isArray(variable.value) });
    });
  },
};
