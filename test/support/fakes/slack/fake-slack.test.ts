import { App, LogLevel } from '@slack/bolt';
import { type WebAPICallResult, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../free-port.ts';
import { eventually } from '../../wait.ts';
import { blockProblems, FakeSlack } from './index.ts';

let slack: FakeSlack;
let heldAtMs: number | undefined;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  heldAtMs = undefined;
  slack = new FakeSlack({ retryDelaysMs: [0], ackTimeoutMs: 500, now: () => heldAtMs ?? Date.now() });
  await slack.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
  slack.workspace.addChannel({ id: 'C2', name: 'web' });
  slack.workspace.addUser({ id: 'U1', name: 'lena' });
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await slack.stop();
});

function client(options: ConstructorParameters<typeof WebClient>[1] = {}): WebClient {
  return new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
    ...options,
  });
}

const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;

async function errorOf(call: Promise<WebAPICallResult>): Promise<Record<string, unknown>> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason as { data?: Record<string, unknown>; code?: string },
  );
  return error?.data ?? { code: error?.code };
}

test('a message is posted, edited, found by its metadata, and threads hang on it', async () => {
  const web = client();
  const metadata = { event_type: 'statbar_alert', event_payload: { delivery_id: 'g1/c/card' } };
  const { ts } = await web.chat.postMessage({ channel: '#ops', text: 'a', blocks: [section('a')], metadata });
  await web.chat.update({ channel: 'C1', ts: ts ?? '', text: 'b' });
  const reply = await web.chat.postMessage({ channel: 'C1', thread_ts: ts, text: 'in thread' });
  expect(reply.message?.thread_ts).toBe(ts);
  const { messages } = await web.conversations.history({ channel: 'C1', include_all_metadata: true });
  expect(messages?.map((each) => each.text)).toEqual(['b']);
  expect(messages?.[0].metadata).toEqual(metadata);
  const thread = await web.conversations.replies({ channel: 'C1', ts: ts ?? '' });
  expect(thread.messages?.map(({ text }) => text)).toEqual(['b', 'in thread']);
  expect(slack.posted('C1').map(({ edits }) => edits)).toEqual([1]);
});

test('a thread whose first message is gone: it is posted at the top, without an error', async () => {
  const web = client();
  const { ts } = await web.chat.postMessage({ channel: 'C1', text: 'a' });
  await web.chat.delete({ channel: 'C1', ts: ts ?? '' });
  const reply = await web.chat.postMessage({ channel: 'C1', thread_ts: ts, text: 'lost' });
  expect(reply.ok).toBe(true);
  expect(reply.message?.thread_ts).toBeUndefined();
  expect(slack.posted('C1').map(({ text }) => text)).toEqual(['lost']);
});

test('429 on one channel only, with Retry-After', async () => {
  const web = client();
  slack.limitChannel('C1', { forMs: 60_000, retryAfterSeconds: 7 });
  await expect(web.chat.postMessage({ channel: 'C1', text: 'a' })).rejects.toMatchObject({ retryAfter: 7 });
  expect((await web.chat.postMessage({ channel: 'C2', text: 'a' })).ok).toBe(true);
  expect(slack.calls.map(({ channel, outcome }) => [channel, outcome])).toEqual([
    ['C1', 'limited'],
    ['C2', 'done'],
  ]);
});

test('more than about a message a second in one channel is limited', async () => {
  heldAtMs = Date.now();
  const web = client();
  const post = () => web.chat.postMessage({ channel: 'C1', text: 'a' });
  for (let i = 0; i < 4; i++) await post();
  await expect(post()).rejects.toMatchObject({ retryAfter: 1 });
});

test('an answer that is lost after the post happened: a client that retries posts twice, one that does not posts once', async () => {
  slack.loseResponse({ method: 'chat.postMessage' });
  const metadata = { event_type: 'x', event_payload: { id: '1' } };
  const once = await errorOf(client().chat.postMessage({ channel: 'C1', text: 'a', metadata }));
  expect(once['code']).toBe('slack_webapi_request_error');
  expect(slack.posted('C1')).toHaveLength(1);
  slack.loseResponse({ method: 'chat.postMessage' });
  const again = { event_type: 'x', event_payload: { id: '2' } };
  await client({ retryConfig: { retries: 1, minTimeout: 1 } }).chat.postMessage({
    channel: 'C1',
    text: 'a',
    metadata: again,
  });
  expect(slack.posted('C1')).toHaveLength(3);
  expect(slack.postedTwice()).toEqual([JSON.stringify(again.event_payload)]);
});

