import { afterEach, expect, test } from 'vitest';
import { Counters, silentLogger, systemClock } from '../base/index.ts';
import { ManualClock } from '../base/manual-clock.test-support.ts';
import type { Chart } from '../reply/index.ts';
import { defaultPainterOptions, Painter, type PainterOptions } from './painter.ts';
import { chartPng } from './png.ts';

const chart = (title: string): Chart => ({
  title,
  alt: title,
  unit: null,
  fromMs: 0,
  toMs: 60_000,
  timeZone: 'UTC',
  lines: [{ name: 'a', timesMs: [0, 30_000, 60_000], values: [1, 3, 2] }],
  leftOut: 0,
  expected: null,
  band: null,
  threshold: null,
  firing: null,
  forecastFromMs: null,
});

const script = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

let painter: Painter | undefined;
afterEach(() => painter?.stop());

function open(options: Partial<PainterOptions> = {}, clock = systemClock) {
  const counters = new Counters();
  painter = new Painter({ clock, logger: silentLogger, counters }, { ...defaultPainterOptions, ...options });
  return { painter, inline: () => counters.snapshot() };
}

test('the thread draws the same bytes as are drawn here', async () => {
  const { painter, inline } = open();
  const charts = ['a', 'b', 'c'].map(chart);
  const drawn = await Promise.all(charts.map((each) => painter.paint(each, 'dark')));
  for (const [i, each] of charts.entries()) {
    expect(Buffer.from(drawn[i]).equals(Buffer.from(await chartPng(each, 'dark')))).toBe(true);
  }
  expect(inline()).toEqual({});
});

test.each([
  ['cannot start', new URL('file:///nowhere/at-all.ts')],
  ['ends', script('process.exit(3)')],
  ['throws', script('throw new Error("no")')],
])('where the thread %s, charts are drawn here', async (_what, module) => {
  const { painter, inline } = open({ module });
  const drawn = await Promise.all([painter.paint(chart('a'), 'light'), painter.paint(chart('b'), 'light')]);
  expect(Buffer.from(drawn[1]).equals(Buffer.from(await chartPng(chart('b'), 'light')))).toBe(true);
  await painter.paint(chart('c'), 'light');
  const counts = Object.values(inline()).reduce((sum, count) => sum + count, 0);
  expect(counts).toBe(3);
});

test('a thread that does not answer is given up, and tried again after a rest', async () => {
  const clock = new ManualClock();
  const { painter, inline } = open({ module: script('setInterval(() => {}, 1000)') }, clock);
  const waiting = painter.paint(chart('a'), 'light');
  await clock.advance(defaultPainterOptions.timeoutMs);
  expect((await waiting).length).toBeGreaterThan(1000);
  await painter.paint(chart('b'), 'light');
  expect(inline()).toEqual({
    'statbar_chat_charts_drawn_inline_total{reason="no_worker"}': 1,
    'statbar_chat_charts_drawn_inline_total{reason="worker_lost"}': 1,
  });
  await clock.advance(defaultPainterOptions.restMs);
  const again = painter.paint(chart('c'), 'light');
  await painter.stop();
  expect((await again).length).toBeGreaterThan(1000);
  expect(inline()['statbar_chat_charts_drawn_inline_total{reason="worker_lost"}']).toBe(2);
});

test('what is more than may wait is drawn here', async () => {
  const { painter, inline } = open({ queueMax: 2 });
  await Promise.all(['a', 'b', 'c', 'd'].map((title) => painter.paint(chart(title), 'light')));
  expect(inline()).toEqual({ 'statbar_chat_limit_total{reason="charts_waiting"}': 2 });
});
