import { afterEach, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { type HarnessOptions, WatchHarness } from './watch-harness.suite.ts';
import { MINUTE_MS, START_MS } from './watch-traffic.suite.ts';

/** Requests and latency of each service go up and down together; errors of `shop` rise ten minutes after the start. */
const BROKEN_MS = START_MS + 10 * MINUTE_MS;
const HISTORY_STEPS = 720;

const options: HarnessOptions = {
  startMs: START_MS,
  watch: { enabled: false, young_for: '0s' },
  watches: [{ name: 'together', expression: 'service_value', method: 'forest', by: ['service'] }],
};
let harness: WatchHarness;

afterEach(() => harness.close());

type Row = readonly [labels: Readonly<Record<string, string>>, timestampMs: number, value: number];

/** What a minute has depends on the minute alone. */
function rowsAt(timeMs: number): Row[] {
  const minute = Math.round((timeMs - START_MS) / MINUTE_MS) + HISTORY_STEPS;
  return ['shop', 'search'].flatMap((service, i) => {
    const prng = createPrng(1000 * minute + i);
    const load = Math.sin(minute / 30);
    const isBroken = service === 'shop' && timeMs >= BROKEN_MS && timeMs < BROKEN_MS + 5 * MINUTE_MS;
    const values = {
      requests: 100 + 40 * load + prng.normal(),
      errors: (isBroken ? 60 : 5) + prng.normal(),
      latency: 200 + 50 * load + prng.normal(),
    };
    return Object.entries(values).map(
      ([kind, value]): Row => [{ __name__: 'service_value', service, kind }, timeMs, value],
    );
  });
}

async function begin(more: Partial<HarnessOptions> = {}): Promise<void> {
  harness = await WatchHarness.open({ ...options, ...more });
  for (let minute = HISTORY_STEPS; minute > 0; minute--)
    await harness.send(rowsAt(START_MS - minute * MINUTE_MS));
  await harness.start();
}

async function live(toMs: number): Promise<void> {
  while (harness.clock.nowMs() < toMs) {
    const nowMs = harness.clock.nowMs();
    if (nowMs % MINUTE_MS === 0) await harness.send(rowsAt(nowMs));
    await harness.pass(10_000);
  }
}

test('signals that were never like this together are an episode of their group, which names the one that is off most', async () => {
  await begin();
  await live(BROKEN_MS);
  expect(harness.episodes()).toEqual([]);
  await live(BROKEN_MS + 5 * MINUTE_MS);
  const [episode, ...others] = harness.episodes();
  expect(others).toEqual([]);
  expect(episode).toMatchObject({ signal: 'together', labels: { service: 'shop' }, direction: 'above' });
  expect(episode.score).toBeGreaterThanOrEqual(1);
  expect(episode.why[0]).toMatch(/have not been like this together; most of all service_value errors/);
  const scores = await harness.stored('together:anomaly_score[30m]', harness.clock.nowMs());
  expect(Object.keys(scores)).toHaveLength(2);
});

test('a crash in the middle of it changes nothing', async () => {
  const run = async (crashMs: number): Promise<unknown> => {
    await begin();
    await live(BROKEN_MS - 3 * MINUTE_MS);
    await harness.watch.checkpoint();
    await live(crashMs);
    if (crashMs > BROKEN_MS) {
      harness.crash();
      await harness.start();
    }
    await live(BROKEN_MS + 20 * MINUTE_MS);
    const scores = await harness.stored('together:anomaly_score[40m]', harness.clock.nowMs());
    return { episodes: harness.episodes(), scores };
  };
  const straight = await run(0);
  await harness.close();
  expect(await run(BROKEN_MS + 2 * MINUTE_MS + 10_000)).toEqual(straight);
  expect(straight).toMatchObject({ episodes: [{ labels: { service: 'shop' } }] });
});

test('what has no place in a group is counted', async () => {
  await begin({ watches: [{ ...options.watches?.[0], series_max: 1 }] });
  await live(START_MS + 2 * MINUTE_MS);
  expect(harness.watch.status().unwatchedSignals).toBeGreaterThan(0);
  const scores = await harness.stored('together:anomaly_score[30m]', harness.clock.nowMs());
  expect(Object.keys(scores)).toHaveLength(1);
});

test('method: median expects the median of late, whatever the time of day', async () => {
  const watches = [{ name: 'errors', expression: 'service_value{kind="errors"}', method: 'median' }];
  await begin({ watches });
  await live(BROKEN_MS + 5 * MINUTE_MS);
  expect(harness.episodes()).toMatchObject([{ signal: 'errors' }]);
  expect(harness.episodes()[0].why[0]).toContain('above the median');
});
