import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, createQueryClient, streamEvents } from '../../sdk/src/query/index.ts';
import { isStreamResult } from '../../sdk/src/wire/index.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';

const startMs = Date.now() - 3_600_000;
let service: Service;

async function send(httpUrl: string, values: readonly number[], fromMs = startMs): Promise<void> {
  const dataPoints = values.map((asDouble, i) => ({
    asDouble,
    timeUnixNano: `${fromMs + i * 60_000}000000`,
    attributes: [{ key: 'room', value: { stringValue: 'kitchen' } }],
  }));
  const metric = {
    name: 'room.temperature',
    unit: 'Cel',
    description: 'How warm it is.',
    gauge: { dataPoints },
  };
  const response = await fetch(`${httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] }),
  });
  expect(await response.json()).toEqual({});
}

beforeAll(async () => {
  service = await startService();
  await send(
    service.httpUrl,
    Array.from({ length: 60 }, (_, i) => 20 + Math.sin(i / 5)),
  );
});

afterAll(() => service?.stop());

describe('the query client of the SDK', () => {
  test('asks for values, names, labels and metadata', async () => {
    const client = createQueryClient({ baseUrl: `${service.httpUrl}/` });
    const query = 'room_temperature_celsius';
    const range = { fromMs: startMs, toMs: startMs + 30 * 60_000, stepMs: 60_000 };
    const { data } = await client.range({ query, ...range });
    expect(data.resultType).toBe('matrix');
    expect(data.result[0]).toMatchObject({ metric: { room: 'kitchen' } });
    const at = await client.instant({ query, timeMs: startMs });
    expect(at.data.result).toMatchObject([{ value: [startMs / 1000, '20'] }]);
    expect(await client.labelNames({ match: [query] })).toContain('room');
    expect(await client.labelValues('room')).toEqual(['kitchen']);
    expect(await client.series({ match: ['{room="kitchen"}'], limit: 1 })).toHaveLength(1);
    expect((await client.metadata(query))[query][0]).toMatchObject({
      type: 'gauge',
      help: 'How warm it is.',
    });
    expect((await client.status()).seriesCount).toBeGreaterThan(0);
  });

  test('warnings and infos ride along', async () => {
    const client = createQueryClient({ baseUrl: service.httpUrl });
    const { infos } = await client.instant({ query: 'rate(room_temperature_celsius[5m])' });
    expect(infos.join()).toContain('counter');
  });

  test('forecasts, explanations and episodes have the shape that the wire says', async () => {
    const client = createQueryClient({ baseUrl: service.httpUrl });
    const forecast = await client.forecast({
      query: 'room_temperature_celsius',
      horizon: '10m',
      levels: [0.8, 0.95],
      threshold: 25,
    });
    expect(forecast.levels).toEqual([0.8, 0.95]);
    expect(forecast.series[0].crossing?.threshold).toBe(25);
    const explained = await client.explain({
      query: 'sum(room_temperature_celsius)',
      atMs: startMs + 30 * 60_000,
      by: ['room'],
    });
    expect(explained.by).toEqual(['room']);
    expect(Array.isArray((await client.episodes({ fromMs: startMs })).episodes)).toBe(true);
  });

  test('an error says what was wrong, and whether it may go away', async () => {
    const client = createQueryClient({ baseUrl: service.httpUrl });
    const wrong = await client.instant({ query: 'sum(' }).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(ApiError);
    expect(wrong).toMatchObject({ status: 400, retryable: false });
    const nobody = createQueryClient({ baseUrl: 'http://127.0.0.1:1' });
    expect(await nobody.status().catch((error: unknown) => error)).toMatchObject({
      status: 0,
      retryable: true,
    });
  });
});

describe('streams', () => {
  test('a stream that is cut by a restart goes on by itself', async () => {
    const temp = createTempDir('sdk-stream');
    let first: Service | undefined = await startService({ dataDir: temp.path });
    const { httpUrl } = first;
    const drops: string[] = [];
    const stop = new AbortController();
    const times: number[] = [];
    let second: Service | undefined;
    const events = streamEvents({ baseUrl: httpUrl }, '/statbar/v1/stream?query=vector(1)&interval=250ms', {
      signal: stop.signal,
      onDrop: (reason) => drops.push(reason),
      pause: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    try {
      for await (const event of events) {
        const result: unknown = JSON.parse(event.data);
        if (!isStreamResult(result)) throw new Error(`not understood: ${event.data}`);
        times.push(result.timeMs);
        if (times.length === 3 && first !== undefined) {
          await first.stop();
          first = undefined;
          second = await startService({
            dataDir: temp.path,
            args: ['--listen', new URL(httpUrl).host],
          });
        }
        if (second !== undefined && times.length >= 8) break;
      }
    } finally {
      stop.abort();
      await first?.stop();
      await second?.stop();
      temp.remove();
    }
    expect(drops.length).toBeGreaterThan(0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });

  test('a wrong expression ends it with the reason', async () => {
    const events = streamEvents({ baseUrl: service.httpUrl }, '/statbar/v1/stream?query=sum(', {
      signal: new AbortController().signal,
    });
    await expect(events.next()).rejects.toThrow(/parse error|unexpected/);
  });
});
