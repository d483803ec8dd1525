import { describe, expect, test } from 'vitest';
import { type DeskWorld, openDesk } from './desk.test-support.ts';

const minute = 60_000;
const hook = { name: 'ops', webhook: [{ url: 'http://hook.test/in' }] };
const person = { name: 'Lena', user: null, via: 'slack' } as const;
const from = { principal: 'test', address: '127.0.0.1' };

function events(world: DeskWorld): string[] {
  return world.received.map(({ body }) => (body as { event: string }).event);
}

function onlyGroup(world: DeskWorld) {
  const groups = [...world.engine.tables.groups.values()];
  expect(groups).toHaveLength(1);
  return world.engine.desk.viewOf(groups[0]);
}

describe('a group', () => {
  test('is told after the group wait, and when all of it has resolved', async () => {
    const world = openDesk({ route: { receiver: 'ops', group_wait: '10s' }, receivers: [hook] });
    await world.fire({ alertname: 'Down', host: 'a' });
    await world.pass(9000);
    expect(events(world)).toEqual([]);
    await world.fire({ alertname: 'Down', host: 'b' });
    await world.pass(2000);
    expect(events(world)).toEqual(['fired']);
    const { group } = world.received[0].body as { group: { counts: unknown; commonLabels: unknown } };
    expect(group.counts).toMatchObject({ total: 2, firing: 2 });
    await world.resolve({ alertname: 'Down', host: 'a' });
    await world.pass(1000);
    expect(events(world)).toEqual(['fired']);
    await world.resolve({ alertname: 'Down', host: 'b' });
    await world.pass(1000);
    expect(events(world)).toEqual(['fired', 'resolved']);
    expect(onlyGroup(world)).toMatchObject({ state: 'resolved', counts: { total: 2, resolved: 2 } });
  });

  test('that resolves before it was told is never told', async () => {
    const world = openDesk({ route: { receiver: 'ops', group_wait: '10s' }, receivers: [hook] });
    await world.fire({ alertname: 'Down' });
    await world.pass(5000);
    await world.resolve({ alertname: 'Down' });
    await world.pass(minute);
    expect(events(world)).toEqual([]);
    expect(world.engine.tables.groups.size).toBe(0);
  });

  test('tells changes at the group interval and repeats until it is acknowledged', async () => {
    const world = openDesk({
      route: { receiver: 'ops', group_wait: '0s', group_interval: '5m', repeat_interval: '1h' },
      receivers: [hook],
    });
    await world.fire({ alertname: 'Down', host: 'a' });
    await world.pass(minute);
    await world.fire({ alertname: 'Down', host: 'b' });
    await world.pass(minute);
    expect(events(world)).toEqual(['fired']);
    await world.pass(4 * minute);
    expect(events(world)).toEqual(['fired', 'changed']);
    await world.pass(61 * minute);
    expect(events(world)).toEqual(['fired', 'changed', 'repeated']);
    const group = onlyGroup(world);
    world.engine.desk.act(
      group.id,
      { action: 'ack', actionId: '1', version: group.version, by: person },
      from,
    );
    await world.pass(180 * minute);
    expect(events(world)).toEqual(['fired', 'changed', 'repeated', 'acknowledged']);
  });

  test('keeps its title and its sentence when the alert that opened it is over', async () => {
    const world = openDesk({
      route: { receiver: 'ops', group_wait: '0s', group_by: ['service'] },
      receivers: [hook],
    });
    const heading = () => {
      const { title, summary, runbookUrl, commonLabels } = onlyGroup(world);
      return { title, summary, runbookUrl, alertname: commonLabels['alertname'] };
    };
    await world.fireWith(
      { summary: 'Slow on a', runbook_url: 'https://a.test/' },
      { alertname: 'Slow', service: 'web' },
    );
    await world.pass(1000);
    const opened = {
      title: 'Slow (service web)',
      summary: 'Slow on a',
      runbookUrl: 'https://a.test/',
    };
    expect(heading()).toEqual({ ...opened, alertname: 'Slow' });
    await world.fireWith({ summary: 'Errors on b' }, { alertname: 'Errors', service: 'web' });
    await world.pass(1000);
    expect(heading()).toEqual({ ...opened, alertname: undefined });
    await world.resolve({ alertname: 'Slow', service: 'web' });
    await world.pass(1000);
    expect(heading()).toEqual({ ...opened, alertname: 'Errors' });
    await world.restart();
    await world.resolve({ alertname: 'Errors', service: 'web' });
    await world.pass(1000);
    expect(heading()).toMatchObject(opened);
  });

  test('goes to the routes that match, each with its own grouping', async () => {
    const world = openDesk({
      route: {
        receiver: 'ops',
        group_wait: '0s',
        group_by: ['...'],
        routes: [
          { matchers: ['team="web"'], receiver: 'web', continue: true, group_by: ['alertname'] },
          { matchers: ['severity=~"page|critical"'], receiver: 'ops' },
        ],
      },
      receivers: [hook, { name: 'web', webhook: [{ url: 'http://web.test/' }] }],
    });
    await world.fire(
      { alertname: 'A', team: 'web', severity: 'page', host: '1' },
      { alertname: 'A', team: 'web', severity: 'page', host: '2' },
      { alertname: 'A', team: 'db', severity: 'info' },
    );
    await world.pass(1000);
    expect(world.received.map(({ url }) => url).sort()).toEqual([
      'http://hook.test/in',
      'http://hook.test/in',
      'http://hook.test/in',
      'http://web.test/',
    ]);
  });
});

