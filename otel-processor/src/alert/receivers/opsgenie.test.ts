import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeOpsgenie, opsgenieProblems } from '../../../../test/support/fakes/opsgenie.ts';
import { anyNotification } from './alert-group.test-support.ts';
import { createOpsgenieReceiver, jsmConfigSchema, opsgenieConfigSchema } from './opsgenie.ts';
import { ReceiversWorld } from './receivers-world.test-support.ts';

const TOKEN = 'a token of the webhook';

test('any notification is a valid request', () => {
  const receiver = createOpsgenieReceiver(opsgenieConfigSchema.parse({ api_key: 'k' }), 'opsgenie');
  fc.assert(
    fc.property(anyNotification, (notification) => {
      const message = receiver.format(notification);
      if (message?.operation === 'create') expect(opsgenieProblems(message.body)).toEqual([]);
      if (message !== undefined) expect(message.alias.length).toBeLessThanOrEqual(250);
    }),
    { numRuns: 60 },
  );
});

test('Jira Service Management is the same at another address', () => {
  const { url, ...rest } = jsmConfigSchema.parse({ api_key: 'k' });
  const { url: other, ...same } = opsgenieConfigSchema.parse({ api_key: 'k' });
  expect([url, other]).toEqual(['https://api.atlassian.com/jsm/ops/integration', 'https://api.opsgenie.com']);
  expect(rest).toEqual(same);
});

describe.each([
  ['opsgenie', ''],
  ['jsm', '/jsm/ops/integration'],
] as const)('%s', (product, basePath) => {
  let fake: FakeOpsgenie;
  let world: ReceiversWorld;

  beforeEach(async () => {
    let clock: ReceiversWorld['clock'] | undefined;
    fake = new FakeOpsgenie({ basePath, now: () => clock?.nowMs() ?? 0 });
    await fake.start();
    world = new ReceiversWorld({
      [product]: [{ api_key: fake.apiKey, url: fake.url, webhook_token: TOKEN }],
    });
    clock = world.clock;
  });

  afterEach(async () => {
    await world.stop();
    await fake.stop();
  });

  const target = (): string => world.engine.desk.context.targets.of('ops')[0].key;

  const settled = (id: string): Promise<true> =>
    world.until(
      () => world.engine.desk.context.outbox.cardOf(id, target())?.state === 'sent' || undefined,
      'everything is told',
    );

  test('an alert is created, acknowledged, taken back and closed; each is followed up to its end', async () => {
    const group = await world.fire({ alertname: 'Down' });
    await settled(group.id);
    expect(fake.of(group.id)).toMatchObject([{ status: 'open', count: 1, acknowledged: false }]);
    world.act(group, 'ack');
    await world.until(() => fake.of(group.id)[0].acknowledged, 'acknowledged');
    await settled(group.id);
    world.act(group, 'unack');
    await world.until(() => !fake.of(group.id)[0].acknowledged, 'taken back');
    await world.resolve({ alertname: 'Down' });
    await world.until(() => fake.of(group.id)[0].status === 'closed', 'closed');
    await settled(group.id);
    expect(fake.of(group.id)).toMatchObject([
      { count: 1, notes: ['Acknowledged by Lena.', expect.any(String), 'Resolved.'] },
    ]);
  });

  test('what is accepted is not taken for done: it stays unknown until it is worked off', async () => {
    fake.workDelayMs = 20_000;
    const group = await world.fire({ alertname: 'Down' });
    await world.pass(10_000);
    const entry = world.engine.desk.context.outbox.cardOf(group.id, target());
    expect(entry?.state).toBe('unknown');
    await settled(group.id);
    expect(fake.of(group.id)).toMatchObject([{ count: 1 }]);
  });

  test('a lost answer, a lost request, a refusal for now and a limit leave one alert, which is closed', async () => {
    fake.loseResponse();
    const group = await world.fire({ alertname: 'Down' });
    await settled(group.id);
    fake.loseRequest();
    fake.failNext(503);
    fake.limit(3000);
    await world.resolve({ alertname: 'Down' });
    await world.until(() => fake.of(group.id).every(({ status }) => status === 'closed'), 'closed');
    await settled(group.id);
    expect(fake.of(group.id)).toHaveLength(1);
  });

  test('resolved while nobody knows whether it was created: it is created and closed, not left open', async () => {
    fake.workDelayMs = 5000;
    fake.loseResponse();
    const group = await world.fire({ alertname: 'Down' });
    await world.until(() => fake.calls.length > 0, 'created');
    await world.resolve({ alertname: 'Down' });
    await world.until(() => fake.of(group.id).at(-1)?.status === 'closed', 'closed');
    await settled(group.id);
    expect(fake.of(group.id).filter(({ status }) => status === 'open')).toEqual([]);
  });

  const webhook = (body: object, token = TOKEN): Promise<unknown> =>
    world.inbound(`ops.${product}-0`, {
      body: Buffer.from(JSON.stringify(body)),
      header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
      nowMs: 0,
    });

  test('what a person does there is done here; what an integration did is not, nor without the token', async () => {
    const group = await world.fire({ alertname: 'Down' });
    await settled(group.id);
    const alert = { alias: group.id, username: 'lena@example.com' };
    expect(await webhook({ action: 'Acknowledge', alert, source: { type: 'API' } })).toBe(0);
    expect(await webhook({ action: 'Acknowledge', alert, source: { type: 'web' } }, 'x')).toMatchObject({
      code: 'unauthenticated',
    });
    expect(world.group(group.id).acknowledgement).toBeNull();
    expect(await webhook({ action: 'Acknowledge', alert, source: { type: 'web' } })).toBe(1);
    expect(world.group(group.id).acknowledgement?.by).toMatchObject({
      name: 'lena@example.com',
      via: product,
    });
    await world.pass(10_000);
    expect(fake.calls.map(({ operation }) => operation)).toEqual(['create']);
  });
});
