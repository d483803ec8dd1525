import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Child, startChild } from '../support/child.ts';
import { type Service, startService } from '../support/service.ts';
import { eventData } from '../support/sse.ts';

const config = fileURLToPath(new URL('../../demo/statbar.yaml', import.meta.url));
const demo = fileURLToPath(new URL('../../demo/src/main.ts', import.meta.url));
const troubled = 'eu-west android';

let service: Service | undefined;
let relay: Relay | undefined;
let playing: Child | undefined;
afterEach(async () => {
  await playing?.stop();
  relay?.server.close();
  await service?.stop();
});

interface Relay {
  readonly server: Server;
  readonly url: string;
  /** The earliest event of the incident, once the service has acknowledged it. */
  first: { readonly timestampMs: number; readonly acknowledgedAtMs: number } | undefined;
}

/** Passes requests on to the service, and notes when the first event of the incident was acknowledged. */
async function startRelay(target: string): Promise<Relay> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const headers: Record<string, string> = {};
    for (const name of ['content-type', 'content-encoding']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    const answer = await fetch(target + request.url, {
      method: request.method ?? 'GET',
      headers,
      ...(request.method === 'POST' ? { body } : {}),
    });
    const answered = Buffer.from(await answer.arrayBuffer());
    if (request.url === '/statbar/v1/events' && answer.ok) note(JSON.parse(body.toString()) as SentEvent[]);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started: Relay = { server, url, first: undefined };
  const note = (events: readonly SentEvent[]): void => {
    const times = events
      .filter(({ attributes }) => attributes['error.type'] === 'tls_handshake')
      .map(({ timestamp }) => timestamp);
    if (started.first !== undefined || times.length === 0) return;
    started.first = { timestampMs: Math.min(...times), acknowledgedAtMs: Date.now() };
  };
  return started;
}

interface SentEvent {
  readonly timestamp: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Result {
  readonly startMs: number;
  readonly endMs: number;
  readonly series: ReadonlyArray<{ labels: Record<string, string>; value: number }>;
}

/** Whether the region and device of the incident is worst by far: twice what the others have on average. */
function shows(shares: ReadonlyMap<string, number>): boolean {
  const worst = shares.get(troubled) ?? 0;
  const others = [...shares].filter(([key]) => key !== troubled).map(([, share]) => share);
  const mean = others.reduce((sum, share) => sum + share, 0) / others.length;
  return others.length >= 5 && worst > Math.max(...others) && worst > 2 * mean;
}

test('a view of the demo shows where the incident is, within two seconds of its first event', async () => {
  service = await startService({ args: ['--config', config] });
  relay = await startRelay(service.httpUrl);
  const stream = await fetch(`${service.httpUrl}/statbar/v1/stream?view=chat:error_share:10s`);
  const incident = ['--incident-after', '15s', '--incident-for', '2m', '--time-of-day', '19:00'];
  const args = ['--url', relay.url, '--backfill', '10m', '--for', '3m', '--seed', '7', ...incident];
  playing = startChild(process.execPath, [demo, ...args]);
  // Results name the keys that changed: the others of a window stay as they were.
  const windows = new Map<number, Map<string, number>>();
  let foundEndMs: number | undefined;
  let foundAtMs = 0;
  for await (const { endMs, series } of eventData<Result>(stream)) {
    const shares = windows.get(endMs) ?? new Map<string, number>();
    windows.set(endMs, shares);
    for (const { labels, value } of series) shares.set(`${labels['region']} ${labels['device.type']}`, value);
    const { first } = relay;
    if (first === undefined || endMs <= first.timestampMs || !shows(shares)) continue;
    foundEndMs ??= endMs;
    foundEndMs = Math.min(foundEndMs, endMs);
    foundAtMs ||= Date.now();
    // Windows in which the first two seconds of the incident are have told by now.
    if (endMs > first.timestampMs + 2000) break;
  }
  const { first } = relay;
  const secondsOf = (durationMs: number): string => (durationMs / 1000).toFixed(2);
  console.log(
    `first event of the incident to the end of the first window that shows it: ` +
      `${secondsOf(foundEndMs! - first!.timestampMs)} s of event time; ` +
      `its acknowledgement to the result on the stream: ${secondsOf(foundAtMs - first!.acknowledgedAtMs)} s`,
  );
  // In event time: how long anything took here is not the question.
  expect(foundEndMs! - first!.timestampMs).toBeLessThanOrEqual(2000);
  expect(playing.stderr()).not.toMatch(/error|reject|partial|could not be sent/i);
}, 120_000);