test('a request that is lost did nothing', async () => {
  slack.loseRequest();
  await expect(client().chat.postMessage({ channel: 'C1', text: 'a' })).rejects.toThrow();
  expect(slack.posted('C1')).toEqual([]);
});

test('blocks over their limits are refused, with the shape that Slack gives', async () => {
  const error = await errorOf(
    client().chat.postMessage({ channel: 'C1', text: 'a', blocks: [section('x'.repeat(3001))] }),
  );
  const problem = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
  expect(error).toMatchObject({
    ok: false,
    error: 'invalid_blocks',
    errors: [problem],
    response_metadata: { messages: [`[ERROR] ${problem}`] },
  });
  expect(slack.posted('C1')).toEqual([]);
});

test('together, blocks may not be longer than 13,200 characters', async () => {
  const blocks = Array.from({ length: 5 }, () => section('x'.repeat(2900)));
  const error = await errorOf(client().chat.postMessage({ channel: 'C1', text: 'a', blocks }));
  expect(error['error']).toBe('msg_blocks_too_long');
});

const button = (i: number) => ({
  type: 'button',
  action_id: `a${i}`,
  text: { type: 'plain_text', text: 'Go' },
});
const option = (i: number) => ({ text: { type: 'plain_text', text: `${i}` }, value: `${i}` });
const chart = (points: number) => ({
  type: 'data_visualization',
  title: 'p95',
  chart: {
    type: 'line',
    series: [{ name: 's', data: Array.from({ length: points }, (_, i) => ({ label: `${i}`, value: i })) }],
    axis_config: { categories: ['0'] },
  },
});

test.each<[string, unknown[], string | undefined]>([
  ['50 blocks', Array.from({ length: 50 }, () => ({ type: 'divider' })), undefined],
  ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), 'no more than 50 items'],
  ['a header of 151', [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }], 'than 151'],
  [
    '150 emoji are 150 characters',
    [{ type: 'header', text: { type: 'plain_text', text: '🔥'.repeat(150) } }],
    undefined,
  ],
  [
    'a header with markup',
    [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    'unsupported type: mrkdwn',
  ],
  [
    '26 buttons',
    [{ type: 'actions', elements: Array.from({ length: 26 }, (_, i) => button(i)) }],
    'no more than 25',
  ],
  ['an action twice', [{ type: 'actions', elements: [button(1), button(1)] }], 'already exists'],
  [
    'an overflow menu of 6',
    [
      {
        type: 'actions',
        elements: [{ type: 'overflow', action_id: 'o', options: [0, 1, 2, 3, 4, 5].map(option) }],
      },
    ],
    'no more than 5',
  ],
  [
    '11 fields',
    [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) }],
    'no more than 10',
  ],
  ['an empty section', [{ type: 'section' }], 'text or fields'],
  ['an empty text', [section('')], 'must be more than 0 characters'],
  ['an image without words', [{ type: 'image', image_url: 'https://x.test/a.png' }], 'alt_text'],
  ['an unknown block', [{ type: 'nonsense' }], 'unsupported type: nonsense'],
  ['an unknown field', [{ type: 'divider', text: 'x' }], 'invalid additional property: text'],
  ['a chart of 20 points', [chart(20)], undefined],
  ['a chart of 21 points', [chart(21)], 'no more than 20'],
  ['three charts', [chart(1), chart(1), chart(1)], 'no more than 2'],
])('%s', (_, blocks, problem) => {
  const found = blockProblems(blocks, 'message', { dataVisualization: true }).join('\n');
  if (problem === undefined) expect(found).toBe('');
  else expect(found).toContain(problem);
});

test('a workspace without native charts refuses them', () => {
  expect(blockProblems([chart(1)], 'message', { dataVisualization: false })).toEqual([
    'unsupported type: data_visualization [json-pointer:/blocks/0/type]',
  ]);
});

