import { type ApiBody, type ExemplarSeries, exemplarFrames, resultFrames } from './data-frames.ts';

// Grafana's server, as far as its Prometheus front end talks to it. In Grafana this part is Go: it hands resource
// calls on to the data source as they are, and turns what was asked of /api/ds/query into calls of
// /api/v1/query_range, /api/v1/query and /api/v1/query_exemplars and their answers into data frames. It is not in the
// npm package, so this stands in for it. What is tested is the front end before it and StatBar behind it.

/** A call that reached StatBar. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
}

export interface QueryRequest {
  readonly from: string;
  readonly to: string;
  readonly queries: readonly Query[];
}

interface Query {
  readonly refId: string;
  readonly expr: string;
  readonly interval?: string;
  readonly intervalMs?: number;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly exemplar?: boolean;
  readonly utcOffsetSec?: number;
}

interface QueryResult {
  readonly status: number;
  readonly frames?: readonly unknown[];
  readonly error?: string;
}

type Parameters = Readonly<Record<string, unknown>>;

/** The data source's setting "Scrape interval", as it is when nobody sets it. */
const scrapeIntervalMs = 15_000;

export class GrafanaBackend {
  readonly calls: Call[] = [];
  readonly #url: string;

  constructor(statbarUrl: string) {
    this.#url = statbarUrl;
  }

  /** A resource call: GET with its parameters in the address, POST with a form. */
  async forward(method: string, path: string, parameters: Parameters): Promise<Answer> {
    const response = await this.open(method, path, parameters);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, data: isJson ? JSON.parse(text) : text };
  }

  /** The same with the body still to be read. */
  async open(method: string, path: string, parameters: Parameters): Promise<Response> {
    const form = new URLSearchParams();
    for (const [key, value] of Object.entries(parameters)) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each !== undefined && each !== null) form.append(key, String(each));
      }
    }
    const response =
      method === 'GET'
        ? await fetch(`${this.#url}/${path}?${form}`)
        : await fetch(`${this.#url}/${path}`, { method, body: form });
    this.calls.push({ method, path, parameters: Object.fromEntries(form), status: response.status });
    return response;
  }

  /** `POST /api/ds/query`. */
  async query(request: QueryRequest): Promise<Answer> {
    const results: Record<string, QueryResult> = {};
    for (const query of request.queries) {
      results[query.refId] = await this.#run(query, Number(request.from), Number(request.to));
    }
    const failed = Object.values(results).find(({ error }) => error !== undefined);
    return { status: failed?.status ?? 200, data: { results } };
  }

  async #run(query: Query, fromMs: number, toMs: number): Promise<QueryResult> {
    const stepMs = Math.max(durationMs(query.interval) ?? scrapeIntervalMs, query.intervalMs ?? 0);
    const expression = withVariables(query.expr, stepMs, toMs - fromMs);
    const frames: unknown[] = [];
    for (const [path, parameters] of callsOf(query, stepMs, fromMs, toMs)) {
      const { status, data } = await this.forward('POST', path, { query: expression, ...parameters });
      const body = data as ApiBody;
      if (status !== 200) return { status, error: `${body.errorType}: ${body.error}` };
      frames.push(...resultFrames(query.refId, expression, stepMs, body));
    }
    if (query.exemplar === true) {
      const parameters = { query: expression, start: fromMs / 1000, end: toMs / 1000 };
      const { data } = await this.forward('POST', 'api/v1/query_exemplars', parameters);
      frames.push(...exemplarFrames(query.refId, (data as { data: readonly ExemplarSeries[] }).data));
    }
    return { status: 200, frames };
  }
}

function callsOf(
  query: Query,
  stepMs: number,
  fromMs: number,
  toMs: number,
): ReadonlyArray<readonly [string, Parameters]> {
  const offsetMs = (query.utcOffsetSec ?? 0) * 1000;
  // Steps fall on multiples of the step, whatever the time range is, so that results can be kept for the next one.
  const aligned = (timeMs: number): number => Math.floor((timeMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const calls: Array<readonly [string, Parameters]> = [];
  if (query.range === true) {
    const range = { start: aligned(fromMs) / 1000, end: aligned(toMs) / 1000, step: stepMs / 1000 };
    calls.push(['api/v1/query_range', range]);
  }
  if (query.instant === true) calls.push(['api/v1/query', { time: toMs / 1000 }]);
  return calls;
}

function durationMs(text: string | undefined): number | undefined {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text ?? '');
  if (match === null) return undefined;
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h'];
}

function withVariables(expression: string, stepMs: number, rangeMs: number): string {
  const rateIntervalMs = Math.max(stepMs + scrapeIntervalMs, 4 * scrapeIntervalMs);
  return expression
    .replaceAll('$__rate_interval', `${rateIntervalMs / 1000}s`)
    .replaceAll('$__interval', `${stepMs / 1000}s`)
    .replaceAll('$__range', `${rangeMs / 1000}s`);
}
