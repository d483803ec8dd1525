import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeTeams, type TeamsUser } from '../../../test/support/fakes/teams/index.ts';
import { eventually } from '../../../test/support/wait.ts';
import { Counters, silentLogger, systemClock } from '../base/index.ts';
import { exampleGroup } from '../card/group.test-support.ts';
import { defaultCardOptions, groupCard, noDetails } from '../card/index.ts';
import { chartPng } from '../chart/index.ts';
import {
  type Card,
  type ChatHandlers,
  type Place,
  type Pressed,
  type Question,
  rich,
} from '../reply/index.ts';
import { cardProblems } from './card-problems.test-support.ts';
import { TeamsPlatform, teamsConfigSchema } from './index.ts';

const CHANNEL = '19:ops@thread.tacv2';
const place: Place = { platform: 'teams', channel: CHANNEL, direct: false };

let teams: FakeTeams;
let platform: TeamsPlatform;
let counters: Counters;
let lena: TeamsUser;
let folder: string;
let asked: Question[];
let pressed: Pressed[];
let answers: Partial<ChatHandlers>;

const simple = (text: string): Card => ({
  tone: 'info',
  title: '',
  blocks: [{ kind: 'paragraph', text: rich(text) }],
  summary: text,
});
const alertCard = groupCard(exampleGroup(), noDetails, defaultCardOptions);
const message = (card: Card, deliveryId = 'd/1') => ({ deliveryId, part: 0, card });

const handlers: ChatHandlers = {
  ask: async (question) => {
    asked.push(question);
    return answers.ask?.(question) ?? { audience: 'everyone', card: simple(`answer to ${question.text}`) };
  },
  press: async (each) => {
    pressed.push(each);
    return answers.press?.(each) ?? { kind: 'done' };
  },
  unfurl: async (url, person) => answers.unfurl?.(url, person) ?? { kind: 'none' },
  home: async () => simple('home'),
};

async function startPlatform(): Promise<TeamsPlatform> {
  const config = teamsConfigSchema.parse({
    app_id: teams.appId,
    tenant_id: teams.tenantId,
    port: 0,
    service_url: teams.serviceUrl,
  });
  const started = new TeamsPlatform(config, {
    clock: systemClock,
    logger: silentLogger,
    counters,
    paint: chartPng,
    stateFolder: folder,
    identity: { token: teams.botToken, cloud: teams.cloud },
  });
  await started.start(handlers);
  teams.people.endpoint = `http://127.0.0.1:${started.port}/api/messages`;
  return started;
}

beforeEach(async () => {
  asked = [];
  pressed = [];
  answers = {};
  counters = new Counters();
  folder = mkdtempSync(join(tmpdir(), 'teams-'));
  teams = new FakeTeams({ rates: 'none' });
  await teams.start();
  lena = teams.world.addUser('lena');
  teams.world.addConversation(CHANNEL, 'channel');
  platform = await startPlatform();
});

afterEach(async () => {
  await platform.stop();
  await teams.stop();
  rmSync(folder, { recursive: true });
});

const contentOf = (activity: { attachments?: readonly { content?: unknown }[] }) =>
  activity.attachments?.[0].content as Readonly<Record<string, unknown>>;

async function postAlert() {
  const outcome = await platform.post(place, message(alertCard));
  if (outcome.outcome !== 'sent') throw new Error(outcome.reason);
  const found = teams.world.find(CHANNEL, outcome.messageId);
  if (found === undefined) throw new Error('not posted');
  return found;
}

test('a card is posted, edited in place, and its story hangs on it', async () => {
  const posted = await postAlert();
  expect(cardProblems(contentOf(posted.activity))).toEqual([]);
  expect(await platform.edit(place, posted.id, message(simple('resolved')))).toMatchObject({
    outcome: 'sent',
    messageId: posted.id,
  });
  expect(await platform.postInThread(place, posted.id, message(simple('story')))).toMatchObject({
    outcome: 'sent',
  });
  expect(teams.posted(CHANNEL)).toHaveLength(1);
  expect(posted.edits).toBe(1);
  expect(JSON.stringify(teams.posted(CHANNEL, posted.id))).toContain('story');
  expect(await platform.edit(place, '12345', message(alertCard))).toMatchObject({ outcome: 'gone' });
});

