import type { Scene } from './front-end.ts';
import type { Datasource, Hint, Target } from './grafana-host.ts';
import { ask, plain } from './panels.ts';

const target = (expr: string): Target => ({ refId: 'A', expr, range: true });

/** What the builder proposes for an expression, by what it knows of the metric's type. */
export async function askForHints(scene: Scene) {
  const datasource = scene.datasource();
  await datasource.languageProvider.start(scene.range);
  const query = async (asked: Target) => (await ask(scene, datasource, { targets: [asked] })).data;
  const hintsOf = async (expr: string): Promise<readonly Hint[]> =>
    datasource.getQueryHints(target(expr), await query(target(expr)));
  const applied = async (expr: string, type: string) => {
    const hint = (await hintsOf(expr)).find((each) => each.type === type);
    const changed = datasource.modifyQuery(target(expr), hint?.fix?.action);
    const frames = await query(changed);
    return {
      expr: changed.expr,
      last: frames.map(({ fields }) => ({ labels: fields[1].labels, value: fields[1].values.at(-1) })),
    };
  };
  return {
    counter: await hintsOf('orders_total'),
    rated: await hintsOf('rate(orders_total[5m])'),
    gauge: await hintsOf('room_temperature_celsius{room="room 3"}'),
    manySeries: await hintsOf('room_temperature_celsius'),
    classicHistogram: await hintsOf('request_duration_seconds_bucket'),
    nativeHistogram: await hintsOf('queue_wait_seconds'),
    counterApplied: await applied('orders_total', 'APPLY_RATE'),
    classicApplied: await applied('request_duration_seconds_bucket', 'HISTOGRAM_QUANTILE'),
    nativeApplied: await applied('queue_wait_seconds', 'HISTOGRAM_AVG'),
  };
}

/** What the data source does with recording and alerting rules. */
export async function askForRules(scene: Scene) {
  const datasource = scene.datasource();
  await datasource.init();
  await datasource.loadRules();
  const instant = async (expr: string) => {
    const targets = [{ refId: 'A', expr, instant: true }];
    return (await ask(scene, datasource, { targets })).data.map(plain);
  };
  return {
    exemplarsAvailable: datasource.exemplarsAvailable,
    ruleMappings: datasource.ruleMappings,
    hints: datasource.getQueryHints(target('shop:orders:sum'), []),
    expanded: expand(datasource, 'shop:orders:sum * 2'),
    recorded: await instant('shop:orders:sum'),
    alerts: await instant('ALERTS{alertname="ManyOrders"}'),
    metrics: await datasource.languageProvider.queryLabelValues(scene.range, '__name__'),
  };
}

function expand(datasource: Datasource, expr: string): string {
  const hint = datasource.getQueryHints(target(expr), []).find(({ type }) => type === 'EXPAND_RULES');
  return hint === undefined ? expr : datasource.modifyQuery(target(expr), hint.fix?.action).expr;
}

/** Dashboard variables, and filters that a viewer adds. */
export async function askForVariables(scene: Scene) {
  const datasource = scene.datasource();
  const { range } = scene;
  const find = async (query: string): Promise<readonly string[]> =>
    (await datasource.metricFindQuery(query, { range })).map(({ text }) => text);
  const south = [{ key: 'shop', operator: '=', value: 'south' }];
  const texts = (found: ReadonlyArray<{ readonly text: string }>) => found.map(({ text }) => text);
  return {
    labelNames: await find('label_names()'),
    labelValues: await find('label_values(shop)'),
    labelValuesOfMetric: await find('label_values(orders_total{shop!="north"}, shop)'),
    utf8LabelValues: await find('label_values("mount.point")'),
    metrics: await find('metrics(^orders.*)'),
    queryResult: await find('query_result(sum(orders_total))'),
    scalarResult: await find('query_result(scalar(sum(orders_total)))'),
    series: await find('orders_total'),
    filterKeys: texts(await datasource.getTagKeys({ filters: south, timeRange: range })),
    filterValues: texts(await datasource.getTagValues({ key: 'instance', filters: south, timeRange: range })),
  };
}
