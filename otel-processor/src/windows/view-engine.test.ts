import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFault, ManualClock, silentLogger, Telemetry, yieldToEventLoop } from '../base/index.ts';
import { type Batch, type EventBatch, LabelSet, SeriesRegistry } from '../model/index.ts';
import { type EventLogPort, type ResultListener, ViewEngine, viewsConfigSchema } from './index.ts';
import { batchOf, type RawEvent } from './view-harness.suite.ts';

const START_MS = 1_000_000;

/** A log in memory: what a crash leaves of it is what a test says. */
class MemoryLog implements EventLogPort {
  readonly failure = undefined;
  readonly pendingBytes = 0;
  state: Uint8Array | undefined;
  records: Uint8Array[] = [];

  get recordsSinceCheckpoint(): number {
    return this.records.length;
  }

  append(...parts: readonly Uint8Array[]): void {
    this.records.push(Buffer.concat(parts));
  }

  async durable(): Promise<undefined> {}

  #writing = false;

  async checkpoint(encode: () => Promise<Uint8Array>): Promise<undefined> {
    if (this.#writing) return;
    this.#writing = true;
    const covered = this.records.length;
    const state = await encode();
    this.state = state.slice();
    this.records = this.records.slice(covered);
    this.#writing = false;
  }

  /** What a crash leaves: a checkpoint that was being written is not there. */
  afterCrash(): MemoryLog {
    const log = new MemoryLog();
    log.state = this.state;
    log.records = [...this.records];
    return log;
  }
}

/** Stored samples by series and time. A sample that comes again with another value is a broken promise. */
class Stored {
  readonly samples = new Map<string, number>();
  conflicts = 0;

  take(batch: Batch, registry: SeriesRegistry): void {
    for (let row = 0; row < batch.count; row++) {
      const key = `${registry.labels(batch.seriesIds[row])} ${batch.timestampsMs[row]}`;
      const known = this.samples.get(key);
      if (known !== undefined && known !== batch.values[row]) this.conflicts += 1;
      this.samples.set(key, batch.values[row]);
    }
  }
}

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

class World {
  readonly clock = new ManualClock(START_MS);
  log = new MemoryLog();
  readonly registry = new SeriesRegistry();
  readonly stored = new Stored();
  engine: ViewEngine;

  constructor() {
    this.engine = this.#create();
  }

  async send(events: readonly (RawEvent & { readonly id?: string })[]): Promise<EventBatch> {
    const accepted = await this.engine.accept(1, new TextEncoder().encode(JSON.stringify(events)));
    if (isFault(accepted)) throw new Error(accepted.message);
    return accepted;
  }

  /** The process dies between requests; what was acknowledged is in the log. */
  crash(): void {
    for (const timer of this.#running) timer.cancelled = true;
    this.log = this.log.afterCrash();
    this.engine = this.#create();
  }

  listen(view: string, listener: ResultListener): void {
    this.engine.listen(view, listener);
  }

  #elapsedMs = 0;
  readonly #running: Array<{ cancelled: boolean }> = [];

  #create(): ViewEngine {
    const life = { cancelled: false };
    this.#running.push(life);
    const { clock, registry } = this;
    const engine = new ViewEngine(
      views,
      { idsMax: 1000, checkpointEveryMs: 700, pendingBytesMax: 1e9 },
      {
        clock: {
          nowMs: () => clock.nowMs(),
          // So slow that every checkpoint gives up its turn at every step.
          monotonicMs: () => (this.#elapsedMs += 100),
          after: (delayMs, run) => clock.after(delayMs, () => life.cancelled || run()),
          // A dead process has no timers.
          every: (periodMs, run) => clock.every(periodMs, () => life.cancelled || run()),
        },
        logger: silentLogger,
        telemetry: new Telemetry(),
        log: this.log,
        resolver: { generation: 0, resolve: (labels) => registry.getOrCreate(labels), describe: String },
        decode(_kind, bytes) {
          const events = JSON.parse(new TextDecoder().decode(bytes)) as Array<RawEvent & { id?: string }>;
          const batch = batchOf(events);
          events.forEach(({ id }, row) => {
            if (id === undefined) return;
            batch.ids ??= [];
            batch.ids[row] = id;
          });
          batch.pointCount = events.length;
          return batch;
        },
        write: async (batch) => {
          if (!life.cancelled) this.stored.take(batch, registry);
          return undefined;
        },
      },
    );
    engine.recover(this.log.state, this.log.records);
    engine.start();
    return engine;
  }
}

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

/** With turns for the checkpoints that come meanwhile. */
async function passMinute(world: World): Promise<void> {
  for (let second = 0; second < 60; second++) {
    world.clock.advance(1000);
    for (let turn = 0; turn < 30; turn++) await yieldToEventLoop();
  }
}

async function play(steps: readonly Step[], crashes: boolean): Promise<Stored> {
  const world = new World();
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
  const world = new World();
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
  const world = new World();
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
