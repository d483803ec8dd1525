// Writes docs/pictures/chat-*.png: an incident as the chart of its card shows it, drawn by the bot itself.
import { writeFileSync } from 'node:fs';
import { chartPng } from '../src/chart/index.ts';
import type { Chart } from '../src/reply/index.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 20, 13, 10);
const firedMinute = 62;
const resolvedMinute = 96;

/** Share of failed orders on Android: a bad release at minute 60, rolled back at minute 90. */
function incident(minutes: number, resolved: boolean): Chart {
  const timesMs = Array.from({ length: minutes }, (_, i) => startMs + i * minuteMs);
  const expected = timesMs.map((_, i) => 0.011 + 0.003 * Math.sin(i / 25));
  const noise = (i: number): number => 0.0011 * Math.sin(i * 2.3) + 0.0008 * Math.sin(i * 5.1);
  const spike = (i: number): number => {
    if (i < 60) return 0;
    return i < 90 ? 0.042 * (1 - Math.exp(-(i - 59) / 4)) : 0.042 * Math.exp(-(i - 89) / 3);
  };
  const firing = {
    fromMs: startMs + firedMinute * minuteMs,
    toMs: resolved ? startMs + resolvedMinute * minuteMs : null,
  };
  return {
    title: resolved ? 'Errors of checkout over 3 % (resolved)' : 'Errors of checkout over 3 %',
    alt: 'Line chart of the share of failed orders',
    unit: 'ratio',
    fromMs: startMs,
    toMs: timesMs[minutes - 1],
    timeZone: 'Europe/Berlin',
    lines: [
      { name: 'device=android', timesMs, values: expected.map((value, i) => value + noise(i) + spike(i)) },
    ],
    leftOut: 0,
    expected: { name: 'expected', timesMs, values: expected },
    band: {
      name: 'expected range',
      timesMs,
      lower: expected.map((value) => value - 0.004),
      upper: expected.map((value) => value + 0.004),
    },
    threshold: { value: 0.03, direction: 'above' },
    firing,
    forecastFromMs: null,
  };
}

const pictures = new URL('../../docs/pictures/', import.meta.url);
writeFileSync(new URL('chat-firing.png', pictures), await chartPng(incident(75, false), 'light'));
writeFileSync(new URL('chat-resolved.png', pictures), await chartPng(incident(115, true), 'dark'));
