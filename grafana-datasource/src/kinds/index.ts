import type { DataFrame } from '@grafana/data';
import type { LinksOf } from '../frames/series-frames.ts';
import type { StatBarQuery } from '../model/query.ts';
import { answerAlerts } from './alerts.ts';
import { answerAnnotations } from './annotations.ts';
import { answerAnomalies } from './anomalies.ts';
import type { KindContext } from './context.ts';
import { answerForecast } from './forecast.ts';
import { answerHeatmap } from './heatmap.ts';
import { answerLeaderboard } from './leaderboard.ts';
import { answerPromql } from './promql.ts';
import { answerViews } from './views.ts';

/** The frames of one query, whose variables have been replaced. Rejects with what the service said. */
export function answer(query: StatBarQuery, context: KindContext, linksOf: LinksOf): Promise<DataFrame[]> {
  if (query.asAnnotations === true) return answerAnnotations(query, context);
  switch (query.kind) {
    case 'promql':
      return answerPromql(query, context, linksOf);
    case 'anomalies':
      return answerAnomalies(query, context, linksOf);
    case 'forecast':
      return answerForecast(query, context, linksOf);
    case 'leaderboard':
      return answerLeaderboard(query, context, linksOf);
    case 'heatmap':
      return answerHeatmap(query, context);
    case 'views':
      return answerViews(query, context, linksOf);
    case 'alerts':
      return answerAlerts(query, context);
  }
}
