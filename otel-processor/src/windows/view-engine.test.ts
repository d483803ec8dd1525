import fc from 'fast-check';
import { expect, test } from 'vitest';
import { yieldToEventLoop } from '../base/index.ts';
import { LabelSet } from '../model/index.ts';
import { passMinute, START_MS, type Stored, World } from './engine-harness.suite.ts';
import { viewsConfigSchema } from './index.ts';
import type { RawEvent } from './view-harness.suite.ts';

const views = viewsConfigSchema.parse([
  {
    name: 'sliding',
    from: 'a',
    by: ['k'],
    window: { sliding: '1s', slide: '100ms' },
    aggregate: { count: {}, sum: { of: 'n' } },
    out_of_orderness: '200ms',
    idle_after: '2s',
  },
  {
    name: 'complete',
    from: ['a', 'b'],
    window: { tumbling: '500ms', lateness: '300ms' },
    aggregate: { distinct: { of: 'k' } },
    guarantee: 'complete',
    out_of_orderness: '100ms',
    idle_after: '2s',
  },
  {
    name: 'funnel',
    from: ['a', 'b'],
    window: { session: { gap: '300ms', key: 'k', every: '1s' } },
    aggregate: { funnel: {}, count: {} },
    guarantee: 'complete',
    out_of_orderness: '100ms',
    idle_after: '2s',
  },
  {
    name: 'corrected',
    from: 'a',
    by: ['k'],
    window: { tumbling: '500ms', lateness: '400ms' },
    aggregate: { count: {} },
    out_of_orderness: '100ms',
    idle_after: '2s',
  },
  // Halves that become final at different times, so that crashes come between them.
  ...(['fast', 'complete'] as const).flatMap((guarantee) => [
    {
      name: `${guarantee}_part`,
      from: 'a',
      by: ['k'],
      window: { tumbling: '500ms', lateness: guarantee === 'fast' ? '0s' : '100ms' },
      aggregate: { count: {} },
      guarantee,
      out_of_orderness: '100ms',
      idle_after: '2s',
    },
    {
      name: `${guarantee}_whole`,
      from: ['a', 'b'],
      by: ['k'],
      window: { tumbling: '500ms', lateness: guarantee === 'fast' ? '0s' : '800ms' },
      aggregate: { count: {} },
      guarantee,
      out_of_orderness: '400ms',
      idle_after: '3s',
    },
    { name: `${guarantee}_share`, ratio: [`${guarantee}_part`, `${guarantee}_whole`] },
  ]),
]);

type Step = {
  readonly turns: number;
  readonly waitMs: number;
  readonly events: readonly RawEvent[];
  readonly crash: boolean;
};

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  turns: fc.integer({ min: 0, max: 12 }),
  waitMs: fc.constantFrom(0, 10, 60, 150, 400, 3000),
  crash: fc.boolean(),
  events: fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      timestampMs: fc.integer({ min: -400, max: 300 }),
      source: fc.constantFrom('s', 't'),
      attributes: fc.record({ k: fc.constantFrom('x', 'y'), n: fc.integer({ min: 0, max: 9 }) }),
    }),
    { maxLength: 6 },
  ),
});

async function play(steps: readonly Step[], crashes: boolean): Promise<Stored> {
  const world = new World(views);
  let sent: Promise<unknown> = Promise.resolve();
  for (const { turns, waitMs, events, crash } of steps) {
    const nowMs = world.clock.nowMs();
    if (events.length > 0) {
      sent = world.send(events.map((event) => ({ ...event, timestampMs: nowMs + event.timestampMs })));
    }
    world.clock.advance(waitMs);
    // Crashes and requests come in the middle of checkpoints too.
    for (let i = 0; i < turns; i++) await yieldToEventLoop();
    if (!crash || !crashes) continue;
    await sent;
    world.crash();
  }
  await sent;
  await passMinute(world);
  await world.engine.stop();
  return world.stored;
}

test('crashes change no stored result, of ratios neither, and none is stored twice with another value', async () => {
  let shares = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 15 }), async (steps) => {
      const [whole, crashed] = [await play(steps, false), await play(steps, true)];
      expect([...crashed.samples].sort()).toEqual([...whole.samples].sort());
      expect([whole.conflicts, crashed.conflicts]).toEqual([0, 0]);
      shares += [...whole.samples.keys()].filter((key) => key.includes('_share')).length;
    }),
    { numRuns: 100 },
  );
  expect(shares).toBeGreaterThan(0);
});

test('an event sent again with its idempotency key counts once, also after a crash', async () => {
  const world = new World(views);
  const event = { name: 'a', timestampMs: START_MS, attributes: { k: 'x', n: 2 } };
  await world.send([{ ...event, id: 'one' }]);
  await world.send([{ ...event, id: 'one' }, event]);
  world.crash();
  await world.send([{ ...event, id: 'one' }]);
  await passMinute(world);
  const series = LabelSet.from({ __name__: 'sliding:count', k: 'x' });
  const values = [...world.stored.samples].filter(([key]) => key.startsWith(String(series)));
  expect(values.length).toBe(10);
  for (const [, value] of values) expect(value).toBe(2);
});

test('listeners get early results at the pace of the view, then the one on time', async () => {
  const world = new World(views);
  const seen: string[] = [];
  world.listen('sliding', ({ kind, endMs, each }) => {
    each((values, series, _labels, value) => {
      if (series === 'sliding:count') seen.push(`${kind} ${endMs - START_MS} ${values} ${value}`);
    });
  });
  await world.send([{ name: 'a', timestampMs: START_MS + 50, attributes: { k: 'x', n: 1 } }]);
  expect(seen).toEqual(['early 100 x 1']);
  world.clock.advance(100);
  await world.send([{ name: 'a', timestampMs: START_MS + 60, attributes: { k: 'x', n: 1 } }]);
  world.clock.advance(250);
  expect(seen.at(-1)).toBe('early 100 x 2');
  await world.send([{ name: 'b', timestampMs: START_MS + 310, attributes: {} }]);
  world.clock.advance(50);
  expect(seen.at(-1)).toBe('final 100 x 2');
});

test('what is stored on time stays; where late events may correct it, what is settled is stored beside it', async () => {
  const world = new World(views);
  const event = (offsetMs: number, k: string) => ({
    name: 'a',
    timestampMs: START_MS + offsetMs,
    attributes: { k, n: 1 },
  });
  await world.send([event(10, 'x'), event(20, 'y')]);
  world.clock.advance(700);
  await world.send([event(650, 'x')]);
  // On time for nothing, and not too late either.
  await world.send([event(30, 'x')]);
  await passMinute(world);
  const stored = (series: string, k: string) =>
    world.stored.samples.get(`${series}{k="${k}"} ${START_MS + 500}`);
  expect([stored('corrected', 'x'), stored('corrected', 'y')]).toEqual([1, 1]);
  expect([stored('corrected:final', 'x'), stored('corrected:final', 'y')]).toEqual([2, 1]);
  // The window of the last event closed in one step with its lateness: it is there under both names.
  const last = `{k="x"} ${START_MS + 1000}`;
  expect(world.stored.samples.get(`corrected${last}`)).toBe(1);
  expect(world.stored.samples.get(`corrected:final${last}`)).toBe(1);
});
