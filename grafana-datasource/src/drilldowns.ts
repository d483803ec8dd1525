import type {
  AdHocVariableFilter,
  DataSourceGetDrilldownsApplicabilityOptions,
  DataSourceGetRecommendedDrilldownsOptions,
  DataSourceGetTagKeysOptions,
  DataSourceGetTagValuesOptions,
  DrilldownRecommendation,
  DrilldownsApplicability,
  GetTagResponse,
  TimeRange,
} from '@grafana/data';
import type { DashboardLink } from '@grafana/schema';
import type { VariableKind } from '@grafana/schema/apis/dashboard.grafana.app/v2beta1';
import { ApiError, type SelectorsRequest, type Span } from '@statbar/sdk/query';
import type { Labels } from '@statbar/sdk/wire';
import type { Service } from './client/service.ts';
import { querySelectors } from './kinds/query-selectors.ts';
import { migrateQuery } from './model/migrate-query.ts';
import type { StatBarOptions, StatBarQuery } from './model/query.ts';
import { matcherOf, matcherText } from './promql/filters.ts';
import { t } from './texts.ts';

const SERIES_MAX = 1000;
const RECOMMENDED_MAX = 5;
const VARIABLES_DEFAULT = ['team', 'environment'];

/** What dashboards may be narrowed and grouped by, and what of it has an effect on their queries. */
export class Drilldowns {
  readonly #service: Service;
  readonly #options: StatBarOptions;
  readonly #replace: (query: StatBarQuery) => StatBarQuery;

  constructor(service: Service, options: StatBarOptions, replace: (query: StatBarQuery) => StatBarQuery) {
    this.#service = service;
    this.#options = options;
    this.#replace = replace;
  }

