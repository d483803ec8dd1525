import type { DataFrame } from '@grafana/data';
import { type LinksOf, numberField, seriesFrames, textField, timeField } from '../frames/series-frames.ts';
import type { StatBarQuery } from '../model/query.ts';
import { escapeRegex, matcherText, parseMatchers } from '../promql/filters.ts';
import type { LabelMatcher } from '../promql/selectors.ts';
import { quoted } from '../promql/tokens.ts';
import { askRange, type KindContext, withNotices } from './context.ts';

/** All series of a view: of its name, and of its statistics behind a colon. What was settled later is left out. */
export function viewExpression(name: string, matchers: readonly LabelMatcher[] = []): string {
  const pattern = quoted(`${escapeRegex(name)}(:.+)?`);
  const own = [`__name__=~${pattern}`, '__name__!~".+:final"', ...matchers.map(matcherText)];
  return `{${own.join(', ')}}`;
}

/** The results of one view over the range, or all views with how they are doing. */
export async function answerViews(
  query: StatBarQuery,
  context: KindContext,
  linksOf: LinksOf,
): Promise<DataFrame[]> {
  const name = query.view?.trim() ?? '';
  if (name === '') return [await viewList(query.refId, context)];
  const expression = viewExpression(name, parseMatchers(query.matchers ?? ''));
  const { series, notices } = await askRange(context, expression);
  const { refId, legend } = query;
  const frames = seriesFrames(series, { refId, expression, legend, stepMs: context.stepMs, linksOf });
  return withNotices(frames, notices);
}

async function viewList(refId: string, { client, signal }: KindContext): Promise<DataFrame> {
  const { views } = await client.views(signal);
  return {
    refId,
    name: 'views',
    meta: { preferredVisualisationType: 'table', custom: { statbar: 'views' } },
    fields: [
      textField(
        'name',
        views.map(({ name }) => name),
      ),
      textField(
        'source',
        views.map(({ source }) => source),
      ),
      textField(
        'state',
        views.map(({ state }) => state),
      ),
      { ...timeField(views.map(({ watermark }) => watermark as number)), name: 'watermark' },
      numberField(
        'lag',
        views.map(({ lagMs }) => lagMs),
        { unit: 'ms' },
      ),
      numberField(
        'keys',
        views.map(({ keys }) => keys),
      ),
      numberField(
        'memory',
        views.map(({ bytes }) => bytes),
        { unit: 'bytes' },
      ),
      numberField(
        'events',
        views.map(({ events }) => events),
      ),
      numberField(
        'late',
        views.map(({ late }) => late),
      ),
      numberField(
        'overflow',
        views.map(({ overflow }) => overflow),
      ),
    ],
    length: views.length,
  };
}
