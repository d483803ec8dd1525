import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ChatBot, startChatBot } from '../support/chat-bot.ts';
import { FakeSlack, type SlackMessage } from '../support/fakes/slack/index.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

/* Links that people post, what somebody may see who may not see everything, and events that come again after a restart. */

const temp = createTempDir('slack-links');
const dashboard =
  'https://grafana.example.com/d/checkout-1/checkout-health?from=now-1h&to=now&var-region=eu&var-datasource=prom';
let service: Service;
let slack: FakeSlack;
let bot: ChatBot;

function startBot(): Promise<ChatBot> {
  return startChatBot({
    serviceUrl: service.httpUrl,
    slack,
    readyTimeoutMs: 60_000,
    config: `
state: { folder: '${join(temp.path, 'state')}' }
links:
  dashboards: [https://grafana.example.com]
  titles: { checkout-1: Checkout }
  panels:
    - { dashboard: checkout-1, panel: 4, title: Errors, query: 'checkout_errors{region="$region"}' }
permissions:
  roles:
    responder: { may: [query, ack, silence, subscribe] }
    search: { may: [query, ack, silence], data: ['team="search"'] }
  people: [{ slack: U2, role: search }]
`,
  });
}

beforeAll(async () => {
  const rules = join(temp.path, 'rules.yaml');
  writeFileSync(
    rules,
    `groups:
  - name: shop
    interval: 1s
    rules:
      - alert: HighErrors
        expr: checkout_errors > 0.03
        labels: { severity: critical, owner: shop }
        annotations: { summary: 'Every twentieth order fails.' }
`,
  );
  service = await startService({
    config: `
rules: { files: ['${rules}'], external_url: 'https://statbar.example.com' }
alert:
  route: { receiver: ops, group_wait: 0s, group_by: [alertname] }
  receivers: [{ name: ops, chat: [{ platform: slack, channel: C1 }] }]
`,
  });
  slack = new FakeSlack({ rates: 'none' });
  await slack.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
  slack.workspace.addUser({ id: 'U1', name: 'lena' });
  slack.workspace.addUser({ id: 'U2', name: 'sam' });
  const nowMs = Date.now();
  const dataPoints = Array.from({ length: 30 }, (_, i) => ({
    asDouble: i < 26 ? 0.01 : 0.05,
    timeUnixNano: `${nowMs - (29 - i) * 15_000}000000`,
    attributes: Object.entries({ region: 'eu', team: 'shop' }).map(([key, stringValue]) => ({
      key,
      value: { stringValue },
    })),
  }));
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ name: 'checkout_errors', gauge: { dataPoints } }] }] },
      ],
    }),
  });
  expect(response.status).toBe(200);
  bot = await startBot();
  await eventually(card, { timeoutMs: 60_000, what: 'the card' });
}, 180_000);

beforeEach(() => {
  slack.workspace.chartsInLinks = true;
});

afterAll(async () => {
  await bot?.stop();
  await slack?.stop();
  await service?.stop();
  temp.remove();
});

function card(): SlackMessage | undefined {
  return slack.posted('C1').find(({ blocks }) => JSON.stringify(blocks[0] ?? '').includes('HighErrors'));
}

async function shared(user: string, url: string): Promise<SlackMessage> {
  await slack.people.shareLink({ user, channel: 'C1', url });
  const message = slack.workspace.list('C1').findLast((each) => each.user === user);
  if (message === undefined) throw new Error('nothing was said');
  return message;
}

async function unfurled(user: string, url: string): Promise<{ text: string; message: SlackMessage }> {
  const message = await shared(user, url);
  const unfurls = await eventually(() => message.unfurls, { timeoutMs: 60_000, what: `the card of ${url}` });
  return { text: JSON.stringify(unfurls[url]), message };
}

async function alertUrl(): Promise<string> {
  const answer = await fetch(`${service.httpUrl}/statbar/v1/alerts`);
  const { data } = (await answer.json()) as { data: { groups: { url: string }[] } };
  return data.groups[0].url;
}

test('a link to a dashboard becomes a card: which one, what is chosen, what fires there', async () => {
  const { text } = await unfurled('U1', dashboard);
  for (const part of ['Checkout', 'region', 'eu', 'HighErrors', 'critical']) expect(text).toContain(part);
  const elsewhere = await unfurled('U1', dashboard.replace('region=eu', 'region=us'));
  expect(elsewhere.text).not.toContain('HighErrors');
  expect(elsewhere.text).toContain('Nothing that is known of');
});

