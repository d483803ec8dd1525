import type { ForecastAnswer, ForecastCrossing, ForecastSeries } from '@statbar/sdk/wire';
import { type Clock, type Fault, isFault, permanent } from '../../base/index.ts';
import type { ForecastRequest, SeriesForecast } from '../../insight/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import { answerData } from '../prometheus/answer.ts';
import { durationParameter, type Parameters, timeParameter } from '../prometheus/parameters.ts';

const HORIZON_MS = 6 * 3_600_000;
const LEVELS = '0.8,0.95';
const LEVELS_MAX = 10;

/** `GET /statbar/v1/forecast`: mean and prediction intervals of an expression's series. */
export function addForecastRoute(api: Api, clock: Clock): void {
  api.route(['GET', 'POST'], '/statbar/v1/forecast', 'read', (request) => forecast(request, clock));
}

async function forecast({ parameters, tenant, signal }: ApiRequest, clock: Clock): Promise<Response | Fault> {
  const request = requestOf(parameters, clock.nowMs());
  if (isFault(request)) return request;
  const found = await tenant.insight.forecast({ ...request, signal });
  if (isFault(found)) return found;
  const { expression: query, horizonMs, levels, threshold } = request;
  const series = found.series.map((each) => seriesOf(each, threshold));
  const answer: ForecastAnswer = { query, horizonMs, stepMs: found.stepMs, levels, series };
  return answerData(answer);
}

function requestOf(parameters: Parameters, nowMs: number): ForecastRequest | Fault {
  const atMs = timeParameter(parameters, 'at', nowMs);
  if (isFault(atMs)) return atMs;
  const horizonMs = positive(parameters, 'horizon');
  if (isFault(horizonMs)) return horizonMs;
  const stepMs = positive(parameters, 'step');
  if (isFault(stepMs)) return stepMs;
  const historyMs = positive(parameters, 'history');
  if (isFault(historyMs)) return historyMs;
  const levels = levelsOf(parameters);
  if (isFault(levels)) return levels;
  const threshold = thresholdOf(parameters);
  if (isFault(threshold)) return threshold;
  const timeZone = parameters.get('time_zone');
  if (timeZone !== undefined && !isTimeZone(timeZone))
    return permanent(
      'invalid',
      `invalid parameter "time_zone": there is none called ${JSON.stringify(timeZone.slice(0, 100))}`,
    );
  const expression = parameters.get('query') ?? '';
  return {
    expression,
    atMs,
    horizonMs: horizonMs ?? HORIZON_MS,
    stepMs,
    historyMs,
    levels,
    threshold,
    timeZone,
  };
}

function positive(parameters: Parameters, name: string): number | undefined | Fault {
  const durationMs = durationParameter(parameters, name);
  if (isFault(durationMs) || durationMs === undefined || durationMs > 0) return durationMs;
  return permanent('invalid', `invalid parameter "${name}": expected a duration above zero`);
}

function levelsOf(parameters: Parameters): readonly number[] | Fault {
  const levels = (parameters.get('levels') ?? LEVELS).split(',').map(Number);
  if (levels.length > LEVELS_MAX || !levels.every((level) => level > 0 && level < 1))
    return permanent(
      'invalid',
      `invalid parameter "levels": expected up to ${LEVELS_MAX} numbers between 0 and 1, as ${LEVELS}`,
    );
  return [...new Set(levels)].sort((a, b) => a - b);
}

function thresholdOf(parameters: Parameters): ForecastRequest['threshold'] | Fault {
  const text = parameters.get('threshold');
  const direction = parameters.get('direction') ?? 'above';
  if (direction !== 'above' && direction !== 'below')
    return permanent('invalid', 'invalid parameter "direction": expected above or below');
  if (text === undefined) return undefined;
  const level = Number(text);
  if (!Number.isFinite(level))
    return permanent('invalid', 'invalid parameter "threshold": expected a number');
  return { level, direction };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** JSON has no NaN: where nothing can be said there is null. */
function seriesOf(
  { labels, timesMs, mean, lower, upper, crossing }: SeriesForecast,
  threshold: ForecastRequest['threshold'],
): ForecastSeries {
  const times = Array.from(timesMs);
  const numbers = (column: Float64Array): (number | null)[] =>
    Array.from(column, (value) => (Number.isFinite(value) ? value : null));
  const series = { labels, times, mean: numbers(mean), lower: lower.map(numbers), upper: upper.map(numbers) };
  if (crossing === undefined || threshold === undefined) return series;
  const likely = crossing.findIndex((probability) => probability > 0.5);
  const crossed: ForecastCrossing = {
    threshold: threshold.level,
    direction: threshold.direction,
    probability: Array.from(crossing),
    likelyMs: likely < 0 ? null : times[likely],
  };
  return { ...series, crossing: crossed };
}
