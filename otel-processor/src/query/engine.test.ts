import { describe, expect, test } from 'vitest';
import { type Clock, isFault, ManualClock, systemClock } from '../base/index.ts';
import { createTestEngine, printResult } from './testing/setup.ts';

const load = `load 1m
  up{job="a"} 1+1x10
  up{job="b"} 10+10x10
  requests_total 0+60x10`;

describe('results', () => {
  const { engine } = createTestEngine(load);

  test('of an instant query carry the query time', async () => {
    const result = await engine.instant('up{job="a"}', { timeMs: 90_000 });
    expect(printResult(result)).toEqual(['up{job="a"} 2']);
    if (isFault(result) || result.value.type !== 'vector') throw new Error('a vector was expected');
    expect(result.value.samples[0].timestampMs).toBe(90_000);
  });

  test('of a range query leave gaps out', async () => {
    const result = await engine.range('up{job="a"} > 2', { fromMs: 0, toMs: 240_000, stepMs: 60_000 });
    expect(printResult(result)).toEqual(['up{job="a"} 3@120000 4@180000 5@240000']);
  });

  test('end at the last step not after the end', async () => {
    const result = await engine.range('time()', { fromMs: 0, toMs: 100_000, stepMs: 60_000 });
    expect(printResult(result)).toEqual(['{} 0@0 60@60000']);
  });

  test('of strings and scalars', async () => {
    expect(printResult(await engine.instant('"text"', { timeMs: 0 }))).toEqual(['text']);
    expect(printResult(await engine.instant('1 + 1', { timeMs: 0 }))).toEqual(['2']);
  });

  test('count what was read', async () => {
    const result = await engine.instant('sum(rate(requests_total[5m]))', { timeMs: 600_000 });
    if (isFault(result)) throw new Error(result.message);
    expect(result.statistics).toMatchObject({ samplesTotal: 5, seriesTotal: 1 });
  });

  test('look back as far as the query asks', async () => {
    const far = await engine.instant('up{job="a"}', { timeMs: 1_000_000, lookbackMs: 500_000 });
    expect(printResult(far)).toEqual(['up{job="a"} 11']);
    expect(printResult(await engine.instant('up{job="a"}', { timeMs: 1_000_000 }))).toEqual([]);
  });

  test('warn with the position of the cause', async () => {
    const result = await engine.instant('sum(\n  rate(up[5m]))', { timeMs: 600_000 });
    if (isFault(result)) throw new Error(result.message);
    expect(result.infos).toEqual([
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (2:8)',
    ]);
  });
});

describe('mistakes are faults', () => {
  const { engine } = createTestEngine(load);
  test.each([
    ['up{', 'invalid'],
    ['up * on () up', 'execution'],
    ['label_replace(up, "job", "x", "job", ".*")', 'execution'],
    ['topk(NaN, up)', 'execution'],
  ])('%s: %s', async (expression, code) => {
    expect(await engine.instant(expression, { timeMs: 0 })).toMatchObject({ code, retryable: false });
  });

  test.each([
    [{ fromMs: 0, toMs: 10, stepMs: 0 }, /zero or negative query resolution step/],
    [{ fromMs: 10, toMs: 0, stepMs: 1 }, /end timestamp must not be before start/],
    [{ fromMs: Number.NaN, toMs: 0, stepMs: 1 }, /out of range/],
  ])('range %j', async (query, message) => {
    expect(await engine.range('up', query)).toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message),
    });
  });

  test('a range vector is no answer to a range query', async () => {
    expect(await engine.range('up[5m]', { fromMs: 0, toMs: 60_000, stepMs: 60_000 })).toMatchObject({
      code: 'invalid',
      message: 'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    });
  });
});

/** Every look at the clock finds that so much time has passed. */
function jumpingClock(stepMs: number): Clock {
  const clock = new ManualClock();
  return {
    ...systemClock,
    monotonicMs() {
      clock.advance(stepMs);
      return clock.monotonicMs();
    },
  };
}

