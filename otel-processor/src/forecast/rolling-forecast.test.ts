import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { hourly } from './forecaster.suite.ts';
import { createForecaster, createRollingForecast, decodeRollingForecast } from './index.ts';

const options = { horizonSteps: 24, season: 24 };

/** Follows `values` from `start` on, fitting when asked to, on what is known by then. */
function follow(
  values: Float64Array,
  start: number,
  visit: (rolling: ReturnType<typeof createRollingForecast>, step: number) => void,
): ReturnType<typeof createRollingForecast> {
  const rolling = createRollingForecast(createForecaster(), options);
  for (let i = start; i < values.length; i++) {
    rolling.observe(values[i]);
    if (rolling.stale) rolling.refit({ values: values.subarray(Math.max(0, i + 1 - 672), i + 1) });
    visit(rolling, i);
  }
  return rolling;
}

describe('a rolling forecast', () => {
  test('has nothing to say before the first fit, and asks for one', () => {
    const rolling = createRollingForecast(createForecaster(), options);
    rolling.observe(1);
    expect(rolling.stale).toBe(true);
    expect(rolling.predict(3, [0.95])).toBeUndefined();
    expect(rolling.coverage(0.95)).toBeNaN();
  });

  test('right after a fit it says what the model says', () => {
    const values = hourly(400);
    const rolling = createRollingForecast(createForecaster(), options);
    rolling.refit({ values });
    expect(rolling.stale).toBe(false);
    const model = createForecaster().fit({ values }, { ...options, horizonSteps: 36 });
    const said = rolling.predict(24, [0.95]);
    const expected = model.predict(24, [0.95]);
    for (let h = 0; h < 24; h++) expect(said?.mean[h]).toBeCloseTo(expected.mean[h], 3);
    expect(said?.upper[0][0]).toBeCloseTo(expected.upper[0][0], 2);
  });

  test('is asked to be fitted again after half a horizon; an overdue one goes on, cut', () => {
    const rolling = createRollingForecast(createForecaster(), options);
    rolling.refit({ values: hourly(400) });
    for (let i = 0; i < 11; i++) rolling.observe(100);
    expect(rolling.stale).toBe(false);
    rolling.observe(100);
    expect(rolling.stale).toBe(true);
    expect(rolling.predict(24, [0.9])?.mean.length).toBe(24);
    for (let i = 0; i < 20; i++) rolling.observe(100);
    expect(rolling.predict(24, [0.9])?.mean.length).toBe(4);
  });

  test('moves with the newest values between fits', () => {
    const prng = createPrng(1);
    const rolling = createRollingForecast(createForecaster(), { horizonSteps: 48 });
    rolling.refit({ values: Float64Array.from({ length: 300 }, () => 10 + prng.normal()) });
    for (let i = 0; i < 12; i++) rolling.observe(30 + prng.normal());
    expect(rolling.predict(1, [0.95])?.mean[0]).toBeGreaterThan(25);
  });

  test('intervals hold what they promise while noise doubles and falls back', () => {
    const prng = createPrng(4);
    const values = hourly(24 * 120, 4, 0).map((value, i) => {
      const noise = i > 24 * 60 && i < 24 * 80 ? 6 : 3;
      return value + noise * prng.normal();
    });
    let inside = 0;
    let count = 0;
    const rolling = follow(values, 24 * 28, (now, i) => {
      const forecast = now.predict(1, [0.9]);
      if (forecast === undefined || i + 1 >= values.length) return;
      count += 1;
      if (values[i + 1] >= forecast.lower[0][0] && values[i + 1] <= forecast.upper[0][0]) inside += 1;
    });
    expect(inside / count).toBeGreaterThan(0.86);
    expect(inside / count).toBeLessThan(0.94);
    expect(rolling.coverage(0.9)).toBeGreaterThan(0.85);
    expect(rolling.coverage(0.9)).toBeLessThan(0.95);
  });

  test('encoded anywhere and decoded, it goes on exactly as it would have', () => {
    const values = hourly(24 * 40, 7, 5);
    const plain = follow(values, 24 * 28, () => {});
    let copied = createRollingForecast(createForecaster(), options);
    for (let i = 24 * 28; i < values.length; i++) {
      copied.observe(values[i]);
      if (copied.stale) copied.refit({ values: values.subarray(Math.max(0, i + 1 - 672), i + 1) });
      const decoded = decodeRollingForecast(createForecaster(), options, copied.encode());
      expect(decoded).toBeDefined();
      if (decoded !== undefined) copied = decoded;
    }
    expect(copied.predict(24, [0.5, 0.97])).toEqual(plain.predict(24, [0.5, 0.97]));
    expect(copied.coverage(0.95)).toBe(plain.coverage(0.95));
  });

  test('bytes of another version, of another horizon, or cut short are not decoded', () => {
    const rolling = createRollingForecast(createForecaster(), options);
    rolling.refit({ values: hourly(200) });
    const state = rolling.encode();
    expect(decodeRollingForecast(createForecaster(), { horizonSteps: 25 }, state)).toBeUndefined();
    expect(decodeRollingForecast(createForecaster(), options, state.subarray(0, 100))).toBeUndefined();
    const other = state.slice();
    other[0] = 99;
    expect(decodeRollingForecast(createForecaster(), options, other)).toBeUndefined();
  });

  test('missing values teach nothing, and memory stays a few KB', () => {
    const rolling = createRollingForecast(createForecaster(), { horizonSteps: 360 });
    rolling.refit({ values: hourly(2000) });
    const before = rolling.predict(1, [0.9]);
    for (let i = 0; i < 3; i++) rolling.observe(Number.NaN);
    expect(rolling.coverage(0.9)).toBeNaN();
    expect(before?.mean.length).toBe(1);
    expect(rolling.sizeBytes()).toBeLessThan(6000);
  });
});
