import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryQuerier } from '../../../../test/script/memory-querier.ts';
import { type Fault, isFault, permanent, silentLogger, systemClock, Telemetry } from '../../base/index.ts';
import { Batch, LabelSet } from '../../model/index.ts';
import { functions } from '../functions/index.ts';
import { createQueryEngine, queryConfigSchema } from '../index.ts';
import { parseExpression } from '../syntax/index.ts';
import { ChangeLog } from './changes.ts';
import { noteAppends } from './note-appends.ts';
import { reachAheadMs } from './reach.ts';

const expressions = [
  'a_total',
  'sum(a_total)',
  'sum by (i) (rate(a_total[5m]))',
  'rate(a_total[2m] offset -1m)',
  'max_over_time(sum(a_total)[3m:30s]) - a_total offset 1m',
  'topk(1, a_total) or vector(time())',
  'absent(a_total) or count(a_total > 3)',
  'a_total @ end()',
  'increase(a_total[step()])',
  'a_total offset (-step()) + 1',
];

/** Every series with its samples, as text. */
async function answer(
  engine: ReturnType<typeof createQueryEngine>,
  expression: string,
  fromMs: number,
  toMs: number,
): Promise<unknown> {
  const result = await engine.range(expression, { fromMs, toMs, stepMs: 60_000 });
  if (isFault(result)) return result.message;
  if (result.value.type !== 'matrix') return 'not a matrix';
  return {
    series: result.value.series.map(({ labels, timestampsMs, values }) => [
      labels.key,
      [...timestampsMs],
      [...values],
    ]),
    warnings: result.warnings,
    infos: result.infos,
  };
}

function setup(cachePoints = 1_000_000) {
  const querier = new MemoryQuerier();
  const changes = new ChangeLog();
  let selects = 0;
  const select = querier.select.bind(querier);
  querier.select = (...given) => {
    selects += 1;
    return select(...given);
  };
  const ports = { querier, clock: systemClock, telemetry: new Telemetry(), logger: silentLogger };
  const config = queryConfigSchema.parse({ step_cache_points: cachePoints });
  const cached = createQueryEngine(config, { ...ports, changes });
  const uncached = createQueryEngine(config, ports);
  const add = (series: number, timeMs: number, value: number): void => {
    querier.add(LabelSet.from({ __name__: 'a_total', i: String(series) }), timeMs, value);
    changes.note(timeMs);
  };
  return { cached, uncached, add, changes, querier, selects: () => selects };
}

type Action =
  | { readonly kind: 'add'; readonly series: number; readonly at: number; readonly value: number }
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'ask';
      readonly expression: number;
      readonly from: number;
      readonly count: number;
      readonly phase: number;
    };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      series: fc.nat(2),
      at: fc.nat(90),
      value: fc.nat(9),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      expression: fc.nat(1),
      from: fc.nat(6),
      count: fc.integer({ min: 1, max: 15 }),
      phase: fc.constantFrom(0, 0, 0, 0, 0, 17_000),
    }),
  },
);

