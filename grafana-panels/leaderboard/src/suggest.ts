import {
  FieldType,
  type PanelDataSummary,
  type VisualizationSuggestion,
  VisualizationSuggestionScore,
} from '@grafana/data';
import type { LeaderboardOptions } from './options.ts';
import { translate } from './texts.ts';

type Suggestion = VisualizationSuggestion<LeaderboardOptions>;

/** Who competes needs others: two series, or a table of names and numbers. */
export function suggest(summary: PanelDataSummary): Suggestion[] | undefined {
  if (!summary.hasData || !summary.hasFieldType(FieldType.number)) return undefined;
  const isTable = summary.hasFieldType(FieldType.string) && summary.rowCountMax > 1;
  const numberCount = summary.fieldCountByType(FieldType.number);
  if (!isTable && !(summary.hasFieldType(FieldType.time) && numberCount > 2)) return undefined;
  const isCompared =
    summary.rawFrames?.some(({ meta }) => meta?.timeCompare?.isTimeShiftQuery === true) === true;
  const score = isCompared ? VisualizationSuggestionScore.Best : VisualizationSuggestionScore.Good;
  return [
    { name: translate('suggest.top'), score, options: { limit: 10 } },
    ...(isTable || isCompared
      ? []
      : [
          {
            name: translate('suggest.movers'),
            score: VisualizationSuggestionScore.OK,
            options: { comparison: 'start', sortBy: 'change', limit: 10 } as const,
          },
        ]),
  ];
}

/** Looks to choose from. */
export function presets(): Suggestion[] {
  return [
    { name: translate('preset.full'), options: { showGap: true, showSearch: true } },
    { name: translate('suggest.top'), options: { limit: 10 } },
    { name: translate('suggest.movers'), options: { comparison: 'start', sortBy: 'change', limit: 10 } },
    { name: translate('preset.plain'), options: { showBar: false, showSparkline: false, rowHeightPx: 24 } },
  ];
}
