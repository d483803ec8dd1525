export const optionsVersion = 2;

export const laneChoices = ['rule', 'alert', 'team', 'severity', 'service', 'group', 'label'] as const;
export const sortChoices = ['open', 'recent', 'returns', 'name'] as const;
export const markChoices = ['all', 'anomalies', 'none'] as const;

export interface TimelineOptions {
  readonly version: number;
  /** What has a lane of its own. */
  readonly laneBy: (typeof laneChoices)[number];
  /** The label that makes the lanes, with `label`. */
  readonly laneLabel: string;
  /** By what lanes are ordered: open alerts first, the most recent, the most returns, or the name. */
  readonly sortBy: (typeof sortChoices)[number];
  readonly showPending: boolean;
  readonly showSilenced: boolean;
  /** Anomalies and the dashboard's annotations, anomalies alone, or nothing above the lanes. */
  readonly marks: (typeof markChoices)[number];
  /** Marks are shaded over the lanes as well. */
  readonly shadeMarks: boolean;
  /** Returns, time to acknowledge and time to resolve, beside each lane. */
  readonly showFigures: boolean;
  readonly showLegend: boolean;
  readonly laneHeightPx: number;
  /** How long a click on Silence silences. */
  readonly silenceMinutes: number;
}

export const defaultOptions: TimelineOptions = {
  version: optionsVersion,
  laneBy: 'rule',
  laneLabel: '',
  sortBy: 'open',
  showPending: true,
  showSilenced: true,
  marks: 'all',
  shadeMarks: true,
  showFigures: true,
  showLegend: true,
  laneHeightPx: 26,
  silenceMinutes: 60,
};