test('a panel that the bot knows comes with its chart, as Slack draws it', async () => {
  const { text } = await unfurled('U1', `${dashboard}&viewPanel=panel-4`);
  expect(text).toContain('data_visualization');
  expect(text).toContain('Checkout: Errors');
  // Another region has no such data, and no chart.
  const empty = await unfurled('U1', `${dashboard.replace('region=eu', 'region=us')}&viewPanel=4`);
  expect(empty.text).not.toContain('data_visualization');
});

test('a link before it is sent becomes a card, too', async () => {
  const id = await slack.people.writeLink({ user: 'U1', url: dashboard });
  const unfurls = await eventually(() => slack.workspace.previews.get(id)?.unfurls, {
    timeoutMs: 60_000,
    what: 'the preview',
  });
  expect(JSON.stringify(unfurls)).toContain('HighErrors');
});

test('links that cards of alerts contain become charts of what they ask', async () => {
  const query = encodeURIComponent('max(checkout_errors)');
  const { text } = await unfurled('U1', `https://statbar.example.com/api/v1/query?query=${query}`);
  expect(text).toContain('max(checkout_errors)');
  expect(text).toContain('data_visualization');
  const alert = await unfurled('U1', await alertUrl());
  expect(alert.text).toContain('HighErrors');
  expect(alert.text).not.toContain('"actions"');
});

test('who may not see an alert is told so alone, and sees it nowhere else', async () => {
  const before = slack.workspace.ephemerals.length;
  const { blocks, ts } = card() ?? { blocks: [], ts: '' };
  expect(JSON.stringify(blocks)).toContain('Acknowledge');
  const message = await shared('U2', await alertUrl());
  const told = await eventually(() => slack.workspace.ephemerals.at(before), {
    timeoutMs: 60_000,
    what: 'a refusal',
  });
  expect([told.user, told.channel]).toEqual(['U2', 'C1']);
  expect(JSON.stringify(told.blocks)).toContain('may not see');
  await slack.people.press({ user: 'U2', channel: 'C1', ts, label: 'Acknowledge' });
  const pressed = await eventually(() => slack.workspace.ephemerals.at(before + 1), {
    timeoutMs: 60_000,
    what: 'a refusal',
  });
  expect(JSON.stringify(pressed.blocks)).toContain('may not see');
  await slack.people.openHome({ user: 'U2' });
  const home = await eventually(() => slack.workspace.homes.get('U2'), {
    timeoutMs: 60_000,
    what: 'the Home tab',
  });
  expect(JSON.stringify(home.view)).not.toContain('HighErrors');
  // A dashboard is no secret; what fires there is.
  const { text } = await unfurled('U2', `${dashboard}&viewPanel=4`);
  expect(text).toContain('Checkout');
  expect(text).not.toContain('HighErrors');
  expect(text).not.toContain('data_visualization');
  expect(message.unfurls).toBeUndefined();
  expect(JSON.stringify(card()?.blocks)).not.toContain('Acknowledged by');
});

test('what was answered is not answered again when it comes once more after a restart', async () => {
  const answers = (): SlackMessage[] => slack.posted('D1');
  await slack.people.directMessage({ user: 'U1', text: 'alerts' });
  await eventually(() => answers().at(0), { timeoutMs: 60_000, what: 'an answer' });
  await bot.kill();
  bot = await startBot();
  await slack.people.again();
  await slack.people.directMessage({ user: 'U1', text: 'help' });
  await eventually(() => answers().find(({ text }) => text.includes('What I can do')), {
    timeoutMs: 60_000,
    what: 'help',
  });
  expect(answers()).toHaveLength(2);
});

test('where Slack draws no charts of links they follow as pictures in the thread', async () => {
  slack.workspace.chartsInLinks = false;
  const { text, message } = await unfurled('U1', `${dashboard}&viewPanel=4`);
  expect(text).not.toContain('data_visualization');
  expect(text).toContain('HighErrors');
  const picture = await eventually(
    () => slack.posted('C1', message.ts).find(({ fileIds }) => fileIds.length > 0),
    { timeoutMs: 60_000, what: 'the picture' },
  );
  expect(slack.workspace.files.get(picture.fileIds[0])?.content?.subarray(1, 4).toString()).toBe('PNG');
});
