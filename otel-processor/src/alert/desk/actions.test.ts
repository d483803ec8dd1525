import type { AlertAction } from '@statbar/sdk/wire';
import { describe, expect, test } from 'vitest';
import { type DeskWorld, openDesk } from './desk.test-support.ts';

const minute = 60_000;
const hook = { name: 'ops', webhook: [{ url: 'http://hook.test/in' }] };
const person = { name: 'Lena', user: null, via: 'teams' } as const;
const from = { principal: 'bot', address: '127.0.0.1' };
const route = { receiver: 'ops', group_wait: '0s' };

type What = Omit<AlertAction, 'actionId' | 'version' | 'by'> & { readonly version?: number };

/** What is done about the only group, as somebody sees it now. */
function act(world: DeskWorld, actionId: string, what: What & Record<string, unknown>) {
  const [group] = world.engine.tables.groups.values();
  const action = { version: group.version, actionId, by: person, ...what } as AlertAction;
  return world.engine.desk.act(group.id, action, from);
}

function groupOf(world: DeskWorld) {
  const [group] = world.engine.tables.groups.values();
  return world.engine.desk.viewOf(group);
}

const paged = (world: DeskWorld): number =>
  world.received.filter(({ body }) => (body as { event: string }).event === 'paged').length;

describe('what people do', () => {
  const escalating = {
    route: { ...route, escalation: 'p' },
    receivers: [hook],
    users: [{ name: 'lena' }],
    escalations: [{ name: 'p', repeat: 9, steps: [{ wait: '10m', users: ['lena'] }] }],
  };

  test('an acknowledgement for a while ends by itself, is told, and lets the escalation go on', async () => {
    const world = openDesk(escalating);
    await world.fire({ alertname: 'Down' });
    await world.pass(minute);
    act(world, '1', { action: 'ack', forMs: 30 * minute });
    await world.pass(29 * minute);
    expect(groupOf(world).acknowledgement).not.toBeNull();
    expect(paged(world)).toBe(0);
    await world.pass(2 * minute);
    expect(groupOf(world)).toMatchObject({ acknowledgement: null, state: 'firing' });
    expect(world.received.map(({ body }) => (body as { event: string }).event)).toContain('unacknowledged');
    await world.pass(11 * minute);
    expect(paged(world)).toBe(1);
  });

  test('an acknowledgement that is taken back lets the next step wait its whole time', async () => {
    const world = openDesk(escalating);
    await world.fire({ alertname: 'Down' });
    await world.pass(9 * minute);
    act(world, '1', { action: 'ack' });
    await world.pass(60 * minute);
    act(world, '2', { action: 'unack' });
    await world.pass(9 * minute);
    expect(paged(world)).toBe(0);
    await world.pass(2 * minute);
    expect(paged(world)).toBe(1);
  });

  test('assigning, noting and silencing are in the story; all of it, and refusals, in the audit log', async () => {
    const world = openDesk({ route, receivers: [hook], users: [{ name: 'omar' }] });
    await world.fire({ alertname: 'Down', host: 'a' });
    await world.pass(1000);
    expect(act(world, '1', { action: 'assign', user: 'nobody' })?.refusal).toBe('unknown_user');
    expect(act(world, '2', { action: 'assign', user: 'omar' })?.refusal).toBeUndefined();
    // A note is about the group, however it has changed since.
    expect(act(world, '3', { action: 'note', note: 'looking', version: 0 })?.refusal).toBeUndefined();
    expect(act(world, '4', { action: 'silence', forMs: 60 * minute })?.refusal).toBeUndefined();
    expect(groupOf(world)).toMatchObject({ assignee: 'omar', counts: { silenced: 1 } });
    expect(act(world, '5', { action: 'unsilence' })?.refusal).toBeUndefined();
    expect(act(world, '6', { action: 'unsilence' })?.refusal).toBe('not_silenced');
    expect(groupOf(world).story.map(({ kind }) => kind)).toEqual([
      'fired',
      'assigned',
      'note',
      'silenced',
      'unsilenced',
    ]);
    await world.restart();
    const audit = world.engine.desk.audit.list(undefined, Number.POSITIVE_INFINITY, 20);
    const { id } = groupOf(world);
    const ours = audit.filter(({ target }) => target === id);
    expect(ours.map(({ action, outcome }) => `${action} ${outcome}`).reverse()).toEqual([
      'assign refused',
      'assign done',
      'note done',
      'silence done',
      'unsilence done',
      'unsilence refused',
    ]);
    expect(
      new Set(ours.map(({ by, principal, address }) => `${by.name} ${by.via} ${principal} ${address}`)),
    ).toEqual(new Set(['Lena teams bot 127.0.0.1']));
  });
});

