import type { ForecastAnswer, ForecastSeries, QueryData } from '@statbar/sdk/wire';
import { valueText } from '../card/index.ts';
import { type Block, type Chart, type ChartLine, moment, type Reply, rich } from '../reply/index.ts';
import { durationText } from '../words/index.ts';
import { stepFor, titleOf } from './query.ts';
import { cardOf, openly, privately, promQl } from './replies.ts';
import { linesOf, seriesNames } from './series.ts';
import type { Asked, Command } from './types.ts';
import { understand } from './understand.ts';
import { unitOf } from './unit.ts';

const HOUR_MS = 3_600_000;
const HORIZON_DEFAULT_MS = 6 * HOUR_MS;
const LINES_MAX = 4;

export const forecastCommand: Command = {
  name: 'forecast',
  aliases: ['predict'],
  usage: ['forecast chat connections next 6h', 'forecast db size above 500000000 next 7d'],
  summary: 'How a series goes on, with prediction intervals.',
  deed: 'query',
  run,
};

/** What `forecast` takes besides the series itself. */
export function readForecast(text: string): {
  readonly what: string;
  readonly horizonMs: number;
  readonly threshold: number | null;
  readonly direction: 'above' | 'below';
} {
  let what = text;
  let horizonMs = HORIZON_DEFAULT_MS;
  const horizon =
    /(?:^|\s)(?:for|over|in)?\s*(?:the\s+)?next\s+(\d+(?:\.\d+)?)?\s*(m|h|d|w|minutes?|hours?|days?|weeks?)\b/i.exec(
      what,
    );
  if (horizon !== null) {
    const units = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS } as const;
    horizonMs = Number(horizon[1] ?? 1) * units[horizon[2][0].toLowerCase() as keyof typeof units];
    what = what.replace(horizon[0], ' ');
  }
  const limit = /\s(above|over|below|under)\s+(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?=\s|$)/i.exec(what);
  const direction = limit !== null && /below|under/i.test(limit[1]) ? 'below' : 'above';
  if (limit !== null) what = what.replace(limit[0], ' ');
  return { what: what.trim(), horizonMs, threshold: limit === null ? null : Number(limit[2]), direction };
}

async function run(asked: Asked): Promise<Reply> {
  const { ports, signal, now } = asked;
  const { what, horizonMs, threshold, direction } = readForecast(asked.text);
  const understood = await understand(asked, what, 'forecast');
  if ('reply' in understood) return understood.reply;
  const { expression } = understood.plan;
  const fromMs = now.nowMs - horizonMs;
  const [answer, past] = await Promise.all([
    ports.query.forecast({
      query: expression,
      horizon: durationText(horizonMs),
      ...(threshold === null ? {} : { threshold, direction }),
      signal,
    }),
    ports.query.range({ query: expression, fromMs, toMs: now.nowMs, stepMs: stepFor(horizonMs), signal }),
  ]);
  if (answer.series.length === 0)
    return privately('There is not enough history to forecast that.', [promQl(expression)]);
  const block = chartBlock(
    asked,
    answer,
    past.data,
    threshold === null ? null : { value: threshold, direction },
  );
  const unit = unitOf(expression);
  const names = seriesNames(answer.series.map(({ labels }) => labels));
  const items = answer.series
    .slice(0, LINES_MAX)
    .map((series, at) => rich(sentence(names[at], series, unit), ...crossing(series)));
  const card = cardOf(
    `Forecast: ${what}`,
    [block, { kind: 'list', items, leftOut: answer.series.length - items.length }, promQl(expression)],
    sentence(names[0], answer.series[0], unit),
  );
  return openly(card);
}

function chartBlock(
  asked: Asked,
  { query, series, levels }: ForecastAnswer,
  past: QueryData,
  threshold: Chart['threshold'],
): Block {
  const shown = series.slice(0, LINES_MAX);
  const names = seriesNames(series.map(({ labels }) => labels));
  const history = linesOf(past);
  const lines = shown.map(({ times, mean }, at): ChartLine => {
    const before =
      history.find(({ name }) => name === names[at]) ?? (shown.length === 1 ? history[0] : undefined);
    return {
      name: names[at],
      timesMs: [...(before?.timesMs ?? []), ...times],
      values: [...(before?.values ?? []), ...mean],
    };
  });
  const [first] = shown;
  const level = levels.length - 1;
  const unit = unitOf(query);
  const { nowMs, timeZone } = asked.now;
  const chart: Chart = {
    title: titleOf(asked),
    alt: sentence(names[0], first, unit),
    unit,
    fromMs: lines[0].timesMs[0] ?? nowMs,
    toMs: first.times.at(-1) ?? nowMs,
    timeZone,
    lines,
    leftOut: series.length - shown.length,
    expected: null,
    // Beside several lines one's interval would be said of all.
    band:
      shown.length === 1
        ? {
            name: `${Math.round(levels[level] * 100)} % interval`,
            timesMs: first.times,
            lower: first.lower[level],
            upper: first.upper[level],
          }
        : null,
    threshold,
    firing: null,
    forecastFromMs: nowMs,
  };
  return { kind: 'chart', chart };
}

function sentence(name: string, { mean, lower, upper }: ForecastSeries, unit: string | null): string {
  const last = mean.findLast((value) => value !== null) ?? Number.NaN;
  const low = lower.at(-1)?.findLast((value) => value !== null) ?? null;
  const high = upper.at(-1)?.findLast((value) => value !== null) ?? null;
  const interval =
    low === null || high === null ? '' : ` (${valueText(low, unit)} to ${valueText(high, unit)})`;
  return `${name}: ${valueText(last, unit)} at the end${interval}`;
}

function crossing({ crossing: found }: ForecastSeries) {
  if (found === undefined) return [];
  const probability = found.probability.at(-1) ?? 0;
  const said = `; goes ${found.direction} ${found.threshold} with a probability of ${Math.round(probability * 100)} %`;
  return found.likelyMs === null ? [said] : [`${said}, likely by `, moment(found.likelyMs)];
}
