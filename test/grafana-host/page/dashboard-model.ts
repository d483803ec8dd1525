import type {
  AnnotationQuery,
  DataQuery,
  DataTransformerConfig,
  FieldConfigSource,
  TypedVariableModel,
} from '@grafana/data';
import type { DashboardLink } from '@grafana/schema';

/** One panel of a dashboard's JSON, as far as this page reads it. */
export interface HostPanel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid?: string; readonly type?: string };
  readonly targets?: readonly DataQuery[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig?: Partial<FieldConfigSource>;
  readonly transparent?: boolean;
  readonly maxDataPoints?: number;
  /** The shortest step, as `10s`. */
  readonly interval?: string;
  /** A range of the panel's own: the last `6h`, or with a plus the next. */
  readonly timeFrom?: string;
  readonly transformations?: readonly DataTransformerConfig[];
  /** Of the plugin that wrote the options. */
  readonly pluginVersion?: string;
}

/** A dashboard's JSON, as Grafana exports and provisions it. */
export interface HostDashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly HostPanel[];
  readonly time?: { readonly from: string; readonly to: string };
  /** As `10s`; empty: never. */
  readonly refresh?: string | false;
  readonly templating?: { readonly list?: readonly TypedVariableModel[] };
  readonly annotations?: { readonly list?: readonly AnnotationQuery[] };
  readonly links?: readonly DashboardLink[];
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Panels with live data move with the clock. */
  readonly liveNow?: boolean;
}

/** What the page is told by its server. */
export interface HostSettings {
  readonly dashboards: readonly HostDashboard[];
  readonly dataSources: ReadonlyArray<{
    readonly uid: string;
    readonly name: string;
    readonly type: string;
    readonly jsonData?: Readonly<Record<string, unknown>>;
  }>;
}
