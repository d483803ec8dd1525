import { afterEach, expect, test } from 'vitest';
import { runChild } from '../support/child.ts';
import { type Service, startService, statbarPath } from '../support/service.ts';

const config = `
views:
  - name: chat:messages:rate
    from: chat_message_sent
    by: [region]
    window: { sliding: 2s, slide: 1s }
    aggregate: { rate: {} }
    idle_after: 1h
  - name: latency
    from: 'chat*'
    window: { tumbling: 1s }
    aggregate: { quantiles: { of: ms, at: [0.5] }, count: {} }
    idle_after: 1h
`;

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
});

const event = (timestamp: number, region: string, ms: number) => ({
  name: 'chat_message_sent',
  timestamp,
  attributes: { region, ms, 'user.id': 'u1' },
});

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(service!.httpUrl + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

/** The answer's head comes when the service listens. */
async function listen(view: string): Promise<Response> {
  const response = await fetch(`${service!.httpUrl}/statbar/v1/stream?view=${view}`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return response;
}

/** Reads results until `wanted` says that it has seen enough. */
async function result(response: Response, wanted: (result: Result) => boolean): Promise<Result> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const result = JSON.parse(data) as Result;
      // Leaving the loop closes the connection.
      if (wanted(result)) return result;
    }
  }
  throw new Error('the stream ended');
}

interface Result {
  readonly kind: string;
  readonly isFinal: boolean;
  readonly series: ReadonlyArray<{ name: string; labels: Record<string, string>; value: number }>;
}

test('events by JSON and by OTLP become series, streams and a line of `statbar views`', async () => {
  service = await startService({ config });
  const early = result(await listen('chat:messages:rate'), ({ kind }) => kind === 'early');
  const final = result(await listen('latency'), ({ isFinal }) => isFinal);
  const nowMs = Date.now();
  const startMs = Math.floor(nowMs / 1000) * 1000 - 2000;
  const answer = await post('/statbar/v1/events', [
    event(startMs, 'eu', 100),
    event(startMs + 1, 'us', 100),
    { name: 5 },
  ]);
  expect(answer).toMatchObject({ accepted: 2, refused: [{ reason: 'invalid_event', count: 1 }] });
  const logRecord = {
    eventName: 'chat_message_sent',
    timeUnixNano: `${startMs + 2}000000`,
    attributes: [
      { key: 'region', value: { stringValue: 'eu' } },
      { key: 'ms', value: { doubleValue: 100 } },
    ],
  };
  const logs = {
    resourceLogs: [{ scopeLogs: [{ logRecords: [logRecord, { body: { stringValue: 'a line' } }] }] }],
  };
  expect(await post('/v1/logs', logs)).toMatchObject({ partialSuccess: { rejectedLogRecords: '1' } });
  // A later event of each source closes the windows of the others: no clock is waited for.
  const tail = { timeUnixNano: `${startMs + 60_000}000000`, eventName: 'chat_message_sent' };
  await post('/statbar/v1/events', [event(startMs + 60_000, 'later', 1)]);
  await post('/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [tail] }] }] });
  expect((await early).series[0].name).toBe('chat:messages:rate');
  const { series } = await final;
  expect(series.find(({ name }) => name === 'latency:count')?.value).toBe(3);
  const median = series.find(({ name }) => name === 'latency:quantiles');
  expect(median?.labels).toEqual({ quantile: '0.5' });
  expect(Math.abs(median!.value - 100)).toBeLessThan(1.09);
  await expect.poll(() => rates(), { timeout: 30_000 }).toEqual({ eu: '1', us: '0.5' });
  const table = await runChild(process.execPath, [statbarPath, 'views', '--url', service.httpUrl]);
  expect(table.stdout).toMatch(/^VIEW +STATE +LAG +KEYS/);
  expect(table.stdout).toMatch(/^latency +live +[\d.]+s +\d+ +0 +5 +0 +0 +\d+$/m);
  const unknown = await fetch(`${service.httpUrl}/statbar/v1/stream?view=nothing`);
  expect(unknown.status).toBe(404);
}, 60_000);

/** The largest rate by region, from what is stored. */
async function rates(): Promise<Record<string, string>> {
  const query = 'max by (region) (max_over_time(chat:messages:rate[1m]))';
  const { data } = (await post(`/api/v1/query?query=${encodeURIComponent(query)}`, {})) as {
    data: { result: Array<{ metric: { region: string }; value: [number, string] }> };
  };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.region, value[1]]));
}