test('what came of a post is told apart: later, unknown, refused', async () => {
  teams.limitConversation(CHANNEL, { forMs: 60_000, retryAfterSeconds: 7 });
  const limited = await platform.post(place, message(alertCard));
  expect(limited).toMatchObject({ outcome: 'later' });
  expect(limited.outcome === 'later' && (limited.retryAfterMs ?? 0) >= 7000).toBe(true);
  // Not even asked while it has to wait, and no other conversation waits with it.
  const calls = teams.calls.length;
  expect(await platform.post(place, message(alertCard))).toMatchObject({ outcome: 'later' });
  expect(teams.calls).toHaveLength(calls);
  teams.world.addConversation('19:web@thread.tacv2', 'channel');
  const other: Place = { ...place, channel: '19:web@thread.tacv2' };
  expect(await platform.post(other, message(alertCard))).toMatchObject({ outcome: 'sent' });
  teams.loseResponse({ method: 'POST' });
  expect(await platform.post(other, message(alertCard))).toMatchObject({ outcome: 'unknown' });
  teams.failNext({ status: 503, times: 1 });
  expect(await platform.post(other, message(alertCard))).toMatchObject({ outcome: 'later' });
  const nowhere = await platform.post({ ...place, channel: '19:no@thread.tacv2' }, message(alertCard));
  expect(nowhere).toMatchObject({ outcome: 'refused' });
});

test('a mention is a question, answered in its thread, once however often it comes', async () => {
  await teams.people.write({
    user: lena,
    conversation: CHANNEL,
    text: 'errors by device last 15m',
    twice: true,
  });
  const posted = await eventually(() => teams.world.messages.find(({ from }) => from === '28:bot'));
  expect(JSON.stringify(posted.activity)).toContain('answer to errors by device last 15m');
  expect(posted.threadId).toBeDefined();
  expect(asked).toHaveLength(1);
  expect(asked[0].person).toEqual({
    platform: 'teams',
    id: lena.aadObjectId,
    name: 'lena',
    email: 'lena@example.com',
    timeZone: null,
  });
  expect(counters.snapshot()).toMatchObject({ 'statbar_chat_events_repeated_total{reason="teams"}': 1 });
});

test('a question in the thread of an alert knows which alert that is, also after a restart', async () => {
  const posted = await postAlert();
  await platform.stop();
  platform = await startPlatform();
  await teams.people.write({ user: lena, conversation: CHANNEL, threadId: posted.id, text: 'explain' });
  await eventually(() => asked.at(0));
  expect(asked[0].conversation).toEqual({ place, threadId: posted.id, groupId: exampleGroup().id });
});

