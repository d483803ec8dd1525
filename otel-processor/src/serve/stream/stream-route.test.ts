import { connect } from 'node:net';
import { isStreamResult } from '@statbar/sdk/wire';
import { afterEach, expect, test } from 'vitest';
import { permanent } from '../../base/index.ts';
import { createFakeTenant, type RunningService, startService, vectorResult } from '../fakes.test-support.ts';

let running: RunningService;
afterEach(() => running.service.shutdown());

const path = '/statbar/v1/stream?query=x&interval=250ms';

async function* events(response: Response): AsyncGenerator<{ id: number; data: unknown }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield { id: Number(/^id: (\d+)$/m.exec(block)?.[1]), data: JSON.parse(data) };
    }
  }
}

async function take(response: Response, count: number): Promise<{ id: number; data: unknown }[]> {
  const taken = [];
  for await (const event of events(response)) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

test('results come as server-sent events on the interval, and go on after the last id', async () => {
  running = await startService();
  const response = await fetch(running.url + path);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const first = await take(response, 3);
  expect(first.every(({ data }) => isStreamResult(data))).toBe(true);
  expect(first.map(({ id }) => id - first[0].id)).toEqual([0, 250, 500]);
  const resumed = await fetch(running.url + path, { headers: { 'Last-Event-ID': String(first[0].id) } });
  expect((await take(resumed, 2)).map(({ id }) => id)).toEqual([first[1].id, first[2].id]);
});

test('a wrong expression or interval is an ordinary error, not a stream', async () => {
  const tenant = createFakeTenant();
  running = await startService({}, [tenant]);
  for (const wrong of ['', '?query=x&interval=1ms', '?query=x&interval=9h', '?query=x&interval=fast']) {
    expect((await fetch(`${running.url}/statbar/v1/stream${wrong}`)).status).toBe(400);
  }
  tenant.answers.queried = async () => permanent('invalid', 'no');
  expect((await fetch(running.url + path)).status).toBe(400);
});

test('a listener that leaves is let go', async () => {
  running = await startService();
  const abort = new AbortController();
  const response = await fetch(running.url + path, { signal: abort.signal });
  await take(response, 1).catch(() => {});
  abort.abort();
  await expect.poll(() => running.telemetry.render()).toContain('statbar_stream_listeners 0');
});

test('a reader that stops reading costs no memory: results pass it by and are counted', async () => {
  const tenant = createFakeTenant();
  tenant.answers.queried = async (_expression, timeMs) => vectorResult(1, timeMs, 10_000);
  running = await startService({ stream: { interval_min: '10ms' } }, [tenant]);
  const [host, port] = running.addresses.http.split(':');
  const socket = connect(Number(port), host);
  socket.write('GET /statbar/v1/stream?query=x&interval=20ms HTTP/1.1\r\nHost: localhost\r\n\r\n');
  socket.pause();
  const heapBefore = process.memoryUsage();
  // Each event is over half a megabyte: the socket's buffers fill up within a few of them.
  await expect.poll(() => tenant.expressions.length, { timeout: 25_000 }).toBeGreaterThan(40);
  expect(process.memoryUsage().external - heapBefore.external).toBeLessThan(30 * 1024 * 1024);
  socket.resume();
  await expect
    .poll(
      () => Number(/statbar_stream_skipped_events_total (\d+)/.exec(running.telemetry.render())?.[1] ?? 0),
      { timeout: 25_000 },
    )
    .toBeGreaterThan(0);
  socket.destroy();
});

test('shutdown ends streams at once instead of waiting for them', async () => {
  running = await startService({ drain_timeout: '20s' });
  const response = await fetch(running.url + path);
  const all = take(response, 1000);
  await expect.poll(() => running.telemetry.render()).toContain('statbar_stream_listeners 1');
  await running.service.shutdown();
  expect((await all).length).toBeLessThan(1000);
});
