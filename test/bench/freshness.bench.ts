import { setTimeout as sleep } from 'node:timers/promises';
import { EventGenerator, eventShape, eventViews } from './event-data.ts';
import { Connection, drive } from './load.ts';
import { publish, single } from './report.ts';
import { pinLoad, type StatbarServer, startStatbar, withServers } from './servers.ts';

/**
 * How long after its acknowledgement an event is in a result on the stream, while other events come at half of what
 * the server can take; window sliding by 1 s, early results every 250 ms. Every request carries one event with a label
 * value of its own, which the stream shows when it has been counted. Wall time: neighbours on the machine count.
 */
const LANES = 4;
const EVENTS_PER_REQUEST = 250;
const CAPACITY_REQUESTS = 150;
const PACED_MS = 15_000;
const WARM_UP_MS = 3000;

const config = `${eventViews}  - name: probes
    from: probe
    by: [probe]
    window: { sliding: 5s, slide: 1s }
    aggregate: { count: {} }
    emit_every: 250ms
`;

const generator = new EventGenerator(8);

/** Requests per second that the server takes when senders never pause. */
async function capacity(server: StatbarServer): Promise<number> {
  const spanMs = 20;
  const startMs = Date.now() - CAPACITY_REQUESTS * spanMs;
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    Array.from({ length: CAPACITY_REQUESTS }, (_, i) =>
      generator.request(EVENTS_PER_REQUEST, `web-${lane}`, startMs + (i + 1) * spanMs, spanMs),
    ),
  );
  const beforeMs = performance.now();
  await drive(server, eventShape, lanes);
  return (LANES * CAPACITY_REQUESTS * 1000) / (performance.now() - beforeMs);
}

/** Notes when each probe was first seen on the stream, until the signal. */
async function watch(server: StatbarServer, seenMs: Map<string, number>, signal: AbortSignal): Promise<void> {
  const url = `${server.service.httpUrl}/statbar/v1/stream?view=probes`;
  const { body } = await fetch(url, { signal });
  if (body === null) throw new Error('the stream has no body');
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const atMs = performance.now();
      const text = rest + decoder.decode(chunk, { stream: true });
      for (const [, probe] of text.matchAll(/"probe":"(p\d+)"/g))
        if (!seenMs.has(probe)) seenMs.set(probe, atMs);
      rest = text.slice(-64);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Sends at an even pace; returns when each probe was acknowledged. */
async function pace(server: StatbarServer, requestsPerSecond: number): Promise<Map<string, number>> {
  const ackedMs = new Map<string, number>();
  const everyMs = (LANES * 1000) / requestsPerSecond;
  const startMs = performance.now();
  const send = async (lane: number): Promise<void> => {
    const connection = await Connection.open(server.host, server.port);
    let dueMs = startMs + (lane * everyMs) / LANES;
    for (let i = 0; dueMs < startMs + PACED_MS; i++, dueMs += everyMs) {
      const probe = `p${i * LANES + lane}`;
      const nowMs = Date.now();
      const event = { name: 'probe', timestamp: nowMs, source: `web-${lane}`, attributes: { probe } };
      const body = generator.request(EVENTS_PER_REQUEST - 1, `web-${lane}`, nowMs, everyMs, [event]);
      const { status } = await connection.send(eventShape, body);
      if (status !== 200) throw new Error(`events were answered with ${status}`);
      if (dueMs > startMs + WARM_UP_MS) ackedMs.set(probe, performance.now());
      await sleep(Math.max(0, dueMs + everyMs - performance.now()));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: LANES }, (_, lane) => send(lane)));
  return ackedMs;
}

pinLoad();
await withServers([await startStatbar({ config })], async ([server]) => {
  await capacity(server);
  const rate = await capacity(server);
  const stop = new AbortController();
  const seenMs = new Map<string, number>();
  const watching = watch(server, seenMs, stop.signal);
  const ackedMs = await pace(server, rate / 2);
  await sleep(2000);
  stop.abort();
  await watching;
  const delaysMs: number[] = [];
  for (const [probe, atMs] of ackedMs) {
    const seen = seenMs.get(probe);
    if (seen === undefined) throw new Error(`event ${probe} was acknowledged and never seen on the stream`);
    delaysMs.push(Math.max(0, seen - atMs));
  }
  delaysMs.sort((a, b) => a - b);
  const at = (q: number): number => delaysMs[Math.min(delaysMs.length - 1, Math.floor(q * delaysMs.length))];
  publish(
    'freshness',
    [
      single('freshness/p50', 'acknowledged to result on the stream, p50', 'ms', at(0.5)),
      single('freshness/p99', 'acknowledged to result on the stream, p99', 'ms', at(0.99)),
      single('freshness/max', '  longest', 'ms', at(1)),
    ],
    [`${((rate / 2) * EVENTS_PER_REQUEST).toFixed(0)} events/s, ${delaysMs.length} of them followed, seed 8`],
  );
});
