import type { DataFrame } from '@grafana/data';
import { alertAnnotations } from '../frames/alert-frames.ts';
import { episodeFrame } from '../frames/episode-frames.ts';
import type { StatBarQuery } from '../model/query.ts';
import { parseMatchers } from '../promql/filters.ts';
import { groupsOf } from './alerts.ts';
import type { KindContext } from './context.ts';
import { expressionAnnotations } from './expression-annotations.ts';
import { selectorText } from './signal.ts';

const EPISODES_MAX = 1000;

/** Episodes, of one signal or of all that match, groups of alerts, or when an expression is true: as the events of a dashboard's annotations. */
export async function answerAnnotations(query: StatBarQuery, context: KindContext): Promise<DataFrame[]> {
  const { refId, matchers = '', signal = '', scoreMin } = query;
  if (query.kind === 'promql') return expressionAnnotations(query, context);
  if (query.kind === 'alerts') {
    const { groups } = await groupsOf(query, context);
    return [withoutTopic(alertAnnotations(groups, refId, context.nowMs))];
  }
  const { client, fromMs, toMs, signal: abort } = context;
  const parsed = parseMatchers(matchers);
  const match = signal.trim() === '' ? matchText(parsed) : selectorText(signal.trim(), parsed);
  const { episodes } = await client.episodes({
    ...{ fromMs, toMs, limit: EPISODES_MAX, signal: abort },
    ...(match === '' ? {} : { match: [match] }),
    ...(scoreMin === undefined ? {} : { minScore: scoreMin }),
  });
  return [episodeFrame(episodes, refId, { toMs, asAnnotations: false })];
}

function matchText(matchers: ReturnType<typeof parseMatchers>): string {
  return matchers.length === 0 ? '' : selectorText('', matchers).replace('__name__="", ', '');
}

/** Annotation queries want the frame itself, not one that hangs beside a graph. */
function withoutTopic(frame: DataFrame): DataFrame {
  const { dataTopic: _topic, ...meta } = frame.meta ?? {};
  return { ...frame, meta };
}