test('tokens, scopes, channels and metadata are checked', async () => {
  const poor = new FakeSlack({ scopes: ['chat:write'] });
  await poor.start();
  closers.push(() => poor.stop());
  const web = new WebClient(poor.botToken, { slackApiUrl: poor.apiUrl, logger: silent });
  expect(await errorOf(web.conversations.list())).toMatchObject({
    error: 'missing_scope',
    needed: 'channels:read',
  });
  const stranger = new WebClient('xoxb-other', { slackApiUrl: poor.apiUrl, logger: silent });
  expect(await errorOf(stranger.auth.test())).toMatchObject({ error: 'invalid_auth' });
  slack.workspace.addChannel({ id: 'C3', name: 'closed', isMember: false });
  expect(await errorOf(client().chat.postMessage({ channel: 'C3', text: 'a' }))).toMatchObject({
    error: 'not_in_channel',
  });
  expect(await errorOf(client().chat.postMessage({ channel: 'C9', text: 'a' }))).toMatchObject({
    error: 'channel_not_found',
  });
});

test('a file is uploaded into a thread in three steps', async () => {
  const web = client();
  const { ts } = await web.chat.postMessage({ channel: 'C1', text: 'card' });
  const png = Buffer.from('not really a picture');
  await web.filesUploadV2({
    channel_id: 'C1',
    thread_ts: ts ?? '',
    file: png,
    filename: 'chart.png',
    alt_text: 'a',
  });
  const [file] = slack.workspace.files.values();
  expect(file.content).toEqual(png);
  expect(slack.posted('C1', ts)[0].fileIds).toEqual([file.id]);
  const { file: info } = await web.files.info({ file: file.id });
  expect(info?.channels).toEqual(['C1']);
});

test('completing an upload: ids of channels that the bot is in, one for a thread, a comment or else blocks', async () => {
  const web = client();
  slack.workspace.addChannel({ id: 'C3', name: 'closed', isMember: false });
  slack.workspace.addChannel({ id: 'C4', name: 'old', isArchived: true });
  const { upload_url: url = '', file_id: id = '' } = await web.files.getUploadURLExternal({
    filename: 'a.png',
    length: 3,
  });
  const complete = (args: object) =>
    errorOf(web.files.completeUploadExternal({ files: [{ id, title: 'A' }], ...args } as never));
  expect(await complete({ channel_id: 'C1' })).toMatchObject({ error: 'file_not_found' });
  await fetch(url, { method: 'POST', body: 'png' });
  for (const [args, error] of [
    [{ channel_id: 'C9' }, 'channel_not_found'],
    [{ channel_id: '#ops' }, 'channel_not_found'],
    [{ channel_id: 'C3' }, 'not_in_channel'],
    [{ channel_id: 'C4' }, 'is_archived'],
    [{ thread_ts: '1.000001' }, 'invalid_arguments'],
    [{ channels: 'C1,C2', thread_ts: '1.000001' }, 'invalid_arguments'],
    [{ channel_id: 'C1', blocks: [{ type: 'nonsense' }] }, 'invalid_blocks'],
    [{ channel_id: 'C1', blocks: [{ type: 'markdown', text: 'x' }] }, 'internal_error'],
  ] as const) {
    expect(await complete(args)).toMatchObject({ error });
  }
  expect(slack.posted('C1')).toEqual([]);
  const blocks = [section('said in blocks')];
  await web.files.completeUploadExternal({ files: [{ id, title: 'A' }], channel_id: 'C1', blocks });
  expect(slack.posted('C1')).toMatchObject([{ text: '', blocks, fileIds: [id] }]);
  await web.files.completeUploadExternal({ files: [{ id }], channel_id: 'C2', initial_comment: 'a', blocks });
  expect(slack.posted('C2')).toMatchObject([{ text: 'a', blocks: [] }]);
});

