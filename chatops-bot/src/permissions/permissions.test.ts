import { expect, test } from 'vitest';
import { Counters, silentLogger } from '../base/index.ts';
import { ManualClock } from '../base/manual-clock.test-support.ts';
import { exampleGroup } from '../card/group.test-support.ts';
import type { Person } from '../reply/index.ts';
import { ConfiguredGate, permissionsConfigSchema, restricted, seesGroup, seesLabels } from './index.ts';

const ina: Person = { platform: 'slack', id: 'U1', name: 'Ina', email: 'ina@example.com', timeZone: null };

function gateOf(config: unknown): ConfiguredGate {
  const onCall = async () => ({
    schedules: [
      {
        name: 'primary',
        timeZone: 'UTC',
        now: [{ name: 'ina', email: 'Ina@example.com', slack: null, teams: null }],
        next: null,
      },
    ],
  });
  return new ConfiguredGate(permissionsConfigSchema.parse(config), {
    alerts: { onCall },
    clock: new ManualClock(),
    logger: silentLogger,
    counters: new Counters(),
  });
}

test('without configuration everybody may acknowledge and silence, and nobody may run actions', async () => {
  const gate = gateOf({});
  expect(await gate.admit(ina, 'ack')).toEqual({ allowed: true, name: 'Ina', user: 'ina' });
  expect(await gate.admit(ina, 'remediate')).toMatchObject({ allowed: false });
});

test('people are known by the id of their platform before their address, whatever its case', async () => {
  const gate = gateOf({
    default_role: '',
    people: [
      { slack: 'U1', role: 'operator', user: 'i.n.a' },
      { email: 'INA@example.com', role: 'viewer' },
    ],
  });
  expect(await gate.admit(ina, 'remediate')).toEqual({ allowed: true, name: 'Ina', user: 'i.n.a' });
  expect(await gate.admit({ ...ina, platform: 'teams' }, 'ack')).toMatchObject({ allowed: false });
  const stranger = await gate.admit({ ...ina, id: 'U2', email: null }, 'query');
  expect(stranger).toMatchObject({ allowed: false, why: expect.stringContaining('U2') });
});

test('an address outside the domains, or none, gets no default role', async () => {
  const gate = gateOf({ email_domains: ['example.com'] });
  expect((await gate.admit(ina, 'query')).allowed).toBe(true);
  expect((await gate.admit({ ...ina, email: 'ina@example.com.elsewhere.test' }, 'query')).allowed).toBe(
    false,
  );
  expect((await gate.admit({ ...ina, email: null }, 'query')).allowed).toBe(false);
});

test('a role that does not exist, and a matcher that is none, are refused by name', () => {
  const broken = permissionsConfigSchema.safeParse({ default_role: 'boss' });
  expect(broken.error?.issues[0]).toMatchObject({
    path: ['default_role'],
    message: expect.stringContaining('boss'),
  });
  expect(
    permissionsConfigSchema.safeParse({ roles: { a: { may: [], data: ['a="b"} or {c="d"'] } } }).success,
  ).toBe(false);
});

test('every selector of an expression gets the matchers', () => {
  const by = (expression: string) => restricted(expression, ['team="shop"']);
  expect(by('up')).toBe('up{team="shop"}');
  expect(by('sum by (le, job) (rate(x_bucket{a="b"}[5m] offset 1h)) / on(job) group_left y')).toBe(
    'sum by (le, job) (rate(x_bucket{team="shop",a="b"}[5m] offset 1h)) / on(job) group_left y{team="shop"}',
  );
  expect(by('{__name__=~".+"}')).toBe('{team="shop",__name__=~".+"}');
  expect(by('topk(3, a) by (b) > bool 2 and c{} unless d[5m:1m]')).toBe(
    'topk(3, a{team="shop"}) by (b) > bool 2 and c{team="shop"} unless d{team="shop"}[5m:1m]',
  );
  expect(by('label_replace(up, "a", "up", "b", "{}") # up')).toBe(
    'label_replace(up{team="shop"}, "a", "up", "b", "{}") ',
  );
  expect(by('vector(1) + inf')).toBe('vector(1) + inf');
});

test('what would go around the matchers is refused', () => {
  const ways = [
    '{a="b" or c="d"}',
    'by',
    'bool[5m]',
    'offset{a="b"}',
    'on',
    'up{a="b"',
    '§',
    'x[5m',
    'inf{}',
  ];
  expect(ways.filter((expression) => restricted(expression, ['a="b"']) !== undefined)).toEqual([]);
});

test('a group is seen when every alert of it is, and of those that are not listed it is certain', () => {
  const group = (labels: readonly Readonly<Record<string, string>>[], total = labels.length) => ({
    ...exampleGroup(),
    members: labels.map((each) => ({ ...exampleGroup().members[0], labels: each })),
    commonLabels: Object.fromEntries(
      Object.entries(labels[0] ?? {}).filter(([name, value]) => labels.every((each) => each[name] === value)),
    ),
    counts: { ...exampleGroup().counts, total },
  });
  const shop = { team: 'shop', host: 'a' };
  expect(seesGroup(group([shop, { team: 'search' }]), [])).toBe(true);
  expect(seesGroup(group([shop, { team: 'shop', host: 'b' }]), ['team="shop"'])).toBe(true);
  expect(seesGroup(group([shop, { team: 'search' }]), ['team="shop"'])).toBe(false);
  expect(seesGroup(group([shop]), ['team="shop"', 'host!="a"'])).toBe(false);
  // 100 alerts of which one is listed: the others have the team in common, and perhaps other hosts.
  expect(seesGroup(group([shop], 100), ['team="shop"'])).toBe(true);
  expect(seesGroup(group([shop, { team: 'shop', host: 'b' }], 100), ['host=~"a|b"'])).toBe(false);
  expect(seesGroup(group([]), ['team="shop"'])).toBe(false);
});

test('matchers mean here what they mean in PromQL', () => {
  const labels = { team: 'shop', path: '/a\n"b"' };
  for (const [matcher, sees] of [
    ['team="shop"', true],
    ['team="sho"', false],
    ['team=~"sh.p|search"', true],
    ['team=~"sh"', false],
    ['team!~"sh.*"', false],
    ['zone=""', true],
    ['zone!=""', false],
    ['path="/a\\n\\"b\\""', true],
    ['path=~"/a.*"', true],
    ['team=~"("', false],
    ['nonsense', false],
  ] as const) {
    expect([matcher, seesLabels(labels, [matcher])]).toEqual([matcher, sees]);
  }
});

test('somebody whom neither a user nor an address tells from others is named with the id of the platform', async () => {
  const gate = gateOf({});
  const nobody: Person = { platform: 'teams', id: '0000-aad', name: 'Ina', email: null, timeZone: null };
  expect(await gate.admit(nobody, 'ack')).toEqual({ allowed: true, name: 'Ina (0000-aad)', user: null });
  expect(await gate.admit({ ...nobody, name: '' }, 'ack')).toMatchObject({ name: 'Teams user 0000-aad' });
  expect(await gate.admit({ ...nobody, email: 'x@example.com' }, 'ack')).toMatchObject({ name: 'Ina' });
});
