import type { Scene } from './front-end.ts';
import type { TimeRange } from './grafana-host.ts';

/** What the query editor learns when it opens, and how it asks for names and values afterwards. */
export async function askLanguageProvider(scene: Scene) {
  const { range } = scene;
  const datasource = scene.datasource();
  const provider = datasource.languageProvider;
  const start = await scene.callsOf(() => provider.start(range));
  const few = await scene.callsOf(() => provider.queryLabelValues(range, '__name__', undefined, 2));
  const series = scene.datasource({ seriesEndpoint: true }).languageProvider;
  await series.start(range);
  const get = scene.datasource({ httpMethod: 'GET' }).languageProvider;
  await get.start(range);
  // StatBar does not have this API of Prometheus: the front end must notice, and do without.
  const search = scene.datasource({ enableSearchApi: true }).languageProvider;
  const searchStart = await scene.callsOf(() => search.start(range));
  return {
    startCalls: start.calls,
    metrics: provider.retrieveMetrics(),
    histogramMetrics: provider.retrieveHistogramMetrics(),
    labelKeys: provider.retrieveLabelKeys(),
    metadata: provider.retrieveMetricsMetadata(),
    labelKeysOfOrders: await provider.queryLabelKeys(range, '{__name__="orders_total"}'),
    labelKeysOfNothing: await provider.queryLabelKeys(range, '{__name__="no_such_metric"}'),
    shops: await provider.queryLabelValues(range, 'shop'),
    southernShops: await provider.queryLabelValues(range, 'shop', '{__name__="orders_total",shop=~"s.*"}'),
    mountPoints: await provider.queryLabelValues(range, 'mount.point'),
    valuesOfQuotedLabel: await provider.queryLabelValues(range, '"größe_"', '{"disk.usage_bytes"}'),
    fewMetrics: few.answer,
    fewCalls: few.calls,
    series: await provider.resourceClient.querySeries(range, '{__name__=~"orders.*"}'),
    oneSeries: await provider.resourceClient.querySeries(range, 'room_temperature_celsius', 1),
    bySeriesEndpoint: {
      metrics: series.retrieveMetrics(),
      shops: await series.queryLabelValues(range, 'shop', 'orders_total'),
      mountPoints: await series.queryLabelValues(range, 'mount.point', undefined),
      labelKeys: await series.queryLabelKeys(range, '{__name__="disk.usage_bytes"}'),
    },
    byGet: { metrics: get.retrieveMetrics(), labelKeys: get.retrieveLabelKeys() },
    bySearch: {
      statuses: searchStart.calls.filter(({ path }) => path.includes('/search/')).map(({ status }) => status),
      metrics: search.retrieveMetrics(),
      isStillTried: search.hasSearchSupport(),
    },
  };
}

interface Completion {
  readonly type: string;
  readonly label: string;
  readonly insertText: string;
  readonly detail?: string;
  readonly documentation?: string;
}

interface Editor {
  DataProvider: new (parts: { languageProvider: unknown; historyProvider: readonly unknown[] }) => unknown;
  getSituation(text: string, position: number): unknown;
  getCompletions(
    situation: unknown,
    provider: unknown,
    range: TimeRange,
    searchTerm: string | undefined,
  ): Promise<readonly Completion[]>;
}

/** What the editor offers with the cursor at `|`; functions and key words, which are its own, left out. */
export async function askForCompletions(scene: Scene) {
  const folder = 'components/monaco-query-field/monaco-completion-provider';
  const editor = {
    ...scene.grafana.module(`${folder}/data_provider.cjs`),
    ...scene.grafana.module(`${folder}/situation.cjs`),
    ...scene.grafana.module(`${folder}/completions.cjs`),
  } as unknown as Editor;
  const { languageProvider } = scene.datasource();
  await languageProvider.start(scene.range);
  const provider = new editor.DataProvider({ languageProvider, historyProvider: [] });
  const complete = async (text: string, typed?: string): Promise<readonly Completion[]> => {
    const position = text.indexOf('|');
    const situation = editor.getSituation(text.replace('|', ''), position);
    if (situation === null) throw new Error(`the editor makes nothing of ${text}`);
    const all = await editor.getCompletions(situation, provider, scene.range, typed);
    return all.filter(({ type }) => type !== 'FUNCTION' && type !== 'KEYWORD');
  };
  return {
    emptyEditor: await complete('|'),
    typedName: await complete('orde|', 'orde'),
    typedPartOfName: await complete('usage|', 'usage'),
    labelName: await complete('orders_total{|}'),
    secondLabelName: await complete('orders_total{shop="north",|}'),
    labelValue: await complete('orders_total{shop=|}'),
    labelValueInQuotes: await complete('rate(orders_total{job="shop",shop="|"}[5m])'),
    grouping: await complete('sum by (|) (orders_total)'),
  };
}
