import { isFault, type Telemetry } from '../base/index.ts';
import type { ExplainConfig, ForecastConfig } from './config.ts';
import { type ExplainPorts, explainQuery } from './explain-query.ts';
import { type ForecastPorts, forecastQuery } from './forecast-query.ts';
import { relatedScores } from './related-scores.ts';
import type { EpisodeSource, Insight } from './types.ts';

export interface InsightPorts extends ExplainPorts, ForecastPorts {
  readonly episodes: EpisodeSource;
  readonly telemetry: Telemetry;
}

/** Explanations and forecasts of any expression, over what is stored. */
export function createInsight(
  explain: ExplainConfig,
  forecast: ForecastConfig,
  ports: InsightPorts,
): Insight {
  const refused = (question: string) =>
    ports.telemetry.counter(
      'statbar_insight_limit_total',
      'Questions refused for their size, by what was asked.',
      {
        question,
      },
    );
  const refusedExplanations = refused('explain');
  const refusedForecasts = refused('forecast');
  return {
    async explain(request) {
      const explained = await explainQuery(request, explain, ports);
      if (isFault(explained)) {
        if (explained.code === 'limit') refusedExplanations.add(1);
        return explained;
      }
      const totals = ports.splitTotals(request.expression);
      const metricNames = isFault(totals) ? [] : totals.metricNames;
      const { expression, atMs, signal } = request;
      const question = { expression, atMs, signal, metricNames, stepMs: explained.stepMs };
      const related = await relatedScores(question, explain, ports.engine, ports.episodes);
      return { ...explained, related };
    },
    async forecast(request) {
      const answer = await forecastQuery(request, forecast, ports);
      if (isFault(answer) && answer.code === 'limit') refusedForecasts.add(1);
      return answer;
    },
  };
}
