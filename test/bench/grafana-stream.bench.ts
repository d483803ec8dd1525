import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { startHostFixture } from '../grafana-host/fixture.ts';
import { startService } from '../support/service.ts';
import { type Figure, publish, single } from './report.ts';

/*
 * A live query of many series at one result a second, from the service through the data proxy to a panel, for minutes:
 * the longest frame of the page, and its memory.
 *
 *   npm run bench -- grafana-stream --minutes 10 --series 1000 --panel heatmap
 *
 * The panel shows the last fifth of the time, so that its window is full when memory is first looked at. Frames are looked
 * at from then on, but for the moments at which garbage is collected.
 */
const { values: given } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    series: { type: 'string', default: '1000' },
    panel: { type: 'string', default: 'heatmap' },
  },
  strict: false,
});
const minutes = Number(given.minutes);
const seriesCount = Number(given.series);
const panel = String(given.panel);
if (!(minutes > 0 && seriesCount >= 1)) throw new Error('--minutes and --series are numbers over 0');
const windowSeconds = Math.max(10, Math.round(minutes * 12));
const durationMs = minutes * 60_000;

interface Frames {
  readonly count: number;
  /** Milliseconds. */
  readonly longest: number;
  readonly over50: number;
  readonly longTasks: number;
  readonly longestTask: number;
}

const service = await startService({ config: 'watch: { enabled: false }\n' });
const sending = setInterval(() => void sendSamples().catch((error) => console.error(String(error))), 1000);
const fixture = await startHostFixture(['grafana-datasource', `grafana-panels/${panel}`]);
try {
  publish('grafana-stream', await measured(), [
    `${seriesCount} series at 1 Hz for ${minutes} min on the ${panel} panel, which shows the last ${windowSeconds} s`,
  ]);
} finally {
  clearInterval(sending);
  await fixture.close();
  await service.stop();
}

/** One sample of each series, now. */
async function sendSamples(): Promise<void> {
  const nowMs = Date.now();
  const dataPoints = Array.from({ length: seriesCount }, (_each, i) => ({
    timeUnixNano: `${nowMs}000000`,
    asDouble: 100 + 50 * Math.sin(nowMs / 20_000 + i / 40) + (i % 7),
    attributes: [{ key: 'host', value: { stringValue: `host-${String(i).padStart(5, '0')}` } }],
  }));
  const body = { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics: [gauge()] }] }] };
  const answer = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the service answered ${answer.status}`);
  await answer.arrayBuffer();

  function gauge(): unknown {
    return { name: 'bench.load', gauge: { dataPoints } };
  }
}

async function measured(): Promise<Figure[]> {
  const ids: Readonly<Record<string, string>> = {
    heatmap: 'statbar-heatmap-panel',
    leaderboard: 'statbar-leaderboard-panel',
  };
  const { page, problems, close } = await fixture.open(
    [
      {
        type: ids[panel] ?? panel,
        title: 'Live',
        gridPos: { x: 0, y: 0, w: 24, h: 18 },
        datasource: { uid: 'statbar', type: 'statbar-metrics-datasource' },
        targets: [
          { refId: 'A', version: 2, kind: 'promql', live: true, expr: 'bench_load', legend: '{{host}}' },
        ] as never,
      },
    ],
    {
      statbar: { url: service.httpUrl },
      dashboard: { time: { from: `now-${windowSeconds}s`, to: 'now' }, refresh: '' },
    },
  );
  await page.locator('[data-panel-state="Streaming"]').waitFor({ timeout: 120_000 });
  const session = await page.context().newCDPSession(page);
  const startMs = Date.now();
  await watchFrames(page);
  const until = (share: number) =>
    page.waitForTimeout(Math.max(0, startMs + share * durationMs - Date.now()));
  await until(0.2);
  const start = await heapBytes(page, session);
  const first = await frames(page);
  await until(0.6);
  const middle = await heapBytes(page, session);
  await until(1);
  const seen = await frames(page);
  const end = await heapBytes(page, session);
  const state = await page.locator('[data-panel-state]').first().getAttribute('data-panel-state');
  await close();
  const serious = problems.filter((text) => !text.includes('.svg') && !text.includes('404'));
  if (state !== 'Streaming' || serious.length > 0)
    throw new Error(`the panel is ${state} at the end: ${serious.join('; ')}`);
  return figuresOf(seen, first, [start, middle, end]);
}

function figuresOf(seen: Frames, first: Frames, heaps: readonly number[]): Figure[] {
  const key = (name: string): string => `grafana-stream/${name}`;
  const [start, middle, end] = heaps.map((bytes) => bytes / 2 ** 20) as [number, number, number];
  return [
    single(key('longest-frame'), 'longest frame', 'ms', seen.longest),
    single(key('frames-over-50ms'), 'frames over 50 ms', '', seen.over50),
    single(key('frames'), 'frames looked at', '', seen.count),
    single(key('longest-task'), 'longest task over 50 ms (0: none)', 'ms', seen.longestTask),
    single(key('long-tasks'), 'tasks over 50 ms', '', seen.longTasks),
    single(key('warm-up-frame'), 'longest frame of the first fifth', 'ms', first.longest),
    single(key('heap-start'), 'JS heap when the window is full', 'MB', start),
    single(key('heap-middle'), 'JS heap after three fifths', 'MB', middle),
    single(key('heap-end'), 'JS heap at the end', 'MB', end),
    single(key('heap-growth'), 'JS heap, end against start', 'x', end / start),
  ];
}

/** Counts frames and long tasks from now on. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const fresh = () => ({ count: 0, longest: 0, over50: 0, longTasks: 0, longestTask: 0 });
    const watch = { seen: fresh(), isPaused: false, reset: () => (watch.seen = fresh()) };
    (window as never as { frameWatch: typeof watch }).frameWatch = watch;
    let beforeMs: number | undefined;
    const look = (nowMs: number): void => {
      if (watch.isPaused) beforeMs = undefined;
      else {
        if (beforeMs !== undefined) {
          const lengthMs = nowMs - beforeMs;
          watch.seen.count += 1;
          watch.seen.longest = Math.max(watch.seen.longest, lengthMs);
          if (lengthMs > 50) watch.seen.over50 += 1;
        }
        beforeMs = nowMs;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        if (watch.isPaused) continue;
        watch.seen.longTasks += 1;
        watch.seen.longestTask = Math.max(watch.seen.longestTask, duration);
      }
    }).observe({ entryTypes: ['longtask'] });
  });
}

interface FrameWatch {
  seen: Frames;
  isPaused: boolean;
  reset(): void;
}

/** What was seen since the last time. */
function frames(page: Page): Promise<Frames> {
  return page.evaluate(() => {
    const { frameWatch } = window as never as { frameWatch: FrameWatch };
    const { seen } = frameWatch;
    frameWatch.reset();
    return seen;
  });
}

/** What is alive. Frames are not looked at meanwhile: collecting everything at once is not what a page does. */
async function heapBytes(page: Page, session: CDPSession): Promise<number> {
  const pause = (isPaused: boolean) =>
    page.evaluate((value) => {
      (window as never as { frameWatch: FrameWatch }).frameWatch.isPaused = value;
    }, isPaused);
  await pause(true);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await page.waitForTimeout(1500);
  await pause(false);
  return usedSize;
}
