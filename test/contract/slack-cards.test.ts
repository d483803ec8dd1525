import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counters, silentLogger, systemClock } from '../../chatops-bot/src/base/index.ts';
import { anyGroup, exampleGroup } from '../../chatops-bot/src/card/group.test-support.ts';
import { defaultCardOptions, groupCard, noDetails, storyCard } from '../../chatops-bot/src/card/index.ts';
import { chartPng } from '../../chatops-bot/src/chart/index.ts';
import type { Card, Chart } from '../../chatops-bot/src/reply/index.ts';
import { SlackPlatform, slackConfigSchema } from '../../chatops-bot/src/slack/index.ts';
import { renderCard } from '../../chatops-bot/src/slack/render.ts';
import { blockProblems, FakeSlack } from '../support/fakes/slack/index.ts';

/* The bot's cards, judged by the fake's rules: those were written from Slack's documents, not from the bot. */

const slack = new FakeSlack({ dataVisualization: false, rates: 'none' });
const counters = new Counters();
const place = { platform: 'slack', channel: 'C1', direct: false } as const;
const chart: Chart = {
  title: 'Errors',
  alt: 'Errors',
  unit: 'ratio',
  fromMs: 0,
  toMs: 600_000,
  timeZone: 'UTC',
  lines: [{ name: 'errors', timesMs: [0, 300_000, 600_000], values: [0.1, 0.2, 0.3] }],
  leftOut: 0,
  expected: null,
  band: null,
  threshold: { value: 0.15, direction: 'above' },
  firing: null,
  forecastFromMs: null,
};
const details = { ...noDetails, chart };

beforeAll(async () => {
  await slack.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
});
afterAll(() => slack.stop());

function platform(): SlackPlatform {
  const tokens = { bot_token: slack.botToken, app_token: slack.appToken };
  return new SlackPlatform(slackConfigSchema.parse({ ...tokens, api_url: slack.apiUrl }), {
    clock: systemClock,
    logger: silentLogger,
    counters,
    fetch: globalThis.fetch,
    paint: chartPng,
  });
}

test('any alert group, with 500 alerts or 10,000 labels or none, is a message that Slack takes', () => {
  const accepted = (card: Card): void => {
    for (const nativeCharts of [true, false]) {
      const { blocks } = renderCard(card, { nativeCharts });
      expect(blockProblems(blocks, 'message', { dataVisualization: nativeCharts })).toEqual([]);
    }
  };
  fc.assert(
    fc.property(anyGroup, fc.boolean(), (group, withChart) => {
      accepted(groupCard(group, withChart ? details : noDetails, defaultCardOptions));
      accepted(storyCard(group, group.story));
    }),
    { numRuns: 200 },
  );
});

test('where a workspace refuses charts the card goes without, and is not tried with them again', async () => {
  const bot = platform();
  const card = groupCard(exampleGroup(), details, defaultCardOptions);
  const before = slack.calls.length;
  expect(await bot.post(place, { deliveryId: 'a', part: 0, card })).toMatchObject({ outcome: 'sent' });
  expect(await bot.post(place, { deliveryId: 'b', part: 0, card })).toMatchObject({ outcome: 'sent' });
  const errors = slack.calls.slice(before).map(({ error }) => error);
  expect(errors).toEqual(['invalid_blocks', undefined, undefined]);
  expect(slack.posted('C1')).toHaveLength(2);
});

test('a card that Slack refuses for another reason is posted as its text: no alert is lost for its looks', async () => {
  slack.failNext({ method: 'chat.postMessage', error: 'msg_blocks_too_long' });
  const card = groupCard(exampleGroup(), noDetails, defaultCardOptions);
  expect(await platform().post(place, { deliveryId: 'c', part: 0, card })).toMatchObject({ outcome: 'sent' });
  const posted = slack.posted('C1').at(-1);
  expect(posted?.blocks).toEqual([]);
  expect(posted?.text).toContain('Errors of checkout over 3 %');
});
