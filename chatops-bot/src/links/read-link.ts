import { durationOf, isTimeZone, type Now } from '../words/index.ts';
import { grafanaTime } from './grafana-time.ts';

/*
 * What a link leads to, told from its address alone.
 */

export type Link = { readonly kind: 'alert'; readonly id: string } | QueryLink | DashboardLink;

export interface LinkSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** To one of the service's own pages and calls that show an expression. */
export interface QueryLink {
  readonly kind: 'query';
  readonly expression: string;
  readonly span: LinkSpan;
}

/** To a dashboard, or a panel of it. */
export interface DashboardLink {
  readonly kind: 'dashboard';
  readonly uid: string;
  /** The title as addresses have it; empty when there is none. */
  readonly slug: string;
  readonly panel: string | undefined;
  /** Undefined: the address does not say. */
  readonly span: LinkSpan | undefined;
  /** What the dashboard's variables are set to. A variable that is set to everything is not among them. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

const EXPRESSION_LENGTH_MAX = 8000;
const VARIABLES_MAX = 50;
const VALUES_MAX = 50;
const HOUR_MS = 3_600_000;
const SPAN_MAX_MS = 400 * 24 * HOUR_MS;

/** `dashboards`: addresses of Grafana. Undefined: it leads to nothing that is known here. */
export function readLink(text: string, dashboards: readonly string[], now: Now): Link | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const base = dashboards.map((each) => new URL(each)).find((each) => isUnder(url, each));
  if (base !== undefined) return dashboardLink(url, url.pathname.slice(pathOf(base).length), now);
  const id = /\/alerts?\/([a-z0-9-]{1,120})\/?$/.exec(url.pathname)?.[1];
  return id === undefined ? queryLink(url, now) : { kind: 'alert', id };
}

function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}

function isUnder(url: URL, base: URL): boolean {
  return url.origin === base.origin && `${url.pathname}/`.startsWith(`${pathOf(base)}/`);
}

/** The status page (`/#q=`), Prometheus's pages (`/graph?g0.expr=`), and the API, to which cards of alerts link. */
function queryLink({ pathname, searchParams, hash }: URL, now: Now): QueryLink | undefined {
  const isPage = /\/(graph|query)\/?$/.test(pathname);
  const isCall = /\/api\/v1\/query(_range)?\/?$/.test(pathname);
  const expression =
    isPage || isCall
      ? (searchParams.get('g0.expr') ?? searchParams.get('query') ?? '').trim()
      : (new URLSearchParams(hash.slice(1)).get('q') ?? '').trim();
  if (expression === '' || expression.length > EXPRESSION_LENGTH_MAX) return undefined;
  const get = (name: string): string => searchParams.get(name) ?? '';
  const toMs = isCall ? apiTime(get('end') || get('time')) : pageTime(get('g0.end_input'));
  const lengthMs = isPage ? rangeMs(get('g0.range_input')) : undefined;
  const end = Math.min(toMs ?? now.nowMs, now.nowMs);
  const start = isCall ? apiTime(get('start')) : undefined;
  return { kind: 'query', expression, span: spanOf(start ?? end - (lengthMs ?? HOUR_MS), end, now) };
}

/** Seconds, or RFC 3339. */
function apiTime(text: string): number | undefined {
  const atMs = /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return text !== '' && Number.isFinite(atMs) ? atMs : undefined;
}

/** Prometheus's page has UTC with a space. */
function pageTime(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/.test(text) ? apiTime(`${text.replace(' ', 'T')}Z`) : undefined;
}

function rangeMs(text: string): number | undefined {
  return text === '' ? undefined : durationOf(text);
}

/** What makes no sense is the last hour. */
function spanOf(fromMs: number, toMs: number, { nowMs }: Now): LinkSpan {
  const isGood = fromMs >= 0 && fromMs < toMs && toMs - fromMs <= SPAN_MAX_MS;
  return isGood ? { fromMs, toMs } : { fromMs: nowMs - HOUR_MS, toMs: nowMs };
}

function dashboardLink({ searchParams }: URL, path: string, now: Now): DashboardLink | undefined {
  const found = /^\/d(?:-solo|-embed)?\/([a-zA-Z0-9_-]{1,64})(?:\/([^/]*))?\/?$/.exec(path);
  if (found === null) return undefined;
  const panel = searchParams.get('viewPanel') ?? searchParams.get('panelId');
  return {
    kind: 'dashboard',
    uid: found[1],
    slug: found[2] ?? '',
    // Since Grafana 11 it is `panel-4`.
    panel: panel === null ? undefined : panel.replace(/^panel-/, ''),
    span: dashboardSpan(searchParams, now),
    variables: variablesOf(searchParams),
  };
}

function dashboardSpan(parameters: URLSearchParams, now: Now): LinkSpan | undefined {
  if (!parameters.has('from') && !parameters.has('to')) return undefined;
  const asked = parameters.get('timezone') ?? '';
  const zone = /^utc$/i.test(asked) ? 'UTC' : isTimeZone(asked) ? asked : now.timeZone;
  const fromMs = grafanaTime(parameters.get('from') ?? 'now-6h', now.nowMs, zone, false);
  const toMs = grafanaTime(parameters.get('to') ?? 'now', now.nowMs, zone, true);
  return spanOf(fromMs ?? Number.NaN, toMs ?? Number.NaN, now);
}

function variablesOf(parameters: URLSearchParams): Map<string, string[]> {
  const variables = new Map<string, string[]>();
  const everything = new Set<string>();
  for (const [key, value] of parameters) {
    if (!key.startsWith('var-') || value === '') continue;
    // A filter made up by the reader: `region|=|eu`.
    const filter = /^([^|]+)\|([^|]+)\|(.*)$/s.exec(value);
    if (filter !== null && filter[2] !== '=') continue;
    const name = filter === null ? key.slice('var-'.length) : filter[1];
    const each = filter === null ? value : filter[3];
    if (/^(\$__all|all)$/i.test(each)) everything.add(name);
    const values = variables.get(name) ?? [];
    if (values.length >= VALUES_MAX || (values.length === 0 && variables.size >= VARIABLES_MAX)) continue;
    variables.set(name, [...values, each]);
  }
  for (const name of everything) variables.delete(name);
  return variables;
}
