import fc from 'fast-check';
import { expect, test } from 'vitest';
import { yieldToEventLoop } from '../base/index.ts';
import { passMinute, type RawSample, START_MS, World } from './engine-harness.suite.ts';
import { viewsConfigSchema } from './index.ts';

const window = { sliding: '2s', slide: '500ms', lateness: '1s' };
const common = { window, guarantee: 'complete', out_of_orderness: '500ms', idle_after: '5s' };

const views = viewsConfigSchema.parse([
  {
    ...common,
    name: 'level',
    from: 'depth{pool!="ignored"}',
    by: ['pool'],
    aggregate: { count: {}, sum: { of: 'value' }, max: { of: 'value' }, last: { of: 'value' } },
  },
  {
    ...common,
    name: 'rise',
    from: { metric: 'requests_total' },
    by: ['pool'],
    aggregate: { increase: {}, rate: {} },
  },
  {
    ...common,
    name: 'latency',
    from: 'http.server.duration',
    aggregate: { quantiles: { of: 'value', at: [0.5] }, increase: {} },
  },
  // Over another view: the most there was in any second window.
  {
    name: 'peak',
    of: 'level:max',
    window: { tumbling: '4s' },
    aggregate: { max: { of: 'value' } },
    guarantee: 'complete',
  },
]);

type Step = {
  readonly waitMs: number;
  readonly crash: boolean;
  readonly repeat: boolean;
  readonly samples: readonly RawSample[];
};

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  waitMs: fc.constantFrom(0, 100, 700, 1500),
  crash: fc.boolean(),
  repeat: fc.boolean(),
  samples: fc.array(
    fc.record({
      labels: fc.record({
        __name__: fc.constantFrom('depth', 'requests_total', 'other'),
        pool: fc.constantFrom('a', 'b', 'ignored'),
        instance: fc.constantFrom('i', 'j'),
      }),
      // Multiples, so that some fall on the same time.
      timestampMs: fc.integer({ min: -4, max: 0 }).map((n) => n * 250),
      value: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 8 },
  ),
});

interface Played {
  readonly world: World;
  /** In order of arrival, each series' time once: the first value wins, as in the store. */
  readonly arrived: readonly RawSample[];
}

async function play(steps: readonly Step[], faults: boolean): Promise<Played> {
  const world = new World(views);
  const arrived: RawSample[] = [];
  const seen = new Set<string>();
  for (const { waitMs, crash, repeat, samples } of steps) {
    const nowMs = world.clock.nowMs();
    const sent = samples.map((sample) => ({ ...sample, timestampMs: nowMs + sample.timestampMs }));
    for (const sample of sent) {
      const key = JSON.stringify([sample.labels, sample.timestampMs]);
      if (!seen.has(key)) arrived.push(sample);
      seen.add(key);
    }
    await world.sendSamples(sent);
    // A client that had no answer sends again.
    if (faults && repeat) await world.sendSamples(sent);
    if (faults && crash) {
      world.crash();
      await world.sendSamples(sent);
    }
    world.clock.advance(waitMs);
    for (let turn = 0; turn < 6; turn++) await yieldToEventLoop();
  }
  await passMinute(world);
  await world.engine.stop();
  return { world, arrived };
}