test('a link becomes a card only where it was said, and before it is sent by the id of its preview', async () => {
  const web = client();
  const url = 'https://grafana.test/d/a?from=now-1h&to=now';
  const { ts } = slack.workspace.add('C1', {
    user: 'U1',
    text: `<${url.replaceAll('&', '&amp;')}>`,
    blocks: [],
    metadata: undefined,
    threadTs: undefined,
  });
  const unfurls = { [url]: { blocks: [section('card')] } };
  await web.chat.unfurl({ channel: 'C1', ts, unfurls });
  expect(slack.workspace.find('C1', ts)?.unfurls).toEqual(unfurls);
  const other = { 'https://grafana.test/d/b': { blocks: [section('card')] } };
  expect(await errorOf(web.chat.unfurl({ channel: 'C1', ts, unfurls: other }))).toMatchObject({
    error: 'cannot_unfurl_url',
  });
  expect(await errorOf(web.chat.unfurl({ source: 'composer', unfurl_id: 'nothing', unfurls }))).toMatchObject(
    { error: 'cannot_find_message' },
  );
});

test('people reach an app by HTTP: commands, clicks and modals; forged and old requests are refused', async () => {
  const port = await freePort();
  const app = new App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logger: silent,
  });
  const seen: string[] = [];
  app.command('/statbar', async ({ ack, command, respond }) => {
    await ack();
    seen.push(command.text);
    await respond({ text: 'for you', response_type: 'ephemeral' });
  });
  app.action('ack', async ({ ack, body, client: web }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    await web.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'note',
        title: { type: 'plain_text', text: 'Note' },
        submit: { type: 'plain_text', text: 'OK' },
        blocks: [
          {
            type: 'input',
            block_id: 'b',
            label: { type: 'plain_text', text: 'Note' },
            element: { type: 'plain_text_input', action_id: 'a' },
          },
        ],
      },
    });
  });
  app.view('note', async ({ ack, view }) => {
    await ack();
    seen.push(String(view.state.values['b']['a'].value));
  });
  await app.start(port);
  closers.push(() => app.stop());
  slack.people.httpUrl = `http://127.0.0.1:${port}/slack/events`;
  const { ts } = await client().chat.postMessage({
    channel: 'C1',
    text: 'card',
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'ack', text: { type: 'plain_text', text: 'Acknowledge' } }],
      },
    ],
  });
  expect(await slack.people.command({ user: 'U1', channel: 'C1', text: 'help' })).toMatchObject({
    acknowledged: true,
    status: 200,
  });
  await eventually(() => slack.workspace.ephemerals[0], { what: 'an answer for one person' });
  await slack.people.press({ user: 'U1', channel: 'C1', ts: ts ?? '', label: 'Acknowledge' });
  const [view] = await eventually(() => {
    const open = [...slack.workspace.views.values()];
    return open.length > 0 ? open : undefined;
  });
  await slack.people.submit({
    viewId: view.id,
    values: { b: { a: { type: 'plain_text_input', value: 'mine' } } },
  });
  await eventually(() => (seen.includes('mine') ? true : undefined));
  for (const signature of ['wrong', 'expired'] as const) {
    const refused = await slack.people.command({ user: 'U1', channel: 'C1', text: 'forged', signature });
    expect(refused).toMatchObject({ acknowledged: false, status: 401 });
  }
  expect(seen).toEqual(['help', 'mine']);
});

test('people reach an app by Socket Mode; events may come twice, and a command without an acknowledgement in time has failed', async () => {
  const app = new App({
    token: slack.botToken,
    socketMode: true,
    appToken: slack.appToken,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logger: silent,
  });
  const heard: string[] = [];
  app.event('app_mention', async ({ body }) => {
    heard.push(body.event_id);
  });
  // Never acknowledged.
  app.command('/statbar', async () => {});
  await app.start();
  closers.push(() => app.stop());
  await eventually(() => (slack.sockets.count > 0 ? true : undefined));
  expect(
    (await slack.people.mention({ user: 'U1', channel: 'C1', text: 'hi', twice: true })).acknowledged,
  ).toBe(true);
  await eventually(() => (heard.length === 2 ? true : undefined), { what: 'the event has come twice' });
  expect(heard[0]).toBe(heard[1]);
  const { acknowledged } = await slack.people.command({ user: 'U1', channel: 'C1', text: 'slow' });
  expect(acknowledged).toBe(false);
});
