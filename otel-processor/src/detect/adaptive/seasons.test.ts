import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../../base/index.ts';
import {
  alertsOf,
  create,
  DAY_MS,
  DAY_STEPS,
  detectorSuite,
  HOUR_MS,
  START_MS,
  type Step,
  steps,
  watch,
} from '../detector.suite.ts';
import { adaptiveMethod } from './adaptive-detector.ts';

const WEEK_STEPS = 7 * DAY_STEPS;
/** Does not fit into a day, nor a week. */
const SHIFT_MS = 5 * HOUR_MS;
const SHIFT_STEPS = 60;

/** A batch that runs for the last third of every five hours. */
function batches(count: number, seed: number, missing = Number.POSITIVE_INFINITY): Step[] {
  const prng = createPrng(seed);
  const isBusy = (i: number): boolean => i % SHIFT_STEPS >= 40 && i < missing;
  return steps(count, (i) => (isBusy(i) ? 200 : 20) + 4 * prng.normal());
}

// All that holds of every detector holds with seasons too: the crash law among it, and that state does not grow.
detectorSuite(
  {
    name: 'adaptive with two seasons',
    create: (profile) => adaptiveMethod.create({ ...profile, periodsMs: [SHIFT_MS, 36 * HOUR_MS] }),
    decode: (profile, state) =>
      adaptiveMethod.decode({ ...profile, periodsMs: [SHIFT_MS, 36 * HOUR_MS] }, state),
  },
  4500 + 2 * 1700,
);

describe('seasons that are given beforehand', () => {
  test('what is usual every five hours and is missing is an alert at once; without the season it is none', () => {
    const missing = 8 * WEEK_STEPS - ((8 * WEEK_STEPS) % SHIFT_STEPS) + 40;
    const signal = batches(missing + 10, 31, missing);
    const detector = create(adaptiveMethod, { periodsMs: [SHIFT_MS], alertsPerWeek: 1 });
    const observed = watch(detector, signal.slice(0, missing + 1));
    expect(alertsOf(observed, 3 * WEEK_STEPS)).toEqual([missing]);
    expect(observed[missing].expected).toBeGreaterThan(150);
    expect(detector.why()[0].sentence).toContain('usual at this time');
    const without = watch(create(adaptiveMethod, { alertsPerWeek: 1 }), signal);
    expect(alertsOf(without, 3 * WEEK_STEPS)).toEqual([]);
  });

  test('what is expected follows the season through its jumps within three days', () => {
    const signal = batches(14 * SHIFT_STEPS, 32);
    const inside = (periodsMs: readonly number[]): number => {
      const observed = watch(create(adaptiveMethod, { periodsMs }), signal);
      const errors = observed.map(({ expected }, i) => Math.abs(signal[i].value - expected));
      return errors.slice(13 * SHIFT_STEPS).filter((error) => error < 20).length;
    };
    expect(inside([SHIFT_MS])).toBe(SHIFT_STEPS);
    expect(inside([])).toBeLessThan(SHIFT_STEPS);
  });

  test('spikes that come with the season: alerts in the first cycles only', () => {
    const prng = createPrng(33);
    const signal = steps(3 * WEEK_STEPS, (i) => (i % SHIFT_STEPS === 24 ? 500 : 50) + 5 * prng.normal());
    const alerts = (periodsMs: readonly number[]): number =>
      alertsOf(watch(create(adaptiveMethod, { periodsMs }), signal)).length;
    expect(alertsOf(watch(create(adaptiveMethod, { periodsMs: [SHIFT_MS] }), signal), 2 * DAY_STEPS)).toEqual(
      [],
    );
    expect(alerts([SHIFT_MS])).toBeLessThanOrEqual(alerts([]));
  });

  test('a season that is not there costs nothing: noise raises no more alerts than without', () => {
    const prng = createPrng(34);
    const signal = steps(3 * WEEK_STEPS, () => 100 + 5 * prng.normal());
    expect(alertsOf(watch(create(adaptiveMethod, { periodsMs: [SHIFT_MS] }), signal))).toEqual([]);
  });

  test('a state with other seasons is not read', () => {
    const bytes = create(adaptiveMethod, { periodsMs: [SHIFT_MS] }).encode();
    const profile = (periodsMs: readonly number[]) => ({
      ...({ stepMs: 0, direction: 'both', effectMin: 0, effectRelativeMin: 0 } as const),
      ...{ timeZone: 'UTC', holidays: [], alertsPerWeek: 0.1, periodsMs },
    });
    expect(adaptiveMethod.decode(profile([SHIFT_MS]), bytes)).toBeDefined();
    for (const others of [[], [4 * HOUR_MS], [SHIFT_MS, 4 * HOUR_MS]])
      expect(adaptiveMethod.decode(profile(others), bytes)).toBeUndefined();
  });

  test('memory is bounded: five seasons at most; day, week and what is no length take none', () => {
    const size = (periodsMs: readonly number[]): number => create(adaptiveMethod, { periodsMs }).sizeBytes();
    expect(size([DAY_MS, 7 * DAY_MS, 0, -1, Number.NaN, Number.POSITIVE_INFINITY])).toBe(size([]));
    expect(size([SHIFT_MS, SHIFT_MS])).toBe(size([SHIFT_MS]));
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e10 }), { maxLength: 20 }), (periodsMs) => {
        expect(size(periodsMs)).toBeLessThanOrEqual(size([]) + 5 * 1700);
      }),
    );
  });
});

describe('holidays', () => {
  /** Busy from 9 to 18 on working days; `START_MS` is a Monday. */
  const holiday = 9 * 7 + 2;
  const prng = createPrng(35);
  const signal = steps(10 * WEEK_STEPS, (i) => {
    const day = Math.floor(i / DAY_STEPS);
    const hour = (i % DAY_STEPS) / 12;
    const works = day % 7 < 5 && day !== holiday && hour >= 9 && hour < 18;
    return (works ? 200 : 20) + 4 * prng.normal();
  });
  const isoDay = new Date(START_MS + holiday * DAY_MS).toISOString().slice(0, 10);

  const alertsThen = (holidays: readonly string[]): number[] =>
    alertsOf(watch(create(adaptiveMethod, { holidays }), signal), (holiday - 2) * DAY_STEPS);

  test('a working day that is like a Sunday is an alert in its morning', () => {
    const [first] = alertsThen([]);
    expect(first).toBeGreaterThanOrEqual(holiday * DAY_STEPS + 9 * 12);
    expect(first).toBeLessThan(holiday * DAY_STEPS + 10 * 12);
  });

  test('when it is among the holidays it is none, and neither are the days around it', () => {
    expect(isoDay).toBe('2026-05-06');
    expect(alertsThen([isoDay])).toEqual([]);
  });
});