  /** Names of labels that the queries' series have, under the filters that there are. */
  async keys(options: DataSourceGetTagKeysOptions<StatBarQuery>): Promise<GetTagResponse> {
    const { queries = [], filters = [] } = options;
    return this.#guarded(async () => {
      const match = await this.#selectors(queries, filters);
      const names = await this.#service.client.labelNames({ match, ...spanOf(options) });
      return names.filter((name) => name !== '__name__' && name !== 'le').map((text) => ({ text }));
    });
  }

  async values(options: DataSourceGetTagValuesOptions<StatBarQuery>): Promise<GetTagResponse> {
    const { key, queries = [], filters = [] } = options;
    const others = filters.filter((filter) => filter.key !== key);
    return this.#guarded(async () => {
      const match = await this.#selectors(queries, others);
      const values = await this.#service.client.labelValues(key, { match, ...spanOf(options) });
      return values.map((text) => ({ text }));
    });
  }

  /** A filter on a label that no series of the queries has would leave nothing: it is said, and why. */
  async applicability(
    options: DataSourceGetDrilldownsApplicabilityOptions<StatBarQuery> = {},
  ): Promise<DrilldownsApplicability[]> {
    const { queries = [], filters = [], groupByKeys = [] } = options;
    const match = await this.#selectors(queries, []);
    const known = await this.#labelsOf({ match, ...spanOf(options) });
    const wanted = [
      ...filters.map(({ key, origin }) => ({ key, origin })),
      ...groupByKeys.map((key) => ({ key, origin: undefined })),
    ];
    return wanted.map(({ key, origin }) => {
      const applicable = known === undefined || known.has(key);
      return {
        key,
        applicable,
        ...(applicable ? {} : { reason: t('drilldowns.not-a-label', { label: key }) }),
        ...(origin === undefined ? {} : { origin }),
      };
    });
  }

  /**
   * First what accounts for what is going on now: the explanation of the gravest episode that lasts. Then labels that
   * divide the series well: several values, but not one for each series.
   */
  async recommended(
    options: DataSourceGetRecommendedDrilldownsOptions<StatBarQuery> = {},
  ): Promise<DrilldownRecommendation> {
    const { queries = [], filters = [] } = options;
    const match = await this.#selectors(queries, filters);
    const [series, list] = await Promise.all([
      this.#seriesOf({ match, limit: SERIES_MAX, ...spanOf(options) }),
      this.#service.client.episodes({ active: true, match, limit: 20 }).catch(() => ({ episodes: [] })),
    ]);
    const gravest = [...list.episodes].sort((a, b) => b.score - a.score)[0];
    const blamed = gravest?.explanation[0]?.labels ?? gravest?.labels ?? {};
    return {
      filters: Object.entries(blamed)
        .filter(([key]) => key !== '__name__' && !filters.some((filter) => filter.key === key))
        .map(([key, value]) => ({ key, operator: '=', value })),
      groupByKeys: dividingLabels(series).slice(0, RECOMMENDED_MAX),
    };
  }

  /** Variables for a new dashboard: of the configured labels those that exist, with permitted values only. */
  async defaultVariables(ref: { readonly uid: string; readonly type: string }): Promise<VariableKind[]> {
    const labels = this.#options.defaultVariables ?? VARIABLES_DEFAULT;
    const known = new Set(await this.#service.labelNames());
    return labels.filter((label) => known.has(label)).map((label) => variableOf(label, ref));
  }

  /** To all dashboards that say they are about StatBar's data, with variables and time as they are. */
  defaultLinks(): DashboardLink[] {
    return [
      {
        ...{ title: 'StatBar', type: 'dashboards', icon: 'external link', tags: ['statbar'] },
        ...{ tooltip: t('links.dashboards'), url: '', asDropdown: true, targetBlank: false },
        ...{ includeVars: true, keepTime: true },
      },
    ];
  }

  /** Labels that there are; undefined when the service does not say. */
  async #labelsOf(selection: SelectorsRequest): Promise<ReadonlySet<string> | undefined> {
    try {
      return new Set(await this.#service.client.labelNames(selection));
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  async #seriesOf({ match = [], ...selection }: SelectorsRequest): Promise<readonly Labels[]> {
    // Of everything there is, nothing in particular can be recommended.
    if (match.length === 0) return [];
    return this.#service.client.series({ match, ...selection }).catch(() => []);
  }

  async #selectors(
    queries: readonly StatBarQuery[],
    filters: readonly AdHocVariableFilter[],
  ): Promise<string[]> {
    const extra = filters.map(matcherOf).filter((matcher) => matcher !== undefined);
    const metadata = await this.#service.metadata();
    const selectors = new Set<string>();
    for (const query of queries) {
      for (const matchers of querySelectors(this.#replace(migrateQuery(query)), metadata))
        selectors.add(`{${[...matchers, ...extra].map(matcherText).join(', ')}}`);
    }
    if (selectors.size === 0 && extra.length > 0) selectors.add(`{${extra.map(matcherText).join(', ')}}`);
    return [...selectors].filter((text) => text !== '{}');
  }

  async #guarded(ask: () => Promise<GetTagResponse['data']>): Promise<GetTagResponse> {
    try {
      return { data: await ask() };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { data: [], error: { message: error.message, status: error.status } };
    }
  }
}

function spanOf({ timeRange }: { readonly timeRange?: TimeRange }): Partial<Span> {
  if (timeRange === undefined) return {};
  return { fromMs: timeRange.from.valueOf(), toMs: timeRange.to.valueOf() };
}

/** Labels by which series fall into a few groups; the fewest groups first. */
export function dividingLabels(series: readonly Readonly<Record<string, string>>[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name === '__name__' || name === 'le') continue;
      values.set(name, (values.get(name) ?? new Set()).add(value));
    }
  }
  return [...values]
    .filter(([, { size }]) => size > 1 && (size < series.length || size <= 5))
    .sort(([a, x], [b, y]) => x.size - y.size || (a < b ? -1 : 1))
    .map(([name]) => name);
}

/** Of Grafana's dashboard schema (`VariableKind`, v2beta1). */
function variableOf(
  label: string,
  { uid, type }: { readonly uid: string; readonly type: string },
): VariableKind {
  return {
    kind: 'QueryVariable',
    spec: {
      ...{ name: label.replace(/\W/g, '_'), label, hide: 'dontHide', skipUrlSync: false, regex: '' },
      ...{
        current: { text: 'All', value: '$__all' },
        refresh: 'onTimeRangeChanged',
        sort: 'alphabeticalAsc',
      },
      ...{ multi: true, includeAll: true, allValue: '.*', allowCustomValue: true, options: [] },
      query: {
        ...{ kind: 'DataQuery', group: type, version: 'v0', datasource: { name: uid } },
        spec: { kind: 'label_values', label, refId: `variable-${label}` },
      },
    },
  };
}
