import {
  FieldType,
  type PanelDataSummary,
  type VisualizationSuggestion,
  VisualizationSuggestionScore,
} from '@grafana/data';
import type { TimelineOptions } from './options.ts';
import { canRead } from './read-alerts.ts';
import { translate } from './texts.ts';

type Suggestion = VisualizationSuggestion<TimelineOptions>;

/** Alerts and nothing else: what has times and states is best seen here, numbers are not. */
export function suggest(summary: PanelDataSummary): Suggestion[] | undefined {
  if (!summary.hasData || !summary.hasFieldType(FieldType.time)) return undefined;
  if (summary.rawFrames?.some(canRead) !== true) return undefined;
  return [
    {
      name: translate('suggest.rules'),
      score: VisualizationSuggestionScore.Best,
      options: { laneBy: 'rule' },
    },
    {
      name: translate('suggest.teams'),
      score: VisualizationSuggestionScore.Good,
      options: { laneBy: 'team' },
    },
  ].map(
    (suggestion): Suggestion =>
      ({ ...suggestion, cardOptions: { previewModifier: makeSmall } }) as Suggestion,
  );
}

/** A card of the picker has room for bars alone. */
function makeSmall(suggestion: Suggestion): void {
  suggestion.options = { ...suggestion.options, showLegend: false, showFigures: false, laneHeightPx: 16 };
}

/** Looks to choose from. */
export function presets(): Suggestion[] {
  return [
    { name: translate('suggest.rules'), options: { laneBy: 'rule', sortBy: 'open', showFigures: true } },
    { name: translate('suggest.teams'), options: { laneBy: 'team', sortBy: 'open', laneHeightPx: 32 } },
    { name: translate('preset.noisy'), options: { laneBy: 'alert', sortBy: 'returns', showPending: true } },
    {
      name: translate('preset.dense'),
      options: { laneBy: 'alert', sortBy: 'recent', laneHeightPx: 14, showFigures: false, showLegend: false },
    },
  ];
}
