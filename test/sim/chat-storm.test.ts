import { expect, test } from 'vitest';
import { simulateChatStorm } from './chat-storm.ts';

test('a channel that answers 429 for a minute holds up no other, and no card is lost or doubled', async () => {
  const report = await simulateChatStorm({ alerts: 200, channels: 20, lostAnswers: 0 });
  expect(report).toMatchObject({ cards: 200, missing: 0, doubled: 0, limitedElsewhere: 0 });
  expect(report.limitedThere).toBeGreaterThan(0);
  expect(report.lastThereMs).toBeGreaterThan(60_000);
  // Of the clock that all of them share, which stands still while anybody works.
  expect(report.delayMsP99).toBeLessThanOrEqual(3000);
}, 120_000);

test('posts whose answers are lost are looked for, not posted again', async () => {
  const report = await simulateChatStorm({ alerts: 60, channels: 6, lostAnswers: 12 });
  expect(report).toMatchObject({ cards: 60, missing: 0, doubled: 0, lostAnswers: 12 });
  expect(report.searches).toBeGreaterThanOrEqual(12);
}, 120_000);
