import { describe, expect, test } from 'vitest';
import { type Fault, isFault, Telemetry } from '../base/index.ts';
import { createForecaster } from '../forecast/index.ts';
import type { Episode } from '../model/index.ts';
import { splitTotals, widenRanges } from '../query/index.ts';
import { createTestEngine } from '../query/testing/setup.ts';
import { explainConfigSchema, forecastConfigSchema } from './config.ts';
import {
  createInsight,
  type EpisodeSource,
  type ExplainRequest,
  type ForecastRequest,
  type Insight,
} from './index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function insightOver(
  load: string,
  config: { explain?: object; forecast?: object } = {},
  episodes: EpisodeSource = () => [],
) {
  const telemetry = new Telemetry();
  const insight = createInsight(
    explainConfigSchema.parse(config.explain ?? {}),
    forecastConfigSchema.parse(config.forecast ?? {}),
    {
      engine: createTestEngine(load).engine,
      splitTotals,
      widenRanges,
      forecaster: createForecaster(),
      stepsMax: 11_000,
      episodes,
      telemetry,
    },
  );
  return { insight, telemetry };
}

function succeeded<Answer>(answer: Answer | Fault): Answer {
  if (isFault(answer)) throw new Error(answer.message);
  return answer;
}

const asked: ExplainRequest = {
  expression: '',
  atMs: 50 * MINUTE,
  by: [],
  against: { kind: 'before' },
  stepMs: undefined,
};

const ask = async (insight: Insight, request: Partial<ExplainRequest>) =>
  succeeded(await insight.explain({ ...asked, ...request }));

/** Requests by region and code: from minute 46 on, a third of eu's fail; us has five times as many from then on. */
const requests = `load 1m
  req{region="eu",code="200",pod="a"} 0+60x45 2740+40x20
  req{region="eu",code="500",pod="a"} 0+1x45 65+20x20
  req{region="us",code="200",pod="b"} 0+60x45 3000+300x20
  req{region="us",code="500",pod="b"} 0+1x45 50+5x20
  req{region="asia",code="200",pod="c"} 0+60x65
  req{region="asia",code="500",pod="c"} 0+1x65
`;

