import { expect, test } from 'vitest';
import { killChatRepeatedly } from './chat-kill.ts';

test('over kills of bot and service in the middle of deliveries no card is missing, doubled or stale in Slack or Teams', async () => {
  const report = await killChatRepeatedly({ kills: 8, seed: 5 });
  expect(report).toMatchObject({ violations: [] });
  expect(report.alerts).toBeGreaterThan(3);
}, 300_000);
