import type { DataFrame } from '@grafana/data';
import { cellsFrame } from '../frames/heatmap-cells.ts';
import { rowsFrame } from '../frames/heatmap-rows.ts';
import { boundUnit, unitOf } from '../frames/units.ts';
import type { StatBarQuery } from '../model/query.ts';
import { askRange, type KindContext, withNotices } from './context.ts';

/** Native histograms as cells; classic buckets, and any other series, as rows over time. */
export async function answerHeatmap(query: StatBarQuery, context: KindContext): Promise<DataFrame[]> {
  const { expr, refId, legend } = query;
  const [{ series, histograms, notices }, metadata] = await Promise.all([
    askRange(context, expr),
    context.metadata(),
  ]);
  const unit = unitOf(expr, metadata);
  const { stepMs } = context;
  const frames: DataFrame[] = [];
  if (histograms.length > 0) frames.push(cellsFrame(histograms, refId, stepMs, boundUnit(expr, unit)));
  if (series.length > 0) frames.push(rowsFrame(series, refId, { stepMs, unit, legend }));
  return withNotices(frames, notices);
}
