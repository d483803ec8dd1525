import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiError, createAlertsClient } from '../../sdk/src/alerts/index.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

const tokens = { bot: 'bot-token-bot-token', reader: 'reader-token-reader', writer: 'writer-token-writer' };
const sha = (token: string): string => createHash('sha256').update(token).digest('hex');
const by = { name: 'Lena', user: null, via: 'slack' } as const;

let service: Service;
const temp = createTempDir('alert-api');
const told: { event: string; signature: string }[] = [];
const hook = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    told.push({
      event: (JSON.parse(body) as { event: string }).event,
      signature: String(request.headers['x-statbar-signature']),
    });
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const { port } = hook.address() as AddressInfo;
  const rules = join(temp.path, 'rules.yml');
  writeFileSync(
    rules,
    `groups:
  - name: g
    interval: 1s
    rules:
      - alert: LoadHigh
        expr: load > 5
        owner: web
        runbook: http://wiki.test/load
        severity: page
        annotations: { summary: '{{ $labels.host }} has a load of {{ $value }}' }
      - { alert: NoBackup, deadman: { heartbeat: backup, within: 1h } }
`,
  );
  service = await startService({
    config: `
serve:
  tokens:
    - { name: bot, sha256: ${sha(tokens.bot)}, scopes: [read, alert] }
    - { name: reader, sha256: ${sha(tokens.reader)}, scopes: [read] }
    - { name: writer, sha256: ${sha(tokens.writer)}, scopes: [write, read] }
rules: { files: ['${rules}'] }
alert:
  route: { receiver: ops, group_wait: 0s }
  receivers:
    - name: ops
      chat: [{ platform: slack, channel: C1 }]
      webhook: [{ url: 'http://127.0.0.1:${port}/', secret: 'sixteen characters!' }]
`,
  });
});

afterAll(async () => {
  await service?.stop();
  hook.close();
  temp.remove();
});

const client = (token: keyof typeof tokens) =>
  createAlertsClient({ baseUrl: service.httpUrl, token: tokens[token] });

