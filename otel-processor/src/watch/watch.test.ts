import { afterEach, describe, expect, test } from 'vitest';
import { type HarnessOptions, WatchHarness } from './watch-harness.suite.ts';
import {
  HOUR_MS,
  live,
  loadHistory,
  MINUTE_MS,
  START_MS,
  steady,
  TrafficSource,
} from './watch-traffic.suite.ts';

const options: HarnessOptions = { startMs: START_MS, watch: { young_for: '0s' } };
let harness: WatchHarness;

afterEach(() => harness.close());

/** Six hours of history, then the watch begins. */
async function begin(sources: readonly TrafficSource[], more: Partial<HarnessOptions> = {}): Promise<void> {
  harness = await WatchHarness.open({ ...options, ...more });
  await loadHistory(harness, sources, START_MS - 6 * HOUR_MS, START_MS);
  await harness.start();
}

/** Twenty times as much as usual on phones in the EU from START_MS + 5 minutes, for ten minutes. */
const burst = {
  ...steady,
  rate: (region: string, device: string, timeMs: number) => {
    const isBurst = timeMs > START_MS + 5 * MINUTE_MS && timeMs <= START_MS + 15 * MINUTE_MS;
    return isBurst && region === 'eu' && device === 'phone' ? 40 : 2;
  },
};

describe('one incident, one episode', () => {
  test('it is known within three looks, has the labels that it happens to, and ends', async () => {
    const source = new TrafficSource(burst);
    await begin([source]);
    await live(harness, [source], START_MS + 5 * MINUTE_MS);
    expect(harness.episodes()).toEqual([]);
    await live(harness, [source], START_MS + 5 * MINUTE_MS + 40_000);
    const [episode, ...others] = harness.episodes();
    expect(others).toEqual([]);
    expect(episode).toMatchObject({ signal: 'requests_total:sum', direction: 'above', endMs: null });
    expect(episode.labels).toEqual({ region: 'eu', device: 'phone', instance: 'eu' });
    expect(episode.explanation[0].labels).toEqual({ region: 'eu', device: 'phone', instance: 'eu' });
    expect(episode.why[0]).toMatch(/\d/);
    await live(harness, [source], START_MS + 30 * MINUTE_MS);
    expect(harness.episodes()).toHaveLength(1);
    const { endMs, id, startMs } = harness.episodes()[0];
    expect(id).toBe(episode.id);
    expect(endMs).toBeGreaterThan(START_MS + 14 * MINUTE_MS);
    expect(endMs).toBeLessThan(START_MS + 18 * MINUTE_MS);
    expect(
      harness.events.filter(({ kind }) => kind === 'start').map(({ episode: { id: each } }) => each),
    ).toEqual([id]);
    expect(harness.events.at(-1)).toMatchObject({ kind: 'end' });
    expect(startMs).toBeGreaterThan(START_MS + 5 * MINUTE_MS);
  });

  test('all siblings together are one episode too, and so is what other metrics of the job do', async () => {
    const all = {
      ...burst,
      rate: (_r: string, _d: string, timeMs: number) => burst.rate('eu', 'phone', timeMs),
    };
    const sources = [new TrafficSource(all, 1), new TrafficSource(all, 2, 'errors_total')];
    await begin(sources);
    await live(harness, sources, START_MS + 20 * MINUTE_MS);
    const episodes = harness.episodes();
    expect(episodes).toHaveLength(1);
    expect(episodes[0].related.map(({ signal }) => signal)).toHaveLength(1);
  });

  test('the same incident again is an episode again: what it was like was not learnt', async () => {
    const again = {
      ...burst,
      rate: (region: string, device: string, timeMs: number) =>
        burst.rate(region, device, timeMs > START_MS + HOUR_MS ? timeMs - HOUR_MS : timeMs),
    };
    const source = new TrafficSource(again);
    await begin([source]);
    await live(harness, [source], START_MS + 90 * MINUTE_MS);
    expect(harness.episodes()).toHaveLength(2);
  });

  test('what stays is the new level after watch.relearn_after', async () => {
    const stays = {
      ...burst,
      rate: (_region: string, _device: string, timeMs: number) =>
        timeMs > START_MS + 5 * MINUTE_MS ? 12 : 2,
    };
    const source = new TrafficSource(stays);
    await begin([source], { watch: { young_for: '0s', relearn_after: '20m' } });
    await live(harness, [source], START_MS + 2 * HOUR_MS);
    const episodes = harness.episodes();
    expect(episodes).toHaveLength(1);
    expect(episodes[0].endMs).toBeLessThan(START_MS + 40 * MINUTE_MS);
  });

  test('a program that is restarted, and so counts from 0, is none', async () => {
    const source = new TrafficSource(steady);
    await begin([source]);
    await live(harness, [source], START_MS + 10 * MINUTE_MS);
    source.reset();
    await live(harness, [source], START_MS + 30 * MINUTE_MS);
    expect(harness.episodes()).toEqual([]);
  });

  test('a combination of labels that occurs for the first time counts from 0', async () => {
    const usual = new TrafficSource(steady);
    const fresh = new TrafficSource({ regions: ['eu'], devices: ['tablet'], rate: () => 40 });
    await begin([usual]);
    await live(harness, [usual], START_MS + 5 * MINUTE_MS);
    await live(harness, [usual, fresh], START_MS + 6 * MINUTE_MS);
    expect(harness.episodes()[0]?.labels).toMatchObject({ device: 'tablet', region: 'eu' });
  });

  test('a metric that stops altogether is an episode', async () => {
    const source = new TrafficSource(steady);
    await begin([source]);
    await live(harness, [source], START_MS + 10 * MINUTE_MS);
    for (let i = 0; i < 120; i++) await harness.pass(10_000);
    expect(harness.episodes()).toHaveLength(1);
    expect(harness.episodes()[0].signal).toBe('requests_total:sum');
  });
});

