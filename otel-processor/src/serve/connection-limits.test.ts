import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type RunningService, type ServeOverrides, startService } from './fakes.test-support.ts';

let running: RunningService | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await running?.service.shutdown();
});

async function start(overrides: ServeOverrides): Promise<RunningService> {
  running = await startService(overrides);
  return running;
}

async function open(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

test.each(['http', 'grpc'] as const)('%s: one connection too many is closed and counted', async (door) => {
  const { addresses, telemetry } = await start({ connections_max: 2 });
  const kept = [await open(addresses[door]), await open(addresses[door])];
  const third = await open(addresses[door]);
  await once(third.resume(), 'close');
  expect(telemetry.render()).toContain('statbar_request_limit_total{limit="connections_max"} 1');
  expect(kept.map((socket) => socket.closed)).toEqual([false, false]);
  kept[0].destroy();
  await expect
    .poll(async () => {
      const again = await open(addresses[door]);
      await Promise.race([once(again.resume(), 'close'), new Promise((resolve) => setTimeout(resolve, 200))]);
      return again.closed;
    })
    .toBe(false);
});

test('http: a connection without requests is closed after idle_timeout', async () => {
  const { addresses } = await start({ idle_timeout: '50ms' });
  const socket = await open(addresses.http);
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes.toString();
  });
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'close');
  expect(answer).toContain('200 OK');
});

test('grpc: a connection without requests is closed after idle_timeout', async () => {
  const { addresses } = await start({ idle_timeout: '50ms' });
  const session = connectHttp2(`http://${addresses.grpc}`);
  await once(session, 'close');
  expect(session.destroyed).toBe(true);
});

test('a form over form_size_max is refused with the key, by its length or as it comes, and counted', async () => {
  const { url, telemetry } = await start({ form_size_max: 100 });
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const text = `query=${'1'.repeat(200)}`;
  const streamed = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  for (const body of [text, streamed]) {
    const response = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      body,
      headers: type,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      status: 'error',
      error: expect.stringContaining('serve.form_size_max'),
    });
  }
  expect(telemetry.render()).toContain('statbar_request_limit_total{limit="form_size_max"} 2');
  const small = await fetch(`${url}/api/v1/query`, { method: 'POST', body: 'query=1', headers: type });
  expect(small.status).toBe(200);
});