describe('explanations', () => {
  test('of a sum: the series that grew', async () => {
    const { insight } = insightOver(requests);
    const answer = await ask(insight, { expression: 'sum(rate(req{code="500"}[2m]))' });
    expect(answer.kind).toBe('sum');
    expect(answer.explanations[0].labels).toEqual({ region: 'eu', pod: 'a' });
    expect(answer.seriesCount).toBe(3);
    expect(answer.toMs).toBe(49 * MINUTE);
    expect(answer.fromMs).toBe(20 * MINUTE);
    expect(answer.by).toEqual(['code', 'pod', 'region']);
  });

  test('of errors by requests: where the share of errors grew, not where requests did; the code tells nothing', async () => {
    const { insight } = insightOver(requests);
    const answer = await ask(insight, {
      expression: '100 * sum(rate(req{code=~"5.."}[2m])) / sum(rate(req[2m]))',
    });
    expect(answer.kind).toBe('ratio');
    expect(answer.by).toEqual(['pod', 'region']);
    expect(answer.explanations[0].labels).toEqual({ region: 'eu', pod: 'a' });
    // In per cent, as the expression has it.
    expect(answer.explanations[0].actual).toBeCloseTo(100 / 3, 6);
    expect(answer.explanations[0].expected).toBeCloseTo(100 / 61, 6);
  });

  test('labels that were asked for are the only ones', async () => {
    const { insight } = insightOver(requests);
    const answer = await ask(insight, { expression: 'sum(rate(req{code="500"}[2m]))', by: ['region'] });
    expect(answer.by).toEqual(['region']);
    expect(answer.explanations[0].labels).toEqual({ region: 'eu' });
  });

  test('against the same time of earlier periods', async () => {
    // Every ten minutes a job runs for a minute on both; the fifth time on b it is ten times as large.
    const jobs = `load 1m
      work{host="a"} 5 5 5 100 5 5 5 5 5 5 5 5 5 100 5 5 5 5 5 5 5 5 5 100 5 5 5 5 5 5 5 5 5 100 5 5 5 5 5 5 5 5 5 100
      work{host="b"} 5 5 5 100 5 5 5 5 5 5 5 5 5 100 5 5 5 5 5 5 5 5 5 100 5 5 5 5 5 5 5 5 5 100 5 5 5 5 5 5 5 5 5 1000
    `;
    const { insight } = insightOver(jobs, {});
    const atMs = 43 * MINUTE;
    const answer = await ask(insight, {
      expression: 'sum(last_over_time(work[1m]))',
      atMs,
      against: { kind: 'period', periodMs: 10 * MINUTE },
    });
    expect(answer.explanations[0].labels).toEqual({ host: 'b' });
    expect(answer.fromMs).toBe(atMs - 42 * MINUTE);
    expect(answer.toMs).toBe(atMs - 8 * MINUTE);
  });

  test('errors that never were begin from nothing, when there were targets before', async () => {
    const { insight } = insightOver(`load 1m
      target_info 1+0x60
      err{region="eu",kind="tls"} _x44 0 30 60 90 120 150 180
      err{region="us",kind="tls"} _x44 0 0 0 0 0 0 0
    `);
    const answer = await ask(insight, { expression: 'sum(increase(err[2m]))', atMs: 49 * MINUTE });
    expect(answer.explanations[0].labels).toEqual({ region: 'eu' });
  });

  test('a range too short for the samples of the past leaves it unknown, and not zero', async () => {
    // A sample a minute, and from minute 45 on two.
    const samples = Array.from({ length: 121 }, (_, i) => (i < 90 && i % 2 === 1 ? '_' : 30 * i)).join(' ');
    const { insight } = insightOver(`load 30s
      target_info 1+0x120
      req{region="eu"} ${samples}
      req{region="us"} ${samples}
    `);
    const atMs = 46 * MINUTE;
    const short = await ask(insight, { expression: 'sum(increase(req[1m]))', atMs });
    expect(short).toMatchObject({ expected: Number.NaN, explanations: [] });
    expect(short.actual).toBeCloseTo(120, 6);
    const long = await ask(insight, { expression: 'sum(increase(req[2m]))', atMs, stepMs: 2 * MINUTE });
    expect(long.expected).toBeCloseTo(240, 6);
  });

  test('a range shorter than the samples are apart is widened to the step, and the answer says so', async () => {
    // A sample every 40 s: a range of 30 s never has two.
    const { insight } = insightOver(`load 40s
      target_info 1+0x120
      req{region="eu"} 0+40x60 2450+400x20
      req{region="us"} 0+40x81
    `);
    const atMs = 45 * MINUTE;
    const rate = await ask(insight, { expression: 'sum(rate(req[30s]))', atMs, stepMs: 2 * MINUTE });
    expect(rate.note).toBe('Over ranges of 2m: those of 30s have too few samples in the past.');
    expect(rate.expected).toBeCloseTo(2, 6);
    expect(rate.explanations[0].labels).toEqual({ region: 'eu' });
    // In the unit that was asked for: of half a minute.
    const increase = await ask(insight, { expression: 'sum(increase(req[30s]))', atMs, stepMs: 2 * MINUTE });
    expect(increase.expected).toBeCloseTo(60, 6);
  });

  test('of a past that has just begun, steps as short as the range show more, and the answer says so', async () => {
    const { insight } = insightOver(`load 5s
      target_info 1+0x120
      req{region="eu"} 0+5x80 500+100x20
      req{region="us"} 0+5x120
    `);
    const answer = await ask(insight, { expression: 'sum(rate(req[15s]))', atMs: 415_000 });
    expect(answer.note).toBe('In steps of 15s: too little of the past is known in steps of 1m.');
    expect(answer.stepMs).toBe(15_000);
    expect(answer.explanations[0].labels).toEqual({ region: 'eu' });
    const asked = await ask(insight, { expression: 'sum(rate(req[1m]))', atMs: 415_000 });
    expect(asked.note).toBeUndefined();
  });

  test('refusals say what to do', async () => {
    const { insight, telemetry } = insightOver(requests, { explain: { series_max: 2 } });
    const faults = await Promise.all(
      ['max(req)', 'sum(', 'sum(none)', 'sum(req)'].map((expression) =>
        insight.explain({ ...asked, expression }),
      ),
    );
    expect(faults.map((fault) => isFault(fault) && fault.code)).toEqual([
      'invalid',
      'invalid',
      'not_found',
      'limit',
    ]);
    const [, , , limit] = faults;
    expect(isFault(limit) && limit.message).toMatch(/explain\.series_max = 2.*parameter by/);
    expect(telemetry.render()).toContain('statbar_insight_limit_total{question="explain"} 1');
  });

  test('related signals are watched ones whose score moved with it, and not its own', async () => {
    const scores = `load 1m
      slow{region="eu"} 1+0x45 20+0x20
      slow{region="us"} 1+0x65
      queue:anomaly_score{region="eu"} 0.1 0.2 0.1 0.3 0.1 0.2x37 3+0x24
      calm:anomaly_score{region="us"} 0.1 0.2 0.1 0.3 0.1 0.2x61
      slow:anomaly_score{region="eu"} 0.1 0.2 0.1 0.3 0.1 0.2x39 5+0x20
    `;
    const episode: Episode = {
      id: 'e1',
      signal: 'queue',
      labels: { region: 'eu' },
      startMs: 43 * MINUTE,
      peakMs: 44 * MINUTE,
      endMs: null,
      score: 3,
      expected: 1,
      actual: 9,
      direction: 'above',
      why: [],
      explanation: [],
      related: [],
    };
    const { insight } = insightOver(scores, {}, () => [episode]);
    const { related } = await ask(insight, { expression: 'sum(slow)', atMs: 50 * MINUTE });
    expect(related).toHaveLength(1);
    expect(related[0]).toMatchObject({ signal: 'queue', labels: { region: 'eu' }, onsetMs: 43 * MINUTE });
    expect(related[0].leadMs).toBeGreaterThan(0);
    expect(related[0].correlation).toBeGreaterThan(0.5);
  });
});

