import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counters, inSlices, silentLogger, systemClock } from '../../chatops-bot/src/base/index.ts';
import { chartPng, type Paint, Painter } from '../../chatops-bot/src/chart/index.ts';
import type { Chart } from '../../chatops-bot/src/reply/index.ts';
import { indexOf, indexSteps, type Vocabulary } from '../../chatops-bot/src/words/index.ts';
import { publish, single } from './report.ts';

/**
 * How long buttons that people press wait in the bot while it draws the charts of a storm (as many as `alert-storm` has alerts
 * on one channel, as many at once as deliveries are under way), and while it takes 50,000 metrics to pieces for questions in plain
 * words. Each in the two ways that there are, in one run. Wall time: neighbours on the machine count.
 */
const CHARTS = 200;
const AT_ONCE = 16;
const METRICS = 50_000;
const POINTS = 300;

function stormChart(i: number): Chart {
  const timesMs = Array.from({ length: POINTS }, (_, at) => at * 60_000);
  const values = timesMs.map((_, at) => 10 + Math.sin((at + i) / 9) + (at > 250 ? 20 : 0));
  const around = (by: number): number[] => values.map((_, at) => 10 + by + Math.sin((at + i) / 9));
  return {
    title: `Storm p${i}`,
    alt: 'Line chart',
    unit: null,
    fromMs: 0,
    toMs: (POINTS - 1) * 60_000,
    timeZone: 'UTC',
    lines: [{ name: `probe=p${i}`, timesMs, values }],
    leftOut: 0,
    expected: { name: 'expected', timesMs, values: around(0) },
    band: { name: 'expected range', timesMs, lower: around(-2), upper: around(2) },
    threshold: { value: 20, direction: 'above' },
    firing: { fromMs: 250 * 60_000, toMs: null },
    forecastFromMs: null,
  };
}

function manyMetrics(): Vocabulary {
  const metrics = Array.from({ length: METRICS }, (_, i) => ({
    name: `team_${i % 211}_service_${i}_requests_total`,
    kind: 'counter' as const,
    help: `Requests of service ${i} that were answered.`,
    labels: ['job', 'instance', 'region'],
  }));
  const hosts = Array.from({ length: 2000 }, (_, i) => `host-${i}.example:9090`);
  return { metrics, values: new Map([['instance', hosts]]) };
}

/** Delay of the event loop meanwhile, in milliseconds. */
async function delayOf(work: () => Promise<unknown>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The first tick only sets the mark from which the next is measured.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await work();
  // A turn that took long is seen in the next one.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
}

async function drawAll(paint: Paint): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < CHARTS) await paint(stormChart(next++), 'light');
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

const counters = new Counters();
const painter = new Painter({ clock: systemClock, logger: silentLogger, counters });
await painter.paint(stormChart(0), 'light');
await chartPng(stormChart(0), 'light');
const here = await delayOf(() => drawAll(chartPng));
const thread = await delayOf(() => drawAll(painter.paint));
await painter.stop();
if (Object.keys(counters.snapshot()).length > 0) throw new Error('the thread did not draw all charts');

const vocabulary = manyMetrics();
indexOf(vocabulary);
const whole = await delayOf(async () => indexOf(vocabulary));
const slices = await delayOf(() => inSlices(indexSteps(vocabulary), systemClock));

publish(
  'chat-delay',
  [
    single('chat-delay/charts-here-p99', 'charts drawn on the event loop: its delay, p99', 'ms', here.p99),
    single('chat-delay/charts-here-max', 'charts drawn on the event loop: its delay, most', 'ms', here.max),
    single('chat-delay/charts-thread-p99', 'charts drawn in a thread: delay, p99', 'ms', thread.p99),
    single('chat-delay/charts-thread-max', 'charts drawn in a thread: delay, most', 'ms', thread.max),
    single('chat-delay/index-whole', 'words indexed in one go: delay, most', 'ms', whole.max),
    single('chat-delay/index-slices', 'words indexed in slices: delay, most', 'ms', slices.max),
  ],
  [`${CHARTS} charts of ${POINTS} points, ${AT_ONCE} at once; ${METRICS} metrics`],
);
