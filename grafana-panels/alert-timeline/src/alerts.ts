import type { DataFrame } from '@grafana/data';

/** From the least to the most urgent: where several alerts share a lane, the most urgent state is shown. */
export const states = ['resolved', 'silenced', 'pending', 'acknowledged', 'firing'] as const;

export type AlertState = (typeof states)[number];

/** The row of an answer that something was read from: its fields know units, thresholds, links and actions. */
export interface RowRef {
  readonly frame: DataFrame;
  readonly row: number;
}

/** One alert in one state for some time. Text that is not known is empty. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  readonly state: AlertState;
  /** It still is: the end is only where it was last looked at. */
  readonly isOpen: boolean;
  /** Tells one alert from another. */
  readonly fingerprint: string;
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: string;
  readonly service: string;
  readonly team: string;
  readonly owner: string;
  readonly acknowledgedBy: string;
  /** NaN where nobody has. */
  readonly acknowledgedMs: number;
  readonly value: number;
  readonly runbook: string;
  readonly url: string;
  readonly group: string;
  readonly groupTitle: string;
  /** NaN: the group cannot be acted upon. */
  readonly groupVersion: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The query that brought it. */
  readonly refId: string;
  readonly source: RowRef;
}

/** An episode of an anomaly, or an annotation of the dashboard. */
export interface Mark {
  readonly kind: 'anomaly' | 'note';
  readonly startMs: number;
  /** The start, for a moment. */
  readonly endMs: number;
  readonly title: string;
  readonly text: string;
  /** As the annotation says; empty: that of its kind. */
  readonly colour: string;
}
