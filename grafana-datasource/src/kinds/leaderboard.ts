import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';
import { columnsOf, labelsKey, type SeriesColumns } from '../frames/columns.ts';
import { leaderboardFrame } from '../frames/leaderboard-frame.ts';
import type { LinksOf } from '../frames/series-frames.ts';
import { unitOf } from '../frames/units.ts';
import type { StatBarQuery } from '../model/query.ts';
import { durationMs } from '../model/time.ts';
import { t } from '../texts.ts';
import { askRange, type KindContext, noticesOf, withNotices } from './context.ts';
import { standingsOf } from './standings.ts';

const LEADERS_DEFAULT = 10;
const LEADERS_MAX = 10_000;
/** Of more series than this no trend is asked for: it would be a query over all of them. */
const TREND_SERIES_MAX = 500;
const TREND_STEPS = 30;

/** The highest (or lowest) series at the range's end, each with its rank and value one compared period before. */
export async function answerLeaderboard(
  query: StatBarQuery,
  context: KindContext,
  linksOf: LinksOf,
): Promise<DataFrame[]> {
  const { expr, refId, legend } = query;
  const { client, fromMs, toMs, signal } = context;
  const beforeMs = durationMs(query.compare) ?? toMs - fromMs;
  const [now, before, metadata] = await Promise.all([
    client.instant({ query: expr, timeMs: toMs, signal }),
    client.instant({ query: expr, timeMs: toMs - beforeMs, signal }),
    context.metadata(),
  ]);
  const current = columnsOf(now.data).series;
  const limit = Math.min(query.limit ?? LEADERS_DEFAULT, LEADERS_MAX);
  const order = query.order ?? 'highest';
  const standings = standingsOf(current, columnsOf(before.data).series, order);
  const notices: QueryResultMetaNotice[] = noticesOf(now);
  const withTrends = current.length <= TREND_SERIES_MAX;
  const trends = withTrends ? await trendsOf(expr, context) : new Map<string, SeriesColumns>();
  if (!withTrends)
    notices.push({ severity: 'info', text: t('frames.no-trend', { count: TREND_SERIES_MAX }) });
  const frame = leaderboardFrame(standings, trends, {
    ...{ refId, expression: expr, legend, limit, linksOf },
    unit: unitOf(expr, metadata),
    others: query.others === true,
    period: { comparedMs: beforeMs, toMs },
  });
  return withNotices([frame], notices);
}

async function trendsOf(expr: string, context: KindContext): Promise<Map<string, SeriesColumns>> {
  const spanMs = context.toMs - context.fromMs;
  const stepMs = Math.max(1000, Math.ceil(spanMs / TREND_STEPS / 1000) * 1000);
  const { series } = await askRange({ ...context, stepMs }, expr);
  return new Map(series.map((each) => [labelsKey(each.labels), each]));
}
