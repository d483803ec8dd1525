import { DashboardBuilder, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** A query of the StatBar data source, as dashboards store it. */
export interface StatBarTarget {
  readonly kind: 'promql' | 'leaderboard' | 'heatmap' | 'forecast' | 'anomalies' | 'alerts' | 'views';
  readonly expr?: string;
  readonly [setting: string]: unknown;
}

export interface PanelPlan {
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly target: StatBarTarget;
  readonly unit?: string;
  /** Of 24 columns. */
  readonly width?: number;
  readonly height?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly from: string;
  readonly panels: readonly PanelPlan[];
}

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
    .refresh('30s')
    .tooltip(1)
    .editable();
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

function panelOf({ title, description, type, target, unit, options }: PanelPlan, id: number): PanelBuilder {
  const query = {
    ...variant,
    refId: 'A',
    version: queryVersion,
    datasource: dataSource,
    expr: '',
    ...target,
  };
  const builder = new PanelBuilder()
    .id(id)
    .type(type)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .withTarget({ build: () => query });
  if (unit !== undefined) builder.unit(unit);
  return options === undefined ? builder : builder.options(options);
}
