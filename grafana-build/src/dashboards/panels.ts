import {
  AdHocVariableBuilder,
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  PanelBuilder,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { AnnotationPlan, DashboardPlan, PanelPlan, StatBarTarget, VariablePlan } from './plan.ts';

const dataSource = { type: 'statbar-metrics-datasource', uid: 'statbar' };
// The builder asks for it; functions are not part of JSON.
const variant = { _implementsDataqueryVariant(): void {} };
const [columnCount, queryVersion] = [24, 2];

/** The dashboard as Grafana stores it: panels from left to right, in rows as high as the highest of them. */
export function buildDashboard(plan: DashboardPlan): object {
  const builder = new DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['statbar', ...plan.tags])
    .time({ from: plan.from, to: 'now' })
    .refresh(plan.refresh ?? '30s')
    .tooltip(1)
    .editable()
    .link(linkToOthers());
  for (const variable of plan.variables ?? []) builder.withVariable(variableOf(variable));
  builder.withVariable(new AdHocVariableBuilder('filters').label('Filters').datasource(dataSource));
  for (const annotation of plan.annotations ?? []) builder.annotation(annotationOf(annotation));
  let [x, y, rowHeight] = [0, 0, 0];
  plan.panels.forEach((panel, i) => {
    const { width: w = 12, height: h = 9 } = panel;
    if (x + w > columnCount) [x, y, rowHeight] = [0, y + rowHeight, 0];
    builder.withPanel(panelOf(panel, i + 1).gridPos({ x, y, w, h }));
    x += w;
    rowHeight = Math.max(rowHeight, h);
  });
  return builder.build();
}

function panelOf(plan: PanelPlan, id: number): PanelBuilder {
  const { title, description, type, unit, min, max, decimals, thresholds, custom, options, ahead, back } =
    plan;
  const builder = new PanelBuilder()
    .id(id)
    .type(type)
    .title(title)
    .description(description)
    .datasource(dataSource);
  plan.targets.forEach((target, i) => {
    builder.withTarget({ build: () => queryOf(target, String.fromCharCode(65 + i)) });
  });
  if (unit !== undefined) setUnit(builder, type, unit);
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (decimals !== undefined) builder.decimals(decimals);
  if (custom !== undefined) builder.custom(custom);
  if (options !== undefined) builder.options(options);
  // Without any, Grafana has everything over 80 in red.
  const steps = (thresholds ?? [[null, 'blue']]).map(([value, color]) => ({ value, color }));
  builder.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
  // Grafana's range that begins now is written with a plus.
  const from = ahead === undefined ? back : `+${ahead}`;
  return from === undefined ? builder : builder.timeFrom(from);
}

/**
 * Units that the data source knows go before those of a panel; only what overrides a field goes before them. A leaderboard has
 * numbers beside its values: ranks, and changes in percent.
 */
function setUnit(builder: PanelBuilder, type: string, unit: string): void {
  builder.unit(unit);
  const properties = [{ id: 'unit', value: unit }];
  if (type === 'statbar-leaderboard-panel')
    builder.overrideByRegexp('/^(value|previous|change)$/', properties);
  else builder.overrideByFieldType('number', properties);
}

function queryOf(target: StatBarTarget, refId: string): StatBarTarget & typeof variant {
  return { ...variant, refId, version: queryVersion, datasource: dataSource, expr: '', ...target };
}

function variableOf({ name, label, of, match }: VariablePlan): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(dataSource)
    .query({ refId: 'variable', kind: 'label_values', label: of, match })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}

function annotationOf({ name, colour, isOn, target }: AnnotationPlan): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(dataSource)
    .enable(isOn)
    .iconColor(colour)
    .target({ build: () => queryOf(target, 'Anno') });
}

/** Every dashboard of the suite is a click away, at the same time. */
function linkToOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('StatBar')
    .type(DashboardLinkType.Dashboards)
    .tags(['statbar'])
    .asDropdown(true)
    .keepTime(true);
}
