import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertConfigSchema } from '../config.ts';
import type { OutboxEntry } from '../types.ts';
import { type DeskWorld, openDesk } from './desk.test-support.ts';

const route = { receiver: 'ops', group_wait: '0s', group_by: ['alertname'] };
const hook = (host: string, more: object = {}) => ({ url: `http://${host}.test/in?k=1`, ...more });
const config = (...webhook: readonly object[]) => ({ route, receivers: [{ name: 'ops', webhook }] });

/** `HOST EVENT ALERT` of everything that was told. */
function told(world: DeskWorld): string[] {
  return world.received.map(({ url, body }) => {
    const { event, group } = body as { event: string; group: { groupLabels: { alertname: string } } };
    return `${new URL(url).hostname.replace('.test', '')} ${event} ${group.groupLabels.alertname}`;
  });
}

/** As logs had it before receivers had an identity: everything of a receiver is called by its position. */
function callByPosition({ engine, journal }: DeskWorld): void {
  const { tables, desk } = engine;
  const places = [0, 1].flatMap((i) => [`ops.webhook-${i}`, `ops.action-${i}`]);
  const { targets } = desk.context;
  const position = (key: string): string => places.find((place) => targets.at(place)?.key === key) ?? key;
  for (const [id, entry] of [...tables.outbox.entries()]) {
    const old: OutboxEntry = {
      ...entry,
      id: id.replace(entry.target, position(entry.target)),
      target: position(entry.target),
    };
    tables.outbox.remove(id);
    tables.outbox.put(old.id, old);
  }
  for (const [key, runs] of [...tables.remediations.entries()]) {
    tables.remediations.remove(key);
    tables.remediations.put(position(key), runs);
  }
  tables.commit();
  expect(journal.records.length).toBeGreaterThan(0);
}

