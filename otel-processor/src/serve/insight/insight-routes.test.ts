import { isEpisodeList, isExplainAnswer, isForecastAnswer } from '@statbar/sdk/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { permanent } from '../../base/index.ts';
import type { ExplainRequest, ForecastRequest } from '../../insight/index.ts';
import type { Episode, EpisodeFilter } from '../../model/index.ts';
import { createFakeTenant, type RunningService, startService } from '../fakes.test-support.ts';
import { openApiDocument } from '../status/openapi.ts';
import type { TenantDoors } from '../tenant.ts';

let running: RunningService | undefined;
afterEach(async () => {
  await running?.service.shutdown();
  running = undefined;
});

async function start(doors: Partial<TenantDoors>): Promise<string> {
  running = await startService({}, [{ ...createFakeTenant(), ...doors }]);
  return `${running.url}/statbar/v1`;
}

async function json(url: string): Promise<{ status: number; body: { data?: unknown; error?: string } }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as { data?: unknown; error?: string } };
}

/** The OpenAPI document promises exactly these fields. */
function expectFields(data: unknown, schema: keyof typeof openApiDocument.components.schemas): void {
  const promised = openApiDocument.components.schemas[schema].required;
  expect(Object.keys(data as object).sort()).toEqual([...promised].sort());
}

function episode(startMs: number, id: string): Episode {
  return {
    id,
    signal: 'latency',
    labels: { region: 'eu' },
    startMs,
    peakMs: startMs + 1,
    endMs: null,
    score: 2,
    expected: 5,
    actual: Number.NaN,
    direction: 'above',
    why: ['it never was so high'],
    explanation: [{ labels: { region: 'eu' }, share: 1, surprise: 9, expected: 1, actual: 2 }],
    related: [],
  };
}