describe('holding back', () => {
  test('a silence does not keep the resolve from whoever was told of the firing', async () => {
    const world = openDesk({ route: { receiver: 'ops', group_wait: '0s' }, receivers: [hook] });
    await world.fire({ alertname: 'Down', host: 'a' });
    await world.pass(1000);
    const group = onlyGroup(world);
    const silenced = world.engine.desk.act(
      group.id,
      { action: 'silence', actionId: 's', version: 0, by: person, forMs: 3_600_000 },
      from,
    );
    expect(silenced?.refusal).toBeUndefined();
    await world.pass(59 * minute);
    expect(events(world)).toEqual(['fired']);
    expect(onlyGroup(world)).toMatchObject({ counts: { silenced: 1 } });
    await world.resolve({ alertname: 'Down', host: 'a' });
    await world.pass(1000);
    expect(events(world)).toEqual(['fired', 'resolved']);
  });

  test('an alert that is silenced from the start is told when the silence ends', async () => {
    const world = openDesk({ route: { receiver: 'ops', group_wait: '0s' }, receivers: [hook] });
    const { silences } = world.engine.desk;
    const nowMs = world.clock.nowMs();
    silences.put(
      {
        id: undefined,
        matchers: [{ name: 'host', type: '=', value: 'a' }],
        startsAtMs: nowMs,
        endsAtMs: nowMs + 10 * minute,
        createdBy: 'Lena',
        comment: '',
        annotations: {},
      },
      person,
      from,
      nowMs,
    );
    await world.fire({ alertname: 'Down', host: 'a' });
    await world.pass(9 * minute);
    expect(events(world)).toEqual([]);
    await world.pass(2 * minute);
    expect(events(world)).toEqual(['fired']);
  });

  test('an inhibited alert is told when what inhibits it is over', async () => {
    const world = openDesk({
      route: { receiver: 'ops', group_wait: '0s', group_by: ['alertname'] },
      receivers: [hook],
      inhibit_rules: [
        { source_matchers: ['alertname="Cluster"'], target_matchers: ['alertname="Host"'], equal: ['zone'] },
      ],
    });
    await world.fire(
      { alertname: 'Cluster', zone: 'x' },
      { alertname: 'Host', zone: 'x' },
      { alertname: 'Host', zone: 'y' },
    );
    await world.pass(1000);
    const told = () =>
      world.received.map(({ body }) => {
        const { event, group } = body as {
          event: string;
          group: { title: string; counts: { inhibited: number } };
        };
        return `${event} ${group.title} ${group.counts.inhibited}`;
      });
    expect(told()).toEqual(['fired Cluster 0', 'fired Host 1']);
    await world.resolve({ alertname: 'Host', zone: 'y' });
    await world.resolve({ alertname: 'Cluster', zone: 'x' });
    await world.pass(6 * minute);
    expect(told().slice(2)).toEqual(['resolved Cluster 0', 'changed Host 0']);
  });

  test('a mute timing that crosses midnight holds back until it ends, in its time zone', async () => {
    // 21:00 in Berlin on Friday 2026-01-09 is 20:00 UTC.
    const world = openDesk(
      {
        route: { receiver: 'ops', group_wait: '0s', mute_timings: ['night'] },
        receivers: [hook],
        mute_timings: [
          {
            name: 'night',
            time_intervals: [
              {
                times: [{ start_time: '22:00', end_time: '06:00' }],
                weekdays: ['friday'],
                location: 'Europe/Berlin',
              },
            ],
          },
        ],
      },
      Date.UTC(2026, 0, 9, 21, 30),
    );
    await world.fire({ alertname: 'Down' });
    await world.pass(minute);
    expect(events(world)).toEqual([]);
    // 05:59 in Berlin on Saturday, and then 06:01.
    world.clock.jumpTo(Date.UTC(2026, 0, 10, 4, 59));
    await world.pass(30_000);
    expect(events(world)).toEqual([]);
    await world.pass(minute);
    expect(events(world)).toEqual(['fired']);
  });
});

