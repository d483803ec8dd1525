import {
  DataFrameType,
  FieldType,
  type PanelDataSummary,
  type VisualizationSuggestion,
  VisualizationSuggestionScore,
} from '@grafana/data';
import type { HeatmapOptions } from './options.ts';
import { translate } from './texts.ts';

type Suggestion = VisualizationSuggestion<HeatmapOptions>;

/** How well a heatmap suits the data: histograms best, several series well, one series as a histogram of its values. */
export function suggest(summary: PanelDataSummary): Suggestion[] | undefined {
  if (!summary.hasData || !summary.hasFieldType(FieldType.number)) return undefined;
  const isHeatmap =
    summary.hasDataFrameType(DataFrameType.HeatmapCells) ||
    summary.hasDataFrameType(DataFrameType.HeatmapRows);
  const hasBounds = summary.rawFrames?.some((frame) =>
    frame.fields.some((field) => field.labels?.['le'] !== undefined),
  );
  if (isHeatmap || hasBounds === true)
    return [{ name: translate('suggest.buckets'), score: VisualizationSuggestionScore.Best }];
  if (!summary.hasFieldType(FieldType.time) || summary.rowCountMax < 4) return undefined;
  const seriesCount = summary.fieldCountByType(FieldType.number);
  const histogram: Suggestion = {
    name: translate('suggest.histogram'),
    score: VisualizationSuggestionScore.OK,
    options: { rows: 'histogram' },
  };
  if (seriesCount < 4) return [histogram];
  const rows: Suggestion = {
    name: translate('suggest.rows'),
    score: VisualizationSuggestionScore.Good,
    options: { sortRows: 'total' },
  };
  return [rows, histogram];
}

/** Looks to choose from. */
export function presets(): Suggestion[] {
  return [
    { name: translate('preset.readable'), options: { scheme: 'auto', colourScale: 'linear' } },
    { name: translate('preset.outliers'), options: { scheme: 'inferno', colourScale: 'log' } },
    { name: translate('preset.even'), options: { scheme: 'viridis', colourScale: 'quantile' } },
    { name: translate('preset.change'), options: { scheme: 'blue-orange', colourScale: 'linear' } },
    { name: translate('preset.calendar'), options: { layout: 'calendar' } },
    { name: translate('preset.thresholds'), options: { colourBy: 'thresholds' } },
  ];
}
