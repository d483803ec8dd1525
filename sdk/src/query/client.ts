import { type Answer, type ClientOptions, createCaller } from '../http/caller.ts';
import { type EpisodeList, isEpisodeList } from '../wire/anomalies.ts';
import { isQueryData, isRecord } from '../wire/check.ts';
import { type ExplainAnswer, isExplainAnswer } from '../wire/explain.ts';
import { type ForecastAnswer, isForecastAnswer } from '../wire/forecast.ts';
import type { ExemplarElement, Labels, MetadataEntry, QueryData } from '../wire/prometheus.ts';
import type { ServiceStatus } from '../wire/status.ts';
import { isViewList, type ViewList } from '../wire/views.ts';
import { isWatchList, type WatchList } from '../wire/watches.ts';

/** A span of time, both ends included; milliseconds since the epoch. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SelectorsRequest extends Partial<Span> {
  /** Selectors; none: all series. */
  readonly match?: readonly string[];
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface RangeRequest extends Span {
  readonly query: string;
  readonly stepMs: number;
  readonly signal?: AbortSignal;
}

export interface InstantRequest {
  readonly query: string;
  readonly timeMs?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface EpisodesRequest extends Partial<Span> {
  readonly active?: boolean;
  readonly minScore?: number;
  readonly match?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
  readonly signal?: AbortSignal;
}

export interface ExplainRequest {
  readonly query: string;
  readonly atMs?: number;
  readonly by?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface ForecastRequest {
  readonly query: string;
  /** Where the history ends; now when absent. */
  readonly atMs?: number;
  /** As `6h`. */
  readonly horizon: string;
  readonly levels?: readonly number[];
  readonly step?: string;
  /** IANA name: days and weeks are those of this zone. */
  readonly timeZone?: string;
  readonly threshold?: number;
  readonly direction?: 'above' | 'below';
  readonly signal?: AbortSignal;
}

/** Questions to a StatBar. Every call rejects with an `ApiError`. */
export interface QueryClient {
  instant(request: InstantRequest): Promise<Answer<QueryData>>;
  range(request: RangeRequest): Promise<Answer<QueryData>>;
  exemplars(query: string, span: Span, signal?: AbortSignal): Promise<readonly ExemplarElement[]>;
  series(request: SelectorsRequest): Promise<readonly Labels[]>;
  labelNames(request?: SelectorsRequest): Promise<readonly string[]>;
  labelValues(label: string, request?: SelectorsRequest): Promise<readonly string[]>;
  metadata(metric?: string): Promise<Readonly<Record<string, readonly MetadataEntry[]>>>;
  status(): Promise<ServiceStatus>;
  episodes(request?: EpisodesRequest): Promise<EpisodeList>;
  explain(request: ExplainRequest): Promise<ExplainAnswer>;
  forecast(request: ForecastRequest): Promise<ForecastAnswer>;
  views(signal?: AbortSignal): Promise<ViewList>;
  /** Signals that are watched, the highest score first. */
  watches(limit?: number, signal?: AbortSignal): Promise<WatchList>;
}

export function createQueryClient(options: ClientOptions): QueryClient {
  const call = createCaller(options);
  const data = async <Data>(...args: Parameters<typeof call<Data>>): Promise<Data> =>
    (await call<Data>(...args)).data;
  return {
    // As a form: expressions with long label lists do not fit into a URL.
    instant: ({ signal, ...request }) =>
      call('POST', '/api/v1/query', isQueryData, { form: parametersOf(request), signal }),
    range: ({ signal, ...request }) =>
      call('POST', '/api/v1/query_range', isQueryData, { form: parametersOf(request), signal }),
    exemplars: (query, span, signal) =>
      data('POST', '/api/v1/query_exemplars', isList<ExemplarElement>, {
        form: parametersOf({ query, ...span }),
        signal,
      }),
    series: ({ signal, ...request }) =>
      data('POST', '/api/v1/series', isList<Labels>, { form: parametersOf(request), signal }),
    labelNames: ({ signal, ...request } = {}) =>
      data('POST', '/api/v1/labels', isList<string>, { form: parametersOf(request), signal }),
    labelValues: (label, { signal, ...request } = {}) =>
      data(
        'GET',
        `/api/v1/label/${encodeURIComponent(label)}/values${textOf(parametersOf(request))}`,
        isList<string>,
        { signal },
      ),
    metadata: (metric) => data('GET', `/api/v1/metadata${textOf(parametersOf({ metric }))}`, isMetadata),
    status: () => data('GET', '/statbar/v1/status', isStatus, { bare: true }),
    episodes: ({ signal, fromMs, toMs, ...request } = {}) =>
      data(
        'GET',
        `/statbar/v1/anomalies${textOf(ownSpan(parametersOf(request), fromMs, toMs))}`,
        isEpisodeList,
        {
          signal,
        },
      ),
    explain: ({ signal, atMs, ...request }) => {
      const parameters = parametersOf(request);
      if (atMs !== undefined) parameters.set('at', secondsText(atMs));
      return data('GET', `/statbar/v1/explain${textOf(parameters)}`, isExplainAnswer, { signal });
    },
    forecast: ({ signal, atMs, ...request }) => {
      const parameters = parametersOf(request);
      if (atMs !== undefined) parameters.set('at', secondsText(atMs));
      return data('GET', `/statbar/v1/forecast${textOf(parameters)}`, isForecastAnswer, { signal });
    },
    views: (signal) => data('GET', '/statbar/v1/views', isViewList, { signal }),
    watches: (limit, signal) =>
      data('GET', `/statbar/v1/watches${textOf(parametersOf({ limit }))}`, isWatchList, { signal }),
  };
}

/** What the Prometheus API calls them. Times go out in seconds. */
const parameterNames: Readonly<Record<string, string>> = {
  match: 'match[]',
  timeMs: 'time',
  fromMs: 'start',
  toMs: 'end',
  stepMs: 'step',
  minScore: 'min_score',
  timeZone: 'time_zone',
};

function parametersOf(request: Readonly<Record<string, unknown>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(request)) {
    if (value === undefined) continue;
    const name = parameterNames[key] ?? key;
    if (key === 'levels' || key === 'by') parameters.set(name, (value as readonly unknown[]).join(','));
    else if (Array.isArray(value)) for (const each of value) parameters.append(name, String(each));
    else parameters.set(name, key.endsWith('Ms') ? secondsText(value as number) : String(value));
  }
  return parameters;
}

function ownSpan(
  parameters: URLSearchParams,
  fromMs: number | undefined,
  toMs: number | undefined,
): URLSearchParams {
  if (fromMs !== undefined) parameters.set('from', secondsText(fromMs));
  if (toMs !== undefined) parameters.set('to', secondsText(toMs));
  return parameters;
}

function secondsText(timeMs: number): string {
  return String(timeMs / 1000);
}

function textOf(parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function isList<Element>(value: unknown): value is readonly Element[] {
  return Array.isArray(value);
}

function isMetadata(value: unknown): value is Readonly<Record<string, readonly MetadataEntry[]>> {
  return isRecord(value) && Object.values(value).every(Array.isArray);
}

function isStatus(value: unknown): value is ServiceStatus {
  return isRecord(value) && typeof value['version'] === 'string' && typeof value['nowMs'] === 'number';
}