const foretell: ForecastRequest = {
  expression: 'load',
  atMs: 48 * HOUR,
  horizonMs: 6 * HOUR,
  stepMs: HOUR,
  historyMs: undefined,
  levels: [0.5, 0.95],
  threshold: undefined,
  timeZone: undefined,
};

describe('forecasts', () => {
  const days = `load 1h
    load{host="a"} ${Array.from({ length: 49 }, (_, i) => 100 + 50 * ((i % 24) / 24)).join(' ')}
    load{host="b"} 7+0x48
  `;

  test('of every series: times after the history, intervals in order around the mean', async () => {
    const { insight } = insightOver(days);
    const { series, stepMs } = succeeded(await insight.forecast(foretell));
    expect(stepMs).toBe(HOUR);
    expect(series.map(({ labels }) => labels['host']).sort()).toEqual(['a', 'b']);
    for (const { timesMs, mean, lower, upper, crossing } of series) {
      expect(Array.from(timesMs)).toEqual(Array.from({ length: 6 }, (_, i) => (49 + i) * HOUR));
      expect(crossing).toBeUndefined();
      for (let i = 0; i < mean.length; i++) {
        const inOrder = [lower[1][i], lower[0][i], mean[i], upper[0][i], upper[1][i]];
        expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
      }
    }
    const constant = series.find(({ labels }) => labels['host'] === 'b');
    for (const value of constant?.mean ?? []) expect(value).toBeCloseTo(7, 6);
  });

  test('with a threshold: a probability that never falls', async () => {
    const { insight } = insightOver(days);
    const threshold = { level: 120, direction: 'above' as const };
    const { series } = succeeded(
      await insight.forecast({ ...foretell, expression: 'load{host="a"}', threshold, horizonMs: 24 * HOUR }),
    );
    const crossing = Array.from(series[0].crossing ?? []);
    expect(crossing).toHaveLength(24);
    expect(crossing).toEqual([...crossing].sort((a, b) => a - b));
    expect(crossing[23]).toBeGreaterThan(0.5);
  });

  test('without a step it suits the horizon and the history', async () => {
    const { insight } = insightOver(days);
    const { stepMs, series } = succeeded(
      await insight.forecast({
        ...foretell,
        stepMs: undefined,
        horizonMs: 12 * HOUR,
        expression: 'load{host="b"}',
      }),
    );
    expect(stepMs).toBe(10 * MINUTE);
    expect(series[0].mean).toHaveLength(72);
  });

  test('three days are enough for the day ahead, with a step of its own choice', async () => {
    const busy = (quarter: number): number => 100 + 60 * Math.sin((2 * Math.PI * quarter) / 96);
    const stored = Array.from({ length: 4 * 72 + 1 }, (_, i) => busy(i).toFixed(3)).join(' ');
    const { insight } = insightOver(`load 15m
      load ${stored}
    `);
    const { series, stepMs } = succeeded(
      await insight.forecast({ ...foretell, stepMs: undefined, atMs: 72 * HOUR, horizonMs: 24 * HOUR }),
    );
    const [{ timesMs, mean }] = series;
    const error = mean.reduce(
      (sum, value, i) => sum + Math.abs(value - busy(timesMs[i] / (15 * MINUTE))) / mean.length,
      0,
    );
    expect((mean.length * stepMs) / HOUR).toBe(24);
    // A flat line is off by 38.
    expect(error).toBeLessThan(4);
  });

  test('limits refuse, by their names', async () => {
    const { insight, telemetry } = insightOver(days, {
      forecast: { series_max: 1, points_max: 100, horizon_max: '2d' },
    });
    const faults = await Promise.all(
      [{}, { horizonMs: 72 * HOUR }, { stepMs: MINUTE }, { expression: ' ' }, { expression: 'none' }].map(
        (change) => insight.forecast({ ...foretell, ...change }),
      ),
    );
    expect(
      faults.map((fault) =>
        isFault(fault) ? `${fault.code} ${/forecast\.\w+/.exec(fault.message) ?? ''}` : '',
      ),
    ).toEqual([
      'limit forecast.series_max',
      'limit forecast.horizon_max',
      'limit forecast.points_max',
      'invalid ',
      'not_found ',
    ]);
    expect(telemetry.render()).toContain('statbar_insight_limit_total{question="forecast"} 3');
  });
});
