import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import type { Forecaster } from './types.ts';

const HOUR_MS = 3_600_000;

/** A seeded signal of hours: a day's wave, quieter weekends, noise. */
export function hourly(count: number, seed = 1, noise = 2): Float64Array {
  const prng = createPrng(seed);
  return Float64Array.from({ length: count }, (_, i) => {
    const weekend = Math.floor(i / 24) % 7 >= 5 ? 0.6 : 1;
    return weekend * (100 + 40 * Math.sin((2 * Math.PI * i) / 24)) + noise * prng.normal();
  });
}

const anyValue = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  fc.constant(Number.NaN),
  fc.constant(0),
);
const anySignal = fc.array(anyValue, { maxLength: 120 }).map((values) => Float64Array.from(values));

/** What every forecaster has to keep, whatever the signal. */
export function forecasterSuite(name: string, create: () => Forecaster): void {
  describe(`${name}, whatever the signal`, () => {
    test('lower <= mean <= upper, a higher level has a wider interval, and all are numbers when two values are known', () => {
      fc.assert(
        fc.property(anySignal, fc.integer({ min: 1, max: 40 }), (values, horizonSteps) => {
          const forecast = create().fit({ values }, { horizonSteps }).predict(horizonSteps, [0.5, 0.95]);
          const known = values.filter((value) => !Number.isNaN(value)).length;
          for (let h = 0; h < horizonSteps; h++) {
            expect(Number.isNaN(forecast.mean[h])).toBe(known === 0);
            if (known < 2) continue;
            expect(forecast.lower[0][h]).toBeLessThanOrEqual(forecast.mean[h]);
            expect(forecast.upper[0][h]).toBeGreaterThanOrEqual(forecast.mean[h]);
            expect(forecast.lower[1][h]).toBeLessThanOrEqual(forecast.lower[0][h]);
            expect(forecast.upper[1][h]).toBeGreaterThanOrEqual(forecast.upper[0][h]);
          }
        }),
      );
    });

    test('the same input gives the same forecast, and a shorter horizon is the beginning of a longer one', () => {
      const values = hourly(400);
      const first = create().fit({ values }, { horizonSteps: 30 });
      const second = create().fit({ values: values.slice() }, { horizonSteps: 30 });
      expect(second.predict(30, [0.9])).toEqual(first.predict(30, [0.9]));
      expect(first.predict(7, [0.9]).mean).toEqual(first.predict(30, [0.9]).mean.slice(0, 7));
      expect(first.crossing(150, 'above', 30)).toEqual(second.crossing(150, 'above', 30));
    });

    test('the signal is left as it was', () => {
      const values = hourly(300);
      values[100] = Number.NaN;
      const copy = values.slice();
      create().fit({ values }, { horizonSteps: 10 }).predict(10, [0.9]);
      expect(values).toEqual(copy);
    });

    test('never negative where the signal never is', () => {
      fc.assert(
        fc.property(
          fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2, maxLength: 100 }),
          (values) => {
            const model = create().fit({ values: Float64Array.from(values) }, { horizonSteps: 20 });
            const { mean, lower } = model.predict(20, [0.99]);
            expect(Math.min(...mean, ...lower[0])).toBeGreaterThanOrEqual(0);
          },
        ),
      );
    });

    test('bounds that are given are kept: a ratio stays a ratio', () => {
      const values = hourly(300).map((value) => Math.min(1, value / 130));
      const options = { horizonSteps: 48, range: { min: 0, max: 1 } };
      const { mean, lower, upper } = create().fit({ values }, options).predict(48, [0.99]);
      expect(Math.max(...mean, ...upper[0])).toBeLessThanOrEqual(1);
      expect(Math.min(...mean, ...lower[0])).toBeGreaterThanOrEqual(0);
    });

    test('a running total never falls, and a reset in its history is seen through', () => {
      const prng = createPrng(3);
      let total = 0;
      const values = Float64Array.from({ length: 400 }, (_, i) => {
        total = i === 250 ? 0 : total + 10 + prng.next();
        return total;
      });
      const model = create().fit({ values }, { horizonSteps: 40, counter: true });
      const { mean, lower } = model.predict(40, [0.95]);
      for (let h = 1; h < 40; h++) expect(mean[h]).toBeGreaterThanOrEqual(mean[h - 1]);
      expect(Math.min(...lower[0])).toBeGreaterThanOrEqual(total);
      expect(mean[39] - total).toBeGreaterThan(40 * 10);
      expect(mean[39] - total).toBeLessThan(40 * 11);
    });

    test('a constant stays what it is, without doubt', () => {
      for (const constant of [0, 5, -3.25, 1e9]) {
        const model = create().fit({ values: new Float64Array(200).fill(constant) }, { horizonSteps: 24 });
        const { mean, lower, upper } = model.predict(24, [0.95]);
        for (let h = 0; h < 24; h++) {
          expect(mean[h]).toBeCloseTo(constant, 6);
          expect(upper[0][h] - lower[0][h]).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(constant)));
        }
      }
    });

    test('a signal without values is unknown; of one value the bounds are', () => {
      const nothing = create().fit({ values: new Float64Array(5).fill(Number.NaN) }, { horizonSteps: 3 });
      expect([...nothing.predict(3, [0.9]).mean]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      expect([...nothing.crossing(1, 'above', 3)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      const single = create().fit({ values: Float64Array.of(Number.NaN, 7) }, { horizonSteps: 2 });
      expect([...single.predict(2, [0.9]).mean]).toEqual([7, 7]);
      expect([...single.predict(2, [0.9]).upper[0]]).toEqual([Number.NaN, Number.NaN]);
    });

    test('infinities are taken as missing', () => {
      const values = hourly(200);
      values[50] = Number.POSITIVE_INFINITY;
      values[150] = Number.NEGATIVE_INFINITY;
      const { mean, upper } = create().fit({ values }, { horizonSteps: 12 }).predict(12, [0.95]);
      for (let h = 0; h < 12; h++) expect(Number.isFinite(mean[h] + upper[0][h])).toBe(true);
      expect(Math.min(...mean)).toBeGreaterThan(20);
    });

    test('a tenth of the values missing does not matter much', () => {
      const values = hourly(24 * 28 + 24);
      const truth = values.slice(-24);
      const prng = createPrng(9);
      const holed = values.slice(0, -24).map((value) => (prng.next() < 0.1 ? Number.NaN : value));
      holed.fill(Number.NaN, 300, 330);
      const { mean } = create().fit({ values: holed }, { horizonSteps: 24, season: 24 }).predict(24, [0.9]);
      expect(meanError(mean, truth)).toBeLessThan(8);
    });

    test('a level that shifted stays where it is now', () => {
      const prng = createPrng(5);
      const values = Float64Array.from({ length: 300 }, (_, i) => (i < 280 ? 10 : 50) + prng.normal());
      const { mean } = create().fit({ values }, { horizonSteps: 10 }).predict(10, [0.95]);
      for (let h = 0; h < 10; h++) expect(Math.abs(mean[h] - 50)).toBeLessThan(10);
    });

    test('an intermittent signal stays within what it has been', () => {
      const prng = createPrng(6);
      const values = Float64Array.from({ length: 400 }, () => (prng.next() < 0.05 ? 10 * prng.next() : 0));
      const { mean, lower, upper } = create().fit({ values }, { horizonSteps: 24 }).predict(24, [0.95]);
      expect(Math.min(...lower[0])).toBe(0);
      expect(Math.max(...mean)).toBeLessThanOrEqual(10);
      expect(Math.max(...upper[0])).toBeLessThanOrEqual(40);
    });

    test('twice the signal is twice the forecast', () => {
      const values = hourly(500);
      const once = create().fit({ values }, { horizonSteps: 24 }).predict(24, [0.9]);
      const twice = create().fit({ values: values.map((value) => 2 * value) }, { horizonSteps: 24 });
      const doubled = twice.predict(24, [0.9]);
      for (let h = 0; h < 24; h++) {
        expect(doubled.mean[h]).toBeCloseTo(2 * once.mean[h], 3);
        expect(doubled.upper[0][h]).toBeCloseTo(2 * once.upper[0][h], 3);
      }
    });

    test('crossing: in [0, 1], rising with the horizon, falling with the level; certain where there is no doubt', () => {
      const model = create().fit({ values: hourly(500), stepMs: HOUR_MS }, { horizonSteps: 48 });
      let before: Float64Array = new Float64Array(48).fill(1);
      for (const level of [-1000, 50, 100, 120, 140, 160, 1e6]) {
        const probability = model.crossing(level, 'above', 48);
        for (let h = 0; h < 48; h++) {
          expect(probability[h]).toBeGreaterThanOrEqual(h === 0 ? 0 : probability[h - 1]);
          expect(probability[h]).toBeLessThanOrEqual(before[h] + 1e-9);
        }
        before = probability;
      }
      expect(model.crossing(-1000, 'above', 48)[0]).toBeGreaterThan(0.95);
      expect(model.crossing(1e6, 'above', 48)[47]).toBeLessThan(0.05);
      expect(model.crossing(-1, 'below', 48)[47]).toBe(0);
      expect(model.crossing(80, 'below', 48)[47]).toBeGreaterThan(0.9);
    });

    test('of two weeks of minutes, the next hours come out at full resolution', () => {
      const prng = createPrng(8);
      const values = Float64Array.from({ length: 20_160 + 360 }, (_, i) => {
        return 100 + 40 * Math.sin((2 * Math.PI * i) / 1440) + 3 * prng.normal();
      });
      const input = { values: values.slice(0, 20_160), startMs: 0, stepMs: 60_000 };
      const { mean, lower, upper } = create().fit(input, { horizonSteps: 360 }).predict(360, [0.95]);
      const truth = values.slice(20_160);
      expect(meanError(mean, truth)).toBeLessThan(8);
      const inside = truth.filter((value, h) => value >= lower[0][h] && value <= upper[0][h]).length;
      expect(inside / 360).toBeGreaterThan(0.85);
    });
  });
}

export function meanError(forecast: Float64Array, truth: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(forecast[i] - truth[i]) / truth.length;
  return sum;
}