/** All windows from the raw samples, by definition. Nothing is later than lateness allows. */
function bruteForce(arrived: readonly RawSample[]): Map<string, number> {
  const numbers = new Map<string, number>();
  const newest = new Map<string, RawSample>();
  const rows = arrived.map((sample) => {
    const series = JSON.stringify(sample.labels);
    const before = newest.get(series);
    const isNewest = before === undefined || sample.timestampMs > before.timestampMs;
    if (isNewest) newest.set(series, sample);
    const rise =
      before === undefined || !isNewest
        ? 0
        : sample.value >= before.value
          ? sample.value - before.value
          : sample.value;
    return { ...sample, rise };
  });
  const windows = new Map<string, typeof rows>();
  for (const row of rows) {
    const { __name__: name, pool } = row.labels;
    if (name === 'other' || (name === 'depth' && pool === 'ignored')) continue;
    for (
      let startMs = Math.floor(row.timestampMs / 500) * 500;
      startMs > row.timestampMs - 2000;
      startMs -= 500
    ) {
      const key = `${name} ${pool} ${startMs + 2000}`;
      windows.set(key, [...(windows.get(key) ?? []), row]);
    }
  }
  for (const [key, inWindow] of windows) {
    const [name, pool, end] = key.split(' ');
    const set = (series: string, value: number) => numbers.set(`${series}{pool="${pool}"} ${end}`, value);
    const values = inWindow.map(({ value }) => value);
    const rise = inWindow.reduce((sum, row) => sum + row.rise, 0);
    if (name === 'requests_total') {
      set('rise:increase', rise);
      set('rise:rate', rise / 2);
      continue;
    }
    const ordered = [...inWindow].sort((a, b) => a.timestampMs - b.timestampMs || a.value - b.value);
    set('level:count', values.length);
    set(
      'level:sum',
      values.reduce((sum, value) => sum + value, 0),
    );
    set('level:max', Math.max(...values));
    set('level:last', ordered.at(-1)!.value);
    const peakEnd = Math.ceil(Number(end) / 4000) * 4000;
    numbers.set(`peak ${peakEnd}`, Math.max(...values, numbers.get(`peak ${peakEnd}`) ?? 0));
  }
  return numbers;
}

test('views over metrics are what the raw samples say; crashes and samples sent again change nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 12 }), async (steps) => {
      const expected = bruteForce((await play(steps, false)).arrived);
      for (const faults of [false, true]) {
        const { world } = await play(steps, faults);
        expect([...world.stored.samples].sort()).toEqual([...expected].sort());
        expect(world.stored.conflicts).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});

test('a histogram by its OpenTelemetry name: quantiles over its buckets, and the number of its measurements', async () => {
  const world = new World(views);
  const at = (timestampMs: number, counts: readonly number[]): RawSample[] => [
    ...['0.1', '1', '+Inf'].map((le, i) => ({
      labels: { __name__: 'http_server_duration_seconds_bucket', le, instance: 'i' },
      timestampMs,
      value: counts[i],
    })),
    {
      labels: { __name__: 'http_server_duration_seconds_count', instance: 'i' },
      timestampMs,
      value: counts[2],
    },
    { labels: { __name__: 'http_server_duration_seconds_sum', instance: 'i' }, timestampMs, value: 1 },
  ];
  await world.sendSamples(at(START_MS - 10_000, [100, 100, 100]));
  await world.sendSamples(at(START_MS - 100, [100, 110, 110]));
  await passMinute(world);
  const { samples } = world.stored;
  expect(samples.get(`latency:quantiles{quantile="0.5"} ${START_MS}`)).toBeCloseTo(0.55, 9);
  expect(samples.get(`latency:increase ${START_MS}`)).toBe(10);
});

test('series beyond the limit are left out and counted; results of views are not read by their names', async () => {
  const world = new World(
    viewsConfigSchema.parse([
      { ...common, name: 'n', from: { metric: '{__name__!=""}' }, aggregate: { count: {} } },
    ]),
  );
  const sample = (name: string, i: number): RawSample => ({
    labels: { __name__: name, i: String(i) },
    timestampMs: START_MS,
    value: 1,
  });
  await world.sendSamples(Array.from({ length: 120 }, (_, i) => sample('x', i)));
  await world.sendSamples([sample('n', 0), sample('n:count', 0)]);
  await passMinute(world);
  expect(world.stored.samples.get(`n ${START_MS + 500}`)).toBe(100);
  const left = world.telemetry
    .render()
    .split('\n')
    .filter((line) => line.startsWith('statbar_view_left_samples_total'));
  expect(left).toContain('statbar_view_left_samples_total{reason="series_limit"} 20');
});
