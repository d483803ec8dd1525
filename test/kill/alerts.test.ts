import { expect, test } from 'vitest';
import { killAlertsRepeatedly } from './alert-kill.ts';

test('killed again and again, service and bot tell everybody everything, and nothing twice', async () => {
  const seed = Date.now() % 1_000_000;
  const report = await killAlertsRepeatedly({ kills: 6, seed });
  expect(report.violations, `seed ${seed}`).toEqual([]);
  expect(report.kills).toBe(6);
  expect(report.alerts).toBeGreaterThan(0);
}, 180_000);
