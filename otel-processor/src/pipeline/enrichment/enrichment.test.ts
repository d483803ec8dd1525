import { expect, test } from 'vitest';
import { Telemetry } from '../../base/index.ts';
import { type AttributeValue, EventBatch } from '../../model/index.ts';
import { enrichmentConfigSchema } from './config.ts';
import { createEnrichment, type LookupTables } from './enrichment.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

function batchOf(events: readonly Attributes[]): EventBatch {
  const batch = new EventBatch();
  for (const attributes of events) {
    batch.add('e', 1, '');
    for (const [name, value] of Object.entries(attributes)) batch.set(name, value);
  }
  return batch;
}

function attributesOf({ columns }: EventBatch, row: number): Attributes {
  const entries = [...columns].flatMap(([name, column]) => {
    const value = column[row];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries.sort());
}

function enrich(
  steps: unknown,
  events: readonly Attributes[],
  tables: LookupTables = new Map(),
  tenant = 'default',
): Attributes[] {
  const batch = batchOf(events);
  createEnrichment(enrichmentConfigSchema.parse(steps), tenant, tables, new Telemetry()).apply(batch);
  return events.map((_, row) => attributesOf(batch, row));
}

test('set gives every event an attribute, whatever it came with', () => {
  expect(enrich([{ set: { env: 'production', weight: 2 } }], [{ env: 'test' }, {}])).toEqual([
    { env: 'production', weight: 2 },
    { env: 'production', weight: 2 },
  ]);
});

test('lookup adds what the table has, and leaves the others as they are', () => {
  const step = {
    lookup: { file: 't.csv', match: 'customer', add: { plan: 'customer.plan', seats: 'seats' } },
  };
  const table = new Map([
    ['a', ['big', 5]],
    ['7', ['small', undefined]],
  ]);
  const events: Attributes[] = [
    { customer: 'a' },
    { customer: 7, seats: 1 },
    { customer: 'x', 'customer.plan': 'own' },
    {},
  ];
  expect(enrich([step], events, new Map([[0, table]]))).toEqual([
    { customer: 'a', 'customer.plan': 'big', seats: 5 },
    { customer: 7, 'customer.plan': 'small', seats: 1 },
    { customer: 'x', 'customer.plan': 'own' },
    {},
  ]);
});

test('a table that comes in later is used from then on; what is not in it is counted', () => {
  const telemetry = new Telemetry();
  const steps = enrichmentConfigSchema.parse([{ lookup: { file: 't.csv', match: 'c', add: { p: 'p' } } }]);
  const enrichment = createEnrichment(steps, 'default', new Map([[0, new Map([['a', ['old']]])]]), telemetry);
  const planOf = (c: string): AttributeValue | undefined => {
    const batch = batchOf([{ c }]);
    enrichment.apply(batch);
    return batch.columns.get('p')?.[0];
  };
  expect([planOf('a'), planOf('b')]).toEqual(['old', undefined]);
  enrichment.setTables(new Map([[0, new Map([['b', ['new']]])]]));
  expect([planOf('a'), planOf('b')]).toEqual([undefined, 'new']);
  expect(telemetry.render()).toContain('statbar_enrichment_misses_total{step="0 lookup"} 2');
});

test('user_agent gives device, browser and system; the header goes', () => {
  const [attributes] = enrich([{ user_agent: {} }], [{ 'user_agent.original': 'curl/8.10.1', x: 1 }]);
  expect(attributes).toEqual({ 'device.type': 'other', 'user_agent.name': 'curl', 'os.name': 'other', x: 1 });
  const kept = enrich([{ user_agent: { of: 'ua', keep: true } }], [{ ua: 'curl/8' }, {}]);
  expect(kept[0]).toMatchObject({ ua: 'curl/8', 'user_agent.name': 'curl' });
  expect(kept[1]).toEqual({});
});

test('of an address only the network is kept, and nothing of what is not one', () => {
  const events: Attributes[] = [
    { 'client.address': '192.0.2.77' },
    { 'client.address': '192.0.2.77:80' },
    { x: 1 },
  ];
  expect(enrich([{ ip: {} }], events)).toEqual([{ 'client.network': '192.0.2.0/24' }, {}, { x: 1 }]);
  // In place of the address.
  expect(enrich([{ ip: { to: 'client.address', ipv4_bits: 16 } }], events)[0]).toEqual({
    'client.address': '192.0.0.0/16',
  });
});

test('masks remove, redact, or put a keyed hash that is the same for the same value', () => {
  const events: Attributes[] = [
    { email: 'a@b.example', n: 5 },
    { email: 'a@b.example' },
    { email: 'c@d.example' },
  ];
  expect(enrich([{ mask: { attributes: ['email', 'n', 'other'] } }], events)).toEqual([
    { email: '***', n: '***' },
    { email: '***' },
    { email: '***' },
  ]);
  expect(enrich([{ mask: { attributes: ['email'], how: 'remove' } }], events)).toEqual([{ n: 5 }, {}, {}]);
  const hashes = (key: string): AttributeValue[] =>
    enrich([{ mask: { attributes: ['email'], how: 'hash', key } }], events).map(({ email }) => email);
  const [first, second, third] = hashes('0123456789abcdef');
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(hashes('0123456789abcdeg')[0]).not.toBe(first);
});

test('steps go in their order, and for their tenants', () => {
  const steps = [
    { set: { ip: '192.0.2.1' } },
    { ip: { of: 'ip', to: 'net' } },
    { set: { net: 'hidden' }, tenants: ['a'] },
  ];
  expect(enrich(steps, [{}], new Map(), 'b')).toEqual([{ net: '192.0.2.0/24' }]);
  expect(enrich(steps, [{}], new Map(), 'a')).toEqual([{ net: 'hidden' }]);
});

test.each([
  [{}, 'expected exactly one of set, lookup, user_agent, ip and mask'],
  [{ set: {}, ip: {} }, 'expected exactly one of'],
  [{ mask: { attributes: ['a'], how: 'hash' } }, 'expected a secret'],
  [{ lookup: { file: 'a.xls', match: 'a', add: { b: 'c' } } }, 'ends in .csv or .json'],
  [{ lookup: { file: 'a.csv', match: 'a', add: {} } }, 'expected at least one column'],
  [{ ip: { ipv4_bits: 33 } }, 'expected at most 32'],
])('%j is refused', (step, message) => {
  const parsed = enrichmentConfigSchema.safeParse([step]);
  expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
});
