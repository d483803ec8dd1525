import { afterEach, expect, test } from 'vitest';
import { tlsIncident } from '../../demo/src/chat/incident.ts';
import type { World } from '../../demo/src/chat/instance.ts';
import { Batch } from '../../otel-processor/src/model/index.ts';
import { WatchHarness } from '../../otel-processor/src/watch/watch-harness.suite.ts';
import { type DemoInstance, demoFleet, demoMetrics } from './demo-fleet.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const HISTORY_MS = 14 * DAY_MS;
/** As `npm run demo -- --backfill 14d` at some moment. */
const startMs = Date.UTC(2026, 9, 20, 12, 3, 27);
const incidentMs = startMs + 4 * MINUTE_MS;
const world: World = {
  // DEMO_SEED=2 plays another demo.
  seed: Number(process.env['DEMO_SEED'] ?? 1),
  launch: { launchMs: startMs - HISTORY_MS + HISTORY_MS / 7, takeUpMs: HISTORY_MS / 8 },
  incidents: [tlsIncident(incidentMs, incidentMs + 6 * MINUTE_MS)],
};

let harness: WatchHarness | undefined;

afterEach(async () => {
  await harness?.close();
});

test('the demo: its incident is one episode within 30 s, explained, and nothing is told in the two weeks before', async () => {
  harness = await WatchHarness.open({ startMs: startMs - 2 * MINUTE_MS });
  for (const [name, type] of demoMetrics) harness.type(name, type);
  const fleet = demoFleet(world, harness.resolver);
  await loadHistory(harness, fleet);
  harness.clock.jumpTo(startMs);
  await harness.start();
  expect(harness.episodes()).toEqual([]);

  await playLive(harness, fleet, incidentMs + 30_000);
  const episodes = harness.episodes();
  expect(episodes).toHaveLength(1);
  const [incident] = episodes;
  expect(incident).toMatchObject({ signal: 'chat_errors_total:sum', direction: 'above', endMs: null });
  expect(incident.startMs).toBeGreaterThan(incidentMs);
  const where = { region: 'eu-west', device_type: 'android', error_type: 'tls_handshake' };
  expect(incident.labels).toMatchObject(where);
  expect(incident.explanation[0].labels).toMatchObject(where);
  expect(incident.explanation[0].share).toBeGreaterThan(0.8);

  await playLive(harness, fleet, incidentMs + 20 * MINUTE_MS);
  expect(harness.episodes()).toHaveLength(1);
  const { id, endMs, related } = harness.episodes()[0];
  expect(id).toBe(incident.id);
  expect(endMs).not.toBeNull();
  expect(related.map(({ signal }) => signal.split(':')[0])).toContain('chat_delivery_duration_seconds');
}, 400_000);

/** Two weeks, a sample a minute. */
async function loadHistory(into: WatchHarness, fleet: readonly DemoInstance[]): Promise<void> {
  const toMs = Math.floor(startMs / MINUTE_MS) * MINUTE_MS;
  for (let pageMs = toMs - HISTORY_MS; pageMs < toMs; pageMs += HOUR_MS) {
    for (const instance of fleet) {
      const batch = new Batch(8192);
      for (let timeMs = pageMs; timeMs < pageMs + HOUR_MS; timeMs += MINUTE_MS)
        instance.add(batch, timeMs, 60);
      await into.consume(batch);
    }
  }
  for (const instance of fleet) instance.restart();
}

/** Exports every five seconds, and everything that the clock brings. */
async function playLive(into: WatchHarness, fleet: readonly DemoInstance[], toMs: number): Promise<void> {
  while (into.clock.nowMs() < toMs) {
    await into.pass(5000);
    for (const instance of fleet) {
      const batch = new Batch(256);
      instance.add(batch, into.clock.nowMs(), 5);
      await into.consume(batch);
    }
  }
}
