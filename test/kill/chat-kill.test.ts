import { expect, test } from 'vitest';
import { killSlackRepeatedly } from './slack-kill.ts';

test('over kills of bot and service in the middle of deliveries no card is missing, doubled or stale', async () => {
  const report = await killSlackRepeatedly({ kills: 8, seed: 5 });
  expect(report).toMatchObject({ violations: [] });
  expect(report.alerts).toBeGreaterThan(3);
}, 300_000);
