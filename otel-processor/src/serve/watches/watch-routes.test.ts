import { type EpisodeEvent, isEpisodeEvent, isWatchList, type WatchList } from '@statbar/sdk/wire';
import { afterEach, describe, expect, test } from 'vitest';
import type { Episode } from '../../model/index.ts';
import type { EpisodeListener, SignalStatus } from '../../watch/index.ts';
import { createFakeTenant, type RunningService, startService } from '../fakes.test-support.ts';
import type { AnomalyDoors, TenantDoors } from '../tenant.ts';

let running: RunningService;
afterEach(() => running.service.shutdown());

const signal: SignalStatus = {
  ...{ signal: 'orders_total', labels: { region: 'eu' }, stepMs: 60_000, awake: true, warm: true },
  ...{ score: 1.5, actual: 9, expected: 3, lower: 2, upper: 4, sizeBytes: 4000 },
};
const unknown = Number.NaN;
const cold: SignalStatus = {
  ...{ ...signal, signal: 'queue', labels: {}, awake: false, warm: false, score: 0 },
  ...{ actual: 1, expected: unknown, lower: unknown, upper: unknown },
};

function episodeOf(id: string, endMs: number | null = null): Episode {
  return {
    ...{ id, signal: 'orders_total', labels: { region: 'eu' }, startMs: 1000, peakMs: 2000, endMs },
    ...{ score: 2, expected: 3, actual: 9, direction: 'above' as const, why: ['three times as many'] },
    ...{ explanation: [], related: [] },
  };
}

/** Doors of a watch with these episodes, and what tells its listeners. */
function doorsOf(open: readonly Episode[]) {
  const listeners = new Set<EpisodeListener>();
  const limits: number[] = [];
  const doors: AnomalyDoors = {
    list: ({ active }) => (active === true ? open : []),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => ({
      ...{ families: 1, awaitedFamilies: 2, signals: 1, unwatchedSignals: 0, historyDone: 0.5 },
      ...{ lookedAtMs: 5000, cpuShare: 0.1, slowedSignals: 0, sizeBytes: 10 },
    }),
    signals(limit) {
      limits.push(limit);
      return [signal, cold].slice(0, limit);
    },
  };
  const tell: EpisodeListener = (event) => {
    for (const listener of listeners) listener(event);
  };
  return { doors, tell, limits, listeners };
}

async function serve(anomalies: TenantDoors['anomalies']): Promise<void> {
  running = await startService({}, [{ ...createFakeTenant(), anomalies }]);
}

async function ask(query: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${running.url}/statbar/v1/watches${query}`);
  return { status: response.status, body: await response.json() };
}

describe('GET /statbar/v1/watches', () => {
  test('says how watching stands, and the signals; what is no number is null', async () => {
    await serve(doorsOf([]).doors);
    const { status, body } = await ask('');
    expect(status).toBe(200);
    const { data } = body as { data: WatchList };
    expect(isWatchList(data)).toBe(true);
    expect(data).toMatchObject({ families: 1, awaitedFamilies: 2, historyDone: 0.5, lookedAtMs: 5000 });
    expect(data.watches[0]).toEqual(signal);
    expect(data.watches[1]).toEqual({ ...cold, expected: null, lower: null, upper: null });
  });

  test('limit is 100 when it is not said, and 10,000 at most', async () => {
    const { doors, limits } = doorsOf([]);
    await serve(doors);
    const { body } = await ask('?limit=1');
    expect((body as { data: WatchList }).data.watches).toHaveLength(1);
    await ask('');
    await ask('?limit=999999');
    expect(limits).toEqual([1, 100, 10_000]);
    expect((await ask('?limit=many')).status).toBe(400);
  });

  test('when nothing is watched it says which key would change that', async () => {
    await serve(undefined);
    const { status, body } = await ask('');
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: expect.stringContaining('watch.enabled') });
    const stream = await fetch(`${running.url}/statbar/v1/stream?anomalies`);
    expect(stream.status).toBe(404);
  });
});

describe('GET /statbar/v1/stream?anomalies', () => {
  async function* eventsOf(response: Response): AsyncGenerator<EpisodeEvent> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^event: episode\ndata: (.*)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        if (data === undefined) continue;
        const event: unknown = JSON.parse(data);
        if (!isEpisodeEvent(event)) throw new Error(`no episode event: ${data}`);
        yield event;
      }
    }
  }

  test('first what lasts already, then what begins, changes and ends; a reader that leaves is forgotten', async () => {
    const { doors, tell, listeners } = doorsOf([episodeOf('old')]);
    await serve(doors);
    const controller = new AbortController();
    const response = await fetch(`${running.url}/statbar/v1/stream?anomalies`, { signal: controller.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = eventsOf(response);
    expect((await events.next()).value).toMatchObject({ kind: 'open', episode: { id: 'old' }, skipped: 0 });
    tell({ kind: 'start', timeMs: 3000, episode: episodeOf('new') });
    tell({ kind: 'update', timeMs: 4000, episode: episodeOf('new') });
    tell({ kind: 'end', timeMs: 5000, episode: episodeOf('new', 4500) });
    for (const kind of ['start', 'update', 'end'])
      expect((await events.next()).value).toMatchObject({ kind, episode: { id: 'new' } });
    expect(listeners.size).toBe(1);
    controller.abort();
    await expect.poll(() => listeners.size, { timeout: 10_000 }).toBe(0);
  });

  test('a reader that is too slow loses the oldest events, and is told how many', async () => {
    const { doors, tell } = doorsOf([]);
    await serve(doors);
    const response = await fetch(`${running.url}/statbar/v1/stream?anomalies`);
    // All in one turn: nobody can read in between. 256 may wait, one is with the reader that waits already.
    for (let i = 0; i < 300; i++) tell({ kind: 'start', timeMs: i, episode: episodeOf(String(i)) });
    let told = 0;
    let skipped = 0;
    for await (const event of eventsOf(response)) {
      told += 1;
      skipped += event.skipped;
      if (event.episode.id === '299') break;
    }
    expect(skipped).toBeGreaterThan(0);
    expect(told + skipped).toBe(300);
  });
});