describe('who is called when', () => {
  test('a step outside of its hours is left out, and the next one comes at its time', async () => {
    const world = openDesk(
      {
        route: { ...route, escalation: 'p' },
        receivers: [hook],
        users: [{ name: 'day' }, { name: 'night' }],
        mute_timings: [
          {
            name: 'office',
            time_intervals: [
              { times: [{ start_time: '09:00', end_time: '17:00' }], location: 'America/New_York' },
            ],
          },
        ],
        escalations: [
          {
            name: 'p',
            steps: [
              { users: ['day'], only_during: ['office'] },
              { wait: '5m', users: ['night'] },
            ],
          },
        ],
      },
      // 08:58 in New York, on the Sunday on which clocks went forward.
      Date.UTC(2026, 2, 8, 12, 58),
    );
    await world.fire({ alertname: 'A' });
    await world.pass(minute);
    expect(groupOf(world).escalation).toMatchObject({ stepsDone: 0, paged: [] });
    await world.pass(5 * minute);
    expect(groupOf(world).escalation).toMatchObject({ stepsDone: 1, paged: ['night'] });
    await world.resolve({ alertname: 'A' });
    await world.pass(minute);
    await world.fire({ alertname: 'A' });
    await world.pass(minute);
    const [, second] = world.engine.tables.groups.values();
    expect(second.escalation?.paged).toEqual(['day']);
  });

  test('nobody is paged while a group is silenced; the step that was due comes when it is not any more', async () => {
    const world = openDesk({
      route: { ...route, escalation: 'p' },
      receivers: [hook],
      users: [{ name: 'lena' }],
      escalations: [{ name: 'p', steps: [{ wait: '10m', users: ['lena'] }] }],
    });
    await world.fire({ alertname: 'Down' });
    await world.pass(minute);
    act(world, '1', { action: 'silence', forMs: 60 * minute });
    await world.pass(55 * minute);
    expect(paged(world)).toBe(0);
    await world.pass(6 * minute);
    expect(paged(world)).toBe(1);
  });

  test('outside of its active timings a route tells nobody but the end', async () => {
    const world = openDesk(
      {
        route: { ...route, active_timings: ['office'] },
        receivers: [hook],
        mute_timings: [
          { name: 'office', time_intervals: [{ times: [{ start_time: '09:00', end_time: '17:00' }] }] },
        ],
      },
      Date.UTC(2026, 0, 5, 16, 58),
    );
    await world.fire({ alertname: 'A' });
    await world.pass(minute);
    world.clock.jumpTo(Date.UTC(2026, 0, 5, 17, 1));
    await world.fire({ alertname: 'B' });
    await world.resolve({ alertname: 'A' });
    await world.pass(minute);
    expect(world.received.map(({ body }) => (body as { event: string }).event)).toEqual([
      'fired',
      'resolved',
    ]);
    expect(groupOf(world).title).toBe('A');
  });
});

test('what is over a limit is refused, and what is kept is the newest', async () => {
  const world = openDesk({
    route: { ...route, group_by: ['host'] },
    receivers: [hook],
    users: [{ name: 'omar' }],
    limits: {
      alerts_max: 3,
      groups_max: 2,
      silences_max: 1,
      story_max: 10,
      audit_max: 5,
      subscriptions_max: 1,
    },
  });
  await world.fire(...['a', 'b', 'c', 'd'].map((host) => ({ alertname: 'Down', host })));
  await world.pass(1000);
  expect(world.engine.tables.alerts.size).toBe(3);
  expect([...world.engine.tables.groups.values()].map(({ labels }) => labels['host'])).toEqual(['a', 'b']);
  expect(act(world, 's1', { action: 'silence', forMs: minute })?.refusal).toBeUndefined();
  expect(act(world, 's2', { action: 'silence', forMs: minute })?.text).toContain('alert.limits.silences_max');
  for (let i = 0; i < 20; i++) act(world, `n${i}`, { action: 'note', note: `note ${i}` });
  const { story } = groupOf(world);
  expect(story).toHaveLength(10);
  expect(story.at(-1)?.text).toContain('note 19');
  const audit = world.engine.desk.audit.list(undefined, Number.POSITIVE_INFINITY, 100);
  expect(audit).toHaveLength(5);
  expect(audit[0].text).toBe('Noted.');
});
