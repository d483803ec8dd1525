import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

/** Short steps, and time for samples to be late: a start in the middle takes less. */
const config = `
store: { durability: os }
watch:
  look: 4s
  step: 4s
  window: 4s
  lateness: 12s
  young_for: 0s
  checkpoint_every: 1s
  history_written: 1h
`;
/** Seconds of history before the clients begin. */
const HISTORY_S = 400;
const LIVE_S = 60;
const BURST_AT_S = 12;
const BURST_FOR_S = 16;

let temp: TempDir | undefined;
const services: Service[] = [];

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  temp?.remove();
});

/** Running totals of two counters at a second; the same for every service. */
function totals(second: number): readonly number[] {
  const burst = Math.max(0, Math.min(second - BURST_AT_S, BURST_FOR_S));
  // Some variation, the same each time.
  const wobble = (n: number): number => Math.round(10 * Math.sin(n * 12.9898) + 10 * Math.sin(n * 4.1414));
  return [
    1000 * (second + HISTORY_S) + wobble(second) + 4000 * burst,
    900 * (second + HISTORY_S) + wobble(second + 7),
  ];
}

function body(startS: number, fromS: number, toS: number): string {
  const counters = ['a', 'b'].map((shop, i) => ({
    attributes: [{ key: 'shop', value: { stringValue: shop } }],
    dataPoints: Array.from({ length: toS - fromS }, (_, n) => ({
      startTimeUnixNano: `${startS - 2 * HISTORY_S}000000000`,
      timeUnixNano: `${startS + fromS + n}000000000`,
      asDouble: totals(fromS + n)[i],
      attributes: [{ key: 'shop', value: { stringValue: shop } }],
    })),
  }));
  const sum = {
    aggregationTemporality: 2,
    isMonotonic: true,
    dataPoints: counters.flatMap((each) => each.dataPoints),
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'till' } }] };
  const metrics = [{ name: 'sales', sum }];
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
}

/** Posts until it is taken, whatever happens to the service in between. */
async function post(url: () => string, text: string): Promise<void> {
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url()}/v1/metrics`, { method: 'POST', headers, body: text });
      if (response.ok) return;
    } catch {
      // The service is being killed or started.
    }
    await sleep(50);
  }
}

async function ask(url: string, path: string): Promise<unknown> {
  return ((await (await fetch(`${url}${path}`)).json()) as { data: unknown }).data;
}

interface Listed {
  readonly episodes: ReadonlyArray<{ readonly endMs: number | null }>;
}

test('killed in the middle of an episode, episodes and scores are those of a service that was left alone', async () => {
  temp = createTempDir('kill-watch');
  const { path } = temp;
  const start = async (name: string): Promise<Service> => {
    const service = await startService({ dataDir: `${path}/${name}`, config });
    services.push(service);
    return service;
  };
  const calm = await start('calm');
  let killed = await start('killed');
  const urls = [() => calm.httpUrl, () => killed.httpUrl];
  const startS = Math.floor(Date.now() / 1000);
  for (const url of urls) await post(url, body(startS, -HISTORY_S, 0));
  for (const url of urls) {
    await expect
      .poll(async () => ((await ask(url(), '/statbar/v1/watches')) as { signals: number }).signals, {
        timeout: 60_000,
      })
      .toBeGreaterThan(0);
  }
  let next = 0;
  let restarted: Promise<void> | undefined;
  const kill = async (): Promise<void> => {
    await killed.kill();
    services.splice(services.indexOf(killed), 1);
    killed = await start('killed');
  };
  while (next < LIVE_S) {
    await sleep(250);
    const now = Math.min(LIVE_S, Math.floor(Date.now() / 1000) - startS);
    if (now <= next) continue;
    const text = body(startS, next, now);
    next = now;
    if (restarted === undefined && now > BURST_AT_S + 20) restarted = kill();
    await post(urls[0], text);
    await restarted;
    await post(urls[1], text);
  }
  const listed: Listed[] = [];
  for (const url of urls) {
    await expect
      .poll(
        async () => {
          const list = (await ask(url(), '/statbar/v1/anomalies')) as Listed;
          return list.episodes.map(({ endMs }) => endMs === null);
        },
        { timeout: 90_000, interval: 500 },
      )
      .toEqual([false]);
    listed.push((await ask(url(), '/statbar/v1/anomalies')) as Listed);
  }
  expect(listed[1]).toEqual(listed[0]);
  const scores = (url: string): Promise<unknown> =>
    ask(
      url,
      `/api/v1/query_range?query=${encodeURIComponent('{__name__=~"sales_total:.*"}')}&start=${startS}&end=${startS + LIVE_S}&step=1`,
    );
  expect(await scores(killed.httpUrl)).toEqual(await scores(calm.httpUrl));
}, 240_000);
