export { createInsight, type InsightPorts } from './create-insight.ts';
export type {
  Against,
  EpisodeSource,
  ExplainedQuery,
  ExplainRequest,
  ForecastQuery,
  ForecastRequest,
  Insight,
  SeriesForecast,
} from './types.ts';
