import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { startHostFixture } from '../grafana-host/fixture.ts';
import { startService } from '../support/service.ts';
import { type CpuOwner, type CpuProfile, cpuByOwner } from './cpu-by-owner.ts';
import { type Figure, publish, single } from './report.ts';

/*
 * A live query of many series at one result a second, from the service through the data proxy to a panel, for minutes:
 * the longest frame of the page, and its memory.
 *
 *   npm run bench -- grafana-stream --minutes 10 --series 1000 --panel heatmap --window 120
 *
 * The panel shows the last two minutes, which are stored before it is opened: its window is full from the start. Memory is
 * first looked at after a fifth of the time. Frames are looked
 * at from then on, but for the moments at which garbage is collected. The last fifth is profiled: CPU time of the page's
 * main thread for each result, by whose work it was (`--profile FILE` keeps the profile).
 */
const { values: given } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    series: { type: 'string', default: '1000' },
    panel: { type: 'string', default: 'heatmap' },
    window: { type: 'string', default: '120' },
    profile: { type: 'string', default: '' },
  },
  strict: false,
});
const minutes = Number(given.minutes);
const seriesCount = Number(given.series);
const panel = String(given.panel);
const windowSeconds = Number(given.window);
if (!(minutes > 0 && seriesCount >= 1 && windowSeconds >= 10))
  throw new Error('--minutes and --series are numbers over 0, --window is at least 10 seconds');
const durationMs = minutes * 60_000;

interface Frames {
  readonly count: number;
  /** Milliseconds. */
  readonly longest: number;
  /** How many frames took so many milliseconds, rounded up; the last one counts all that took longer. */
  readonly histogram: readonly number[];
  readonly over50: number;
  readonly longTasks: number;
  readonly longestTask: number;
}

const service = await startService({ config: 'watch: { enabled: false }\n' });
for (let ageMs = windowSeconds * 1000; ageMs > 0; ageMs -= 1000) await sendSamples(Date.now() - ageMs);
const sending = setInterval(
  () => void sendSamples(Date.now()).catch((error) => console.error(String(error))),
  1000,
);
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

/** One sample of each series at this time. */
async function sendSamples(timeMs: number): Promise<void> {
  const dataPoints = Array.from({ length: seriesCount }, (_each, i) => ({
    timeUnixNano: `${timeMs}000000`,
    asDouble: 100 + 50 * Math.sin(timeMs / 20_000 + i / 40) + (i % 7),
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
  await until(0.8);
  const calm = await frames(page);
  const work = await workOf(session, () => until(1));
  const last = await frames(page);
  const end = await heapBytes(page, session);
  const state = await page.locator('[data-panel-state]').first().getAttribute('data-panel-state');
  await close();
  const serious = problems.filter((text) => !text.includes('.svg') && !text.includes('404'));
  if (state !== 'Streaming' || serious.length > 0)
    throw new Error(`the panel is ${state} at the end: ${serious.join('; ')}`);
  return [...framesFigures(calm, first, last), ...workFigures(work), ...heapFigures([start, middle, end])];
}

function key(name: string): string {
  return `grafana-stream/${name}`;
}

/** Frames while nobody profiled; the profiler's own part is told beside. */
function framesFigures(seen: Frames, first: Frames, profiled: Frames): Figure[] {
  return [
    single(key('longest-frame'), 'longest frame', 'ms', seen.longest),
    single(key('frame-p99'), 'of 100 frames, 99 took at most', 'ms', frameQuantile(seen, 0.99)),
    single(key('frames-over-50ms'), 'frames over 50 ms', '', seen.over50),
    single(key('frames'), 'frames looked at', '', seen.count),
    single(key('longest-task'), 'longest task over 50 ms (0: none)', 'ms', seen.longestTask),
    single(key('long-tasks'), 'tasks over 50 ms', '', seen.longTasks),
    single(key('warm-up-frame'), 'longest frame of the first fifth', 'ms', first.longest),
    single(key('profiled-frame'), 'longest frame of the last fifth, profiled', 'ms', profiled.longest),
  ];
}

function frameQuantile({ histogram, count }: Frames, q: number): number {
  let below = 0;
  for (const [lengthMs, frameCount] of histogram.entries()) {
    below += frameCount;
    if (below >= q * count) return lengthMs;
  }
  return 0;
}

function workFigures({ updates, threadMs, spent }: Work): Figure[] {
  const each = (name: string, what: string, ms: number): Figure =>
    single(key(name), `${what}, for each result`, 'ms', ms / Math.max(1, updates));
  return [
    single(key('updates'), 'results while profiled', '', updates),
    each('cpu', 'CPU of the main thread', threadMs),
    each('cpu-source', 'of it the data source', spent.source),
    each('cpu-panel', 'of it the panel', spent.panel),
    each('cpu-host', 'of it the page around (React, overrides of fields)', spent.host),
    each('cpu-gc', 'of it garbage', spent.gc),
    each('cpu-browser', 'of it style, layout, painting', spent.browser),
  ];
}

function heapFigures(heaps: readonly number[]): Figure[] {
  const [start, middle, end] = heaps.map((bytes) => bytes / 2 ** 20) as [number, number, number];
  return [
    single(key('heap-start'), 'JS heap when the window is full', 'MB', start),
    single(key('heap-middle'), 'JS heap after three fifths', 'MB', middle),
    single(key('heap-end'), 'JS heap at the end', 'MB', end),
    single(key('heap-growth'), 'JS heap, end against start', 'x', end / start),
  ];
}

interface Work {
  /** Results that came meanwhile: one a second. */
  readonly updates: number;
  /** CPU time of the main thread: what neighbours on the machine do is not in it. */
  readonly threadMs: number;
  readonly spent: Record<CpuOwner, number>;
}

/** What the page does until then, scripts and all. */
async function workOf(session: CDPSession, wait: () => Promise<void>): Promise<Work> {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 500 });
  const [beforeMs, startMs] = [await threadMsOf(session), Date.now()];
  await session.send('Profiler.start');
  await wait();
  const { profile } = await session.send('Profiler.stop');
  const updates = Math.round((Date.now() - startMs) / 1000);
  const threadMs = (await threadMsOf(session)) - beforeMs;
  if (given.profile !== '') writeFileSync(String(given.profile), JSON.stringify(profile));
  return { updates, threadMs, spent: cpuByOwner(profile as CpuProfile) };
}

async function threadMsOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

/** Counts frames and long tasks from now on. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const fresh = () => ({
      ...{ count: 0, longest: 0, over50: 0, longTasks: 0, longestTask: 0 },
      histogram: new Array<number>(1001).fill(0),
    });
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
          const bin = Math.min(1000, Math.ceil(lengthMs));
          watch.seen.histogram[bin] = (watch.seen.histogram[bin] ?? 0) + 1;
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
