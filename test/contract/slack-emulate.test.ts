import { createEmulator } from 'emulate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counters, silentLogger, systemClock } from '../../chatops-bot/src/base/index.ts';
import { exampleGroup } from '../../chatops-bot/src/card/group.test-support.ts';
import { defaultCardOptions, groupCard, noDetails, storyCard } from '../../chatops-bot/src/card/index.ts';
import { chartPng } from '../../chatops-bot/src/chart/index.ts';
import { pictureName } from '../../chatops-bot/src/deliver/attempt.ts';
import { SlackPlatform, slackConfigSchema } from '../../chatops-bot/src/slack/index.ts';
import { freePort } from '../support/free-port.ts';

/* The bot's hands on a Slack that is not of our making: what it posts is found again, edited, and hangs in its thread. */

let slack: { readonly url: string; close(): Promise<void> };
let platform: SlackPlatform;
const place = { platform: 'slack', channel: '#general', direct: false } as const;

beforeAll(async () => {
  slack = await createEmulator({
    service: 'slack',
    port: await freePort(),
    seed: {
      slack: { channels: [{ name: 'general', topic: '' }], bots: [{ name: 'statbar' }] },
    },
  });
  platform = new SlackPlatform(
    slackConfigSchema.parse({ bot_token: 'xoxb-test', app_token: 'xapp-test', api_url: `${slack.url}/api/` }),
    {
      clock: systemClock,
      logger: silentLogger,
      counters: new Counters(),
      fetch: globalThis.fetch,
      paint: chartPng,
    },
  );
});
afterAll(() => slack.close());

function sent(outcome: unknown): string {
  expect(outcome, JSON.stringify(outcome)).toMatchObject({ outcome: 'sent' });
  return (outcome as { messageId: string }).messageId;
}

test('a card is posted, found by its delivery, edited in place, and told in its thread', async () => {
  const group = exampleGroup();
  const message = (revision: number) => ({
    deliveryId: `${group.id}/c/card`,
    part: 0,
    card: groupCard(exampleGroup({ summary: `revision ${revision}` }), noDetails, defaultCardOptions),
  });
  const id = sent(await platform.post(place, message(1)));
  const since = Date.now() - 60_000;
  expect(await platform.find(place, null, `${group.id}/c/card`, since)).toEqual({
    found: [{ part: 0, messageId: id }],
  });
  expect(await platform.find(place, null, 'another', since)).toEqual({ found: [] });
  expect(sent(await platform.edit(place, id, message(2)))).toBe(id);
  const entry = { sequence: 4, atMs: 0, kind: 'note' as const, by: null, text: 'looking at it' };
  const story = { deliveryId: `${group.id}/c/story`, part: 4, card: storyCard(group, [entry]) };
  const reply = sent(await platform.postInThread(place, id, story));
  expect(await platform.find(place, id, `${group.id}/c/story`, since)).toEqual({
    found: [{ part: 4, messageId: reply }],
  });
});

test('a picture goes into the thread, and is found there by its name', async () => {
  const group = exampleGroup();
  const card = groupCard(group, noDetails, defaultCardOptions);
  const id = sent(await platform.post(place, { deliveryId: 'p/c/card', part: 0, card }));
  const png = await chartPng(
    {
      title: 'x',
      alt: 'x',
      unit: null,
      fromMs: 0,
      toMs: 60_000,
      timeZone: 'UTC',
      lines: [{ name: 'a', timesMs: [0, 60_000], values: [1, 2] }],
      leftOut: 0,
      expected: null,
      band: null,
      threshold: null,
      firing: null,
      forecastFromMs: null,
    },
    'light',
  );
  const picture = {
    deliveryId: 'p/c/chart',
    part: 1,
    fileName: pictureName('p/c/chart', 1),
    png,
    title: 'x',
    alt: 'x',
  };
  sent(await platform.uploadChart(place, id, picture));
  const found = await platform.find(place, id, 'p/c/chart', 0);
  expect(found).toMatchObject({ found: [{ part: 1 }] });
});

test('a message that is gone is told apart from one that cannot be edited now', async () => {
  const card = groupCard(exampleGroup(), noDetails, defaultCardOptions);
  const id = sent(await platform.post(place, { deliveryId: 'g/c/card', part: 0, card }));
  const [channel] = id.split(':');
  expect(await platform.edit(place, `${channel}:1.000001`, { deliveryId: 'g', part: 0, card })).toMatchObject(
    {
      outcome: 'gone',
    },
  );
  expect(
    await platform.post({ ...place, channel: 'C0NOWHERE' }, { deliveryId: 'g', part: 0, card }),
  ).toMatchObject({ outcome: 'refused' });
});
