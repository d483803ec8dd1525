import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from './load.ts';

const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

test('two variables of the environment are a whole configuration', () => {
  expect(loadConfig('', tokens)).toMatchObject({
    statbar: { url: 'http://127.0.0.1:4318' },
    slack: { mode: 'socket', bot_token: 'xoxb-1', app_token: 'xapp-1' },
    cards: { silence_durations: [1_800_000, 3_600_000, 7_200_000, 28_800_000, 86_400_000] },
  });
});

test('the environment wins over the file', () => {
  const text = 'slack: { bot_token: xoxb-file, app_token: xapp-file }\nstatbar: { url: "http://a:1" }';
  expect(loadConfig(text, { ...tokens, STATBAR_URL: 'http://b:2' })).toMatchObject({
    statbar: { url: 'http://b:2' },
    slack: { bot_token: 'xoxb-1' },
  });
});

test('what is wrong is named by its key', () => {
  expect(loadConfig('slack: { bot_token: xoxb-1 }\ncards: { tim_zone: UTC }', {})).toEqual([
    'slack.app_token: is needed for mode: socket: xapp-..., with connections:write',
    'cards: Unrecognized key: "tim_zone"',
  ]);
  expect(loadConfig('slack: { mode: http, bot_token: x }', {})).toEqual([
    'slack.signing_secret: is needed for mode: http: from Basic Information of the Slack app',
  ]);
  expect(loadConfig('cards: { silence_durations: [an hour], time_zone: Mars }', {})).toEqual([
    'cards.time_zone: expected the name of a time zone, for example Europe/Berlin',
    'cards.silence_durations.0: expected a duration, for example 30s or 1h30m',
  ]);
  expect(loadConfig('- a', {})).toEqual(['the file must hold keys and values']);
});

test('what the documents show of the configuration is one', () => {
  const sections =
    /^(statbar|slack|teams|cards|commands|planner|delivery|permissions|links|state|log_level):/m;
  let shown = 0;
  for (const page of ['chat.md', 'chat-commands.md']) {
    const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
    for (const [, yaml] of text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)) {
      if (!sections.test(yaml)) continue;
      shown += 1;
      const config = loadConfig(yaml, yaml.includes('slack:\n') ? tokens : {});
      expect([page, config]).toEqual([page, expect.objectContaining({ statbar: expect.anything() })]);
    }
  }
  expect(shown).toBeGreaterThan(3);
});
