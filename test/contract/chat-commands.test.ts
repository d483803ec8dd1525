import { createAlertsClient } from '@statbar/sdk/alerts';
import { createQueryClient } from '@statbar/sdk/query';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counters, silentLogger, systemClock } from '../../chatops-bot/src/base/index.ts';
import {
  commands,
  createAsk,
  defaultVocabularyOptions,
  VocabularySource,
} from '../../chatops-bot/src/commands/index.ts';
import { ConfiguredGate, permissionsConfigSchema } from '../../chatops-bot/src/permissions/index.ts';
import type { Block, Person, Question, Reply } from '../../chatops-bot/src/reply/index.ts';
import { type Service, startService } from '../support/service.ts';

const MINUTES = 40;
let service: Service;
let ask: (text: string, person?: Partial<Person>) => Promise<Reply>;

/** Errors and messages of three devices in two regions, minute by minute until now. */
async function send(url: string): Promise<void> {
  const nowMs = Date.now();
  const startMs = nowMs - MINUTES * 60_000;
  const points = (perMinute: (device: string, region: string) => number) =>
    ['android', 'ios', 'web'].flatMap((device) =>
      ['eu-west', 'us-east'].flatMap((region) =>
        Array.from({ length: MINUTES + 1 }, (_, minute) => ({
          asDouble: minute * perMinute(device, region),
          startTimeUnixNano: `${startMs}000000`,
          timeUnixNano: `${startMs + minute * 60_000}000000`,
          attributes: [
            { key: 'device.type', value: { stringValue: device } },
            { key: 'region', value: { stringValue: region } },
          ],
        })),
      ),
    );
  const counter = (name: string, perMinute: (device: string, region: string) => number) => ({
    name,
    unit: '1',
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: points(perMinute) },
  });
  const metrics = [
    counter('chat.errors', (device) => (device === 'android' ? 60 : 6)),
    counter('chat.messages', () => 600),
  ];
  const response = await fetch(`${url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('rejected')) throw new Error(text);
}

beforeAll(async () => {
  service = await startService();
  await send(service.httpUrl);
  const options = { baseUrl: service.httpUrl };
  const [query, alerts] = [createQueryClient(options), createAlertsClient(options)];
  const ports = { clock: systemClock, logger: silentLogger, counters: new Counters() };
  const permissions = permissionsConfigSchema.parse({
    roles: {
      responder: { may: ['query', 'ack', 'silence', 'subscribe'] },
      android: { may: ['query'], data: ['device_type="android"'] },
    },
    people: [{ email: 'ann@example.com', role: 'android' }],
  });
  const asking = createAsk(
    {
      ...ports,
      query,
      alerts,
      gate: new ConfiguredGate(permissions, { ...ports, alerts }),
      vocabulary: new VocabularySource({ ...ports, query }, defaultVocabularyOptions),
      planner: null,
      checks: [],
    },
    { timeZone: 'UTC', timeoutMs: 20_000, linesMax: 8, rowsMax: 20, publicUrl: 'http://statbar.test' },
  );
  let count = 0;
  ask = (text, person = {}) => {
    const question: Question = {
      id: `q${++count}`,
      person: {
        platform: 'slack',
        id: 'U1',
        name: 'Lena',
        email: 'lena@example.com',
        timeZone: 'UTC',
        ...person,
      },
      conversation: {
        place: { platform: 'slack', channel: 'C1', direct: false },
        threadId: null,
        groupId: null,
      },
      text,
    };
    return asking(question);
  };
});

afterAll(async () => {
  await service.stop();
});

function block<Kind extends Block['kind']>(reply: Reply, kind: Kind): Extract<Block, { kind: Kind }> {
  const found = reply.card.blocks.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} in ${JSON.stringify(reply.card)}`);
  return found as Extract<Block, { kind: Kind }>;
}

test('a question in plain words is a chart, with the PromQL that ran', async () => {
  const reply = await ask('errors by device last 15m');
  expect(reply.audience).toBe('everyone');
  const { chart } = block(reply, 'chart');
  expect(chart.lines).toHaveLength(3);
  expect(chart.lines[0].name).toBe('android');
  expect(chart.lines[0].values.at(-1)).toBeCloseTo(2, 1);
  expect(chart.toMs - chart.fromMs).toBe(15 * 60_000);
  expect(JSON.stringify(reply.card)).toContain('sum by (device_type) (rate(chat_errors_total[5m]))');
});

test('top asks for a table, the largest first', async () => {
  const { rows } = block(await ask('top 2 devices by chat errors last 30m'), 'table');
  expect(rows).toHaveLength(2);
  expect(rows[0][0]).toBe('android');
  expect(Number(rows[0][1].replace('k', 'e3'))).toBeCloseTo(3600, -2);
});

test('what could mean two metrics is asked back with buttons, and pressing one answers', async () => {
  const reply = await ask('chat by region');
  const { actions } = block(reply, 'actions');
  const [first] = actions;
  if (first.kind !== 'button') throw new Error('no button');
  expect(actions.length).toBeGreaterThanOrEqual(2);
  const answer = await ask(first.press.value);
  expect(block(answer, 'chart').chart.lines.length).toBeGreaterThan(0);
});

test('who may see part of the data sees that part, in words and in PromQL', async () => {
  const ann = { email: 'ann@example.com', id: 'U2' };
  for (const text of ['errors by device last 15m', 'sum by (device_type) (rate(chat_errors_total[5m]))']) {
    const reply = await ask(text, ann);
    expect(block(reply, 'chart').chart.lines.map(({ name }) => name)).toEqual(['android']);
    expect(JSON.stringify(reply.card)).toContain('device_type=\\"android\\"');
  }
  const refused = await ask('silence 2h', ann);
  expect(refused).toMatchObject({ audience: 'private' });
  expect(refused.card.summary).toContain('silence alerts');
});

test('a wrong expression is told to the asker only, with the reason', async () => {
  const reply = await ask('query sum(rate(chat_errors_total))');
  expect(reply.audience).toBe('private');
  expect(reply.card.summary).toMatch(/That did not work: .+/);
});

test('every command answers a service in which nothing is wrong', async () => {
  const texts = [
    'alerts',
    'anomalies',
    'oncall',
    'mine',
    'who is on call',
    'ack',
    'silence 1h',
    'unsilence',
    'doctor',
    'help',
    'subscribe list',
  ];
  for (const text of texts) {
    const { card } = await ask(text);
    expect([text, card.summary]).not.toEqual([
      text,
      expect.stringMatching(/did not work|Something went wrong/),
    ]);
    expect(card.blocks.length).toBeGreaterThan(0);
  }
  const doctor = await ask('doctor');
  expect(doctor.card.tone).toBe('good');
});

test('a channel subscribes, sees its subscription, and ends it', async () => {
  await ask('subscribe severity=critical');
  expect(JSON.stringify((await ask('subscribe list')).card)).toContain('severity=\\"critical\\"');
  await ask('subscribe off');
  expect((await ask('subscribe list')).card.summary).toBe('This channel has no subscriptions.');
});

test('explain and forecast take plain words, too', async () => {
  for (const text of ['explain chat errors', 'forecast chat messages next 30m']) {
    const { card } = await ask(text);
    expect([text, card.summary]).not.toEqual([text, expect.stringMatching(/Something went wrong/)]);
    expect(JSON.stringify(card)).toContain('chat_');
  }
});

test('help knows every command', async () => {
  const text = JSON.stringify((await ask('help')).card);
  expect(commands.filter(({ name }) => !text.includes(name))).toEqual([]);
});
