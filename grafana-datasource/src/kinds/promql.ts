import type { DataFrame } from '@grafana/data';
import { columnsOf } from '../frames/columns.ts';
import { exemplarFrame } from '../frames/exemplar-frame.ts';
import { cellsFrame } from '../frames/heatmap-cells.ts';
import { histogramFrame } from '../frames/histogram-frame.ts';
import {
  instantFrame,
  type LinksOf,
  type SeriesFrameOptions,
  seriesFrames,
} from '../frames/series-frames.ts';
import { boundUnit, unitOf } from '../frames/units.ts';
import type { StatBarQuery } from '../model/query.ts';
import { askRange, type KindContext, noticesOf, withNotices } from './context.ts';

/** PromQL over the range, or at its end; exemplars beside it when they are wanted. */
export async function answerPromql(
  query: StatBarQuery,
  context: KindContext,
  linksOf: LinksOf,
): Promise<DataFrame[]> {
  const { expr } = query;
  const options: SeriesFrameOptions = {
    refId: query.refId,
    expression: expr,
    legend: query.legend,
    unit: unitOf(expr, await context.metadata()),
    linksOf,
  };
  if (query.mode === 'instant') return instant(query, context, options);
  const [range, exemplars] = await Promise.all([
    askRange(context, expr),
    query.exemplars === true ? exemplarsOf(query, context) : undefined,
  ]);
  const { stepMs } = context;
  const frames = seriesFrames(range.series, { ...options, stepMs });
  for (const histogram of range.histograms)
    frames.push(cellsFrame([histogram], query.refId, stepMs, boundUnit(expr, options.unit)));
  const answered = withNotices(frames, range.notices);
  return exemplars === undefined ? answered : [...answered, exemplars];
}

async function instant(
  { expr: query }: StatBarQuery,
  { client, toMs, signal }: KindContext,
  options: SeriesFrameOptions,
): Promise<DataFrame[]> {
  const answer = await client.instant({ query, timeMs: toMs, signal });
  const { series, histograms } = columnsOf(answer.data);
  const frames = series.length > 0 || histograms.length === 0 ? [instantFrame(series, options)] : [];
  const { refId, expression, legend, unit } = options;
  if (histograms.length > 0)
    frames.push(histogramFrame(histograms, { refId, expression, legend, unit: boundUnit(expression, unit) }));
  return withNotices(frames, noticesOf(answer));
}

/** An expression that has none answers with none; one that fails must not take the graph with it. */
async function exemplarsOf(
  { expr, refId }: StatBarQuery,
  { client, fromMs, toMs, signal, traceUrl }: KindContext,
): Promise<DataFrame | undefined> {
  const elements = await client.exemplars(expr, { fromMs, toMs }, signal).catch(() => []);
  return exemplarFrame(elements, refId, traceUrl);
}
