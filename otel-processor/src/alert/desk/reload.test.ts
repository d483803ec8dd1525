import { describe, expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { type DeskWorld, openDesk } from './desk.test-support.ts';

const hook = (name: string) => ({ name, webhook: [{ url: `http://${name}.test/` }] });
const slack = (name: string, channel: string) => ({ name, chat: [{ platform: 'slack', channel }] });
const route = { receiver: 'a', group_wait: '0s' };

/** `url event` of everything that webhooks were told. */
function told(world: DeskWorld): string[] {
  return world.received.map(({ url, body }) => {
    const { event } = body as { event: string };
    return `${new URL(url).hostname.replace('.test', '')} ${event}`;
  });
}

async function cards(world: DeskWorld): Promise<{ channel: string; firing: number; state: string }[]> {
  const feed = await world.engine.feed.read(0, 100, 0, new AbortController().signal);
  if (isFault(feed)) throw new Error(feed.message);
  return feed.deliveries.flatMap(({ part, target, group }) =>
    part === 'card' && group !== null
      ? [{ channel: target.channel, firing: group.counts.firing, state: group.state }]
      : [],
  );
}

describe('a changed configuration', () => {
  test('tells nobody anew what they have', async () => {
    const config = { route, receivers: [hook('a')] };
    const world = openDesk(config);
    await world.fire({ alertname: 'Down', host: 'x' });
    await world.pass(2000);
    await world.reload({ ...config, storm: { quiet: '1m' } });
    await world.pass(60_000);
    expect(told(world)).toEqual(['a fired']);
  });

  test('brings a new receiver into groups that are open, with what was answered to them', async () => {
    const world = openDesk({ route, receivers: [hook('a')] });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    const [group] = world.engine.tables.groups.values();
    world.engine.desk.act(
      group.id,
      { action: 'ack', actionId: '1', version: group.version, by: { name: 'Lena', user: null, via: 'api' } },
      { principal: 'test', address: '' },
    );
    await world.pass(1000);
    await world.reload({
      route,
      receivers: [{ ...hook('a'), webhook: [...hook('a').webhook, ...hook('b').webhook] }],
    });
    await world.pass(2000);
    expect(told(world)).toEqual(['a fired', 'a acknowledged', 'b fired', 'b acknowledged']);
    await world.resolve({ alertname: 'Down' });
    await world.pass(1000);
    expect(told(world).slice(4).sort()).toEqual(['a resolved', 'b resolved']);
  });

  test('lets a receiver that has gone know the end of what it was told', async () => {
    const world = openDesk({ route, receivers: [hook('a')] });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    await world.reload({ route: { ...route, receiver: 'b' }, receivers: [hook('b')] });
    await world.pass(1000);
    expect(told(world)).toEqual(['a fired', 'b fired']);
    await world.resolve({ alertname: 'Down' });
    await world.fire({ alertname: 'Other' });
    await world.pass(1000);
    expect(told(world).slice(2).sort()).toEqual(['a resolved', 'b fired', 'b resolved']);
  });

  test('keeps the card of a channel that has gone up to date, and posts one in the channel that came', async () => {
    const world = openDesk({ route, receivers: [slack('a', 'C1')] });
    await world.fire({ alertname: 'Down', host: 'x' });
    const feed = await world.engine.feed.read(0, 10, 0, new AbortController().signal);
    if (isFault(feed)) throw new Error(feed.message);
    const [{ id }] = feed.deliveries;
    const begun = await world.engine.feed.begin([id]);
    if (isFault(begun)) throw new Error(begun.message);
    const sequence = begun.results[0].delivery?.sequence ?? 0;
    await world.engine.feed.settle([{ id, sequence, outcome: 'sent', messageId: 'm1' }]);
    await world.reload({ route, receivers: [slack('a', 'C2')] });
    expect(await cards(world)).toEqual([{ channel: 'C2', firing: 1, state: 'firing' }]);
    await world.fire({ alertname: 'Down', host: 'y' });
    await world.pass(3000);
    expect((await cards(world)).map(({ channel, firing }) => `${channel} ${firing}`).sort()).toEqual([
      'C1 2',
      'C2 2',
    ]);
  });

  test('gives groups that nobody was told of to whom they are for now', async () => {
    const waiting = { ...route, group_wait: '1m' };
    const world = openDesk({ route: waiting, receivers: [hook('a'), hook('b')] });
    await world.fire({ alertname: 'Down' });
    const routes = [{ receiver: 'b', matchers: ['alertname="Down"'], group_by: ['host'] }];
    await world.reload({ route: { ...waiting, routes }, receivers: [hook('a'), hook('b')] });
    await world.pass(61_000);
    expect(told(world)).toEqual(['b fired']);
  });

  test('a route that moved or is grouped otherwise opens no second card for whom it is told to', async () => {
    const routes = [{ receiver: 'b', matchers: ['team="db"'] }];
    const receivers = [hook('a'), hook('b'), hook('c')];
    const world = openDesk({ route: { ...route, routes }, receivers });
    await world.fire({ alertname: 'Down', team: 'db', host: 'x' });
    await world.pass(1000);
    await world.reload({
      route: { ...route, routes: [{ receiver: 'c', matchers: ['team="web"'] }, ...routes] },
      receivers,
    });
    await world.reload({ route: { ...route, routes: [{ ...routes[0], group_by: ['host'] }] }, receivers });
    await world.pass(10_000);
    expect(told(world)).toEqual(['b fired']);
    await world.resolve({ alertname: 'Down', team: 'db', host: 'x' });
    await world.pass(1000);
    expect(told(world)).toEqual(['b fired', 'b resolved']);
  });

  test('tells a receiver of a route that alerts now take, too', async () => {
    const world = openDesk({ route, receivers: [hook('a'), hook('b')] });
    await world.fire({ alertname: 'Down', severity: 'page' });
    await world.pass(1000);
    const routes = [
      { receiver: 'b', matchers: ['severity="page"'], continue: true },
      { receiver: 'a', matchers: ['severity="page"'] },
    ];
    await world.reload({ route: { ...route, routes }, receivers: [hook('a'), hook('b')] });
    await world.pass(1000);
    expect(told(world)).toEqual(['a fired', 'b fired']);
  });

  test('takes mute timings, inhibition and escalations, in force at once', async () => {
    const receivers = [hook('a')];
    const world = openDesk({ route, receivers });
    const always = [{ name: 'always', time_intervals: [{}] }];
    await world.reload({ route: { ...route, mute_timings: ['always'] }, receivers, mute_timings: always });
    await world.fire({ alertname: 'Down', host: 'x' });
    await world.pass(1000);
    expect(told(world)).toEqual([]);
    const inhibit = [{ source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Slow"'] }];
    await world.reload({ route, receivers, inhibit_rules: inhibit });
    await world.fire({ alertname: 'Slow', host: 'x' });
    await world.pass(1000);
    expect(told(world)).toEqual(['a fired']);
    await world.reload({
      route: { ...route, escalation: 'p' },
      receivers,
      users: [{ name: 'lena' }],
      schedules: [{ name: 's', layers: [{ users: ['lena'], start: '2026-01-01' }] }],
      escalations: [{ name: 'p', steps: [{ schedules: ['s'] }] }],
    });
    await world.pass(1000);
    // No longer inhibited, and told under the new configuration.
    expect(told(world)).toEqual(['a fired', 'a fired', 'a paged']);
  });

  test('that came while nothing ran counts as one that came while it ran', async () => {
    const world = openDesk({ route, receivers: [hook('a'), hook('b')] });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    await world.restart({ route: { ...route, receiver: 'b' }, receivers: [hook('a'), hook('b')] });
    await world.pass(1000);
    await world.resolve({ alertname: 'Down' });
    await world.pass(1000);
    expect(told(world).slice(0, 2)).toEqual(['a fired', 'b fired']);
    expect(told(world).slice(2).sort()).toEqual(['a resolved', 'b resolved']);
  });

  test('leaves what is still to be told where it was', async () => {
    const world = openDesk({ route, receivers: [hook('a')] });
    world.answer = () => ({ failed: true, sent: false, reason: 'away' });
    await world.fire({ alertname: 'Down' });
    await world.pass(1000);
    await world.reload({ route, receivers: [hook('a')], retry_max: '10s' });
    world.answer = () => ({ status: 200, header: () => undefined, body: '' });
    await world.pass(20_000);
    expect(told(world)).toEqual(['a fired']);
  });
});
