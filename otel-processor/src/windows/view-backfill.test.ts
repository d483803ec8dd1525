import fc from 'fast-check';
import { expect, test } from 'vitest';
import { yieldToEventLoop } from '../base/index.ts';
import { passMinute, type RawSample, START_MS, World } from './engine-harness.suite.ts';
import { viewsConfigSchema } from './index.ts';
import type { RawEvent } from './view-harness.suite.ts';

const common = {
  window: { tumbling: '1s', lateness: '1s' },
  guarantee: 'complete',
  out_of_orderness: '500ms',
  idle_after: '5s',
  by: ['k'],
};
/** There all the time: their results must not change by what comes and goes beside them. */
const old = [
  { ...common, name: 'old_events', from: 'a', aggregate: { count: {} } },
  { ...common, name: 'old_rise', from: { metric: 'requests_total' }, aggregate: { increase: {} } },
];
const added = [
  {
    ...common,
    name: 'new_events',
    from: ['a', 'b'],
    aggregate: { count: {}, sum: { of: 'n' } },
    backfill: '1d',
  },
  {
    ...common,
    name: 'new_level',
    from: { metric: 'depth' },
    aggregate: { sum: { of: 'value' } },
    backfill: '1d',
  },
  {
    ...common,
    name: 'new_rise',
    from: { metric: 'requests_total' },
    aggregate: { increase: {} },
    backfill: '1d',
  },
];
const before = viewsConfigSchema.parse(old);
const after = viewsConfigSchema.parse([added[0], ...old, added[1], added[2]]);

interface Step {
  readonly waitMs: number;
  readonly turns: number;
  readonly crash: boolean;
  readonly events: ReadonlyArray<RawEvent & { readonly id?: string }>;
  readonly samples: readonly RawSample[];
}

const keyed = fc.record({ k: fc.constantFrom('x', 'y'), n: fc.integer({ min: 0, max: 9 }) });
const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  waitMs: fc.constantFrom(0, 60, 700, 2500),
  turns: fc.integer({ min: 0, max: 12 }),
  crash: fc.boolean(),
  events: fc.array(
    fc.record(
      {
        name: fc.constantFrom('a', 'b'),
        timestampMs: fc.integer({ min: -400, max: 0 }),
        attributes: keyed,
        id: fc.constantFrom('1', '2', '3'),
      },
      { requiredKeys: ['name', 'timestampMs', 'attributes'] },
    ),
    { maxLength: 4 },
  ),
  samples: fc.array(
    fc.oneof(
      fc.record({
        labels: fc.record({ __name__: fc.constant('depth'), k: fc.constantFrom('x', 'y') }),
        timestampMs: fc.integer({ min: -4, max: 0 }).map((n) => n * 100),
        value: fc.integer({ min: 0, max: 9 }),
      }),
      // A counter's samples come in order: what it rose by is known only in the order of arrival.
      fc.record({
        labels: fc.record({ __name__: fc.constant('requests_total'), k: fc.constantFrom('x', 'y') }),
        timestampMs: fc.constant(0),
        value: fc.integer({ min: 0, max: 9 }),
      }),
    ),
    { maxLength: 4 },
  ),
});

/** Stored results when the views in `added` come at step `at`; at the very beginning they see everything live. */
async function play(steps: readonly Step[], at: number, mode: 'reload' | 'restart'): Promise<World> {
  const world = new World(at === 0 ? after : before);
  let reloading: Promise<void> = Promise.resolve();
  for (const [i, { waitMs, turns, crash, events, samples }] of steps.entries()) {
    const nowMs = world.clock.nowMs();
    if (i === at && i > 0) {
      if (mode === 'restart') world.crashInto(after);
      else reloading = world.reload(after);
    }
    const shift = <T extends { readonly timestampMs: number }>(all: readonly T[]): T[] =>
      all.map((each) => ({ ...each, timestampMs: nowMs + each.timestampMs }));
    const sent = [world.sendSamples(shift(samples))];
    if (events.length > 0) sent.push(world.send(shift(events)).then(() => {}));
    world.clock.advance(waitMs);
    // What comes next comes in the middle of a backfill.
    for (let turn = 0; turn < turns; turn++) await yieldToEventLoop();
    if (!crash || at === 0) continue;
    await Promise.all([...sent, reloading]);
    world.crash();
  }
  await reloading;
  await passMinute(world);
  await world.engine.stop();
  return world;
}

test('a view that comes later is what it would be had it been there all the time, whatever happens meanwhile', async () => {
  let results = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepArbitrary, { minLength: 2, maxLength: 10 }),
      fc.nat(),
      fc.constantFrom('reload' as const, 'restart' as const),
      async (steps, place, mode) => {
        const whole = await play(steps, 0, mode);
        const late = await play(steps, 1 + (place % (steps.length - 1)), mode);
        expect([...late.stored.samples].sort()).toEqual([...whole.stored.samples].sort());
        expect(late.stored.conflicts).toBe(0);
        results += [...late.stored.samples.keys()].filter((key) => key.startsWith('new_')).length;
      },
    ),
    { numRuns: 40 },
  );
  expect(results).toBeGreaterThan(0);
});

test('a view says that it is being computed, then that it is live; one that changed says so', async () => {
  const world = new World(before);
  await world.send([{ name: 'a', timestampMs: START_MS, attributes: { k: 'x', n: 1 } }]);
  world.crashInto(after);
  const stateOf = (name: string) => world.engine.status().find((view) => view.name === name);
  expect(stateOf('old_events')).toMatchObject({ state: 'live', eventCount: 1 });
  expect(stateOf('new_events')).toMatchObject({ state: 'backfilling', origin: 'new' });
  expect(world.engine.has('new_events')).toBe(true);
  await passMinute(world);
  expect(stateOf('new_events')).toMatchObject({ state: 'live', progress: 1, eventCount: 1 });
  await world.reload(viewsConfigSchema.parse([{ ...old[0], from: 'b' }]));
  expect(world.engine.status()).toMatchObject([
    { name: 'old_events', state: 'live', origin: 'changed', eventCount: 0, sinceMs: START_MS + 60_000 },
  ]);
});

test('a view whose past cannot be read goes live all the same', async () => {
  const world = new World(before);
  await world.send([{ name: 'a', timestampMs: START_MS, attributes: { k: 'x', n: 1 } }]);
  world.log.records = () => {
    throw new Error('the disk is gone');
  };
  await world.reload(after.slice(0, 3));
  await passMinute(world);
  const [view] = world.engine.status();
  expect(view).toMatchObject({ name: 'new_events', state: 'live', eventCount: 0 });
  await world.send([{ name: 'b', timestampMs: world.clock.nowMs(), attributes: { k: 'x', n: 1 } }]);
  expect(world.engine.status()[0].eventCount).toBe(1);
});
