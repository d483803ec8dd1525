import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAlertsClient } from '../../sdk/src/alerts/index.ts';
import type { AlertGroup } from '../../sdk/src/wire/index.ts';
import { FakePagerDuty } from '../support/fakes/pagerduty.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

const SECRET = 'a secret of the webhook';
const pagerDuty = new FakePagerDuty();
let service: Service;

beforeAll(async () => {
  await pagerDuty.start();
  service = await startService({
    env: { PAGERDUTY_KEY: pagerDuty.routingKey },
    config: `
alert:
  route: { receiver: web, group_wait: 0s }
  receivers:
    - name: web
      pagerduty: [{ routing_key: '\${env:PAGERDUTY_KEY}', url: '${pagerDuty.url}', webhook_secrets: ['${SECRET}'] }]
`,
  });
  const url = `${service.httpUrl}/statbar/v1/receivers/web/pagerduty-0`;
  pagerDuty.webhook = { url, secrets: ['an old secret', SECRET] };
});

afterAll(async () => {
  await service.stop();
  await pagerDuty.stop();
});

async function post(name: string, isOver: boolean): Promise<void> {
  const response = await fetch(`${service.httpUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([
      { labels: { alertname: name }, ...(isOver ? { endsAt: new Date().toISOString() } : {}) },
    ]),
  });
  expect(response.status).toBe(200);
}

const groupOf = (name: string): Promise<AlertGroup> =>
  eventually(async () => {
    const { groups } = await createAlertsClient({ baseUrl: service.httpUrl }).groups({
      state: 'all',
      matchers: [`alertname="${name}"`],
    });
    return groups[0];
  });

test('what is done in PagerDuty is done here, by its signed webhook; the end goes there', async () => {
  await post('Down', false);
  const { id } = await groupOf('Down');
  await eventually(() => pagerDuty.of(id)[0], { what: 'an incident is opened' });
  const agent = { type: 'user_reference', summary: 'Mallory' };
  expect(await pagerDuty.send('incident.acknowledged', id, agent, { forged: true })).toBe(401);
  expect((await groupOf('Down')).acknowledgement).toBeNull();
  expect(await pagerDuty.act(id, 'acknowledged', 'Lena')).toBe(200);
  expect((await groupOf('Down')).acknowledgement?.by).toMatchObject({ name: 'Lena', via: 'pagerduty' });
  await post('Down', true);
  await eventually(() => (pagerDuty.of(id)[0].state === 'resolved' ? true : undefined));
  expect(pagerDuty.calls.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
  expect(pagerDuty.incidents).toHaveLength(1);
});

test('what is acknowledged here is acknowledged there, and its echo changes nothing', async () => {
  await post('Slow', false);
  const group = await groupOf('Slow');
  await eventually(() => pagerDuty.of(group.id)[0]);
  const by = { name: 'Omar', user: null, via: 'slack' } as const;
  const { version } = await groupOf('Slow');
  const client = createAlertsClient({ baseUrl: service.httpUrl });
  const { done } = await client.act(group.id, { action: 'ack', actionId: 'click 1', version, by });
  expect(done).toBe(true);
  const echoes = pagerDuty.webhookStatuses.length;
  await eventually(() => (pagerDuty.of(group.id)[0].state === 'acknowledged' ? true : undefined));
  await eventually(() => (pagerDuty.webhookStatuses.length > echoes ? true : undefined));
  expect((await groupOf('Slow')).acknowledgement?.by.name).toBe('Omar');
  expect(pagerDuty.webhookStatuses.every((status) => status === 200 || status === 401)).toBe(true);
});
