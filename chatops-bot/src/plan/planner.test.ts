import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Counters, silentLogger } from '../base/index.ts';
import { indexOf } from '../words/index.ts';
import { ModelPlanner, plannerConfigSchema } from './index.ts';

const index = indexOf({
  metrics: [
    { name: 'shop_orders_total', kind: 'counter', help: 'Orders.', labels: ['region'] },
    { name: 'shop_latency_seconds', kind: 'histogram', help: 'Latency.', labels: ['region'] },
  ],
  values: new Map([['region', ['eu', 'us"} or secret{x="']]]),
});
const now = { nowMs: 1_790_000_000_000, timeZone: 'UTC' };
const good = {
  metric: 'shop_orders_total',
  by: ['region'],
  filters: [],
  quantile: null,
  aggregator: null,
  how_many: false,
  top: null,
  minutes: 60,
};

let server: Server;
let answer: { status: number; content: unknown };
let asked: { authorization: string | undefined; body: string };
let planner: ModelPlanner;
let counters: Counters;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      asked = { authorization: request.headers.authorization, body };
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [{ message: { content: answer.content } }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  counters = new Counters();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  planner = new ModelPlanner(plannerConfigSchema.parse({ url, model: 'm', token: 't' }), {
    fetch: globalThis.fetch,
    logger: silentLogger,
    counters,
  });
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const propose = (content: unknown, status = 200) => {
  answer = { status, content: typeof content === 'string' ? content : JSON.stringify(content) };
  return planner.propose('purchases where people live', index, now);
};

test('a proposal of known parts becomes a plan, made here', async () => {
  const plan = await propose({ ...good, filters: [{ label: 'region', value: 'eu', not: true }] });
  expect(plan?.expression).toBe('sum by (region) (rate(shop_orders_total{region!="eu"}[5m]))');
  expect(plan).toMatchObject({ fromMs: now.nowMs - 3_600_000, toMs: now.nowMs });
  expect(asked.authorization).toBe('Bearer t');
  expect(JSON.parse(asked.body)).toMatchObject({ model: 'm', response_format: { type: 'json_schema' } });
});

test('what is not known, has another shape, or is no answer is never run', async () => {
  const wrong: unknown[] = [
    { ...good, metric: 'sum(secret)' },
    { ...good, by: ['instance) (secret'] },
    { ...good, filters: [{ label: 'region', value: 'mars', not: false }] },
    { ...good, quantile: 0.9 },
    { ...good, promql: 'secret' },
    { ...good, minutes: -1 },
    'no JSON',
    '[]',
  ];
  for (const content of wrong) expect([content, await propose(content)]).toEqual([content, undefined]);
  expect(await propose(good, 500)).toBeUndefined();
});

test('a value with quotes in it stays within its quotes', async () => {
  const plan = await propose({
    ...good,
    filters: [{ label: 'region', value: 'us"} or secret{x="', not: false }],
  });
  expect(plan?.expression).toContain('region="us\\"} or secret{x=\\""');
});