describe('anomalies', () => {
  /** Five episodes, the latest first, and the filters that were asked for. */
  function book() {
    const filters: EpisodeFilter[] = [];
    const all = [5, 4, 4, 2, 1].map((startMs, i) => episode(startMs * 1000, `e${9 - i}`));
    const list = (filter: EpisodeFilter): readonly Episode[] => {
      filters.push(filter);
      const { after } = filter;
      const from =
        after === undefined
          ? 0
          : all.findIndex(({ id, startMs }) => id === after.id && startMs === after.startMs) + 1;
      return all.slice(from, from + filter.limit);
    };
    const rest = { listen: () => () => {}, signals: () => [], status: () => ({}) };
    return { filters, anomalies: { list, ...rest } as unknown as TenantDoors['anomalies'] };
  }

  test('are listed; what is no number is null', async () => {
    const { anomalies, filters } = book();
    const url = await start({ anomalies });
    const { status, body } = await json(`${url}/anomalies`);
    expect(status).toBe(200);
    if (!isEpisodeList(body.data)) throw new Error('not a list');
    expectFields(body.data, 'EpisodeList');
    expectFields(body.data.episodes[0], 'Episode');
    expectFields(body.data.episodes[0].explanation[0], 'Explanation');
    expect(body.data).toMatchObject({
      nextCursor: null,
      episodes: [{ id: 'e9', actual: null, endMs: null }, {}, {}, {}, {}],
    });
    expect(filters[0]).toMatchObject({
      active: undefined,
      scoreMin: 0,
      matcherSets: [],
      after: undefined,
      limit: 101,
    });
  });

  test('page by page every episode comes once', async () => {
    const { anomalies } = book();
    const url = await start({ anomalies });
    const ids: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 9; page++) {
      const { body } = await json(`${url}/anomalies?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      if (!isEpisodeList(body.data)) throw new Error('not a list');
      expect(body.data.episodes.length).toBeLessThanOrEqual(2);
      ids.push(...body.data.episodes.map(({ id }) => id));
      cursor = body.data.nextCursor;
    }
    expect(ids).toEqual(['e9', 'e8', 'e7', 'e6', 'e5']);
  });

  test('filters are handed on', async () => {
    const { anomalies, filters } = book();
    const url = await start({ anomalies });
    const parameters =
      'active=true&from=1.5&to=1970-01-01T00:00:09Z&min_score=1.5&match[]=latency{region="eu"}&match[]={a="1"}';
    await json(`${url}/anomalies?${parameters}`);
    expect(filters[0]).toMatchObject({ active: true, fromMs: 1500, toMs: 9000, scoreMin: 1.5 });
    expect(filters[0].matcherSets.map((set) => set.length)).toEqual([2, 1]);
  });

  test('mistakes are named; nothing watched is said', async () => {
    const { anomalies } = book();
    const url = await start({ anomalies });
    for (const [parameters, message] of [
      ['active=yes', /active/],
      ['from=x', /from/],
      ['min_score=x', /min_score/],
      ['limit=-1', /limit/],
      ['cursor=x', /cursor/],
      ['match[]=1%2B1', /parse error|selector/],
    ] as const) {
      const { status, body } = await json(`${url}/anomalies?${parameters}`);
      expect(status).toBe(400);
      expect(body.error).toMatch(message);
    }
    await running?.service.shutdown();
    const without = await json(`${await start({ anomalies: undefined })}/anomalies`);
    expect(without).toMatchObject({ status: 404, body: { error: expect.stringContaining('watch.enabled') } });
  });
});

const refuses = async () => permanent('internal', 'not asked for');

describe('explain', () => {
  async function explaining() {
    const requests: ExplainRequest[] = [];
    const url = await start({
      insight: {
        forecast: refuses,
        explain: async (request) => {
          requests.push(request);
          if (request.expression === 'max(x)') return permanent('invalid', 'not a total');
          return {
            kind: 'ratio',
            expected: Number.NaN,
            actual: 0.5,
            labelsMax: 3,
            by: ['region'],
            fromMs: 1,
            toMs: 2,
            stepMs: 1,
            seriesCount: 4,
            note: undefined,
            explanations: [
              { labels: { region: 'eu' }, share: 0.9, surprise: 12, expected: 0.1, actual: 0.5 },
            ],
            related: [],
          };
        },
      },
    });
    return { url, requests };
  }

  test('answers with the contract of the wire', async () => {
    const { url } = await explaining();
    const { status, body } = await json(`${url}/explain?query=sum(a)/sum(b)&at=100`);
    expect(status).toBe(200);
    expect(isExplainAnswer(body.data)).toBe(true);
    expectFields(body.data, 'ExplainAnswer');
    expect(body.data).toMatchObject({
      query: 'sum(a)/sum(b)',
      atMs: 100_000,
      expected: null,
      baseline: { fromMs: 1, toMs: 2, stepMs: 1 },
      explanations: [{ labels: { region: 'eu' }, share: 0.9 }],
    });
  });

  test('parameters are handed on: labels with commas or one by one, periods, steps', async () => {
    const { url, requests } = await explaining();
    await json(`${url}/explain?query=x&at=1&by=a,b&by=c&by=a&against=1w&step=30s`);
    await json(`${url}/explain?query=x&at=1`);
    expect(requests[0]).toMatchObject({
      by: ['a', 'b', 'c'],
      against: { kind: 'period', periodMs: 604_800_000 },
      stepMs: 30_000,
    });
    expect(requests[1]).toMatchObject({ by: [], against: { kind: 'before' }, stepMs: undefined });
  });

  test('mistakes are named', async () => {
    const { url } = await explaining();
    for (const [parameters, message] of [
      ['query=x&at=never', /"at"/],
      ['query=x&against=yesterday', /"against"/],
      ['query=x&step=0', /"step"/],
      ['query=max(x)', /not a total/],
    ] as const) {
      const { status, body } = await json(`${url}/explain?${parameters}`);
      expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
    }
  });
});

describe('forecast', () => {
  async function forecasting() {
    const requests: ForecastRequest[] = [];
    const url = await start({
      insight: {
        explain: refuses,
        forecast: async (request) => {
          requests.push(request);
          return {
            stepMs: 60_000,
            series: [
              {
                labels: { host: 'a' },
                timesMs: Float64Array.of(60_000, 120_000),
                mean: Float64Array.of(1, Number.NaN),
                lower: request.levels.map(() => Float64Array.of(0, Number.NEGATIVE_INFINITY)),
                upper: request.levels.map(() => Float64Array.of(2, 3)),
                crossing: request.threshold === undefined ? undefined : Float64Array.of(0.2, 0.7),
              },
            ],
          };
        },
      },
    });
    return { url, requests };
  }

  test('answers with the contract of the wire; what is no number is null', async () => {
    const { url } = await forecasting();
    const { status, body } = await json(
      `${url}/forecast?query=x&horizon=2m&levels=0.9,0.5&threshold=7&direction=below`,
    );
    expect(status).toBe(200);
    expect(isForecastAnswer(body.data)).toBe(true);
    expectFields(body.data, 'ForecastAnswer');
    expect(body.data).toEqual({
      query: 'x',
      horizonMs: 120_000,
      stepMs: 60_000,
      levels: [0.5, 0.9],
      series: [
        {
          labels: { host: 'a' },
          times: [60_000, 120_000],
          mean: [1, null],
          lower: [
            [0, null],
            [0, null],
          ],
          upper: [
            [2, 3],
            [2, 3],
          ],
          crossing: { threshold: 7, direction: 'below', probability: [0.2, 0.7], likelyMs: 120_000 },
        },
      ],
    });
  });

  test('what is not given has its default', async () => {
    const { url, requests } = await forecasting();
    await json(`${url}/forecast?query=x&at=5`);
    expect(requests[0]).toMatchObject({
      expression: 'x',
      atMs: 5000,
      horizonMs: 21_600_000,
      stepMs: undefined,
      historyMs: undefined,
      levels: [0.8, 0.95],
      threshold: undefined,
      timeZone: undefined,
    });
  });

  test('mistakes are named', async () => {
    const { url } = await forecasting();
    for (const [parameter, message] of [
      ['horizon=0', /"horizon"/],
      ['step=x', /"step"/],
      ['history=-1', /"history"/],
      ['levels=0.5,1', /"levels"/],
      ['threshold=high', /"threshold"/],
      ['direction=up', /"direction"/],
      ['time_zone=Mars/Olympus', /"time_zone"/],
    ] as const) {
      const { status, body } = await json(`${url}/forecast?query=x&${parameter}`);
      expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
    }
  });
});
