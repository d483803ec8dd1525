import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chart } from '../reply/index.ts';
import { downsample } from './downsample.ts';
import { CHART_HEIGHT, CHART_WIDTH, chartPng, chartSvg } from './index.ts';
import { niceTicks, timeTicks } from './ticks.ts';

const base: Chart = {
  title: 'Errors <&> "of" checkout',
  alt: 'Errors',
  unit: 'ratio',
  fromMs: 1_790_000_000_000,
  toMs: 1_790_003_600_000,
  timeZone: 'Europe/Berlin',
  lines: [
    {
      name: 'errors',
      timesMs: [1_790_000_000_000, 1_790_001_800_000, 1_790_003_600_000],
      values: [0.01, null, 0.05],
    },
  ],
  leftOut: 2,
  expected: null,
  band: null,
  threshold: { value: 0.03, direction: 'above' },
  firing: { fromMs: 1_790_003_000_000, toMs: null },
  forecastFromMs: null,
};

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const anyValues = fc.array(fc.tuple(fc.double(), orNull(fc.double())), { maxLength: 40 });
const anyChart: fc.Arbitrary<Chart> = fc.record({
  title: fc.string({ unit: 'binary' }),
  alt: fc.string({ unit: 'binary' }),
  unit: orNull(fc.string({ unit: 'binary' })),
  fromMs: fc.nat(4e12),
  toMs: fc.nat(4e12),
  timeZone: fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York', 'nowhere'),
  lines: fc.array(
    anyValues.map((points) => ({
      name: '\ud800<b>',
      timesMs: points.map(([t]) => t),
      values: points.map(([, v]) => v),
    })),
    { maxLength: 15 },
  ),
  leftOut: fc.nat(),
  expected: fc.constant(null),
  band: orNull(
    anyValues.map((points) => ({
      name: 'band',
      timesMs: points.map(([t]) => t),
      lower: points.map(([, v]) => v),
      upper: points.map(([, v]) => v),
    })),
  ),
  threshold: orNull(fc.record({ value: fc.double(), direction: fc.constant(null) })),
  firing: orNull(fc.record({ fromMs: fc.double(), toMs: orNull(fc.double()) })),
  forecastFromMs: orNull(fc.nat(4e12)),
});

test.each([
  [0, 1e-323],
  [1e300, 1.0000000001e300],
  [-1.7e308, 1.7e308],
  [9007199254740990, 9007199254740992],
])('an axis from %s to %s has ends, and no more ticks than it has room for', (low, high) => {
  const ticks = niceTicks(low, high, 6);
  expect(ticks.length).toBeLessThan(20);
  expect(ticks[0]).toBeLessThanOrEqual(low);
  expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(high);
});

test('any chart is a picture: well-formed, without a number that is none', () => {
  fc.assert(
    fc.property(anyChart, fc.constantFrom('light' as const, 'dark' as const), (chart, theme) => {
      const svg = chartSvg(chart, theme);
      expect(svg).not.toMatch(/(?:[MLVHd"]|\s)(?:NaN|-?Infinity)/);
      expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBe(CHART_WIDTH);
    }),
    { numRuns: 60 },
  );
});

test('the picture has its size, its text, and the same bytes each time', async () => {
  const png = Buffer.from(await chartPng(base, 'light'));
  expect(png.readUInt32BE(16)).toBe(CHART_WIDTH);
  expect(png.readUInt32BE(20)).toBe(CHART_HEIGHT);
  expect(png.equals(Buffer.from(await chartPng(base, 'light')))).toBe(true);
  // Without a font resvg leaves all text out, and says nothing.
  const mute = new Resvg(chartSvg(base, 'light'), { font: { loadSystemFonts: false } }).render().asPng();
  expect(png.length).toBeGreaterThan(mute.length * 1.2);
});

test('threshold, firing span, zone, what was left out, and the alternative text are in the picture', () => {
  const svg = chartSvg(base, 'light');
  expect(svg).toContain('threshold 3 %');
  expect(svg).toContain('fill-opacity="0.12"');
  expect(svg).toContain('Europe/Berlin (UTC+02:00)');
  expect(svg).toContain('and 2 more');
  expect(svg).toContain('<title>Errors</title>');
  expect(svg).toContain('Errors &#60;&#38;&#62; &#34;of&#34; checkout');
});

test('a gap in the values is a gap in the line', () => {
  const [path] =
    /<path d="(M[^"]*)" fill="none" stroke="#0072b2"/.exec(chartSvg(base, 'light'))?.slice(1) ?? [];
  expect(path?.match(/M/g)).toHaveLength(2);
});

test('what is forecast is dashed', () => {
  const svg = chartSvg({ ...base, forecastFromMs: 1_790_002_000_000, threshold: null }, 'light');
  expect(svg).toContain('stroke-dasharray="7 5"');
});

test('ticks are round and span the values', () => {
  expect(niceTicks(0, 1, 5)).toEqual(
    [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1].map((v) => Number(v.toPrecision(12))),
  );
  expect(niceTicks(-3, 97, 6)).toEqual([-20, 0, 20, 40, 60, 80, 100]);
  const ticks = timeTicks(Date.UTC(2026, 0, 1, 22, 10), Date.UTC(2026, 0, 2, 2, 0), 6, 'Europe/Berlin');
  expect(ticks.map(({ label }) => label)).toEqual(
    ['00:00', '01:00', '02:00', '03:00'].map((t) => (t === '00:00' ? '01-02' : t)),
  );
});

test('downsampling keeps the ends and the peak, in order', () => {
  const timesMs = Array.from({ length: 500 }, (_, i) => i);
  const values = timesMs.map((i) => (i === 321 ? 100 : Math.sin(i / 40)));
  const kept = downsample(timesMs, values, 20);
  expect(kept).toHaveLength(20);
  expect(kept[0]).toBe(0);
  expect(kept.at(-1)).toBe(499);
  expect(kept).toContain(321);
  expect(kept).toEqual([...kept].sort((a, b) => a - b));
});
