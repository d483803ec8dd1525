import { type DataFrame, DataTopic, type QueryResultMetaNotice } from '@grafana/data';
import { ApiError } from '@statbar/sdk/query';
import type { ForecastAnswer } from '@statbar/sdk/wire';
import { bandFrame } from '../frames/band.ts';
import { seriesName } from '../frames/names.ts';
import { type LinksOf, seriesFrames, textField, timeField } from '../frames/series-frames.ts';
import { unitOf } from '../frames/units.ts';
import type { StatBarQuery } from '../model/query.ts';
import { promDuration } from '../model/time.ts';
import { t } from '../texts.ts';
import { askRange, type KindContext, withNotices } from './context.ts';

const HORIZON_DEFAULT = '6h';
const NOT_FOUND = 404;

/** How far: as the query says, else to the end of the range when that is in the future, else six hours. */
export function horizonOf(query: StatBarQuery, nowMs: number, rangeEndMs: number): string {
  if (query.horizon?.trim()) return query.horizon.trim();
  const aheadMs = rangeEndMs - nowMs;
  return aheadMs > 60_000 ? promDuration(Math.ceil(aheadMs / 60_000) * 60_000) : HORIZON_DEFAULT;
}

/** What was, up to now, and what is to come: mean and prediction intervals, and when a threshold is likely crossed. */
export async function answerForecast(
  query: StatBarQuery,
  context: KindContext,
  linksOf: LinksOf,
): Promise<DataFrame[]> {
  const { refId, expr, legend, threshold } = query;
  const atMs = Math.min(context.nowMs, context.toMs);
  const levels = query.levels ?? [0.8, 0.95];
  const [history, forecast, metadata] = await Promise.all([
    askRange(context, expr, { fromMs: context.fromMs, toMs: atMs }),
    unlessNothingIsThere(
      context.client.forecast({
        ...{ query: expr, atMs, levels, timeZone: context.timeZone, signal: context.signal },
        horizon: horizonOf(query, atMs, context.rangeEndMs),
        ...(threshold === undefined ? {} : { threshold, direction: query.direction ?? 'above' }),
      }),
    ),
    context.metadata(),
  ]);
  const unit = unitOf(expr, metadata);
  const { stepMs } = context;
  const frames = seriesFrames(history.series, { refId, expression: expr, legend, unit, stepMs, linksOf });
  if (typeof forecast === 'string')
    return withNotices(orEmpty(frames, refId), [...history.notices, info(forecast)]);
  frames.push(...forecastFrames(query, forecast, unit));
  const crossings = crossingFrame(refId, forecast, legend);
  if (crossings !== undefined) frames.push(crossings);
  return withNotices(frames, [...history.notices, ...aheadNotice(forecast, context)]);
}

/** A filter that fits nothing is no failure: what the service says of it, in place of a forecast. */
async function unlessNothingIsThere(asked: Promise<ForecastAnswer>): Promise<ForecastAnswer | string> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return error.message;
    throw error;
  }
}

/** Notices need a frame that they hang on. */
function orEmpty(frames: readonly DataFrame[], refId: string): DataFrame[] {
  return frames.length > 0 ? [...frames] : [{ refId, fields: [], length: 0 }];
}

function info(text: string): QueryResultMetaNotice {
  return { severity: 'info', text };
}

/** What lies beyond the time range is not drawn, and looks as if it were not there. */
function aheadNotice(
  { series, stepMs }: ForecastAnswer,
  { rangeEndMs, nowMs }: { readonly rangeEndMs: number; readonly nowMs: number },
): QueryResultMetaNotice[] {
  const lastMs = series.reduce((last, { times }) => Math.max(last, times.at(-1) ?? 0), 0);
  if (lastMs <= rangeEndMs + stepMs) return [];
  const minutes = Math.ceil((lastMs - nowMs) / 60_000);
  const ahead = minutes >= 60 ? `now+${Math.ceil(minutes / 60)}h` : `now+${minutes}m`;
  const until = minutes > 0 ? ahead : new Date(lastMs).toISOString();
  return [info(t('frames.forecast-ahead', { until }))];
}

function forecastFrames(
  { refId, expr, legend }: StatBarQuery,
  { levels, series, stepMs }: ForecastAnswer,
  unit: string | undefined,
): DataFrame[] {
  return series.flatMap(({ labels, times, mean, lower, upper }) =>
    levels.map((level, l) => {
      const percent = `${Math.round(level * 1000) / 10} %`;
      const words = {
        middle: levels.length > 1 ? `${t('frames.forecast')} (${percent})` : t('frames.forecast'),
        lower: `${t('frames.lower')} ${percent}`,
        upper: `${t('frames.upper')} ${percent}`,
      };
      const frame = bandFrame(
        {
          labels,
          name: seriesName(labels, legend, expr),
          timesMs: [...times],
          middle: [...mean],
          lower: [...lower[l]],
          upper: [...upper[l]],
        },
        { refId, expression: expr, unit, stepMs, words },
      );
      // The mean is drawn once; the other intervals are bands alone.
      return l === 0 ? { ...frame, name: 'forecast' } : { ...frame, fields: frame.fields.slice(0, 3) };
    }),
  );
}

function crossingFrame(
  refId: string,
  { series }: ForecastAnswer,
  legend: string | undefined,
): DataFrame | undefined {
  const likely = series.filter(({ crossing }) => crossing?.likelyMs !== null && crossing !== undefined);
  if (likely.length === 0) return undefined;
  return {
    refId,
    name: 'crossings',
    meta: { dataTopic: DataTopic.Annotations, custom: { statbar: 'crossings' } },
    fields: [
      { ...timeField(likely.map(({ crossing }) => crossing?.likelyMs ?? 0)), name: 'time' },
      textField(
        'text',
        likely.map(({ labels, crossing }) =>
          t(crossing?.direction === 'below' ? 'frames.crosses-below' : 'frames.crosses-above', {
            name: seriesName(labels, legend, t('frames.value')),
            threshold: crossing?.threshold ?? 0,
          }),
        ),
      ),
      textField(
        'color',
        likely.map(() => 'purple'),
      ),
    ],
    length: likely.length,
  };
}
