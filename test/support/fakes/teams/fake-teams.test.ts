import { App } from '@microsoft/teams.apps';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../free-port.ts';
import { eventually } from '../../wait.ts';
import { FakeTeams, type TeamsUser } from './index.ts';

const CHANNEL = '19:ops@thread.tacv2';

let teams: FakeTeams;
let app: App;
let lena: TeamsUser;
let heldAtMs: number | undefined;

const silent = { debug() {}, info() {}, warn() {}, error() {}, trace() {}, log() {}, child: () => silent };

beforeEach(async () => {
  heldAtMs = undefined;
  teams = new FakeTeams({ now: () => heldAtMs ?? Date.now() });
  await teams.start();
  lena = teams.world.addUser('lena');
  teams.world.addConversation(CHANNEL, 'channel');
  const port = await freePort();
  app = new App({
    clientId: teams.appId,
    tenantId: teams.tenantId,
    token: teams.botToken,
    serviceUrl: teams.serviceUrl,
    cloud: teams.cloud,
    logger: silent,
  });
  await app.start(port);
  teams.people.endpoint = `http://127.0.0.1:${port}/api/messages`;
});

afterEach(async () => {
  await app.stop();
  await teams.stop();
});

const card = (title: string, version = '1.5') => ({
  type: 'message' as const,
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive' as const,
      content: {
        type: 'AdaptiveCard' as const,
        version,
        body: [{ type: 'TextBlock', text: title }],
        actions: [
          { type: 'Action.Execute', title: 'Acknowledge', verb: 'ack', data: { action: 'ack', group: 'g1' } },
        ],
      },
    },
  ],
});

/** The SDK's own types would have its own builders. */
const send = (activity: object, conversation = CHANNEL): Promise<{ id: string }> =>
  app.send(conversation, activity as Parameters<App['send']>[1]) as Promise<{ id: string }>;

async function refusalOf(call: Promise<unknown>): Promise<{ status?: number; retryAfter?: string }> {
  const error = (await call.catch((reason: unknown) => reason)) as {
    response?: { status: number; headers: Record<string, string> };
  };
  return { status: error.response?.status, retryAfter: error.response?.headers['retry-after'] };
}

test('a card is posted, edited in place, and threads hang on it', async () => {
  const { id } = await send(card('firing'));
  await send({ ...card('resolved'), id });
  await app.reply(CHANNEL, id, 'in the thread');
  const [posted] = teams.posted(CHANNEL);
  expect(posted).toMatchObject({ id, edits: 1 });
  expect(JSON.stringify(posted.activity)).toContain('resolved');
  expect(teams.posted(CHANNEL, id).map(({ activity }) => activity.text)).toEqual(['in the thread']);
  expect(teams.calls.map(({ method, outcome }) => [method, outcome])).toEqual([
    ['POST', 'done'],
    ['PUT', 'done'],
    ['POST', 'done'],
  ]);
});

test('429 in one conversation only; the SDK does not try again', async () => {
  teams.world.addConversation('19:web@thread.tacv2', 'channel');
  teams.limitConversation(CHANNEL, { forMs: 60_000, retryAfterSeconds: 3 });
  expect(await refusalOf(send(card('a')))).toEqual({ status: 429, retryAfter: '3' });
  await send(card('b'), '19:web@thread.tacv2');
  expect(teams.calls.map(({ outcome }) => outcome)).toEqual(['limited', 'done']);
});

test('more than seven messages a second in one conversation are limited', async () => {
  heldAtMs = Date.now();
  for (let i = 0; i < 7; i++) await send({ type: 'message', text: 'a' });
  expect(await refusalOf(send({ type: 'message', text: 'a' }))).toEqual({
    status: 429,
    retryAfter: undefined,
  });
});

test('too big, too new and unknown are refused', async () => {
  expect((await refusalOf(send(card('x'.repeat(101 * 1024))))).status).toBe(413);
  expect((await refusalOf(send(card('a', '1.6')))).status).toBe(400);
  expect((await refusalOf(send(card('a'), '19:elsewhere@thread.tacv2'))).status).toBe(404);
  expect((await refusalOf(send({ ...card('a'), id: '12345' }))).status).toBe(404);
});

test('an answer that is lost after the post happened', async () => {
  teams.loseResponse({ method: 'POST' });
  expect((await refusalOf(send(card('a')))).status).toBeUndefined();
  expect(teams.posted(CHANNEL)).toHaveLength(1);
  expect(teams.calls[0].outcome).toBe('lost_answer');
});

test('tokens of the wrong audience, service, issuer, key or time never reach the bot', async () => {
  const heard: string[] = [];
  app.on('message', async ({ activity }) => {
    heard.push(activity.text ?? '');
  });
  const flaws = [
    'none',
    'wrong_audience',
    'wrong_service_url',
    'wrong_issuer',
    'other_key',
    'expired',
  ] as const;
  for (const token of flaws) {
    const { status } = await teams.people.write({ user: lena, conversation: CHANNEL, text: token, token });
    expect([token, status]).toEqual([token, 401]);
  }
  const { status } = await teams.people.write({
    user: lena,
    conversation: CHANNEL,
    text: 'right',
    twice: true,
  });
  expect(status).toBe(200);
  await eventually(() => (heard.length === 2 ? true : undefined));
  expect(heard.every((text) => text.includes('right'))).toBe(true);
});

test('pressing a button brings its data, and the answer is what this person sees', async () => {
  app.on('card.action.ack', async ({ activity }) => ({
    statusCode: 200,
    type: 'application/vnd.microsoft.card.adaptive',
    value: {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: `acknowledged by ${activity.from.name}` }],
    },
  }));
  const { id } = await send(card('firing'));
  const message = teams.world.find(CHANNEL, id);
  if (message === undefined) throw new Error('not posted');
  const { status, body } = await teams.people.press({ user: lena, message, label: 'Acknowledge' });
  expect(status).toBe(200);
  expect(JSON.stringify(body)).toContain('acknowledged by lena');
  expect(JSON.stringify(message.views.get(lena.id))).toContain('acknowledged by lena');
});

test('a chat with one person is begun, and who they are can be asked', async () => {
  const api = app.api;
  const { id } = await api.conversations.create({
    members: [{ id: lena.id, name: 'lena', role: 'user' }],
    tenantId: teams.tenantId,
  });
  await send({ type: 'message', text: 'hello' }, id);
  expect(teams.posted(id).map(({ activity }) => activity.text)).toEqual(['hello']);
  const members = await api.conversations.members(CHANNEL).get();
  expect(members[0]).toMatchObject({ id: lena.id, email: 'lena@example.com' });
});
