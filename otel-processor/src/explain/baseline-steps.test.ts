import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { baselineSteps } from './index.ts';
import { typicalSteps } from './typical-steps.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe('steps to judge against', () => {
  test('the last ones of a short past', () => {
    const timesMs = Array.from({ length: 100 }, (_, i) => i * MINUTE);
    const steps = baselineSteps(
      timesMs,
      timesMs.map(() => 1),
      100 * MINUTE,
    );
    expect(steps).toEqual(Array.from({ length: 30 }, (_, i) => 70 + i));
  });

  test('the same time of earlier days where the last steps do not foretell', () => {
    const prng = createPrng(1);
    const timesMs = Array.from({ length: 5 * 24 }, (_, i) => i * 60 * MINUTE);
    // A daily job makes one hour of the day tall.
    const totals = timesMs.map((timeMs) => 10 + prng.next() + 50 * Math.sin((2 * Math.PI * timeMs) / DAY));
    const atMs = 5 * DAY;
    const steps = baselineSteps(timesMs, totals, atMs);
    for (const step of steps) {
      const distanceMs = timesMs[step] % DAY;
      expect(Math.min(distanceMs, DAY - distanceMs)).toBeLessThanOrEqual(2 * 60 * MINUTE);
    }
    expect(steps.length).toBeGreaterThan(10);
  });

  test('nothing of no past', () => {
    expect(baselineSteps([], [], 0)).toEqual([]);
  });
});

describe('typical steps', () => {
  test('are those near the median, in time order; three at least', () => {
    expect(typicalSteps([10, 11, 500, 10, 9, 10, 11])).toEqual([0, 1, 3, 4, 5, 6]);
    expect(typicalSteps([1, 100, 10_000])).toEqual([0, 1, 2]);
    expect(typicalSteps([Number.NaN, 5, 5, 6])).toEqual([1, 2, 3]);
    expect(typicalSteps([])).toEqual([]);
  });
});