test('pressing brings verb, group and version, and is answered in place', async () => {
  const posted = await postAlert();
  const { status, body } = await teams.people.press({ user: lena, message: posted, label: 'Acknowledge' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message', value: 'Done.' });
  expect(pressed[0]).toMatchObject({
    press: { verb: 'ack', target: exampleGroup().id, version: exampleGroup().version },
    person: { email: 'lena@example.com', timeZone: 'Europe/Berlin' },
    conversation: { groupId: exampleGroup().id },
  });
  answers.press = async () => ({
    kind: 'reply',
    reply: { audience: 'private', card: simple('It is over.') },
  });
  const again = await teams.people.press({ user: lena, message: posted, label: 'Acknowledge' });
  expect(again.body).toMatchObject({ value: 'It is over.' });
  expect(teams.posted(CHANNEL)).toHaveLength(1);
});

test('a silence from the menu brings its duration; a form takes the place of the card for who opened it', async () => {
  const posted = await postAlert();
  await teams.people.press({ user: lena, message: posted, label: 'for 2h' });
  expect(pressed[0].press).toMatchObject({ verb: 'silence', value: '7200000' });
  const press = { verb: 'note' as const, target: 'g', version: 1, value: '' };
  const field = {
    kind: 'text' as const,
    id: 'note',
    label: 'Note',
    hint: '',
    multiline: true,
    required: true,
    value: '',
    lengthMax: 99,
  };
  answers.press = async ({ fields }) =>
    fields['note'] === undefined
      ? { kind: 'dialog', dialog: { title: 'Note', submit: 'Add', press, fields: [field] } }
      : { kind: 'done' };
  const { body } = await teams.people.press({ user: lena, message: posted, label: 'Add a note …' });
  expect(body).toMatchObject({ type: 'application/vnd.microsoft.card.adaptive' });
  const sent = await teams.people.press({
    user: lena,
    message: posted,
    label: 'Add',
    inputs: { note: 'looking' },
  });
  expect(sent.body).toMatchObject({ value: 'Done.' });
  expect(pressed.at(-1)).toMatchObject({ press, fields: { note: 'looking' } });
});

test('what only one person is to see goes into the chat with them, not into the channel', async () => {
  answers.ask = async () => ({ audience: 'private', card: simple('Sorry, you may not.') });
  await teams.people.write({ user: lena, conversation: CHANNEL, text: 'ack' });
  const posted = await eventually(() => teams.world.messages.find(({ from }) => from === '28:bot'));
  expect(posted.conversation).toBe('a:lena');
  expect(JSON.stringify(posted.activity)).toContain('Sorry');
});

test('a person is told directly by address once they are known, and why not before', async () => {
  const direct: Place = { platform: 'teams', channel: 'lena@example.com', direct: true };
  expect(await platform.post(direct, message(simple('page')))).toMatchObject({ outcome: 'refused' });
  await teams.people.write({ user: lena, conversation: CHANNEL, text: 'hello' });
  await eventually(() => asked.at(0));
  expect(await platform.post(direct, message(simple('page')))).toMatchObject({ outcome: 'sent' });
  expect(JSON.stringify(teams.posted('a:lena'))).toContain('page');
});

test('a link to an alert becomes its card', async () => {
  answers.unfurl = async (url) =>
    url.endsWith('/alerts/1') ? { kind: 'card', card: alertCard } : { kind: 'none' };
  const { body } = await teams.people.shareLink({
    user: lena,
    conversation: CHANNEL,
    url: 'https://statbar.test/alerts/1',
  });
  const [attachment] = (body as { composeExtension: { attachments: { content: Record<string, unknown> }[] } })
    .composeExtension.attachments;
  expect(cardProblems(attachment.content)).toEqual([]);
  expect(JSON.stringify(attachment.content)).toContain(exampleGroup().title);
});

test('why a link stays a link is told to who posted it, in the chat with them', async () => {
  answers.unfurl = async () => ({ kind: 'refused', why: 'Sorry, this is not yours to see.' });
  const { body } = await teams.people.shareLink({
    user: lena,
    conversation: CHANNEL,
    url: 'https://x.test/alerts/1',
  });
  expect(body).toEqual({});
  const posted = await eventually(() => teams.world.messages.find(({ from }) => from === '28:bot'));
  expect(posted.conversation).toBe('a:lena');
  expect(JSON.stringify(posted.activity)).toContain('not yours to see');
});

test('a conversation is served by the connector that its activities come from, also after a restart', async () => {
  const conversation = teams.world.conversations.get(CHANNEL);
  if (conversation === undefined) throw new Error('no channel');
  conversation.region = 'emea';
  // Nothing has come from there yet: the configured connector is asked, and does not know it.
  expect(await platform.post(place, message(alertCard))).toMatchObject({ outcome: 'refused' });
  await teams.people.write({ user: lena, conversation: CHANNEL, text: 'hello' });
  await eventually(() => teams.posted(CHANNEL, teams.world.messages[0].id).at(0));
  expect(asked[0].person.email).toBe('lena@example.com');
  const posted = await postAlert();
  await platform.stop();
  platform = await startPlatform();
  expect(await platform.edit(place, posted.id, message(simple('later')))).toMatchObject({ outcome: 'sent' });
  // A chat with somebody is begun where they were met.
  const direct: Place = { platform: 'teams', channel: lena.aadObjectId, direct: true };
  expect(await platform.post(direct, message(simple('page')))).toMatchObject({ outcome: 'sent' });
  expect(teams.world.conversations.get('a:lena')?.region).toBe('emea');
  conversation.region = 'amer';
  await teams.people.write({ user: lena, conversation: CHANNEL, text: 'moved' });
  await eventually(() => asked.at(1));
  expect(await platform.post(place, message(alertCard))).toMatchObject({ outcome: 'sent' });
  expect(new Set(teams.calls.map(({ region }) => region))).toEqual(new Set(['', 'emea', 'amer']));
});

test('what was handled before a restart is not done again when it comes again', async () => {
  const posted = await postAlert();
  await teams.people.write({ user: lena, conversation: CHANNEL, text: 'alerts' });
  await eventually(() => asked.at(0));
  await platform.stop();
  platform = await startPlatform();
  await teams.people.again();
  await teams.people.press({ user: lena, message: posted, label: 'Acknowledge' });
  await platform.stop();
  platform = await startPlatform();
  const { status, body } = await teams.people.again();
  expect([status, body]).toMatchObject([200, { value: expect.stringContaining('taken before') }]);
  expect([asked.length, pressed.length]).toEqual([1, 1]);
  expect(counters.snapshot()).toMatchObject({ 'statbar_chat_events_repeated_total{reason="teams"}': 2 });
});

test('somebody whose name the activity leaves out is called as the roster has them', async () => {
  const nameless = { ...lena, name: '' };
  await teams.people.write({ user: nameless, conversation: CHANNEL, text: 'hello' });
  await eventually(() => asked.at(0));
  expect(asked[0].person).toMatchObject({ name: 'lena', id: lena.aadObjectId });
});

test('requests without a right token are refused, and nobody hears of them', async () => {
  for (const token of ['none', 'wrong_audience', 'other_key', 'expired', 'wrong_service_url'] as const) {
    const { status } = await teams.people.write({ user: lena, conversation: CHANNEL, text: 'x', token });
    expect([token, status]).toEqual([token, 401]);
  }
  expect(asked).toEqual([]);
});

test('doctor says whether credentials work', async () => {
  expect(await platform.check()).toMatchObject([{ what: 'Teams', state: 'good' }, { state: 'good' }]);
});