describe('which signals', () => {
  test('a constant has no detector; its first burst is news only after watch.constant_for', async () => {
    const constant = (metric: string, change: number) => ({
      rows: (timeMs: number): Array<readonly [Record<string, string>, number, number]> => [
        [{ __name__: metric, job: 'a', instance: '1' }, timeMs, Math.max(0, timeMs - START_MS - change) / 10],
      ],
    });
    harness = await WatchHarness.open({ ...options, watch: { young_for: '0s', constant_for: '2h' } });
    for (const name of ['long_constant', 'short_constant']) harness.type(name, 'counter');
    const long = constant('long_constant', 10 * MINUTE_MS);
    const short = constant('short_constant', 10 * MINUTE_MS);
    for (let at = START_MS - 3 * HOUR_MS; at < START_MS; at += MINUTE_MS) {
      await harness.send([...long.rows(at), ...(at < START_MS - HOUR_MS ? [] : short.rows(at))]);
    }
    await harness.start();
    expect(harness.watch.status().signals).toBe(0);
    while (harness.clock.nowMs() < START_MS + 20 * MINUTE_MS) {
      const at = harness.clock.nowMs();
      await harness.send([...long.rows(at), ...short.rows(at)]);
      await harness.pass(10_000);
    }
    expect(harness.episodes().map(({ signal }) => signal)).toEqual(['long_constant']);
  });

  test('neither derived series nor what StatBar says of itself is watched', async () => {
    const sources = ['a:rate', 'statbar_things', 'recorded'].map(
      (name) => new TrafficSource(steady, 1, name),
    );
    await begin(sources, { isDerived: (name) => name === 'recorded' });
    await live(harness, sources, START_MS + 10 * MINUTE_MS);
    expect(harness.watch.status()).toMatchObject({ families: 0, awaitedFamilies: 0 });
  });

  test('watches ignore and tune metrics, and name expressions', async () => {
    const sources = [new TrafficSource(burst, 1), new TrafficSource(burst, 2, 'noise_total')];
    await begin(sources, {
      watches: [
        { metric: 'noise_*', ignore: true },
        { metric: 'requests_total', direction: 'below' },
        {
          name: 'eu_requests',
          expression: 'sum by (device) (rate(requests_total{region="eu"}[3m]))',
          step: '10s',
        },
      ],
    });
    await live(harness, sources, START_MS + 10 * MINUTE_MS);
    const episodes = harness.episodes();
    expect(episodes.map(({ signal }) => signal)).toEqual(['eu_requests']);
    expect(episodes[0].labels).toEqual({ device: 'phone' });
  });

  test('no more than watch.signals_max get a detector, and it is said how many did not', async () => {
    const source = new TrafficSource({ ...steady, regions: ['a', 'b', 'c', 'd', 'e', 'f'] });
    await begin([source], { watch: { young_for: '0s', signals_max: 5 } });
    await live(harness, [source], START_MS + 5 * MINUTE_MS);
    const later = new TrafficSource(steady, 1, 'later_total');
    await live(harness, [source, later], START_MS + 2 * HOUR_MS);
    expect(harness.watch.status().unwatchedSignals).toBeGreaterThan(0);
  });
});