describe('a receiver of a list is who it is, wherever in the list', () => {
  test('who was told that a group fires is told its end, once, whatever the list becomes meanwhile', async () => {
    const hosts = ['a', 'b', 'c', 'd'];
    const lists = fc
      .subarray(hosts, { minLength: 1 })
      .chain((some) => fc.shuffledSubarray(some, { minLength: some.length, maxLength: some.length }));
    const change = fc.record({ list: lists, restarts: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(lists, fc.array(change, { minLength: 1, maxLength: 4 }), async (first, changes) => {
        const world = openDesk(config(...first.map((host) => hook(host))));
        await world.fire({ alertname: 'Down' });
        await world.pass(1000);
        let last = first;
        const everyone = new Set(first);
        for (const { list, restarts } of changes) {
          const next = config(...list.map((host) => hook(host)));
          // Over a restart nothing is known of those that have gone: they are kept.
          const kept = [...list, ...last.filter((host) => !list.includes(host))];
          if (restarts) await world.restart(config(...kept.map((host) => hook(host))));
          else await world.reload(next);
          last = restarts ? kept : list;
          for (const host of last) everyone.add(host);
          await world.pass(1000);
        }
        const keptAll = [...new Set([...last, ...everyone])].reverse();
        await world.restart(config(...keptAll.map((host) => hook(host))));
        await world.pass(1000);
        await world.resolve({ alertname: 'Down' });
        await world.pass(2000);
        const expected = [...everyone].flatMap((host) => [`${host} fired Down`, `${host} resolved Down`]);
        expect(told(world).sort()).toEqual(expected.sort());
      }),
      { numRuns: 25 },
    );
  });

  test('removing the first of two on reload swaps nothing', async () => {
    const world = openDesk(config(hook('a'), hook('b')));
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    await world.reload(config(hook('b')));
    await world.pass(1000);
    expect(told(world)).toEqual(['a fired Down', 'b fired Down']);
    await world.resolve({ alertname: 'Down' });
    await world.pass(1000);
    expect(told(world).slice(2).sort()).toEqual(['a resolved Down', 'b resolved Down']);
  });

  test('a changed secret makes no other receiver, another address does, unless it has a name', async () => {
    const secret = { secret: 'sixteen-characters', authorization: 'Bearer 1' };
    const world = openDesk(config(hook('a'), hook('b', { name: 'second' })));
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    await world.reload(config(hook('a', secret), hook('x', { name: 'second' })));
    await world.pass(1000);
    expect(told(world)).toEqual(['a fired Down', 'b fired Down']);
    await world.reload(config(hook('y'), hook('x', { name: 'second' })));
    await world.pass(1000);
    expect(told(world).slice(2)).toEqual(['y fired Down']);
    await world.resolve({ alertname: 'Down' });
    await world.pass(1000);
    expect(told(world).slice(3).sort()).toEqual(['a resolved Down', 'x resolved Down', 'y resolved Down']);
  });

  test('nothing of an address is in its key', () => {
    const { engine } = openDesk(config({ url: 'http://user:hidden@a.test/in/T0K3N?sig=S1G' }));
    const [{ key }] = engine.desk.context.targets.of('ops');
    expect(key).toMatch(/^ops\.webhook-[0-9a-f]{12}$/);
  });

  test('two of the same name are refused, two that are the same are two', () => {
    const twice = alertConfigSchema.safeParse(config(hook('a', { name: 'x' }), hook('b', { name: 'x' })));
    expect(twice.error?.issues.map(({ message }) => message)).toEqual(['there is another webhook x']);
    const { engine } = openDesk(config(hook('a'), hook('a')));
    const keys = engine.desk.context.targets.of('ops').map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('a log that calls receivers by their position', () => {
  test('is understood: nobody is told anew, everybody is told the end', async () => {
    const list = config(hook('a'), hook('b'));
    const world = openDesk(list);
    await world.fire({ alertname: 'Down' }, { alertname: 'Slow' });
    await world.pass(1000);
    callByPosition(world);
    await world.restart(list);
    await world.pass(1000);
    // From here on positions mean nothing.
    await world.restart(config(hook('b'), hook('a')));
    await world.reload(config(hook('b')));
    await world.pass(1000);
    expect(told(world)).toHaveLength(4);
    await world.resolve({ alertname: 'Down' }, { alertname: 'Slow' });
    await world.pass(1000);
    const ends = ['a resolved Down', 'a resolved Slow', 'b resolved Down', 'b resolved Slow'];
    expect(told(world).slice(4).sort()).toEqual(ends);
  });

  test('an attempt that may have arrived is made again under the key that the other side knows', async () => {
    const world = openDesk(config(hook('a')));
    world.answer = () => ({ failed: true, sent: true, reason: 'no answer' });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    callByPosition(world);
    const [{ id }] = world.engine.tables.outbox.values();
    world.answer = () => ({ status: 200, header: () => undefined, body: '' });
    await world.restart();
    await world.pass(60_000);
    expect(world.received.at(-1)?.key).toBe(`${id}:fired`);
    expect(world.engine.tables.outbox.size).toBe(1);
  });

  test('keeps the cooldown of an action', async () => {
    const call = { name: 'restart', title: 'Restart', url: 'http://act.test/', starts: 'alone' };
    const acting = { route, receivers: [{ name: 'ops', action: [call] }] };
    const world = openDesk(acting);
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    callByPosition(world);
    await world.restart(acting);
    await world.fire({ alertname: 'Slow' });
    await world.pass(1000);
    expect(world.received).toHaveLength(1);
  });

  test('what belongs to nobody any more is dropped', async () => {
    const world = openDesk(config(hook('a'), hook('b')));
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    callByPosition(world);
    await world.restart(config(hook('a')));
    await world.resolve({ alertname: 'Down' });
    await world.pass(2000);
    expect(told(world).slice(2)).toEqual(['a resolved Down']);
    const kept = [...world.engine.tables.outbox.values()].map(({ target }) => target);
    expect(kept.every((key) => /-[0-9a-f]{12}$/.test(key))).toBe(true);
  });
});
