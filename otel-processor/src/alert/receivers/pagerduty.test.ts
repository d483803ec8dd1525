import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakePagerDuty, pagerDutyProblems } from '../../../../test/support/fakes/pagerduty.ts';
import { anyNotification } from './alert-group.test-support.ts';
import { createPagerDutyReceiver, pagerDutyConfigSchema } from './pagerduty.ts';
import { ReceiversWorld } from './receivers-world.test-support.ts';

let pagerDuty: FakePagerDuty;
let world: ReceiversWorld;

const secrets = ['the first secret', 'the second secret'];

const receiver = (more: object = {}) => ({
  pagerduty: [{ routing_key: pagerDuty.routingKey, url: pagerDuty.url, webhook_secrets: secrets, ...more }],
});

beforeEach(async () => {
  pagerDuty = new FakePagerDuty({ rates: 'none' });
  await pagerDuty.start();
  world = new ReceiversWorld(receiver());
});

afterEach(async () => {
  await world.stop();
  await pagerDuty.stop();
});

const state = (id: string): string | undefined => pagerDuty.of(id).at(-1)?.state;

test('any notification is a valid event', () => {
  const made = createPagerDutyReceiver(pagerDutyConfigSchema.parse({ routing_key: 'r'.repeat(32) }));
  fc.assert(
    fc.property(anyNotification, (notification) => {
      const event = made.format(notification);
      if (event === undefined) return;
      const { body } = made.request(event, notification);
      expect(pagerDutyProblems(JSON.parse(body), Buffer.byteLength(body), 'r'.repeat(32))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('an incident is triggered, acknowledged and resolved with the group', async () => {
  const group = await world.fire({ alertname: 'Down', severity: 'critical' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  world.act(group, 'ack');
  await world.until(() => state(group.id) === 'acknowledged', 'acknowledged');
  await world.resolve({ alertname: 'Down', severity: 'critical' });
  await world.until(() => state(group.id) === 'resolved', 'resolved');
  expect(pagerDuty.incidents).toHaveLength(1);
});

test('lost answers, lost requests, refusals for now and limits leave one incident', async () => {
  pagerDuty.loseResponse();
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => pagerDuty.of(group.id)[0]?.repeats === 1, 'sent again');
  pagerDuty.loseRequest();
  pagerDuty.failNext(503);
  pagerDuty.failNext(429);
  await world.resolve({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'resolved', 'resolved');
  expect(pagerDuty.incidents).toHaveLength(1);
});

test('what can never work is in the story, and tried again with the next change only', async () => {
  pagerDuty.failNext(400);
  const group = await world.fire({ alertname: 'Down' });
  const failed = await world.until(
    () => world.group(group.id).story.find(({ kind }) => kind === 'delivery_failed'),
    'the failure is told',
  );
  expect(failed.text).toContain('HTTP 400');
  await world.pass(60_000);
  expect(pagerDuty.calls).toHaveLength(1);
});

const received: { body: Buffer; signature: string }[] = [];

/** The webhooks come in at a server of the test, and from there by the receiver's door. */
async function webhook(
  type: string,
  of: string | object,
  agent: unknown,
  sign = secrets.slice(0, 1),
): Promise<unknown> {
  const data = typeof of === 'string' ? { id: `Q ${of}`, incident_key: of } : of;
  const body = Buffer.from(
    JSON.stringify({ event: { id: `E${received.length}`, event_type: type, agent, data } }),
  );
  const signature = sign
    .map((each) => `v1=${createHmac('sha256', each).update(body).digest('hex')}`)
    .join(',');
  received.push({ body, signature });
  return world.inbound('ops.pagerduty-0', {
    body,
    header: (name) => (name.toLowerCase() === 'x-pagerduty-signature' ? signature : undefined),
    nowMs: world.clock.nowMs(),
  });
}

const lena = { type: 'user_reference', summary: 'Lena' };

test('an acknowledgement in PagerDuty is one here, and does not go back', async () => {
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  expect(await webhook('incident.acknowledged', group.id, lena)).toBe(1);
  expect(world.group(group.id).acknowledgement?.by).toEqual({ name: 'Lena', user: null, via: 'pagerduty' });
  await world.pass(30_000);
  expect(pagerDuty.calls.map(({ action }) => action)).toEqual(['trigger']);
});

test('what our own events brought about is left alone', async () => {
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  const integration = { type: 'events_api_v2_inbound_integration_reference', summary: 'Events API' };
  for (const agent of [integration, null]) {
    expect(await webhook('incident.acknowledged', group.id, agent)).toBe(0);
  }
  expect(world.group(group.id).acknowledgement).toBeNull();
});

test('resolved in PagerDuty while the condition holds: acknowledged here, not opened anew there, resolved at the end', async () => {
  const group = await world.fire({ alertname: 'Down', host: 'a' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  pagerDuty.of(group.id)[0].state = 'resolved';
  await webhook('incident.resolved', group.id, lena);
  expect(world.group(group.id).acknowledgement?.note).toContain('resolved in PagerDuty');
  await world.fire({ alertname: 'Down', host: 'b' });
  await world.pass(600_000);
  expect(pagerDuty.incidents).toHaveLength(1);
  await world.resolve({ alertname: 'Down', host: 'a' }, { alertname: 'Down', host: 'b' });
  await world.until(() => pagerDuty.calls.at(-1)?.action === 'resolve', 'resolved');
});

test('a note in PagerDuty is a line of the story, of the incident that it is about', async () => {
  const first = await world.fire({ alertname: 'Down' });
  const second = await world.fire({ alertname: 'Slow' });
  const integration = { type: 'events_api_v2_inbound_integration_reference', summary: 'Events API' };
  for (const { id } of [first, second]) await webhook('incident.triggered', id, integration);
  const note = {
    id: 'N1',
    type: 'incident_note',
    content: 'disk replaced',
    incident: { id: `Q ${first.id}` },
  };
  expect(await webhook('incident.annotated', note, lena)).toBe(1);
  expect(world.group(first.id).story.at(-1)).toMatchObject({
    kind: 'note',
    text: 'Lena noted: in PagerDuty: disk replaced',
  });
  expect(world.group(second.id).story.map(({ kind }) => kind)).not.toContain('note');
  expect(await webhook('incident.annotated', { ...note, incident: { id: 'another' } }, lena)).toBe(0);
});

test('which incident a note is about is known after a restart and a changed configuration, too', async () => {
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  expect(await webhook('incident.triggered', group.id, null)).toBe(0);
  await world.restart(receiver());
  const incident = { id: `Q ${group.id}` };
  const note = (id: string) => ({ id, type: 'incident_note', content: `note ${id}`, incident });
  expect(await webhook('incident.annotated', note('N1'), lena)).toBe(1);
  world.reload(receiver({ per_minute_max: 50 }));
  expect(await webhook('incident.annotated', note('N2'), lena)).toBe(1);
  expect(
    world
      .group(group.id)
      .story.slice(-2)
      .map(({ text }) => text),
  ).toEqual(['Lena noted: in PagerDuty: note N1', 'Lena noted: in PagerDuty: note N2']);
  expect(pagerDuty.incidents).toHaveLength(1);
});

test('one of several signatures is enough; none, a forged one and another body are not', async () => {
  const group = await world.fire({ alertname: 'Down' });
  expect(await webhook('incident.acknowledged', group.id, lena, ['gone', secrets[1]])).toBe(1);
  expect(await webhook('incident.acknowledged', group.id, lena, ['forged'])).toMatchObject({
    code: 'unauthenticated',
  });
  const [{ signature }] = received.slice(-1);
  const body = Buffer.from('{"event":{}}');
  const other = { body, header: () => signature, nowMs: 0 };
  expect(await world.inbound('ops.pagerduty-0', other)).toMatchObject({ code: 'unauthenticated' });
  const without = { body, header: () => undefined, nowMs: 0 };
  expect(await world.inbound('ops.pagerduty-0', without)).toMatchObject({ code: 'unauthenticated' });
});

test('the same webhook twice is one action', async () => {
  const group = await world.fire({ alertname: 'Down' });
  await webhook('incident.reassigned', group.id, lena);
  const [{ body, signature }] = received.slice(-1);
  const again = { body, header: () => signature, nowMs: 0 };
  await world.inbound('ops.pagerduty-0', again);
  const notes = world.group(group.id).story.filter(({ kind }) => kind === 'note');
  expect(notes.map(({ text }) => text)).toEqual(['Lena noted: reassigned in PagerDuty']);
});

test('who is only paged, by a later step of an escalation, is told the end, too', async () => {
  await world.stop();
  world = new ReceiversWorld(
    {},
    {
      route: { receiver: 'ops', group_wait: '0s', group_by: ['alertname'], escalation: 'late' },
      receivers: [
        { name: 'ops' },
        { name: 'pager', pagerduty: [{ routing_key: pagerDuty.routingKey, url: pagerDuty.url }] },
      ],
      escalations: [{ name: 'late', steps: [{ wait: '1m', receivers: ['pager'] }] }],
    },
  );
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  await world.resolve({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'resolved', 'resolved');
  expect(pagerDuty.incidents).toHaveLength(1);
});

test('the key is not in what is kept of a delivery', async () => {
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => state(group.id) === 'triggered', 'triggered');
  expect(JSON.stringify([...world.engine.tables.outbox.values()])).not.toContain(pagerDuty.routingKey);
});
