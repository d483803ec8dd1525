import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { forecasterSuite, hourly, meanError } from './forecaster.suite.ts';
import { createForecaster, forecasterMethods } from './index.ts';

for (const method of forecasterMethods) forecasterSuite(method.name, method.create);

const HOUR_MS = 3_600_000;

describe('the blend', () => {
  test('finds the day and the week by itself, and is off by little more than the noise', () => {
    const values = hourly(24 * 35 + 72, 4);
    const truth = values.slice(-72);
    const forecast = createForecaster().fit({ values: values.slice(0, -72) }, { horizonSteps: 72 });
    // The noise alone is off by 1.6 on average.
    expect(meanError(forecast.predict(72, [0.9]).mean, truth)).toBeLessThan(2.5);
  });

  test('follows a trend', () => {
    const prng = createPrng(2);
    const values = Float64Array.from({ length: 200 }, (_, i) => 5 * i + prng.normal());
    const { mean } = createForecaster().fit({ values }, { horizonSteps: 20 }).predict(20, [0.9]);
    expect(Math.abs(mean[19] - 5 * 219)).toBeLessThan(15);
  });

  test('on a random walk it is close to the newest value, and intervals grow with the horizon', () => {
    const prng = createPrng(12);
    let level = 1000;
    const values = Float64Array.from({ length: 1000 }, () => {
      level += prng.normal();
      return level;
    });
    const { mean, lower, upper } = createForecaster()
      .fit({ values }, { horizonSteps: 48 })
      .predict(48, [0.9]);
    expect(Math.abs(mean[47] - level)).toBeLessThan(6);
    expect(upper[0][47] - lower[0][47]).toBeGreaterThan(1.5 * (upper[0][1] - lower[0][1]));
  });

  test('a nightly spike of a single minute is forecast for its minute', () => {
    const prng = createPrng(3);
    const at = (i: number): number => 50 + prng.normal() + (i % 1440 === 185 ? 80 : 0);
    const values = Float64Array.from({ length: 14 * 1440 }, (_, i) => at(i));
    const model = createForecaster().fit({ values, startMs: 0, stepMs: 60_000 }, { horizonSteps: 360 });
    const { mean } = model.predict(360, [0.95]);
    expect(mean[185]).toBeGreaterThan(110);
    expect(Math.max(...mean.slice(0, 183), ...mean.slice(188))).toBeLessThan(56);
  });

  test('days are those of the time zone: what comes at nine goes on coming at nine when the clocks change', () => {
    // Berlin leaves daylight saving on 2026-10-25 at 01:00 UTC.
    const startMs = Date.UTC(2026, 9, 1);
    const berlinHour = (i: number): number =>
      (i + (startMs + i * HOUR_MS < Date.UTC(2026, 9, 25, 1) ? 2 : 1)) % 24;
    const values = Float64Array.from({ length: 24 * 24 + 30 }, (_, i) => (berlinHour(i) === 9 ? 100 : 10));
    const known = values.slice(0, -30);
    const input = { values: known, startMs, stepMs: HOUR_MS };
    const aware = createForecaster().fit(input, { horizonSteps: 30, timeZone: 'Europe/Berlin' });
    expect(meanError(aware.predict(30, [0.9]).mean, values.slice(-30))).toBeLessThan(1);
    const unaware = createForecaster().fit(input, { horizonSteps: 30 });
    expect(meanError(unaware.predict(30, [0.9]).mean, values.slice(-30))).toBeGreaterThan(4);
  });

  test('years of days are forecast too: a day of one step is no season', () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => 100 + 10 * ((i % 7) - 3));
    const input = { values, startMs: 0, stepMs: 24 * HOUR_MS };
    const { mean } = createForecaster().fit(input, { horizonSteps: 14 }).predict(14, [0.9]);
    expect(Math.min(...mean)).toBeGreaterThan(60);
    expect(Math.max(...mean)).toBeLessThan(140);
  });

  test('intervals hold what they promise, over 60 signals with noise of three kinds', () => {
    let inside80 = 0;
    let inside95 = 0;
    const horizonSteps = 24;
    for (let seed = 0; seed < 60; seed++) {
      const prng = createPrng(seed + 100);
      let correlated = 0;
      const values = hourly(24 * 28 + horizonSteps, seed, 0).map((value) => {
        correlated = 0.8 * correlated + 3 * prng.normal();
        if (seed % 3 === 0) return value + 4 * prng.normal();
        return seed % 3 === 1 ? value + correlated : value * (1 + 0.05 * prng.normal());
      });
      const model = createForecaster().fit({ values: values.slice(0, -horizonSteps) }, { horizonSteps });
      const { lower, upper } = model.predict(horizonSteps, [0.8, 0.95]);
      values.slice(-horizonSteps).forEach((value, h) => {
        if (value >= lower[0][h] && value <= upper[0][h]) inside80 += 1 / (60 * horizonSteps);
        if (value >= lower[1][h] && value <= upper[1][h]) inside95 += 1 / (60 * horizonSteps);
      });
    }
    expect(inside80).toBeGreaterThan(0.76);
    expect(inside80).toBeLessThan(0.86);
    expect(inside95).toBeGreaterThan(0.93);
    expect(inside95).toBeLessThan(0.98);
  });
});