describe('actions', () => {
  test('an acknowledgement that comes after the resolve changes nothing', async () => {
    const world = openDesk({ route: { receiver: 'ops', group_wait: '0s' }, receivers: [hook] });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    const seen = onlyGroup(world);
    await world.resolve({ alertname: 'Down' });
    const result = world.engine.desk.act(
      seen.id,
      { action: 'ack', actionId: 'late', version: seen.version, by: person },
      from,
    );
    expect(result?.refusal).toBe('resolved');
    await world.pass(minute);
    expect(onlyGroup(world)).toMatchObject({ state: 'resolved', acknowledgement: null });
    expect(events(world)).toEqual(['fired', 'resolved']);
    expect(world.engine.desk.audit.list(seen.id, Number.POSITIVE_INFINITY, 10)[0]).toMatchObject({
      action: 'ack',
      outcome: 'refused',
      principal: 'test',
    });
  });

  test('of two people one acknowledges; the same click delivered twice is one', async () => {
    const world = openDesk({ route: { receiver: 'ops', group_wait: '0s' }, receivers: [hook] });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    const { id, version } = onlyGroup(world);
    const { desk } = world.engine;
    const act = (actionId: string, name: string) =>
      desk.act(id, { action: 'ack', actionId, version, by: { ...person, name } }, from)?.refusal;
    expect([act('1', 'Lena'), act('1', 'Lena'), act('2', 'Omar')]).toEqual([undefined, undefined, 'stale']);
    expect(onlyGroup(world).acknowledgement?.by.name).toBe('Lena');
  });
});