test('each watched signal has its derived series, and the score of an anomaly is in them', async () => {
  const source = new TrafficSource(burst);
  await begin([source]);
  await live(harness, [source], START_MS + 8 * MINUTE_MS);
  const found = await harness.stored('{__name__=~"requests_total:sum:.+"}[5m]', harness.clock.nowMs());
  expect(Object.keys(found)).toEqual([
    'requests_total:sum:anomaly_score',
    'requests_total:sum:expected',
    'requests_total:sum:lower',
    'requests_total:sum:upper',
  ]);
  const scores = found['requests_total:sum:anomaly_score'];
  expect(Math.max(...scores.map(([, score]) => score))).toBeGreaterThan(1);
  for (const [, expected] of found['requests_total:sum:expected']) expect(expected).toBeCloseTo(8, -1);
  const leaf = await harness.stored(
    'requests_total:expected{region="us",device="web"}[5m]',
    harness.clock.nowMs(),
  );
  expect(Object.values(leaf)[0]).toHaveLength(4);
});

test('totals have a forecast, now and then', async () => {
  const source = new TrafficSource(steady);
  await begin([source], { watch: { forecast_every: '5m' } });
  await live(harness, [source], START_MS + 16 * MINUTE_MS);
  const found = await harness.stored('requests_total:sum:forecast[15m]', harness.clock.nowMs());
  const samples = found['requests_total:sum:forecast'];
  expect(samples.map(([timeMs]) => timeMs)).toEqual(
    [5, 10, 15].map((minute) => START_MS + minute * MINUTE_MS),
  );
  for (const [, value] of samples) expect(value).toBeCloseTo(8, -0.5);
});

test('history that comes after the watch began is learnt from all the same', async () => {
  harness = await WatchHarness.open(options);
  await harness.start();
  const source = new TrafficSource(steady);
  await loadHistory(harness, [source], START_MS - 6 * HOUR_MS, START_MS);
  await live(harness, [source], START_MS + 2 * MINUTE_MS);
  const total = harness.watch.signals(100).find(({ signal }) => signal === 'requests_total:sum');
  expect(total).toMatchObject({ warm: true });
});

describe('a crash', () => {
  /** Everything that can be told of a run: episodes and all derived series. */
  async function run(crashAtMinute: number | undefined): Promise<unknown> {
    const sources = [new TrafficSource(burst, 7), new TrafficSource(burst, 8, 'errors_total')];
    harness = await WatchHarness.open(options);
    await loadHistory(harness, sources, START_MS - 6 * HOUR_MS, START_MS);
    await harness.start();
    await live(harness, sources, START_MS + 2 * MINUTE_MS);
    await harness.watch.checkpoint();
    if (crashAtMinute !== undefined) {
      await live(harness, sources, START_MS + crashAtMinute * MINUTE_MS + 20_000);
      harness.crash();
      await harness.start();
    }
    await live(harness, sources, START_MS + 25 * MINUTE_MS);
    const told = {
      episodes: harness.episodes(),
      series: await harness.stored(
        '{__name__=~".+:(expected|lower|upper|anomaly_score|forecast)"}[25m]',
        harness.clock.nowMs(),
      ),
    };
    return told;
  }

  test.each([3, 5, 6, 10, 16])(
    'after %i minutes changes neither episodes nor derived series',
    async (minute) => {
      const undisturbed = await run(undefined);
      await harness.close();
      expect(await run(minute)).toEqual(undisturbed);
      expect((undisturbed as { episodes: unknown[] }).episodes).toHaveLength(1);
    },
  );
});
