import { describe, expect, test } from 'vitest';
import { createPrng } from '../../base/index.ts';
import {
  alertsOf,
  create,
  DAY_MS,
  DAY_STEPS,
  daily,
  detectorSuite,
  HOUR_MS,
  MINUTE_MS,
  START_MS,
  steps,
  watch,
} from '../detector.suite.ts';
import { adaptiveMethod } from './adaptive-detector.ts';

detectorSuite(adaptiveMethod);

const WEEK_STEPS = 7 * DAY_STEPS;

describe('the adaptive detector', () => {
  test('gaps: what comes after hours without rows is judged by the time of day, not by the last value', () => {
    const prng = createPrng(11);
    const signal = steps(3 * WEEK_STEPS, (i) => daily(i) + 3 * prng.normal());
    const withGap = signal.filter((_, i) => i < 2 * WEEK_STEPS || i > 2 * WEEK_STEPS + DAY_STEPS / 2);
    expect(alertsOf(watch(create(adaptiveMethod), withGap))).toEqual([]);
  });

  test('irregular steps: distances between half and twice the usual are nothing', () => {
    const prng = createPrng(12);
    let timestampMs = START_MS;
    const signal = Array.from({ length: 4000 }, () => {
      timestampMs += Math.round((0.5 + 1.5 * prng.next()) * 5 * MINUTE_MS);
      return { timestampMs, value: daily((timestampMs - START_MS) / (5 * MINUTE_MS)) + 3 * prng.normal() };
    });
    expect(alertsOf(watch(create(adaptiveMethod, { stepMs: 0 }), signal))).toEqual([]);
  });

  test('daylight saving: a day that is an hour shorter where the users are is a day like others', () => {
    const timeZone = 'Europe/Paris';
    const change = Date.UTC(2026, 2, 29, 1);
    const prng = createPrng(13);
    const signal = steps(6 * WEEK_STEPS, (i) => {
      const local = START_MS + i * 5 * MINUTE_MS + (START_MS + i * 5 * MINUTE_MS >= change ? 2 : 1) * HOUR_MS;
      const hour = (local % DAY_MS) / HOUR_MS;
      return (hour >= 9 && hour < 18 ? 200 : 20) + 4 * prng.normal();
    });
    const from = signal.findIndex(({ timestampMs }) => timestampMs >= change);
    expect(alertsOf(watch(create(adaptiveMethod, { timeZone }), signal), from)).toEqual([]);
  });

  test('heavy tails: values without a mean are no stream of alerts', () => {
    const prng = createPrng(14);
    const signal = steps(6 * WEEK_STEPS, () => 10 / prng.next());
    expect(alertsOf(watch(create(adaptiveMethod), signal), WEEK_STEPS).length).toBeLessThanOrEqual(3);
  });

  test('level shift: one episode, and the new level is normal after a day', () => {
    const prng = createPrng(15);
    const at = 2 * WEEK_STEPS;
    const signal = steps(4 * WEEK_STEPS, (i) => (i < at ? 100 : 180) + 3 * prng.normal());
    const observed = watch(create(adaptiveMethod), signal);
    const alerts = alertsOf(observed);
    expect(alerts[0]).toBe(at);
    expect(alerts.every((i) => i < at + DAY_STEPS)).toBe(true);
    const later = observed.slice(at + 2 * DAY_STEPS);
    expect(later.every(({ inEpisode, score }) => !inEpisode && score < 1)).toBe(true);
  });

  test('slow drift: doubling within four weeks is no alert', () => {
    const prng = createPrng(16);
    const count = 4 * WEEK_STEPS;
    const signal = steps(count, (i) => 100 * (1 + i / count) + 3 * prng.normal());
    expect(alertsOf(watch(create(adaptiveMethod), signal))).toEqual([]);
  });

  test('spikes that come every day: alerts on the first days only', () => {
    const prng = createPrng(17);
    const signal = steps(5 * WEEK_STEPS, (i) => (i % DAY_STEPS === 24 ? 500 : 50) + 5 * prng.normal());
    expect(alertsOf(watch(create(adaptiveMethod), signal), WEEK_STEPS)).toEqual([]);
  });

  test('spikes that come every week: alerts in the first weeks only', () => {
    const prng = createPrng(18);
    const signal = steps(8 * WEEK_STEPS, (i) => (i % WEEK_STEPS === 300 ? 500 : 50) + 5 * prng.normal());
    expect(alertsOf(watch(create(adaptiveMethod), signal), 4 * WEEK_STEPS)).toEqual([]);
  });

  test('what is usual every day and is missing is an alert', () => {
    const prng = createPrng(19);
    const missing = 3 * WEEK_STEPS + 108;
    const busy = (i: number): boolean => i % DAY_STEPS >= 108 && i % DAY_STEPS < 216;
    const signal = steps(
      3 * WEEK_STEPS + DAY_STEPS,
      (i) => (busy(i) && i < missing ? 200 : 20) + 4 * prng.normal(),
    );
    const detector = create(adaptiveMethod);
    const observed = watch(detector, signal.slice(0, missing + 1));
    expect(alertsOf(observed, WEEK_STEPS)).toEqual([missing]);
    const season = detector.why().find(({ feature }) => feature === 'season');
    expect(season?.sentence).toContain('usual at this time');
  });

  test('a change of variance: noise ten times as strong is an alert within a few steps', () => {
    const prng = createPrng(20);
    const at = 2 * WEEK_STEPS;
    const signal = steps(at + 50, (i) => 100 + (i < at ? 2 : 20) * prng.normal());
    const [first] = alertsOf(watch(create(adaptiveMethod), signal));
    expect(first).toBeGreaterThanOrEqual(at);
    expect(first).toBeLessThan(at + 10);
  });

  test('a signal that always moved and stands still is an alert', () => {
    const prng = createPrng(21);
    const at = 2000;
    let frozen = 0;
    const signal = steps(at + 100, (i) => {
      if (i < at) frozen = 100 + 5 * prng.normal();
      return frozen;
    });
    const detector = create(adaptiveMethod);
    const observed = watch(detector, signal);
    expect(alertsOf(observed)[0]).toBe(at + 59);
    expect(detector.why()[0]).toMatchObject({ feature: 'flat' });
  });

  test('a source that stops sending is an alert after five steps, and one that pauses now and then is not', () => {
    const steady = watch(
      create(adaptiveMethod),
      steps(1010, (i) => (i < 1000 ? daily(i) : Number.NaN)),
    );
    expect(alertsOf(steady)).toEqual([1004]);
    const pausing = steps(3000, (i) => (i % 200 < 12 ? Number.NaN : daily(i)));
    expect(alertsOf(watch(create(adaptiveMethod), pausing), 300)).toEqual([]);
  });

  test('counter resets: a rate that misses a step at a restart is no alert', () => {
    const prng = createPrng(22);
    const signal = steps(3 * WEEK_STEPS, (i) =>
      i % 1700 === 900 ? Number.NaN : daily(i) + 3 * prng.normal(),
    );
    expect(alertsOf(watch(create(adaptiveMethod), signal))).toEqual([]);
  });

  test('small differences of large numbers are seen', () => {
    const prng = createPrng(23);
    const signal = steps(2000, (i) => 16e9 + Math.round(4 * prng.normal()) + (i === 1800 ? 200 : 0));
    expect(alertsOf(watch(create(adaptiveMethod), signal))).toEqual([1800]);
  });
});
