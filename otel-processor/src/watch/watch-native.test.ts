import { afterEach, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { Batch, type Histogram, LabelSet, spansOf } from '../model/index.ts';
import { WatchHarness } from './watch-harness.suite.ts';
import { HOUR_MS, MINUTE_MS, START_MS } from './watch-traffic.suite.ts';

let harness: WatchHarness;
afterEach(() => harness.close());

const SCHEMA = 3;

/** Exponential histograms of durations by region; those of the EU are eight times as long from `slowFromMs` on. */
class Durations {
  readonly #prng = createPrng(4);
  readonly #counts = new Map<string, Map<number, number>>();
  readonly #slowFromMs: number;

  constructor(slowFromMs: number) {
    this.#slowFromMs = slowFromMs;
  }

  async send(timeMs: number, durationS: number): Promise<void> {
    const batch = new Batch(4);
    for (const region of ['eu', 'us']) {
      const counts = this.#counts.get(region) ?? new Map<number, number>();
      this.#counts.set(region, counts);
      const slower = region === 'eu' && timeMs > this.#slowFromMs ? 8 : 1;
      for (let left = 20 * durationS; left > 0; left--) {
        const index = Math.ceil(Math.log2(0.1 * slower * Math.exp(0.5 * this.#prng.normal())) * 2 ** SCHEMA);
        counts.set(index, (counts.get(index) ?? 0) + 1);
      }
      const labels = { __name__: 'checkout_seconds', job: 'shop', instance: region, region };
      const seriesId = harness.resolver.resolve(LabelSet.from(labels));
      if (typeof seriesId !== 'number') throw new Error(seriesId);
      batch.addHistogram(batch.pointCount++, seriesId, timeMs, histogramOf(counts));
    }
    await harness.consume(batch);
  }
}

function histogramOf(counts: ReadonlyMap<number, number>): Histogram {
  const { spans, buckets } = spansOf([...counts].sort(([a], [b]) => a - b));
  return {
    ...{ schema: SCHEMA, zeroThreshold: 1e-128, zeroCount: 0, sum: 0, counterResetHint: 'unknown' },
    count: buckets.reduce((sum, count) => sum + count, 0),
    ...{ positiveSpans: spans, positiveBuckets: buckets, negativeSpans: [], negativeBuckets: [] },
  };
}

async function run(crashAtMs: number | undefined): Promise<unknown> {
  harness = await WatchHarness.open({
    startMs: START_MS,
    watch: { young_for: '0s', forecast_horizon: '0s' },
  });
  harness.type('checkout_seconds', 'histogram');
  const durations = new Durations(START_MS + 5 * MINUTE_MS);
  for (let timeMs = START_MS - 3 * HOUR_MS; timeMs < START_MS; timeMs += MINUTE_MS)
    await durations.send(timeMs, 60);
  await harness.start();
  let crashed = false;
  while (harness.clock.nowMs() < START_MS + 12 * MINUTE_MS) {
    await durations.send(harness.clock.nowMs(), 10);
    await harness.pass(10_000);
    if (crashAtMs === undefined || crashed || harness.clock.nowMs() < crashAtMs) continue;
    crashed = true;
    harness.crash();
    await harness.start();
  }
  return {
    episodes: harness.episodes(),
    derived: await harness.stored('{__name__=~"checkout_seconds:.*"}[12m]', harness.clock.nowMs()),
  };
}

test('a native histogram is watched as p50, p95, p99 and rate, by series and together', async () => {
  await run(undefined);
  const names = new Set(harness.watch.signals(100).map(({ signal }) => signal));
  const parts = ['p50', 'p95', 'p99', 'rate'];
  for (const part of parts) expect(names).toContain(`checkout_seconds:${part}`);
  for (const part of parts) expect(names).toContain(`checkout_seconds:sum:${part}`);
  const quick = harness.watch
    .signals(100)
    .find(({ signal, labels }) => signal === 'checkout_seconds:p50' && labels['region'] === 'us');
  expect(quick?.actual).toBeGreaterThan(0.08);
  expect(quick?.actual).toBeLessThan(0.13);
  const [episode, ...others] = harness.episodes();
  expect(others).toEqual([]);
  expect(episode.signal).toMatch(/^checkout_seconds:/);
  expect(episode).toMatchObject({ direction: 'above', labels: { region: 'eu' } });
  expect(episode.startMs).toBeGreaterThan(START_MS + 5 * MINUTE_MS);
});

test.each([4, 7])('a crash after %i minutes changes nothing', async (minute) => {
  const undisturbed = await run(undefined);
  await harness.close();
  expect(await run(START_MS + minute * MINUTE_MS)).toEqual(undisturbed);
});
