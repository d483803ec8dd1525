import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ChatBot, startChatBot } from '../support/chat-bot.ts';
import { FakeSlack, type SlackMessage } from '../support/fakes/slack/index.ts';
import { freePort } from '../support/free-port.ts';
import { root } from '../support/root.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

/* An alert of our own rules with its chart, and what people can ask for: by HTTP, with the manifest's permissions only. */

const manifest = parse(readFileSync(join(root, 'chatops-bot', 'slack-manifest.yaml'), 'utf8'));
const temp = createTempDir('slack-talk');
let service: Service;
let slack: FakeSlack;
let bot: ChatBot;

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
        annotations: { summary: 'Every twentieth order fails.', runbook_url: 'https://runbooks.example/errors' }
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
  const { bot: scopes } = manifest.oauth_config.scopes;
  slack = new FakeSlack({ rates: 'none', scopes });
  await slack.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
  slack.workspace.addUser({ id: 'U1', name: 'lena' });
  const port = await freePort();
  slack.people.httpUrl = `http://127.0.0.1:${port}/slack/events`;
  bot = await startChatBot({
    serviceUrl: service.httpUrl,
    slack,
    slackKeys: `, mode: http, port: ${port}, signing_secret: '${slack.signingSecret}'`,
  });
  const nowMs = Date.now();
  const values = Array.from({ length: 30 }, (_, i) => [nowMs - (29 - i) * 15_000, i < 26 ? 0.01 : 0.05]);
  const dataPoints = values.map(([timeMs, asDouble]) => ({
    asDouble,
    timeUnixNano: `${timeMs}000000`,
    attributes: [{ key: 'device', value: { stringValue: 'android' } }],
  }));
  const metrics = [{ name: 'checkout_errors', gauge: { dataPoints } }];
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  });
  expect(response.status).toBe(200);
});

afterAll(async () => {
  await bot.stop();
  await slack.stop();
  await service.stop();
  temp.remove();
});

function card(): SlackMessage | undefined {
  return slack.posted('C1').find(({ blocks }) => JSON.stringify(blocks[0]).includes('HighErrors'));
}

test('the card gets its chart, as Slack draws it and as a picture in the thread', async () => {
  const posted = await eventually(card, { what: 'the card' });
  const picture = await eventually(
    () => slack.posted('C1', posted.ts).find(({ fileIds }) => fileIds.length > 0),
    {
      what: 'the picture',
    },
  );
  const file = slack.workspace.files.get(picture.fileIds[0]);
  expect(file?.content?.subarray(1, 4).toString()).toBe('PNG');
  expect(file?.content?.readUInt32BE(16)).toBe(800);
  expect(file?.altText).toContain('threshold 0.03');
  await eventually(() => (JSON.stringify(card()?.blocks).includes('data_visualization') ? true : undefined), {
    what: 'the chart on the card',
  });
  expect(JSON.stringify(card()?.blocks)).toContain('threshold 0.03');
});

test('a command shows what was asked, with the PromQL that ran', async () => {
  const { acknowledged, tookMs } = await slack.people.command({
    user: 'U1',
    channel: 'C1',
    text: 'query checkout_errors',
  });
  expect(acknowledged, `after ${tookMs} ms`).toBe(true);
  const reply = await eventually(() => slack.calls.find(({ method }) => method === 'response_url'), {
    what: 'a reply',
  });
  expect(JSON.stringify(reply.args)).toContain('checkout_errors');
});

test('a mention is answered in its thread, and knows the alert whose thread it is', async () => {
  const { ts } = await eventually(card);
  await slack.people.mention({ user: 'U1', channel: 'C1', threadTs: ts, text: 'ack' });
  await eventually(
    () => (JSON.stringify(card()?.blocks).includes('Acknowledged by lena') ? true : undefined),
    {
      what: 'the card shows who acknowledged',
    },
  );
});

test('the same event delivered twice is answered once', async () => {
  const before = slack.posted('D1').length;
  await slack.people.directMessage({ user: 'U1', text: 'alerts', twice: true });
  await eventually(() => (slack.posted('D1').length > before ? true : undefined), { what: 'an answer' });
  await slack.people.directMessage({ user: 'U1', text: 'help' });
  await eventually(() => (slack.posted('D1').length > before + 1 ? true : undefined), {
    what: 'the next answer',
  });
  expect(slack.posted('D1')).toHaveLength(before + 2);
});

test('a request with a wrong or an old signature is refused', async () => {
  for (const signature of ['wrong', 'expired'] as const) {
    const { status } = await slack.people.command({ user: 'U1', channel: 'C1', text: 'help', signature });
    expect(status).toBe(401);
  }
});

test('Home shows the alerts and who is on call', async () => {
  await slack.people.openHome({ user: 'U1' });
  const home = await eventually(() => slack.workspace.homes.get('U1'), { what: 'the Home tab' });
  expect(JSON.stringify(home.view)).toContain('HighErrors');
});

test('a link to an alert becomes its card', async () => {
  await eventually(card);
  const answer = await fetch(`${service.httpUrl}/statbar/v1/alerts`);
  const { data } = (await answer.json()) as { data: { groups: { id: string; url: string }[] } };
  const [{ url }] = data.groups;
  expect(url).toMatch(/^https:\/\/statbar\.example\.com\//);
  await slack.people.shareLink({ user: 'U1', channel: 'C1', url });
  const unfurled = await eventually(
    () => slack.workspace.list('C1').find(({ unfurls }) => unfurls !== undefined)?.unfurls,
    { what: 'the unfurled link' },
  );
  expect(JSON.stringify(unfurled)).toContain('HighErrors');
});

test('doctor finds nothing that is missing', async () => {
  const before = slack.workspace.ephemerals.length;
  await slack.people.command({ user: 'U1', channel: 'C1', text: 'doctor' });
  const said = await eventually(() => slack.workspace.ephemerals.slice(before)[0], { what: 'the findings' });
  expect(JSON.stringify(said.blocks)).toContain('all that are needed');
  expect(JSON.stringify(said.blocks)).not.toContain('❌');
});
