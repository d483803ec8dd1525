import { afterEach, beforeEach, expect, test } from 'vitest';
import { WatchHarness } from './watch-harness.suite.ts';
import {
  live,
  loadHistory,
  MINUTE_MS,
  START_MS,
  steady,
  type Traffic,
  TrafficSource,
} from './watch-traffic.suite.ts';

const watch = { young_for: '0s', forecast_horizon: '0s' };
const burst: Traffic = {
  ...steady,
  rate: (region, _device, timeMs) => (region === 'eu' && timeMs > START_MS + 5 * MINUTE_MS ? 40 : 2),
};
let harness: WatchHarness;
let sources: readonly TrafficSource[];

beforeEach(async () => {
  sources = [new TrafficSource(burst), new TrafficSource(steady, 2, 'visits_total')];
  harness = await WatchHarness.open({ startMs: START_MS, watch });
  await loadHistory(harness, sources, START_MS - 360 * MINUTE_MS, START_MS);
  await harness.start();
});
afterEach(() => harness.close());

async function outcome(): Promise<unknown> {
  const atMs = harness.clock.nowMs();
  return {
    episodes: harness.episodes(),
    derived: await harness.stored('{__name__=~"requests_total:.*"}[15m]', atMs),
  };
}

const names = (): ReadonlySet<string> => new Set(harness.watch.signals(1000).map(({ signal }) => signal));

test('what a reload does not change goes on as if there had been none, and so do listeners', async () => {
  const run = async (reload: boolean): Promise<unknown> => {
    const heard: string[] = [];
    harness.watch.listen(({ kind, episode }) => heard.push(`${kind} ${episode.id}`));
    await live(harness, sources, START_MS + 7 * MINUTE_MS);
    const changes = [{ metric: 'visits_*', ignore: true }];
    if (reload) expect(await harness.reload(watch, changes)).toBe(true);
    await live(harness, sources, START_MS + 12 * MINUTE_MS);
    return { ...((await outcome()) as object), heard };
  };
  const undisturbed = await run(false);
  expect(undisturbed).toMatchObject({ episodes: [{ signal: 'requests_total:sum' }] });
  await harness.close();
  sources = [new TrafficSource(burst), new TrafficSource(steady, 2, 'visits_total')];
  harness = await WatchHarness.open({ startMs: START_MS, watch });
  await loadHistory(harness, sources, START_MS - 360 * MINUTE_MS, START_MS);
  await harness.start();
  expect(await run(true)).toEqual(undisturbed);
  expect(names()).not.toContain('visits_total');
});

test('the same configuration again is no reload', async () => {
  expect(await harness.reload(watch, [])).toBe(false);
});

test('a watched expression comes and goes, and a metric that is watched by another step begins anew', async () => {
  const expression = { name: 'shop:ratio', expression: 'sum(requests_total) / sum(visits_total)' };
  await harness.reload(watch, [expression, { metric: 'visits_total', step: '2m' }]);
  await live(harness, sources, START_MS + 2 * MINUTE_MS);
  expect(names()).toContain('shop:ratio');
  const visits = harness.watch.signals(1000).filter(({ signal }) => signal.startsWith('visits_total'));
  expect(visits.map(({ stepMs }) => stepMs)).toEqual(visits.map(() => 120_000));
  // From history on.
  expect(visits.every(({ warm }) => warm)).toBe(true);
  await harness.reload(watch, []);
  await live(harness, sources, START_MS + 3 * MINUTE_MS);
  expect(names()).not.toContain('shop:ratio');
});

test('with looks of another length all begin anew, and what was found stays found', async () => {
  await live(harness, sources, START_MS + 10 * MINUTE_MS);
  const found = harness.episodes().map(({ id }) => id);
  expect(found).toHaveLength(1);
  await harness.reload({ ...watch, look: '20s' }, []);
  expect(harness.episodes().map(({ id }) => id)).toContain(found[0]);
  await live(harness, sources, START_MS + 12 * MINUTE_MS);
  expect(harness.watch.signals(1)[0]).toMatchObject({ warm: true });
});