describe('escalation', () => {
  const config = {
    route: { receiver: 'ops', group_wait: '0s', escalation: 'primary' },
    receivers: [hook],
    users: [{ name: 'lena' }, { name: 'omar' }],
    schedules: [
      {
        name: 'web',
        layers: [{ users: ['lena', 'omar'], turn: '1d', start: '2026-01-05', handover: '00:00' }],
      },
    ],
    escalations: [{ name: 'primary', steps: [{ schedules: ['web'] }, { wait: '10m', users: ['omar'] }] }],
  };

  test('pages step by step until somebody acknowledges', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down' });
    await world.pass(minute);
    expect(onlyGroup(world).escalation).toMatchObject({ stepsDone: 1, paged: ['lena'], state: 'running' });
    await world.pass(10 * minute);
    expect(onlyGroup(world).escalation).toMatchObject({ stepsDone: 2, paged: ['lena', 'omar'] });
    expect(events(world).filter((event) => event === 'paged')).toHaveLength(2);
  });

  test('stops at an acknowledgement, and does one step after a downtime, not all that were due', async () => {
    const world = openDesk({
      ...config,
      escalations: [{ name: 'primary', repeat: 5, steps: [{ wait: '5m', users: ['lena'] }] }],
    });
    await world.fire({ alertname: 'Down' });
    await world.pass(minute);
    world.engine.desk.stop();
    world.clock.advance(3 * 3_600_000);
    await world.restart();
    await world.pass(1000);
    expect(onlyGroup(world).escalation?.stepsDone).toBe(1);
    const group = onlyGroup(world);
    world.engine.desk.act(
      group.id,
      { action: 'ack', actionId: '1', version: group.version, by: person },
      from,
    );
    await world.pass(60 * minute);
    expect(onlyGroup(world).escalation).toMatchObject({ stepsDone: 1, state: 'acknowledged' });
  });
});

test('a flapping alert goes on firing, and resolves when it has been quiet', async () => {
  const world = openDesk({
    route: { receiver: 'ops', group_wait: '0s' },
    receivers: [hook],
    flapping: { changes_max: 2, window: '1h', quiet: '10m' },
  });
  for (let i = 0; i < 6; i++) {
    await world.fire({ alertname: 'Flap' });
    await world.pass(minute);
    await world.resolve({ alertname: 'Flap' });
    await world.pass(minute);
  }
  const noisy = ['fired', 'resolved', 'fired', 'resolved', 'fired', 'changed'];
  expect(events(world)).toEqual(noisy);
  await world.pass(11 * minute);
  expect(events(world)).toEqual([...noisy, 'resolved']);
});

test('alerts from outside resolve when they are not told again, and get time to be after a restart', async () => {
  const world = openDesk({ route: { receiver: 'ops', group_wait: '0s' }, receivers: [hook] });
  const send = () =>
    world.engine.desk.observe('api:x', [
      {
        labels: { alertname: 'Out' },
        annotations: {},
        value: undefined,
        startsAtMs: world.clock.nowMs(),
        endsAtMs: undefined,
        expiresAtMs: world.clock.nowMs() + 5 * minute,
        generatorUrl: '',
        expression: undefined,
      },
    ]);
  await send();
  await world.pass(4 * minute);
  await send();
  world.engine.desk.stop();
  world.clock.advance(60 * minute);
  await world.restart();
  await world.pass(4 * minute);
  expect(events(world)).toEqual(['fired']);
  await world.pass(2 * minute);
  expect(events(world)).toEqual(['fired', 'resolved']);
});

test('starts cost the log next to nothing, and a log that has outgrown what there is becomes a checkpoint', async () => {
  const world = openDesk({
    route: { receiver: 'chat', group_wait: '0s', group_by: ['host'] },
    receivers: [{ name: 'chat', chat: [{ platform: 'slack', channel: 'C1' }] }, hook],
  });
  const bytes = () => world.journal.records.reduce((sum, { length }) => sum + length, 0);
  for (let i = 0; i < 50; i++) await world.fire({ alertname: 'Down', host: `h${i}` });
  await world.pass(2000);
  const before = bytes();
  for (let i = 0; i < 10; i++) {
    await world.restart();
    await world.pass(2000);
  }
  expect(bytes() - before).toBeLessThan(before / 10);
  for (let i = 0; i < 100; i++) {
    await world.fireWith({ text: `${i}`.padEnd(100_000) }, { alertname: 'Down', host: 'big' });
    if (i % 10 === 9) await world.pass(1000);
  }
  expect(bytes()).toBeLessThan(6_000_000);
  await world.restart();
  expect(world.engine.desk.groups.openCount).toBe(51);
});