async function send(value: number): Promise<void> {
  const timeUnixNano = `${Date.now()}000000`;
  const attributes = [{ key: 'host', value: { stringValue: 'a' } }];
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.writer}` },
    body: JSON.stringify({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                { name: 'load', gauge: { dataPoints: [{ attributes, timeUnixNano, asDouble: value }] } },
              ],
            },
          ],
        },
      ],
    }),
  });
  expect(response.status).toBe(200);
}

async function groupCalled(title: string) {
  return eventually(
    async () => (await client('bot').groups({ state: 'all' })).groups.find((group) => group.title === title),
    { what: title },
  );
}

test('a sample over the threshold is a card in the feed, an acknowledgement on it, and over when it is over', async () => {
  await send(7);
  const card = await eventually(
    async () => {
      const { deliveries } = await client('bot').feed({ waitMs: 1000 });
      return deliveries.find(({ group }) => group?.title === 'LoadHigh');
    },
    { what: 'the card' },
  );
  expect(card.group).toMatchObject({
    state: 'firing',
    summary: 'a has a load of 7',
    severity: 'critical',
    owner: 'web',
    runbookUrl: 'http://wiki.test/load',
    chart: { expression: 'load', threshold: 5, direction: 'above', series: [{ host: 'a' }] },
  });
  const group = await groupCalled('LoadHigh');
  const acked = await client('bot').act(group.id, {
    action: 'ack',
    actionId: '1',
    version: group.version,
    by,
  });
  expect(acked).toMatchObject({ done: true, group: { acknowledgement: { by: { name: 'Lena' } } } });
  const stale = await client('bot').act(group.id, {
    action: 'unack',
    actionId: '2',
    version: group.version,
    by,
  });
  expect(stale).toMatchObject({ done: false, refusal: 'stale' });
  await send(1);
  await eventually(
    async () => ((await client('bot').group(group.id)).state === 'resolved' ? true : undefined),
    {
      what: 'the end',
    },
  );
  await eventually(() => (told.some(({ event }) => event === 'resolved') ? true : undefined), {
    what: 'the webhook',
  });
  expect(told.every(({ signature }) => /^t=\d+,v1=[0-9a-f]{64}$/.test(signature))).toBe(true);
  const { entries } = await client('bot').audit({ target: group.id });
  expect(entries.map(({ action, outcome, principal }) => `${principal} ${action} ${outcome}`)).toEqual([
    'bot unack refused',
    'bot ack done',
  ]);
  expect(entries[0].address).toContain('127.0.0.1');
});

test('what somebody does in Grafana is in the audit log as done there, the silence too', async () => {
  const { id, version } = await groupCalled('NoBackup');
  const by = { name: 'Omar', user: null, via: 'grafana' } as const;
  const bot = client('bot');
  expect((await bot.act(id, { action: 'ack', actionId: 'g1', version, by })).done).toBe(true);
  const silenced = await bot.act(id, { action: 'silence', actionId: 'g2', version, forMs: 60_000, by });
  expect(silenced.silence).not.toBeNull();
  const { entries } = await bot.audit();
  const ours = entries.filter(({ target }) => target === id || target === silenced.silence);
  expect(ours.map(({ action, by }) => `${by.name} ${action} via ${by.via}`).sort()).toEqual([
    'Omar ack via grafana',
    'Omar silence via grafana',
    'Omar silence via grafana',
  ]);
});

test('a heartbeat ends the alert that misses it', async () => {
  const group = await groupCalled('NoBackup');
  expect(group.state).toBe('firing');
  const beat = await fetch(`${service.httpUrl}/statbar/v1/heartbeats/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.writer}` },
  });
  expect(beat.status).toBe(200);
  await eventually(
    async () => ((await client('bot').group(group.id)).state === 'resolved' ? true : undefined),
    {
      what: 'the end',
    },
  );
});

test('who only reads may look, and not act', async () => {
  const group = await groupCalled('LoadHigh');
  const refused = async (call: Promise<unknown>): Promise<number> => {
    const error = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return error instanceof ApiError ? error.status : 0;
  };
  const reader = client('reader');
  expect((await reader.group(group.id)).id).toBe(group.id);
  expect(
    await refused(reader.act(group.id, { action: 'note', actionId: '9', version: 0, note: 'x', by })),
  ).toBe(403);
  expect(await refused(reader.feed({}))).toBe(403);
  expect(await refused(reader.audit())).toBe(403);
  expect(await refused(client('bot').group('no-such-group'))).toBe(404);
});

test('subscriptions are made and ended', async () => {
  const bot = client('bot');
  const target = { platform: 'slack', channel: 'C9', direct: false } as const;
  const made = await bot.subscribe({ target, matchers: ['alertname="LoadHigh"'], by });
  expect((await bot.subscriptions()).subscriptions).toMatchObject([{ id: made.id, target }]);
  await bot.unsubscribe(made.id);
  expect((await bot.subscriptions()).subscriptions).toEqual([]);
});

test('the link of a card opens in a browser without a token, shows nothing before it has one, and asks for it', async () => {
  const group = await groupCalled('LoadHigh');
  const open = async (id: string, headers: Record<string, string>) => {
    const response = await fetch(`${service.httpUrl}/alerts/${id}`, { headers });
    return { status: response.status, text: await response.text() };
  };
  const html = { accept: 'text/html,application/xhtml+xml' };
  const shell = await open(group.id, html);
  expect(shell.status).toBe(200);
  expect(shell.text).not.toContain('LoadHigh');
  expect(await open('no-such-group', html)).toEqual(shell);
  const script = await fetch(`${service.httpUrl}/assets/alert.js`);
  expect(script.status).toBe(200);
  const page = await open(group.id, { ...html, authorization: `Bearer ${tokens.reader}` });
  expect(page.text).toContain('LoadHigh');
  expect((await open(group.id, { ...html, authorization: 'Bearer wrong-token-wrong-token' })).status).toBe(
    401,
  );
  expect((await open(group.id, {})).status).toBe(401);
});
