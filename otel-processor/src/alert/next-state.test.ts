import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AlertStanding, nextState, RESOLVED_RETENTION_MS, restoredActiveAtMs } from './next-state.ts';

const rule = { forMs: 60_000, keepFiringForMs: 120_000 };

function run(steps: ReadonlyArray<readonly [atMs: number, holds: boolean]>, using = rule): string[] {
  let standing: AlertStanding | undefined;
  return steps.map(([atMs, holds]) => {
    const next = nextState(using, standing, holds, atMs);
    standing = next.standing;
    return `${standing?.state ?? 'none'}: ${next.reason}`;
  });
}

test('an alert waits for its time, keeps firing, resolves, and is forgotten', () => {
  expect(
    run([
      [0, true],
      [30_000, true],
      [60_000, true],
      [90_000, true],
      [120_000, false],
      [230_000, false],
      [240_000, false],
      [250_000, false],
      [240_001 + RESOLVED_RETENTION_MS, false],
    ]),
  ).toEqual([
    'pending: condition_began',
    'pending: waiting_for',
    'firing: for_elapsed',
    'firing: condition_holds',
    'firing: keep_firing_for',
    'firing: keep_firing_for',
    'inactive: condition_ended',
    'inactive: resolved_kept',
    'none: resolved_expired',
  ]);
});

test('a pending alert whose condition ends is forgotten, and starts its time afresh', () => {
  expect(
    run([
      [0, true],
      [30_000, false],
      [60_000, true],
      [119_999, true],
      [120_000, true],
    ]),
  ).toEqual([
    'pending: condition_began',
    'none: pending_ended',
    'pending: condition_began',
    'pending: waiting_for',
    'firing: for_elapsed',
  ]);
});

test('a condition that returns while firing is kept up starts keep_firing_for afresh', () => {
  expect(
    run([
      [0, true],
      [60_000, true],
      [100_000, false],
      [200_000, true],
      [210_000, false],
      [320_000, false],
      [330_000, false],
    ]).slice(2),
  ).toEqual([
    'firing: keep_firing_for',
    'firing: condition_holds',
    'firing: keep_firing_for',
    'firing: keep_firing_for',
    'inactive: condition_ended',
  ]);
});

test('an alert fires exactly when its condition has held for the whole time, at every evaluation', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat({ max: 5 }), (holds, forSteps) => {
      let standing: AlertStanding | undefined;
      let heldSteps = 0;
      holds.forEach((each, i) => {
        standing = nextState({ forMs: forSteps * 10, keepFiringForMs: 0 }, standing, each, i * 10).standing;
        heldSteps = each ? heldSteps + 1 : 0;
        expect(standing?.state === 'firing').toBe(heldSteps > forSteps);
      });
    }),
  );
});

test('an outage neither fires an alert at once nor makes it wait afresh', () => {
  const hour = 3_600_000;
  const slow = { forMs: hour, keepFiringForMs: 0 };
  // Had fired before the outage: still active since then.
  expect(restoredActiveAtMs(slow, 0, hour, hour + 1000)).toBe(0);
  // Twenty minutes of an hour had passed: the outage itself does not count.
  expect(restoredActiveAtMs(slow, 0, 20 * 60_000, 30 * 60_000)).toBe(10 * 60_000);
  // One minute was left: the grace period is waited for.
  expect(restoredActiveAtMs(slow, 0, 59 * 60_000, 70 * 60_000)).toBe(20 * 60_000);
});
