import { expect, test } from 'vitest';
import { ManualClock } from './index.ts';

test('a manual clock fires timers at their own times, in order', () => {
  const clock = new ManualClock(1000);
  const fired: Array<readonly [string, number]> = [];
  clock.after(30, () => fired.push(['once', clock.nowMs()]));
  clock.every(20, () => fired.push(['every', clock.nowMs()]));
  const cancelled = clock.after(10, () => fired.push(['never', clock.nowMs()]));
  cancelled.cancel();
  clock.advance(45);
  expect(fired).toEqual([
    ['every', 1020],
    ['once', 1030],
    ['every', 1040],
  ]);
  expect(clock.nowMs()).toBe(1045);
});

test('setting the wall clock does not disturb timers or durations', () => {
  const clock = new ManualClock(1000);
  let fired = 0;
  clock.after(10, () => fired++);
  clock.jumpTo(500_000);
  expect([clock.monotonicMs(), fired]).toEqual([0, 0]);
  clock.advance(10);
  expect([clock.monotonicMs(), clock.nowMs(), fired]).toEqual([10, 500_010, 1]);
});