test('with and without the cache the answers are the same, whatever comes in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(expressions, { minLength: 2, maxLength: 2 }),
      fc.array(action, { minLength: 5, maxLength: 40 }),
      fc.constantFrom(1_000_000, 200),
      async (chosen, actions, points) => {
        const { cached, uncached, add, changes, querier } = setup(points);
        for (const one of actions) {
          if (one.kind === 'add') add(one.series, one.at * 15_000, one.value);
          else if (one.kind === 'clear') {
            querier.clear();
            changes.note(Number.NEGATIVE_INFINITY);
          } else {
            const fromMs = one.from * 60_000 + one.phase;
            const toMs = fromMs + (one.count - 1) * 60_000;
            expect(await answer(cached, chosen[one.expression], fromMs, toMs)).toEqual(
              await answer(uncached, chosen[one.expression], fromMs, toMs),
            );
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

describe('asking again', () => {
  const minutes = (from: number, to: number): [number, number] => [from * 60_000, to * 60_000];

  test('with nothing new reads nothing', async () => {
    const { cached, add, selects } = setup();
    for (let i = 0; i < 40; i++) add(1, i * 15_000, i);
    const first = await answer(cached, 'sum(a_total)', ...minutes(1, 9));
    const before = selects();
    expect(await answer(cached, 'sum(a_total)', ...minutes(1, 9))).toEqual(first);
    expect(await answer(cached, 'sum(a_total)', ...minutes(3, 7))).toMatchObject({ warnings: [] });
    expect(selects()).toBe(before);
  });

  test('with a later end evaluates the new steps only', async () => {
    const { cached, add } = setup();
    for (let i = 0; i < 80; i++) add(1, i * 15_000, i);
    await answer(cached, 'sum(a_total)', ...minutes(1, 9));
    const result = await cached.range('sum(a_total)', { fromMs: 120_000, toMs: 600_000, stepMs: 60_000 });
    if (isFault(result)) throw new Error(result.message);
    // One step's lookback, not nine steps.
    expect(result.statistics.samplesTotal).toBe(20);
  });

  test('after a late sample evaluates from there on', async () => {
    const { cached, uncached, add } = setup();
    for (let i = 0; i < 40; i++) add(1, i * 15_000, i);
    await answer(cached, 'sum(a_total)', ...minutes(1, 9));
    add(2, 5 * 60_000, 100);
    expect(await answer(cached, 'sum(a_total)', ...minutes(1, 9))).toEqual(
      await answer(uncached, 'sum(a_total)', ...minutes(1, 9)),
    );
  });

  test('keeps no more than it may', async () => {
    const { cached, uncached, add } = setup(100);
    for (let i = 0; i < 400; i++) add(i % 3, i * 15_000, i);
    for (let i = 0; i < 20; i++) {
      const expression = `sum(a_total) + ${i}`;
      expect(await answer(cached, expression, ...minutes(1, 9))).toEqual(
        await answer(uncached, expression, ...minutes(1, 9)),
      );
    }
  });
});

describe('the reach of an expression', () => {
  const reach = (text: string): number | undefined => {
    const parsed = parseExpression(text, functions);
    if (isFault(parsed)) throw new Error(parsed.message);
    return reachAheadMs(parsed, 60_000, 300_000);
  };
  test.each([
    ['a + rate(b[5m])', 0],
    ['a offset -2m', 120_000],
    ['a offset 2m', 0],
    ['max_over_time(a[5m:1m] offset -1m)', 60_000],
    ['max_over_time((b offset -2m)[5m:1m] offset -1m)', 180_000],
    ['sum(a offset (-step()))', 60_000],
    ['a smoothed', 300_000],
    ['a @ 5', undefined],
    ['a @ start()', undefined],
    ['rate(a[range()])', undefined],
    ['a * end()', undefined],
  ])('%s: %s', (text, milliseconds) => {
    expect(reach(text)).toBe(milliseconds);
  });
});

test('the log of changes knows the oldest since a version, and when it does not', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 50 }), fc.nat(60), (times, since) => {
      const log = new ChangeLog();
      for (const time of times) log.note(time);
      expect(log.version).toBe(times.length);
      const later = times.slice(since);
      expect(log.oldestChangeMs(Math.min(since, times.length))).toBe(
        Math.min(Number.POSITIVE_INFINITY, ...later),
      );
    }),
  );
  const log = new ChangeLog();
  for (let i = 0; i < 5000; i++) log.note(i);
  expect(log.oldestChangeMs(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log.oldestChangeMs(4000)).toBe(4000);
});

test('an append that takes notes notes the oldest sample of each batch once it is stored, or failed', async () => {
  const log = new ChangeLog();
  let fault: Fault | undefined;
  const seen: number[] = [];
  const append = noteAppends(async (batch) => {
    seen.push(log.version);
    // The batch is the appender's: it may do with it what it likes.
    batch.count = 0;
    return fault;
  }, log);
  const batchAt = (...timesMs: number[]): Batch => {
    const batch = new Batch();
    for (const timeMs of timesMs) batch.add(0, 1, timeMs, 0);
    return batch;
  };
  expect(await append(batchAt(50, 20, 30))).toBeUndefined();
  expect(log.oldestChangeMs(0)).toBe(20);
  fault = permanent('unavailable', 'no');
  expect(await append(batchAt(10))).toBe(fault);
  expect(log.oldestChangeMs(1)).toBe(10);
  await append(batchAt());
  expect(log.version).toBe(2);
  expect(seen).toEqual([0, 1, 2]);
});
