import { expect, test } from 'vitest';
import { killReceiversRepeatedly } from './receiver-kill.ts';

test('killed again and again, PagerDuty, Opsgenie, JSM and mail know how each alert stands, once', async () => {
  const seed = Date.now() % 1_000_000;
  const report = await killReceiversRepeatedly({ kills: 5, seed });
  expect(report.violations, `seed ${seed}`).toEqual([]);
  expect(report.kills).toBe(5);
  expect(report.incidents).toBeGreaterThan(0);
}, 180_000);
