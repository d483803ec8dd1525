import { expect, test } from 'vitest';
import { Counters, silentLogger } from '../base/index.ts';
import { ManualClock } from '../base/manual-clock.test-support.ts';
import type { Person } from '../reply/index.ts';
import { ConfiguredGate, permissionsConfigSchema, restricted } from './index.ts';

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
