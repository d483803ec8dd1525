import { describe, expect, test } from 'vitest';
import { createPrng } from '../../base/index.ts';
import { createObservation, defaultProfile } from '../signal-profile.ts';
import type { GroupDetector, Observation } from '../types.ts';
import { forestMethod } from './forest-detector.ts';

const names = ['requests', 'errors', 'latency'];

/** Requests and latency go up and down together, errors are noise. */
function rows(count: number, seed: number, broken = -1): Float64Array[] {
  const prng = createPrng(seed);
  return Array.from({ length: count }, (_, i) => {
    const load = Math.sin(i / 30);
    const latency = i >= broken && broken >= 0 ? -load : load;
    return Float64Array.of(
      100 + 40 * load + prng.normal(),
      5 + prng.normal(),
      200 + 50 * latency + prng.normal(),
    );
  });
}

function watch(detector: GroupDetector, signals: readonly Float64Array[], from = 0): Observation[] {
  return signals.map((values, i) => {
    const observation = createObservation();
    detector.observe((from + i) * 60_000, values, observation);
    return observation;
  });
}

describe('the forest', () => {
  test('going on from an encoded state is as if nothing had happened', () => {
    const signals = rows(900, 1);
    const straight = watch(forestMethod.create(defaultProfile, names), signals);
    const before = forestMethod.create(defaultProfile, names);
    const head = watch(before, signals.slice(0, 500));
    const after = forestMethod.decode(defaultProfile, names, before.encode());
    expect([...head, ...watch(after!, signals.slice(500), 500)]).toEqual(straight);
    expect(forestMethod.decode(defaultProfile, names.slice(1), before.encode())).toBeUndefined();
  });

  test('what goes together every time is nothing; apart, each within its usual values, it is on top', () => {
    const signals = rows(3000, 2, 2600).map(([requests, , latency]) => Float64Array.of(requests, latency));
    const observed = watch(forestMethod.create(defaultProfile, ['requests', 'latency']), signals);
    const highest = (from: number, to: number): number =>
      Math.max(...observed.slice(from, to).map(({ score }) => score));
    expect(highest(600, 2600)).toBeLessThan(1);
    expect(highest(2600, 2660)).toBeGreaterThan(highest(600, 2600));
  });

  test('names the signal that is off', () => {
    const detector = forestMethod.create(defaultProfile, names);
    watch(detector, rows(1500, 3));
    const [observation] = watch(detector, [Float64Array.of(100, 60, 200)], 1500);
    expect(observation.alertScore).toBeGreaterThanOrEqual(1);
    expect(detector.why()[0].sentence).toContain('most of all errors');
  });

  test('equal values, and none at all, are nothing', () => {
    const detector = forestMethod.create(defaultProfile, names);
    const signals = Array.from({ length: 1500 }, (_, i) =>
      i % 5 === 0 ? Float64Array.of(Number.NaN, Number.NaN, Number.NaN) : Float64Array.of(1, 2, 3),
    );
    expect(watch(detector, signals).every(({ score }) => score < 1)).toBe(true);
  });
});
