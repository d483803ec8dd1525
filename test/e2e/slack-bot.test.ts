import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import type { AlertGroup } from '../../sdk/src/wire/index.ts';
import { type ChatBot, startChatBot } from '../support/chat-bot.ts';
import { FakeSlack, type SlackMessage } from '../support/fakes/slack/index.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

/* The bot as a process, against the service as a process and a Slack with its limits and failures. */

let service: Service;
let slack: FakeSlack;
let bot: ChatBot;
let alerts = 0;

beforeAll(async () => {
  service = await startService({
    config: `
alert:
  delivery_lease: 2s
  retry_min: 100ms
  storm: { groups_per_minute_max: 0 }
  users: [{ name: lena, email: u1@example.com, slack: U1 }]
  route: { receiver: ops, group_wait: 0s, group_by: [alertname] }
  receivers:
    - name: ops
      chat: [{ platform: slack, channel: '#ops' }]
`,
  });
});
afterAll(() => service.stop());

beforeEach(async () => {
  slack = new FakeSlack({ rates: 'none' });
  await slack.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
  slack.workspace.addUser({ id: 'U1', name: 'lena', email: 'u1@example.com' });
  bot = await startChatBot({ serviceUrl: service.httpUrl, slack, config: 'delivery: { doubt: 200ms }' });
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
});

async function send(name: string, isOver = false): Promise<void> {
  const response = await fetch(`${service.httpUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([
      {
        labels: { alertname: name, service: 'checkout', severity: 'critical' },
        annotations: { summary: 'Every twentieth order fails.', runbook_url: 'https://runbooks.example/x' },
        ...(isOver ? { endsAt: new Date().toISOString() } : {}),
      },
    ]),
  });
  expect(response.status).toBe(200);
}

function newName(): string {
  alerts += 1;
  return `Slack${alerts}`;
}

function cardsOf(name: string): SlackMessage[] {
  return slack.posted('C1').filter((message) => JSON.stringify(message.blocks[0]).includes(`${name}"`));
}

async function cardOf(name: string, says = name): Promise<SlackMessage> {
  return eventually(
    () => cardsOf(name).find((message) => (message.text + JSON.stringify(message.blocks)).includes(says)),
    { what: `the card of ${name} says ${says}` },
  );
}

async function groupOf(name: string): Promise<AlertGroup> {
  const client = createAlertsClient({ baseUrl: service.httpUrl });
  const { groups } = await client.groups({ state: 'all', matchers: [`alertname="${name}"`] });
  return groups[0];
}

test('a card is posted, acknowledged by its button, told in its thread and closed with its duration', async () => {
  const name = newName();
  await send(name);
  const card = await cardOf(name);
  const { acknowledged } = await slack.people.press({
    user: 'U1',
    channel: 'C1',
    ts: card.ts,
    label: 'Acknowledge',
  });
  expect(acknowledged).toBe(true);
  await cardOf(name, 'Acknowledged by lena (slack)');
  await send(name, true);
  await cardOf(name, 'Resolved: ');
  expect(cardsOf(name)).toHaveLength(1);
  expect(JSON.stringify(cardsOf(name)[0].blocks)).not.toContain('Acknowledge"');
  await eventually(() => (JSON.stringify(slack.posted('C1', card.ts)).includes('lena') ? true : undefined), {
    what: 'the thread tells who acknowledged',
  });
  // Nobody asked to be told: names are text.
  expect(JSON.stringify(slack.posted('C1', card.ts))).not.toContain('"user_id"');
});

test('a click that races the resolve is refused in private, and reopens nothing', async () => {
  const name = newName();
  await send(name);
  const card = await cardOf(name);
  slack.delayNext({ method: 'chat.update', delayMs: 1500 });
  await send(name, true);
  await eventually(async () => ((await groupOf(name)).state === 'resolved' ? true : undefined));
  // The card still has its button: the edit is on its way.
  await slack.people.press({ user: 'U1', channel: 'C1', ts: card.ts, label: 'Acknowledge' });
  await eventually(() => slack.workspace.ephemerals.find(({ user }) => user === 'U1'), { what: 'a refusal' });
  await cardOf(name, 'Resolved: ');
  expect((await groupOf(name)).state).toBe('resolved');
  expect((await groupOf(name)).acknowledgement).toBeNull();
});

test('the same click delivered twice acknowledges once', async () => {
  const name = newName();
  await send(name);
  const card = await cardOf(name);
  await slack.people.press({ user: 'U1', channel: 'C1', ts: card.ts, label: 'Acknowledge', twice: true });
  await cardOf(name, 'Acknowledged by lena');
  const { story } = await groupOf(name);
  expect(story.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  expect(slack.workspace.ephemerals).toEqual([]);
});

test('a post whose answer was lost is found again: one card', async () => {
  const name = newName();
  slack.loseResponse({ method: 'chat.postMessage' });
  await send(name);
  await cardOf(name);
  await eventually(() => slack.calls.find(({ method }) => method === 'conversations.history'), {
    what: 'the search',
    timeoutMs: 60_000,
  });
  await send(name, true);
  await cardOf(name, 'Resolved: ');
  expect(cardsOf(name)).toHaveLength(1);
  expect(slack.postedTwice()).toEqual([]);
});

test('a post that was lost on its way is posted again', async () => {
  const name = newName();
  slack.loseRequest({ method: 'chat.postMessage' });
  await send(name);
  await cardOf(name);
  expect(cardsOf(name)).toHaveLength(1);
});

test('429 delays a card and loses nothing', async () => {
  const name = newName();
  slack.limitChannel('C1', { forMs: 1500, retryAfterSeconds: 1 });
  await send(name);
  await eventually(() => slack.calls.find(({ outcome }) => outcome === 'limited'));
  await cardOf(name);
  expect(cardsOf(name)).toHaveLength(1);
});

test('a deleted card is posted anew when there is something to say', async () => {
  const name = newName();
  await send(name);
  const card = await cardOf(name);
  slack.workspace.messages.get('C1')!.find(({ ts }) => ts === card.ts)!.deleted = true;
  await send(name, true);
  const again = await cardOf(name, 'Resolved: ');
  expect(again.ts).not.toBe(card.ts);
});

test('silencing for a while by the menu, and with a reason by the dialog', async () => {
  const name = newName();
  await send(name);
  const card = await cardOf(name);
  await slack.people.press({ user: 'U1', channel: 'C1', ts: card.ts, label: 'for 1h' });
  await cardOf(name, 'Silenced until');
  await slack.people.press({ user: 'U1', channel: 'C1', ts: card.ts, label: 'Silence …' });
  const view = await eventually(() => [...slack.workspace.views.values()][0], { what: 'the dialog' });
  await slack.people.submit({
    viewId: view.id,
    values: {
      for: { for: { selected_option: { value: '7200000' } } },
      note: { note: { value: 'known, being worked on' } },
    },
  });
  await cardOf(name, 'known, being worked on');
  expect((await groupOf(name)).silences).toHaveLength(2);
});
