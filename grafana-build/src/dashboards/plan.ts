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
  readonly targets: readonly StatBarTarget[];
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** Colours from a value on; the first has no value. */
  readonly thresholds?: readonly (readonly [value: number | null, colour: string])[];
  /** Field options of the panel's own. */
  readonly custom?: Readonly<Record<string, unknown>>;
  /** Of 24 columns. */
  readonly width?: number;
  readonly height?: number;
  readonly options?: Readonly<Record<string, unknown>>;
  /** How far ahead the panel looks, from now on, whatever the dashboard's range; for example `24h`. */
  readonly ahead?: string;
  /** How far back the panel looks, whatever the dashboard's range; for example `10m`. */
  readonly back?: string;
}

/** A choice of values of a label, with several and all. */
export interface VariablePlan {
  readonly name: string;
  readonly label: string;
  readonly of: string;
  /** Selector of the series that have it. */
  readonly match: string;
}

export interface AnnotationPlan {
  readonly name: string;
  readonly colour: string;
  readonly isOn: boolean;
  readonly target: StatBarTarget;
}

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly from: string;
  readonly refresh?: string;
  readonly variables?: readonly VariablePlan[];
  readonly annotations?: readonly AnnotationPlan[];
  readonly panels: readonly PanelPlan[];
}