const many = `load 1m\n${Array.from({ length: 100 }, (_, i) => `  m{i="${i}"} 0+${i}x20`).join('\n')}`;

describe('limits', () => {
  const hits = (render: string, reason: string): string | undefined =>
    new RegExp(`statbar_query_limit_hits_total\\{reason="${reason}"\\} (\\d+)`).exec(render)?.[1];

  test('steps: a range query with more is refused', async () => {
    const { engine, telemetry } = createTestEngine(load, { steps_max: 10 });
    const range = (toMs: number) => engine.range('up', { fromMs: 0, toMs, stepMs: 1000 });
    expect(isFault(await range(9000))).toBe(false);
    expect(await range(10_000)).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('query.steps_max'),
    });
    expect(hits(telemetry.render(), 'steps')).toBe('1');
  });

  test('steps: a subquery may have ten times as many', async () => {
    const { engine, telemetry } = createTestEngine(load, { steps_max: 10 });
    const subquery = (range: string) => engine.instant(`max_over_time(up[${range}:1s])`, { timeMs: 600_000 });
    expect(isFault(await subquery('100s'))).toBe(false);
    expect(await subquery('101s')).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('query.steps_max'),
    });
    expect(hits(telemetry.render(), 'steps')).toBe('1');
  });

  test.each(['stddev_over_time(up[1h])', 'stddev_over_time((up + 0)[1h:1s])'])(
    'timeout: looked at within one long series, %s',
    async (expression) => {
      const { engine } = createTestEngine('load 1s\n  up 0+1x4000', {}, jumpingClock(10));
      const query = { toMs: 4_000_000, stepMs: 1000, timeoutMs: 500 };
      expect(await engine.range(expression, { ...query, fromMs: 0 })).toMatchObject({ code: 'timeout' });
      expect(isFault(await engine.range(expression, { ...query, fromMs: 3_990_000 }))).toBe(false);
    },
  );

  test('samples: a query that would hold more is stopped', async () => {
    const { engine, telemetry } = createTestEngine(many, { samples_max: 50 });
    expect(await engine.instant('sum(m)', { timeMs: 600_000 })).not.toMatchObject({ code: 'limit' });
    expect(await engine.instant('m', { timeMs: 600_000 })).toMatchObject({
      code: 'limit',
      message: expect.stringMatching(
        /too many samples into memory in query execution.*query\.samples_max: 50/,
      ),
    });
    expect(hits(telemetry.render(), 'samples')).toBe('1');
  });

  test('samples: what an operation is done with is given back', async () => {
    const { engine } = createTestEngine(many, { samples_max: 600 });
    const chain = `m${' + m'.repeat(30)} or topk(100, m) unless quantile by (i) (0.5, m)`;
    expect(isFault(await engine.instant(chain, { timeMs: 600_000 }))).toBe(false);
  });

  test('annotations: the first ones are told, and how many more there are', async () => {
    const series = Array.from({ length: 30 }, (_, i) => `  m${i} 0+1x20`).join('\n');
    const { engine } = createTestEngine(`load 1m\n${series}`);
    const result = await engine.instant('rate({__name__=~"m.+", a=""}[5m])', { timeMs: 600_000 });
    expect(result).toMatchObject({ code: 'execution' });
    const kept = await engine.instant(
      'sum by (__name__) (irate({__name__=~"m.+"}[5m])) or sum(rate(m1[5m]))',
      { timeMs: 600_000 },
    );
    expect(isFault(kept)).toBe(true);
    const summed = Array.from({ length: 30 }, (_, i) => `rate(m${i}[5m])`).join(' or ');
    const told = await engine.instant(`sum(${summed})`, { timeMs: 600_000 });
    if (isFault(told)) throw new Error(told.message);
    expect(told.infos).toHaveLength(11);
    expect(told.infos[10]).toBe('20 more info annotations omitted');
  });

  test('time: a query that takes longer is stopped', async () => {
    const { engine, telemetry } = createTestEngine(many, { timeout: '1s' }, jumpingClock(300));
    expect(await engine.instant('m', { timeMs: 0 })).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('query timed out in expression evaluation (query.timeout'),
    });
    expect(hits(telemetry.render(), 'timeout')).toBe('1');
  });

  test('time: a query may ask for less than the limit and not for more', async () => {
    const { engine } = createTestEngine(many, { timeout: '1h' }, jumpingClock(300));
    expect(isFault(await engine.instant('m', { timeMs: 0 }))).toBe(false);
    expect(await engine.instant('m', { timeMs: 0, timeoutMs: 500 })).toMatchObject({ code: 'timeout' });
  });

  test('a client that has gone stops its query', async () => {
    const { engine } = createTestEngine(many, {}, jumpingClock(10));
    const abort = new AbortController();
    const running = engine.instant('m', { timeMs: 0, signal: abort.signal });
    abort.abort();
    expect(await running).toMatchObject({ code: 'canceled' });
  });

  test('concurrency: further queries wait in a queue with an end', async () => {
    const { engine, telemetry } = createTestEngine(many, { concurrency_max: 1, queue_max: 1 });
    const run = () => engine.instant('sum(m)', { timeMs: 600_000 });
    const [first, second, third] = await Promise.all([run(), run(), run()]);
    expect(printResult(first)).toEqual(printResult(second));
    expect(third).toMatchObject({
      code: 'overloaded',
      retryable: true,
      message: expect.stringContaining('query.concurrency_max'),
    });
    expect(hits(telemetry.render(), 'concurrency')).toBe('1');
    expect(isFault(await run())).toBe(false);
  });

  test('concurrency: a client that goes while waiting gives up its place', async () => {
    const { engine } = createTestEngine(many, { concurrency_max: 1, queue_max: 1 });
    const abort = new AbortController();
    const first = engine.instant('sum(m)', { timeMs: 0 });
    const waiting = engine.instant('sum(m)', { timeMs: 0, signal: abort.signal });
    abort.abort();
    const next = engine.instant('sum(m)', { timeMs: 0 });
    expect(await waiting).toMatchObject({ code: 'canceled' });
    for (const query of [first, next]) expect(isFault(await query)).toBe(false);
  });

  test('depth: chains and nesting as deep as they may be are evaluated', async () => {
    const { engine } = createTestEngine(load);
    const chain = `up{job="a"}${' + 1'.repeat(499)}`;
    expect(printResult(await engine.instant(chain, { timeMs: 0 }))).toEqual(['{job="a"} 500']);
    const nested = `${'abs('.repeat(200)}up{job="a"}${')'.repeat(200)}`;
    expect(printResult(await engine.instant(nested, { timeMs: 0 }))).toEqual(['{job="a"} 1']);
    expect(await engine.instant(`1${' + 1'.repeat(501)}`, { timeMs: 0 })).toMatchObject({ code: 'invalid' });
  });
});

test('a failing store is an internal fault, and the engine goes on', async () => {
  const { engine, querier } = createTestEngine(load, { concurrency_max: 1 });
  const select = querier.select.bind(querier);
  querier.select = () => Promise.reject(new Error('disk on fire'));
  expect(await engine.instant('up', { timeMs: 0 })).toMatchObject({
    code: 'internal',
    message: expect.stringContaining('disk on fire'),
  });
  querier.select = select;
  expect(isFault(await engine.instant('up', { timeMs: 0 }))).toBe(false);
});

test('the event loop has its turn while a query runs', async () => {
  const { engine } = createTestEngine(many, {}, jumpingClock(10));
  let turns = 0;
  let done = false;
  const count = (): void => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await engine.instant('m', { timeMs: 0 });
  done = true;
  expect(turns).toBeGreaterThan(2);
});
