import { isFault } from '../base/index.ts';
import { type ResidualSignal, relatedSignals } from '../explain/index.ts';
import { type Episode, METRIC_NAME, type RelatedSignal } from '../model/index.ts';
import type { QueryEngine, RangeSeries } from '../query/types.ts';
import type { ExplainConfig } from './config.ts';
import { readSeries } from './read-series.ts';
import type { EpisodeSource } from './types.ts';

const SCORE_SUFFIX = ':anomaly_score';
/** Steps that are compared, before the time in question and after it. */
const STEPS_BEFORE = 60;
const STEPS_AFTER = 10;
const LEAD_STEPS_MAX = 15;
/** With some thirty leads tried, less is found by chance among a few hundred series. */
const CORRELATION_MIN = 0.7;
/** Half way to an anomaly. */
const SCORE_MIN = 0.5;
const EPISODES_MAX = 1000;
const EPISODES_SINCE_MS = 14 * 86_400_000;
/** Robust standard deviations from which on a value counts as moved. */
const MOVED = 3;

export interface RelatedQuestion {
  readonly expression: string;
  readonly atMs: number;
  readonly stepMs: number;
  /** Metrics of the expression itself: that they moved too is no news. */
  readonly metricNames: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Which watched signals moved with an expression: their anomaly scores, as stored, against how far the expression was
 * from its median. None when nothing is watched, or the expression is no single number.
 */
export async function relatedScores(
  { expression, atMs, stepMs, metricNames, signal }: RelatedQuestion,
  config: ExplainConfig,
  engine: QueryEngine,
  episodesOf: EpisodeSource,
): Promise<readonly RelatedSignal[]> {
  if (config.related_max === 0) return [];
  const fromMs = atMs - STEPS_BEFORE * stepMs;
  const steps = STEPS_BEFORE + STEPS_AFTER + 1;
  const range = { fromMs, toMs: atMs + STEPS_AFTER * stepMs, stepMs, signal };
  const own = await readSeries(engine, expression, range);
  if (isFault(own) || own.length !== 1) return [];
  const scores = await readSeries(engine, scoresQuery(config.related_series_max), range);
  if (isFault(scores)) return [];
  const column = (series: RangeSeries): Float64Array => columnOf(series, fromMs, stepMs, steps);
  const distances = distancesOf(column(own[0]));
  const onset = onsetStep(distances, STEPS_BEFORE);
  const episodes = episodesBySignal(episodesOf, fromMs, range.toMs);
  const candidates = scores
    .map((series) => signalOf(series, column(series), episodes))
    .filter(({ residuals }) => hasMoved(residuals, onset))
    .filter(
      ({ signal: name }) => !metricNames.some((metric) => name === metric || name.startsWith(`${metric}:`)),
    );
  const target: ResidualSignal = { signal: expression, labels: {}, residuals: distances, episodes: [] };
  return relatedSignals(target, candidates, {
    startMs: fromMs,
    stepMs,
    onsetMs: fromMs + onset * stepMs,
    episodesFromMs: fromMs - EPISODES_SINCE_MS,
    leadStepsMax: LEAD_STEPS_MAX,
    correlationMin: CORRELATION_MIN,
    limit: config.related_max,
  });
}

/** So many of the watched series, chosen by their labels' hash. */
function scoresQuery(seriesMax: number): string {
  return `limitk(${seriesMax}, {${METRIC_NAME}=~".+${SCORE_SUFFIX}"})`;
}

/** Of many series that never were out of the ordinary some correlate with anything. */
function hasMoved(scores: Float64Array, onset: number): boolean {
  return scores.subarray(Math.max(0, onset - LEAD_STEPS_MAX)).some((score) => score >= SCORE_MIN);
}

function columnOf(
  { timestampsMs, values }: RangeSeries,
  fromMs: number,
  stepMs: number,
  steps: number,
): Float64Array {
  const column = new Float64Array(steps).fill(Number.NaN);
  for (let i = 0; i < values.length; i++) column[Math.round((timestampsMs[i] - fromMs) / stepMs)] = values[i];
  return column;
}

/** From the median of the steps before, in robust standard deviations of theirs. */
function distancesOf(values: Float64Array): Float64Array {
  const before = Array.from(values.subarray(0, STEPS_BEFORE)).filter(Number.isFinite);
  const middle = middleOf(before);
  const scale = 1.4826 * middleOf(before.map((value) => Math.abs(value - middle)));
  return values.map(
    (value) => Math.abs(value - middle) / (scale > 0 ? scale : Math.max(Math.abs(middle), 1)),
  );
}

function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}

/** Going back from the time in question, the first step of those that had moved. */
function onsetStep(distances: Float64Array, at: number): number {
  let step = at;
  while (step > 0 && distances[step - 1] > MOVED) step -= 1;
  return step;
}

function episodesBySignal(
  episodesOf: EpisodeSource,
  fromMs: number,
  toMs: number,
): ReadonlyMap<string, readonly Episode[]> {
  const filter = {
    active: undefined,
    toMs,
    scoreMin: 0,
    matcherSets: [],
    after: undefined,
    limit: EPISODES_MAX,
  };
  const found = [...episodesOf({ ...filter, fromMs: fromMs - EPISODES_SINCE_MS })].reverse();
  return Map.groupBy(found, ({ signal }) => signal);
}

function signalOf(
  { labels }: RangeSeries,
  scores: Float64Array,
  episodes: ReadonlyMap<string, readonly Episode[]>,
): ResidualSignal {
  const { [METRIC_NAME]: name = '', ...rest } = labels.toRecord();
  const signal = name.slice(0, name.length - SCORE_SUFFIX.length);
  // An episode has the labels that all its series share.
  const own = (episodes.get(signal) ?? []).filter((episode) =>
    Object.entries(episode.labels).every(([label, value]) => rest[label] === value),
  );
  return { signal, labels: rest, residuals: scores, episodes: own };
}
