import { type DataFrame, DataFrameType } from '@grafana/data';
import type { Episode } from '@statbar/sdk/wire';
import { bandFrame } from '../frames/band.ts';
import { labelsKey, type SeriesColumns } from '../frames/columns.ts';
import { episodeFrame } from '../frames/episode-frames.ts';
import { seriesName } from '../frames/names.ts';
import { configOf, type LinksOf, numberField, seriesFrames, timeField } from '../frames/series-frames.ts';
import { unitOf } from '../frames/units.ts';
import type { StatBarQuery } from '../model/query.ts';
import { promDuration } from '../model/time.ts';
import { parseMatchers } from '../promql/filters.ts';
import { t } from '../texts.ts';
import { askRange, type KindContext, withNotices } from './context.ts';
import { metricOfSignal, selectorText, signalExpression } from './signal.ts';

const EPISODES_MAX = 1000;

/**
 * One watched signal as it is, the band it is expected in, the points that are anomalous, and the episodes as regions:
 * four kinds of frames out of one query, which Grafana's own time series panel draws without any set-up.
 */
export async function answerAnomalies(
  query: StatBarQuery,
  context: KindContext,
  linksOf: LinksOf,
): Promise<DataFrame[]> {
  const { refId, legend } = query;
  const signal = (query.signal ?? '').trim();
  const matchers = parseMatchers(query.matchers ?? '');
  const metadata = await context.metadata();
  const type = metadata[metricOfSignal(signal)]?.[0]?.type;
  const expression = query.expr.trim() || signalExpression(signal, matchers, type);
  const derived = (name: string): string => selectorText(`${signal}:${name}`, matchers);
  const [actual, expected, lower, upper, scores, episodes] = await Promise.all([
    askRange(context, expression),
    ...['expected', 'lower', 'upper'].map((name) => askRange(context, derived(name))),
    askRange(context, scoreExpression(derived('anomaly_score'), context.stepMs)),
    episodesOf(signal, query, context),
  ] as const);
  const { stepMs } = context;
  const unit = unitOf(expression, metadata);
  const common = { refId, expression, legend, unit, stepMs, linksOf };
  const frames = seriesFrames(actual.series.map(named(signal)), common);
  const lowers = byLabels((lower as typeof actual).series);
  const uppers = byLabels((upper as typeof actual).series);
  const words = { middle: t('frames.expected'), lower: t('frames.lower'), upper: t('frames.upper') };
  for (const middle of (expected as typeof actual).series) {
    const key = keyOf(middle);
    frames.push(
      bandFrame(
        {
          labels: middle.labels,
          name: seriesName({ ...middle.labels, __name__: signal }, legend, signal),
          timesMs: middle.timesMs,
          middle: middle.values,
          lower: valuesAt(lowers.get(key), middle.timesMs),
          upper: valuesAt(uppers.get(key), middle.timesMs),
        },
        { refId, expression, unit, stepMs, words },
      ),
    );
  }
  const least = query.scoreMin ?? 1;
  frames.push(
    ...pointFrames(actual.series, byLabels((scores as typeof actual).series), least, signal, common),
  );
  frames.push(
    episodeFrame(episodes as readonly Episode[], refId, { toMs: context.toMs, asAnnotations: true }),
  );
  return withNotices(frames, actual.notices);
}

/** Scores come once a minute. Where steps are longer, each has the highest since the one before: none is passed over. */
const SCORE_STEP_MS = 60_000;

function scoreExpression(selector: string, stepMs: number): string {
  return stepMs <= SCORE_STEP_MS ? selector : `max_over_time(${selector}[${promDuration(stepMs)}])`;
}

async function episodesOf(
  signal: string,
  { matchers = '', scoreMin }: StatBarQuery,
  { client, fromMs, toMs, signal: abort }: KindContext,
): Promise<readonly Episode[]> {
  const match = selectorText(signal, parseMatchers(matchers));
  const list = await client.episodes({
    ...{ fromMs, toMs, match: [match], limit: EPISODES_MAX, signal: abort },
    ...(scoreMin === undefined ? {} : { minScore: scoreMin }),
  });
  return list.episodes;
}

interface PointOptions {
  readonly refId: string;
  readonly legend: string | undefined;
  readonly unit: string | undefined;
  readonly linksOf: LinksOf;
}

/** Values at the times where the score is high enough; one frame for each series that has any. */
function pointFrames(
  actual: readonly SeriesColumns[],
  scores: ReadonlyMap<string, SeriesColumns>,
  least: number,
  signal: string,
  options: PointOptions,
): DataFrame[] {
  const frames: DataFrame[] = [];
  for (const series of actual) {
    const score = valuesAt(scores.get(keyOf(series)), series.timesMs);
    const kept = onePerScore(series.timesMs, (i) => (score[i] ?? 0) >= least);
    if (kept.length === 0) continue;
    const name = `${seriesName({ ...series.labels, __name__: signal }, options.legend, signal)} ${t('frames.anomaly')}`;
    const config = configOf(
      name,
      { ...options, links: options.linksOf(series.labels) },
      { drawStyle: 'points', pointSize: 8, showPoints: 'always' },
    );
    frames.push({
      refId: options.refId,
      name: 'anomalies',
      meta: { type: DataFrameType.TimeSeriesMulti, typeVersion: [0, 1], custom: { statbar: 'anomalies' } },
      fields: [
        { ...timeField(kept.map((i) => series.timesMs[i])), name: 'time' },
        numberField(
          'anomaly',
          kept.map((i) => series.values[i]),
          { ...config, color: { mode: 'fixed', fixedColor: 'red' } },
          { ...series.labels },
        ),
        numberField(
          'score',
          kept.map((i) => score[i]),
          {
            custom: { hideFrom: { legend: true, tooltip: false, viz: true } },
          },
        ),
      ],
      length: kept.length,
    });
  }
  return frames;
}

/** Places of the points: of steps that are shorter than scores are apart, the first that has the score. */
export function onePerScore(timesMs: readonly number[], isAnomalous: (i: number) => boolean): number[] {
  const kept: number[] = [];
  let before = Number.NaN;
  timesMs.forEach((timeMs, i) => {
    const scoreAt = Math.floor(timeMs / SCORE_STEP_MS);
    if (!isAnomalous(i) || scoreAt === before) return;
    before = scoreAt;
    kept.push(i);
  });
  return kept;
}

function named(signal: string): (series: SeriesColumns) => SeriesColumns {
  return (series) => ({ ...series, labels: { __name__: signal, ...withoutName(series) } });
}

function withoutName({ labels }: SeriesColumns): Readonly<Record<string, string>> {
  const { __name__: _name, ...rest } = labels;
  return rest;
}

function keyOf(series: SeriesColumns): string {
  return labelsKey(withoutName(series));
}

function byLabels(series: readonly SeriesColumns[]): ReadonlyMap<string, SeriesColumns> {
  return new Map(series.map((each) => [keyOf(each), each]));
}

function valuesAt(series: SeriesColumns | undefined, timesMs: readonly number[]): (number | null)[] {
  const at = new Map(series?.timesMs.map((timeMs, i) => [timeMs, series.values[i]]));
  return timesMs.map((timeMs) => at.get(timeMs) ?? null);
}
