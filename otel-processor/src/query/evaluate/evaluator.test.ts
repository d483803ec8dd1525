import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryQuerier } from '../../../../test/script/memory-querier.ts';
import { type Clock, isFault, silentLogger, systemClock, Telemetry } from '../../base/index.ts';
import { LabelSet } from '../../model/index.ts';
import { createQueryEngine, queryConfigSchema } from '../index.ts';
import { type NaiveExpr, type NaiveSeries, naiveEvaluate, naiveText } from '../testing/naive-evaluator.ts';
import type { QueryResult } from '../types.ts';

const metricNames = ['a_total', 'b_total'];
const labelNames = ['job', 'instance'];

const samples = fc
  .uniqueArray(
    fc.tuple(
      fc.integer({ min: 0, max: 120 }),
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 50 }) }, fc.constant('stale' as const)),
    ),
    {
      selector: ([at]) => at,
      maxLength: 40,
    },
  )
  .map((some) => some.sort((x, y) => x[0] - y[0]).map(([at, value]) => [at * 15_000, value] as const));

const data: fc.Arbitrary<NaiveSeries[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom(...metricNames),
      fc.constantFrom('x', 'y'),
      fc.constantFrom('1', '2', '3'),
      samples,
    )
    .map(([name, job, instance, some]) => ({
      labels: LabelSet.from({ __name__: name, job, instance }),
      samples: some,
    })),
  { selector: ({ labels }) => labels.key, maxLength: 8 },
);

const offsetMs = fc.constantFrom(0, 0, 30_000, -60_000, 61_000);
const some = fc.subarray(labelNames);
const expression: fc.Arbitrary<NaiveExpr> = fc.letrec<{ expr: NaiveExpr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant('selector' as const), name: fc.constantFrom(...metricNames), offsetMs }),
    fc.record({
      kind: fc.constantFrom(
        'rate' as const,
        'increase' as const,
        'sum_over_time' as const,
        'max_over_time' as const,
        'count_over_time' as const,
      ),
      name: fc.constantFrom(...metricNames),
      rangeMs: fc.constantFrom(15_000, 60_000, 61_000, 300_000),
      offsetMs,
    }),
    fc.record({
      kind: fc.constantFrom('sum' as const, 'max' as const, 'count' as const),
      by: some,
      expr: tie('expr'),
    }),
    fc.record({
      kind: fc.constant('scalar' as const),
      operator: fc.constantFrom('+' as const, '*' as const, '>' as const, '/' as const),
      expr: tie('expr'),
      value: fc.integer({ min: 0, max: 20 }),
    }),
    fc.record({
      kind: fc.constant('vector' as const),
      operator: fc.constantFrom('+' as const, '/' as const, 'and' as const, 'or' as const, 'unless' as const),
      on: some,
      left: tie('expr'),
      right: tie('expr'),
    }),
  ),
})).expr;

function engineOver(series: readonly NaiveSeries[], clock: Clock = systemClock) {
  const querier = new MemoryQuerier();
  for (const one of series) for (const [at, value] of one.samples) querier.add(one.labels, at, value);
  return createQueryEngine(queryConfigSchema.parse({}), {
    querier,
    clock,
    telemetry: new Telemetry(),
    logger: silentLogger,
  });
}

/** By label set and time, rounded to what different orders of addition may change. */
function table(entries: Iterable<readonly [string, number]>): Record<string, string> {
  return Object.fromEntries([...entries].map(([key, value]) => [key, value.toPrecision(9)]).sort());
}

const keyOf = (labels: LabelSet, timeMs: number): string => `${labels} @ ${timeMs}`;

test('the engine agrees with the naive evaluator at every step', async () => {
  const steps = fc.record({
    from: fc.integer({ min: 0, max: 60 }),
    count: fc.integer({ min: 1, max: 12 }),
    stepMs: fc.constantFrom(15_000, 60_000, 37_000),
  });
  await fc.assert(
    fc.asyncProperty(data, expression, steps, async (series, expr, { from, count, stepMs }) => {
      const fromMs = from * 15_000;
      const wanted: Array<readonly [string, number]> = [];
      let refused = false;
      for (let i = 0; i < count; i++) {
        const timeMs = fromMs + i * stepMs;
        const elements = naiveEvaluate(expr, series, timeMs);
        if (elements === undefined) refused = true;
        else
          for (const { labels, value } of elements)
            wanted.push([keyOf(LabelSet.from(labels), timeMs), value]);
      }
      if (new Set(wanted.map(([key]) => key)).size < wanted.length) refused = true;
      const result = await engineOver(series).range(naiveText(expr), {
        fromMs,
        toMs: fromMs + (count - 1) * stepMs,
        stepMs,
      });
      expect(isFault(result), naiveText(expr)).toBe(refused);
      if (!isFault(result)) expect(table(floats(result)), naiveText(expr)).toEqual(table(wanted));
    }),
    { numRuns: 300 },
  );
});

test('a range query is its instant queries one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(data, expression, async (series, expr) => {
      const engine = engineOver(series);
      const range = await engine.range(naiveText(expr), { fromMs: 300_000, toMs: 600_000, stepMs: 60_000 });
      const instants: Array<readonly [string, number]> = [];
      let failed = false;
      for (let timeMs = 300_000; timeMs <= 600_000; timeMs += 60_000) {
        const instant = await engine.instant(naiveText(expr), { timeMs });
        if (isFault(instant)) failed = true;
        else instants.push(...floats(instant));
      }
      expect(isFault(range)).toBe(failed);
      if (!isFault(range)) expect(table(floats(range))).toEqual(table(instants));
    }),
    { numRuns: 100 },
  );
});

test('results do not depend on how time slices fall', async () => {
  await fc.assert(
    fc.asyncProperty(
      data,
      expression,
      fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
      async (series, expr, jumps) => {
        let now = 0;
        let at = 0;
        const clock: Clock = {
          ...systemClock,
          monotonicMs: () => {
            now += jumps[at++ % jumps.length];
            return now;
          },
        };
        const query = { fromMs: 0, toMs: 900_000, stepMs: 60_000 };
        const sliced = await engineOver(series, clock).range(naiveText(expr), query);
        const whole = await engineOver(series).range(naiveText(expr), query);
        expect(isFault(sliced)).toBe(isFault(whole));
        if (!isFault(sliced) && !isFault(whole)) expect(sliced.value).toEqual(whole.value);
      },
    ),
    { numRuns: 100 },
  );
});

function* floats({ value }: QueryResult): Iterable<readonly [string, number]> {
  if (value.type === 'vector') {
    for (const sample of value.samples) yield [keyOf(sample.labels, sample.timestampMs), sample.value];
  } else if (value.type === 'matrix') {
    for (const { labels, timestampsMs, values } of value.series) {
      for (const [i, timeMs] of timestampsMs.entries()) yield [keyOf(labels, timeMs), values[i]];
    }
  }
}
