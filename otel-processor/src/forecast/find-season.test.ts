import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { findSeason } from './find-season.ts';
import { createForecaster } from './index.ts';

const STEP_MS = 900_000;
const DAY = 96;

/** A wave of this period, in steps, around 100 with an amplitude of 60 and noise. */
function wave(count: number, period: number, noise: number, seed: number): Float64Array {
  const prng = createPrng(seed);
  return Float64Array.from(
    { length: count },
    (_, i) => 100 + 60 * Math.sin((2 * Math.PI * i) / period) + noise * prng.normal(),
  );
}

test('two days or more of a daily curve with noise have the season of a day, not of about a day', () => {
  const days = fc.double({ min: 2.1, max: 14, noNaN: true });
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 15 }), fc.nat(), (length, noise, seed) => {
      expect(findSeason(wave(Math.floor(length * DAY), DAY, noise, seed), STEP_MS)).toBe(DAY);
    }),
  );
});

test('what recurs in 23 hours, or in 25, is not called a day where the history can tell', () => {
  for (const period of [92, 100]) expect(findSeason(wave(14 * DAY, period, 5, 1), STEP_MS)).toBe(period);
});

test('six hours are not called a day, nor is a trend', () => {
  expect(findSeason(wave(7 * DAY, 24, 5, 1), STEP_MS)).toBe(24);
  expect(
    findSeason(
      Float64Array.from({ length: 400 }, (_, i) => 3 * i),
      STEP_MS,
    ),
  ).toBe(1);
});

test('three days of a daily curve that begin with a launch are followed, not levelled', () => {
  const curve = (i: number): number =>
    (100 + 60 * Math.sin((2 * Math.PI * i) / DAY)) * (i < 40 ? 0 : 1 - 0.9 * Math.exp((40 - i) / 36));
  const prng = createPrng(5);
  const count = 3 * DAY;
  const values = Float64Array.from({ length: count }, (_, i) => curve(i) * (1 + 0.05 * prng.normal()));
  const { mean } = createForecaster()
    .fit({ values, startMs: 0, stepMs: STEP_MS }, { horizonSteps: DAY })
    .predict(DAY, [0.8]);
  const [follows, flat] = [(h: number) => mean[h], () => 100].map((forecast) =>
    Array.from({ length: DAY }, (_, h) => Math.abs(forecast(h) - curve(count + h))).reduce((a, b) => a + b),
  );
  expect(follows).toBeLessThan(0.6 * flat);
});
