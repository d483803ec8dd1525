import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

export const queryKinds = [
  'promql',
  'anomalies',
  'forecast',
  'leaderboard',
  'heatmap',
  'views',
  'alerts',
] as const;

export type QueryKind = (typeof queryKinds)[number];

/** What annotations are made of. */
export const annotationKinds = ['anomalies', 'alerts', 'promql'] as const;

export type AnnotationKind = (typeof annotationKinds)[number];

/** The version of the model below. A query without it is one of the Prometheus data source, see `migrateQuery`. */
export const QUERY_VERSION = 2;

/** A query as dashboards store it. Which fields count depends on `kind`; the others keep what was typed. */
export interface StatBarQuery extends DataQuery {
  version: number;
  kind: QueryKind;
  /** PromQL: of every kind but views and alerts. In anomalies it is what to draw when the signal alone does not say. */
  expr: string;
  /** How the expression is shown in the editor. */
  editor?: 'code' | 'builder';
  mode?: 'range' | 'instant';
  /** Goes on with results as they come, by server-sent events. */
  live?: boolean;
  /** Name of a series: `{{label}}` stands for a label's value. */
  legend?: string;
  /** The shortest step, as `15s`. */
  minStep?: string;
  exemplars?: boolean;
  /** Anomalies: name of the watched signal, as `http_requests_total` or `latency_seconds:p95`. */
  signal?: string;
  /** Anomalies and views: label matchers as in a selector's braces; alerts: the same, of the group's alerts. */
  matchers?: string;
  scoreMin?: number;
  /** Forecast: how far, as `6h`; empty: to the end of the time range, six hours when that is now. */
  horizon?: string;
  /** Forecast: of the prediction intervals, in (0, 1). */
  levels?: number[];
  threshold?: number;
  direction?: 'above' | 'below';
  /** Leaderboard: how many; 10 when absent. */
  limit?: number;
  /** Leaderboard: how long before the end of the range the ranks are compared with, as `1h`; empty: the range itself. */
  compare?: string;
  order?: 'highest' | 'lowest';
  /** Leaderboard: one more row that adds up the rest. */
  others?: boolean;
  /** Views: name; empty: the list of all views. */
  view?: string;
  alertState?: 'active' | 'resolved' | 'all';
  /** As what annotations are made of. Set by annotation support, never stored. */
  asAnnotations?: boolean;
}

export interface StatBarOptions extends DataSourceJsonData {
  /** Of the exporters, as `15s`: what `$__rate_interval` is made of. */
  scrapeInterval?: string;
  /** As `10m`: what is asked again of what is known, when a range moves on. Empty: 10m; `0s`: nothing is kept. */
  incrementalOverlap?: string;
  /** Where an exemplar's trace is, with `{{traceId}}` in it. */
  traceUrl?: string;
  /** Labels that become variables of new dashboards. */
  defaultVariables?: string[];
  /** The rest is read by Grafana's data proxy. The viewer's own access token goes along, in place of the token. */
  oauthPassThru?: boolean;
  /** Names of cookies that go along. */
  keepCookies?: string[];
  tlsAuth?: boolean;
  tlsAuthWithCACert?: boolean;
  tlsSkipVerify?: boolean;
}

export interface StatBarSecrets {
  /** A token of `serve.tokens`. */
  token?: string;
}

/** Of variables: what they list. */
export interface StatBarVariableQuery extends DataQuery {
  kind: 'label_names' | 'label_values' | 'metrics' | 'query_result';
  label?: string;
  /** Selectors limit names and values; of `query_result` the expression. */
  match?: string;
}

export const defaultQuery: Omit<StatBarQuery, 'refId'> = {
  version: QUERY_VERSION,
  kind: 'promql',
  expr: '',
  mode: 'range',
  editor: 'code',
};

/** False for a query that has nothing to ask yet: it is not sent. */
export function isAskable(query: StatBarQuery): boolean {
  switch (query.kind) {
    case 'views':
    case 'alerts':
      return true;
    case 'anomalies':
      return query.asAnnotations === true || (query.signal ?? '').trim() !== '';
    default:
      return query.expr.trim() !== '';
  }
}

/** One line for lists of queries. */
export function queryText(query: StatBarQuery): string {
  switch (query.kind) {
    case 'promql':
      return query.expr;
    case 'views':
      return query.view ? `view ${query.view}` : 'views';
    case 'alerts':
      return `alerts ${query.alertState ?? 'all'}${query.matchers ? ` {${query.matchers}}` : ''}`;
    case 'anomalies':
      return `anomalies ${query.signal ?? ''}${query.matchers ? `{${query.matchers}}` : ''}`;
    case 'leaderboard':
      return `top ${query.limit ?? 10} of ${query.expr}`;
    default:
      return `${query.kind} ${query.expr}`;
  }
}
