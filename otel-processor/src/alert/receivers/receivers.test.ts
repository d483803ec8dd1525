import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { openDesk } from '../desk/desk.test-support.ts';
import type { HttpRequest, Notification } from '../types.ts';
import { alertmanagerConfigSchema, createAlertmanagerReceiver } from './alertmanager.ts';
import { isHttpFailure, outcomeOf, parseRetryAfter, sendHttp } from './http.ts';
import { createWebhookReceiver, webhookConfigSchema } from './webhook.ts';

const nowMs = Date.UTC(2026, 0, 5, 12);

async function notification(event: Notification['event'] = 'fired'): Promise<Notification> {
  const world = openDesk({ route: { group_wait: '0s' } }, nowMs);
  await world.fire({ alertname: 'Down', host: 'a' }, { alertname: 'Down', host: 'b' });
  await world.resolve({ alertname: 'Down', host: 'b' });
  const [group] = world.engine.tables.groups.values();
  return {
    deliveryId: 'd/1',
    idempotencyKey: 'd/1:fired',
    dedupKey: group.id,
    event,
    group: world.engine.desk.viewOf(group),
    page: undefined,
    toldBefore: false,
    unsure: false,
    remoteRef: undefined,
    nowMs,
  };
}

describe('webhook', () => {
  const receiver = createWebhookReceiver(
    webhookConfigSchema.parse({ url: 'http://hook.test/in', secret: 'sixteen characters!' }),
  );

  test('signs time and body, so that neither can be changed', async () => {
    const told = await notification();
    const request = receiver.request(receiver.format(told)!, told);
    const seconds = nowMs / 1000;
    const hex = createHmac('sha256', 'sixteen characters!')
      .update(`${seconds}.${request.body}`)
      .digest('hex');
    expect(request.headers).toMatchObject({
      'Idempotency-Key': 'd/1:fired',
      'X-StatBar-Signature': `t=${seconds},v1=${hex}`,
    });
    expect(JSON.parse(request.body)).toMatchObject({
      version: 1,
      event: 'fired',
      group: { title: 'Down', counts: { firing: 1, resolved: 1 } },
    });
  });
});

describe('Alertmanager', () => {
  test('gets every alert of the group, the firing ones with an end ahead', async () => {
    const receiver = createAlertmanagerReceiver(
      alertmanagerConfigSchema.parse({ url: 'http://am.test:9093/', hold: '1h' }),
    );
    const told = await notification();
    const request = receiver.request(receiver.format(told)!, told);
    expect(request.url).toBe('http://am.test:9093/api/v2/alerts');
    expect(JSON.parse(request.body)).toMatchObject([
      { labels: { alertname: 'Down', host: 'a' }, endsAt: new Date(nowMs + 3_600_000).toISOString() },
      { labels: { alertname: 'Down', host: 'b' }, endsAt: new Date(nowMs).toISOString() },
    ]);
  });
});

describe('what an answer means', () => {
  const answer = (status: number, retryAfter?: string) => ({
    status,
    header: (name: string) => (name === 'retry-after' ? retryAfter : undefined),
    body: 'no',
  });

  test.each([
    [200, { kind: 'sent' }],
    [204, { kind: 'sent' }],
    [302, { kind: 'refused', reason: 'HTTP 302: no' }],
    [400, { kind: 'refused', reason: 'HTTP 400: no' }],
    [408, { kind: 'later', reason: 'HTTP 408: no' }],
    [429, { kind: 'later', reason: 'HTTP 429: no' }],
    [500, { kind: 'unknown', reason: 'HTTP 500: no' }],
    [503, { kind: 'later', reason: 'HTTP 503: no' }],
  ])('%i', (status, outcome) => {
    expect(outcomeOf(answer(status), nowMs)).toEqual(outcome);
  });

  test('Retry-After is seconds or a date, and never more than an hour', () => {
    expect(outcomeOf(answer(429, '7'), nowMs)).toMatchObject({ retryAfterMs: 7000 });
    expect(parseRetryAfter(new Date(nowMs + 5000).toUTCString(), nowMs)).toBe(5000);
    expect(parseRetryAfter('nonsense', nowMs)).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (text) => {
        const delayMs = parseRetryAfter(text, nowMs);
        return delayMs === undefined || (delayMs >= 0 && delayMs <= 3_600_000);
      }),
    );
  });
});

describe('sending', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  const request = (url: string): HttpRequest => ({
    method: 'POST',
    url,
    headers: {},
    body: '{}',
    timeoutMs: 300,
  });

  async function listen(handle: Parameters<typeof createServer>[1]): Promise<string> {
    const started = createServer(handle);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  }

  test('a connection that is refused has sent nothing; one that breaks may have', async () => {
    const url = await listen((incoming) => incoming.socket.destroy());
    expect(await sendHttp(request(url))).toMatchObject({ failed: true, sent: true });
    server?.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await sendHttp(request(url))).toMatchObject({ failed: true, sent: false });
  });

  test('an answer that does not come in time may still have been heard', async () => {
    const url = await listen(() => {});
    const answer = await sendHttp(request(url));
    expect(answer).toMatchObject({ failed: true, sent: true, reason: 'no answer within 300 ms' });
    expect(outcomeOf(answer, nowMs).kind).toBe('unknown');
    server?.closeAllConnections();
  });

  test('redirects are not followed, and long answers are cut', async () => {
    const url = await listen((incoming, response) => {
      if (incoming.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.end('x'.repeat(200_000));
    });
    const moved = await sendHttp(request(`${url}/moved`));
    expect(isHttpFailure(moved) ? 0 : moved.status).toBe(302);
    const long = await sendHttp(request(url));
    expect(isHttpFailure(long) ? 0 : long.body.length).toBe(64 * 1024);
  });
});
