import {
  type AbstractQuery,
  type AdHocVariableFilter,
  CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceGetDrilldownsApplicabilityOptions,
  type DataSourceGetRecommendedDrilldownsOptions,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DrilldownRecommendation,
  type DrilldownsApplicability,
  type GetTagResponse,
  hasQueryExportSupport,
  LoadingState,
  type QueryFixAction,
  type QueryHint,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import type { DashboardLink, DataQuery } from '@grafana/schema';
import type { VariableKind } from '@grafana/schema/apis/dashboard.grafana.app/v2beta1';
import { merge, type Observable, of } from 'rxjs';
import { annotationSupport } from './annotations.ts';
import { answers } from './answers.ts';
import { nowMs } from './base/clock.ts';
import { checkHealth } from './client/health.ts';
import { RangeCache } from './client/range-cache.ts';
import { Service } from './client/service.ts';
import { Drilldowns } from './drilldowns.ts';
import type { Metadata } from './frames/units.ts';
import { querySelectors } from './kinds/query-selectors.ts';
import { migrateQuery } from './model/migrate-query.ts';
import { defaultQuery, isAskable, queryText, type StatBarOptions, type StatBarQuery } from './model/query.ts';
import { durationMs } from './model/time.ts';
import { fromAbstract, toAbstract } from './promql/abstract.ts';
import { addGrouping, addMatchers, matcherOf } from './promql/filters.ts';
import { applyHint, hintsOf } from './promql/hints.ts';
import { variableText } from './promql/interpolate.ts';
import type { LabelMatcher } from './promql/selectors.ts';
import { t } from './texts.ts';
import { StatBarVariables } from './variables.ts';

const OVERLAP_DEFAULT_MS = 600_000;
const INTERVAL_LEAST = '1s';

/** The data source as Grafana sees it: each method is one question of Grafana's, answered by a file beside. */
export class StatBarDataSource extends DataSourceApi<StatBarQuery, StatBarOptions> {
  readonly service: Service;
  readonly options: StatBarOptions;
  readonly cache: RangeCache;
  override annotations = annotationSupport;
  readonly #drilldowns: Drilldowns;
  readonly #templates: () => TemplateSrv;
  #knownMetadata: Metadata = {};

  constructor(
    settings: DataSourceInstanceSettings<StatBarOptions>,
    templates: () => TemplateSrv = getTemplateSrv,
  ) {
    super(settings);
    this.options = settings.jsonData;
    // A point for each pixel of a short range would be more than is stored.
    this.interval = INTERVAL_LEAST;
    this.service = new Service(settings.url ?? '', () =>
      this.#templates()
        .getVariables()
        .map(({ name }) => name),
    );
    this.cache = new RangeCache(durationMs(this.options.incrementalOverlap) ?? OVERLAP_DEFAULT_MS);
    this.#templates = templates;
    this.#drilldowns = new Drilldowns(this.service, this.options, (query) => this.#replaced(query, {}, []));
    this.variables = new StatBarVariables(this);
  }

  override query(request: DataQueryRequest<StatBarQuery>): Observable<DataQueryResponse> {
    const targets = request.targets
      .map((target) => migrateQuery(target))
      .filter((target) => target.hide !== true && isAskable(target));
    if (targets.length === 0) return of({ data: [], state: LoadingState.Done });
    void this.service.metadata().then((metadata) => {
      this.#knownMetadata = metadata;
    });
    return merge(
      ...answers(this, { ...request, targets }, (target, scopedVars) =>
        this.#replaced(target, scopedVars, request.filters ?? [], request.groupByKeys),
      ),
    );
  }

  override testDatasource(): Promise<TestDataSourceResponse> {
    return checkHealth(this.service.client, this.service.alerts, nowMs, t);
  }

  override filterQuery = (query: StatBarQuery): boolean =>
    query.hide !== true && isAskable(migrateQuery(query));

  override getDefaultQuery = (app: CoreApp): Partial<StatBarQuery> => ({
    ...defaultQuery,
    ...(app === CoreApp.Explore ? { exemplars: true } : {}),
  });

  override getQueryDisplayText = (query: StatBarQuery): string => queryText(migrateQuery(query));

  override targetContainsTemplate = (query: StatBarQuery): boolean =>
    this.#templates().containsTemplate(JSON.stringify(query));

  override interpolateVariablesInQueries = (
    queries: StatBarQuery[],
    scopedVars: ScopedVars,
    filters: AdHocVariableFilter[] = [],
  ): StatBarQuery[] => queries.map((query) => this.#replaced(migrateQuery(query), scopedVars, filters));

  override getQueryHints = (given: StatBarQuery, results: unknown[]): QueryHint[] => {
    const { kind, expr } = migrateQuery(given);
    if (kind !== 'promql' && kind !== 'heatmap') return [];
    const known = { metadata: this.#knownMetadata, seriesCount: results.length };
    return hintsOf(expr, { ...known, isHeatmap: kind === 'heatmap' }, t);
  };

  override modifyQuery = (given: StatBarQuery, { type, options = {} }: QueryFixAction): StatBarQuery => {
    const query = migrateQuery(given);
    const { key, value } = options;
    if (key !== undefined && value !== undefined && /^ADD_FILTER/.test(type)) {
      const operator = type === 'ADD_FILTER_OUT' ? '!=' : '=';
      return filtered(query, [{ name: key, operator, value }]);
    }
    return { ...query, expr: applyHint(query.expr, type) ?? query.expr };
  };

  getSupportedQueryModifications(): string[] {
    const fixes = ['ADD_RATE', 'ADD_INCREASE', 'ADD_SUM', 'ADD_HISTOGRAM_QUANTILE'];
    return ['ADD_FILTER', 'ADD_FILTER_OUT', ...fixes];
  }

  /**
   * Queries of another data source: those of Prometheus whole, of others by their labels. There is no method
   * `importFromAbstractQueries`: Grafana would prefer it, and of a Prometheus query no more than its labels would be left.
   */
  override importQueries = async (queries: DataQuery[], origin: DataSourceApi): Promise<StatBarQuery[]> => {
    if (
      queries.every(
        (query) => typeof (query as { expr?: unknown }).expr === 'string' && origin.type === 'prometheus',
      )
    )
      return queries.map((query) => migrateQuery(query));
    if (!hasQueryExportSupport(origin)) return [];
    return (await origin.exportToAbstractQueries(queries)).map(fromAbstract);
  };

  async exportToAbstractQueries(queries: StatBarQuery[]): Promise<AbstractQuery[]> {
    return queries.map((query) =>
      toAbstract(query.refId, querySelectors(migrateQuery(query), this.#knownMetadata)),
    );
  }

  override getTagKeys = (options: DataSourceGetTagKeysOptions<StatBarQuery>): Promise<GetTagResponse> =>
    this.#drilldowns.keys(options);
  override getTagValues = (options: DataSourceGetTagValuesOptions<StatBarQuery>): Promise<GetTagResponse> =>
    this.#drilldowns.values(options);
  override getGroupByKeys = (options: DataSourceGetTagKeysOptions<StatBarQuery>): Promise<GetTagResponse> =>
    this.#drilldowns.keys(options);
  override getDrilldownsApplicability = (
    options?: DataSourceGetDrilldownsApplicabilityOptions<StatBarQuery>,
  ): Promise<DrilldownsApplicability[]> => this.#drilldowns.applicability(options);
  override getRecommendedDrilldowns = (
    options?: DataSourceGetRecommendedDrilldownsOptions<StatBarQuery>,
  ): Promise<DrilldownRecommendation> => this.#drilldowns.recommended(options);
  override getDefaultVariables = (): Promise<VariableKind[]> =>
    this.#drilldowns.defaultVariables({ uid: this.uid, type: this.type });
  override getDefaultLinks = async (): Promise<DashboardLink[]> => this.#drilldowns.defaultLinks();

  replace(text: string, scopedVars: ScopedVars = {}): string {
    return this.#templates().replace(text, scopedVars, variableText);
  }

  #replaced(
    query: StatBarQuery,
    scopedVars: ScopedVars,
    filters: readonly AdHocVariableFilter[],
    groupBy: readonly string[] = [],
  ): StatBarQuery {
    const replaced = { ...query };
    for (const key of ['expr', 'signal', 'matchers', 'horizon', 'compare', 'view', 'minStep'] as const) {
      const text = query[key];
      if (text !== undefined) replaced[key] = this.replace(text, scopedVars);
    }
    if (query.legend !== undefined) replaced.legend = this.#templates().replace(query.legend, scopedVars);
    const matchers = filters.map(matcherOf).filter((matcher) => matcher !== undefined);
    replaced.expr = addGrouping(replaced.expr, groupBy);
    return filtered(replaced, matchers);
  }
}

/** A query under these matchers besides its own. */
function filtered(query: StatBarQuery, matchers: readonly LabelMatcher[]): StatBarQuery {
  const expr = addMatchers(query.expr, matchers);
  if (!['anomalies', 'alerts', 'views'].includes(query.kind)) return { ...query, expr };
  const inner = addMatchers(`{${query.matchers ?? ''}}`, matchers);
  return { ...query, expr, matchers: inner.slice(1, -1) };
}
