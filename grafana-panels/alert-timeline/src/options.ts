export const optionsVersion = 1;

export interface TimelineOptions {
  readonly version: number;
  /** What has a lane of its own. */
  readonly laneBy: 'rule' | 'alert' | 'team' | 'severity' | 'service' | 'group';
  /** By what lanes are ordered: open alerts first, the most recent, the most returns, or the name. */
  readonly sortBy: 'open' | 'recent' | 'returns' | 'name';
  readonly showPending: boolean;
  readonly showSilenced: boolean;
  readonly showAnomalies: boolean;
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
  sortBy: 'open',
  showPending: true,
  showSilenced: true,
  showAnomalies: true,
  showFigures: true,
  showLegend: true,
  laneHeightPx: 26,
  silenceMinutes: 60,
};
