import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng, type Prng } from '../base/index.ts';
import { createObservation, defaultProfile } from './signal-profile.ts';
import type { Detector, DetectorMethod, Observation, SignalProfile } from './types.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
export const START_MS = Date.UTC(2026, 2, 2);
const STEP_MS = 5 * MINUTE_MS;
export const DAY_STEPS = DAY_MS / STEP_MS;

export interface Step {
  readonly timestampMs: number;
  readonly value: number;
}

/** `value(i)` at every step of five minutes. */
export function steps(count: number, value: (index: number) => number, startMs = START_MS): Step[] {
  return Array.from({ length: count }, (_, i) => ({ timestampMs: startMs + i * STEP_MS, value: value(i) }));
}

export function watch(detector: Detector, signal: readonly Step[]): Observation[] {
  return signal.map(({ timestampMs, value }) => {
    const observation = createObservation();
    detector.observe(timestampMs, value, observation);
    return observation;
  });
}

export function create(method: DetectorMethod, profile: Partial<SignalProfile> = {}): Detector {
  return method.create({ ...defaultProfile, stepMs: STEP_MS, ...profile });
}

/** Where episodes start. */
export function alertsOf(observations: readonly Observation[], from = 0): number[] {
  return observations.flatMap(({ alertScore }, i) => (i >= from && alertScore >= 1 ? [i] : []));
}

const noise = (seed = 1): Prng => createPrng(seed);
export const daily = (i: number): number => 100 - 50 * Math.cos((2 * Math.PI * i) / DAY_STEPS);

/** What every detector of one signal has to do, whatever its method. */
export function detectorSuite(method: DetectorMethod, sizeBytesMax = 4500): void {
  describe(`detector ${method.name}`, () => {
    test('going on from an encoded state at any point is as if nothing had happened', () => {
      const value = fc.oneof(
        { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(Number.NaN) },
        { weight: 1, arbitrary: fc.constant(0) },
      );
      fc.assert(
        fc.property(fc.array(value, { minLength: 80, maxLength: 300 }), fc.nat(), (values, cut) => {
          const signal = steps(values.length, (i) => values[i]);
          const at = cut % values.length;
          const straight = watch(create(method), signal);
          const before = create(method);
          const head = watch(before, signal.slice(0, at));
          const after = method.decode({ ...defaultProfile, stepMs: STEP_MS }, before.encode());
          expect(after).toBeDefined();
          expect([...head, ...watch(after!, signal.slice(at))]).toEqual(straight);
        }),
        { numRuns: 30 },
      );
    });

    test('a state of another version, or a torn one, is not read', () => {
      const bytes = create(method).encode();
      const other = bytes.slice();
      other[0] += 1;
      expect(method.decode(defaultProfile, other)).toBeUndefined();
      expect(method.decode(defaultProfile, bytes.subarray(0, bytes.length - 1))).toBeUndefined();
      expect(method.decode(defaultProfile, new Uint8Array())).toBeUndefined();
    });

    test('the rows after a row do not change what is said of it', () => {
      const prng = noise(3);
      const signal = steps(1000, (i) => daily(i) + 5 * prng.normal() + (i === 700 ? 400 : 0));
      const whole = watch(create(method), signal);
      for (const end of [200, 700, 701]) {
        expect(watch(create(method), signal.slice(0, end))).toEqual(whole.slice(0, end));
      }
    });

    test('scores are numbers from 0 up and state does not grow, whatever comes', () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.double(), fc.integer({ min: -1e7, max: 1e8 })), { maxLength: 400 }),
          (rows) => {
            const detector = create(method, { stepMs: 0 });
            const size = detector.sizeBytes();
            let timestampMs = START_MS;
            const signal = rows.map(([value, distanceMs]) => {
              timestampMs += distanceMs;
              return { timestampMs, value };
            });
            for (const { score, alertScore } of watch(detector, signal)) {
              expect(score).toBeGreaterThanOrEqual(0);
              expect([0, score]).toContain(alertScore);
            }
            expect(detector.sizeBytes()).toBe(size);
            expect(detector.sizeBytes()).toBeLessThanOrEqual(sizeBytesMax);
          },
        ),
      );
    });

    test('a glitch of any size raises one alert, and says why', () => {
      const prng = noise();
      const detector = create(method);
      const signal = steps(1500, () => 100 + 3 * prng.normal());
      expect(alertsOf(watch(detector, signal))).toEqual([]);
      const [observation] = watch(detector, [{ timestampMs: START_MS + 1500 * STEP_MS, value: 1e9 }]);
      expect(observation.alertScore).toBeGreaterThanOrEqual(1);
      expect(observation.inEpisode).toBe(true);
      expect(detector.why()[0].sentence).toMatch(/above|times/);
      const after = steps(300, () => 100 + 3 * prng.normal(), START_MS + 1501 * STEP_MS);
      const observed = watch(detector, after);
      expect(alertsOf(observed)).toEqual([]);
      expect(observed.at(-1)?.inEpisode).toBe(false);
    });

    test('a constant is nothing, and neither are zeros', () => {
      for (const constant of [0, 5, -1e12, 0.1]) {
        expect(
          alertsOf(
            watch(
              create(method),
              steps(3000, () => constant),
            ),
          ),
        ).toEqual([]);
      }
    });

    test('a direction that is not asked for is not heard of', () => {
      const prng = noise(5);
      const signal = steps(1200, (i) => 100 + prng.normal() + (i === 900 ? -60 : 0) + (i === 1100 ? 60 : 0));
      expect(alertsOf(watch(create(method, { direction: 'above' }), signal))).toEqual([1100]);
      expect(alertsOf(watch(create(method, { direction: 'below' }), signal))).toEqual([900]);
    });

    test('an effect smaller than the least one asked for is none', () => {
      const prng = noise(6);
      const signal = steps(1200, (i) => 100 + prng.normal() + (i === 900 ? 30 : 0));
      expect(alertsOf(watch(create(method), signal))).toEqual([900]);
      expect(alertsOf(watch(create(method, { effectMin: 40 }), signal))).toEqual([]);
      expect(alertsOf(watch(create(method, { effectRelativeMin: 0.4 }), signal))).toEqual([]);
    });

    test('the band stays within the range that values can have', () => {
      const prng = noise(7);
      const signal = steps(800, () => Math.max(0, 2 + 2 * prng.normal()));
      for (const { lower, warm } of watch(create(method, { range: { min: 0 } }), signal)) {
        if (warm) expect(lower).toBeGreaterThanOrEqual(0);
      }
    });

    test('fewer alerts a week are asked for: scores are lower, the same step is on top', () => {
      const prng = noise(8);
      const signal = steps(1200, (i) => 100 + prng.normal() + (i === 1000 ? 25 : 0));
      const often = watch(create(method, { alertsPerWeek: 10 }), signal);
      const seldom = watch(create(method, { alertsPerWeek: 0.01 }), signal);
      expect(seldom[1000].score).toBeGreaterThan(0);
      expect(seldom[1000].score).toBeLessThan(often[1000].score);
      expect(alertsOf(often)).toContain(1000);
    });
  });
}
