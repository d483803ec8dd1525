import type { ChatDelivery } from '@statbar/sdk/wire';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { type DeskWorld, openDesk } from '../desk/desk.test-support.ts';

const chat = { name: 'chat', chat: [{ platform: 'slack', channel: 'C1' }] };
const person = { name: 'Lena', user: null, via: 'slack' } as const;
const from = { principal: 'test', address: '' };
const config = { route: { receiver: 'chat', group_wait: '0s' }, receivers: [chat] };

async function read(world: DeskWorld, after = 0) {
  const feed = await world.engine.feed.read(after, 100, 0, new AbortController().signal);
  if (isFault(feed)) throw new Error(feed.message);
  return feed;
}

async function begin(world: DeskWorld, id: string): Promise<ChatDelivery | null> {
  const answer = await world.engine.feed.begin([id]);
  if (isFault(answer)) throw new Error(answer.message);
  return answer.results[0].delivery;
}

async function send(world: DeskWorld, id: string, messageId: string): Promise<void> {
  const delivery = await begin(world, id);
  if (delivery === null) throw new Error(`${id} is over`);
  await world.engine.feed.settle([{ id, sequence: delivery.sequence, outcome: 'sent', messageId }]);
}

const parts = (deliveries: readonly ChatDelivery[]): string[] => deliveries.map(({ part }) => part);

function groupOf(world: DeskWorld) {
  const [group] = world.engine.tables.groups.values();
  return world.engine.desk.viewOf(group);
}

describe('the chat feed', () => {
  test('gives the card first, and what belongs into its thread when it is there', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down', host: 'a' });
    await world.pass(2000);
    const first = await read(world);
    expect(parts(first.deliveries)).toEqual(['card']);
    expect(first.deliveries[0]).toMatchObject({ unsure: false, messageId: null, priority: 0 });
    await send(world, first.deliveries[0].id, 'm1');
    const second = await read(world, Number(first.cursor));
    expect(second.deliveries).toMatchObject([{ part: 'chart', threadId: 'm1', priority: 3 }]);
  });

  test('changes that come together are one edit of the same message', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down', host: 'a' });
    const first = await read(world);
    await send(world, first.deliveries[0].id, 'm1');
    await world.fire({ alertname: 'Down', host: 'b' });
    await world.fire({ alertname: 'Down', host: 'c' });
    await world.pass(5000);
    const { deliveries } = await read(world, Number(first.cursor));
    const cards = deliveries.filter(({ part }) => part === 'card');
    expect(cards).toMatchObject([{ messageId: 'm1', priority: 2, group: { counts: { firing: 3 } } }]);
    const [story] = deliveries.filter(({ part }) => part === 'story');
    expect(story.story.map(({ kind }) => kind)).toEqual(['member_fired', 'member_fired']);
  });

  test('what was begun and never settled comes again as unsure, after a crash of either side', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down' });
    const [{ id }] = (await read(world)).deliveries;
    await begin(world, id);
    expect((await read(world)).deliveries).toEqual([]);
    await world.restart();
    const [again] = (await read(world)).deliveries;
    expect(again).toMatchObject({ id, unsure: true, attempts: 1 });
    await begin(world, id);
    // The bot is gone; its lease ends.
    await world.pass(61_000);
    const offered = (await read(world)).deliveries.filter((each) => each.id === id);
    expect(offered).toMatchObject([{ unsure: true, attempts: 2 }]);
    // It cannot be found out now: it stays unsure.
    const delivery = await begin(world, id);
    await world.engine.feed.settle([
      { id, sequence: delivery!.sequence, outcome: 'later', reason: 'rate limit', retryAfterMs: 0 },
    ]);
    await world.pass(1000);
    expect((await read(world)).deliveries.find((each) => each.id === id)).toMatchObject({ unsure: true });
  });

  test('that a card may be there twice is known to whoever edits it, after a restart, too', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down' });
    const [{ id, maybeTwice }] = (await read(world)).deliveries;
    expect(maybeTwice).toBe(false);
    const delivery = await begin(world, id);
    await world.engine.feed.settle([
      { id, sequence: delivery!.sequence, outcome: 'sent', messageId: 'm1', maybeTwice: true },
    ]);
    await world.restart();
    await world.fire({ alertname: 'Down', host: 'b' });
    await world.pass(5000);
    const { deliveries } = await read(world);
    expect(deliveries.map((each) => [each.part, each.maybeTwice]).sort()).toEqual([
      ['card', true],
      ['chart', true],
      ['story', true],
    ]);
  });

  test('late news that an attempt arrived is taken, other late news is not', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down' });
    const [{ id }] = (await read(world)).deliveries;
    const first = await begin(world, id);
    await world.pass(61_000);
    const late = { id, sequence: first!.sequence } as const;
    await world.engine.feed.settle([{ ...late, outcome: 'refused', reason: 'x' }]);
    expect(world.engine.tables.outbox.get(id)?.state).toBe('unknown');
    await world.engine.feed.settle([{ ...late, outcome: 'sent', messageId: 'm1' }]);
    expect(world.engine.tables.outbox.get(id)).toMatchObject({ state: 'sent', chat: { messageId: 'm1' } });
  });

  test('what was given out and never begun is offered again after the lease', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down' });
    const { cursor } = await read(world);
    await world.pass(30_000);
    expect((await read(world, Number(cursor))).deliveries).toEqual([]);
    await world.pass(31_000);
    expect(parts((await read(world, Number(cursor))).deliveries)).toEqual(['card']);
  });

  test('a reader that waits is woken', async () => {
    const world = openDesk(config);
    const reading = world.engine.feed.read(0, 10, 30_000, new AbortController().signal);
    await world.fire({ alertname: 'Down' });
    const feed = await reading;
    expect(isFault(feed) ? [] : parts(feed.deliveries)).toEqual(['card']);
  });

  test('a card that is gone is posted anew', async () => {
    const world = openDesk(config);
    await world.fire({ alertname: 'Down', host: 'a' });
    const [{ id }] = (await read(world)).deliveries;
    await send(world, id, 'm1');
    await world.fire({ alertname: 'Down', host: 'b' });
    await world.pass(3000);
    const edit = await begin(world, id);
    expect(edit?.messageId).toBe('m1');
    await world.engine.feed.settle([{ id, sequence: edit!.sequence, outcome: 'gone', reason: 'deleted' }]);
    await world.pass(1000);
    expect((await read(world)).deliveries.find((each) => each.id === id)).toMatchObject({
      messageId: null,
      unsure: false,
    });
  });
});

test('pages name who is to come, as the platform knows them', async () => {
  const world = openDesk({
    ...config,
    route: { ...config.route, escalation: 'p' },
    users: [{ name: 'lena', email: 'lena@example.com', slack: 'U1' }],
    escalations: [{ name: 'p', steps: [{ users: ['lena'] }] }],
  });
  await world.fire({ alertname: 'Down' });
  const [{ id }] = (await read(world)).deliveries;
  await send(world, id, 'm1');
  const page = (await read(world)).deliveries.find(({ part }) => part === 'page');
  expect(page).toMatchObject({
    threadId: 'm1',
    mentions: [{ name: 'lena', email: 'lena@example.com', platformId: 'U1' }],
  });
});

test('a storm is one digest that rolls on, and ends when it is quiet', async () => {
  const world = openDesk({ ...config, storm: { groups_per_minute_max: 3, quiet: '2m' } });
  for (let i = 0; i < 10; i++) await world.fire({ alertname: `A${i}` });
  await world.pass(5000);
  const { deliveries } = await read(world);
  expect(parts(deliveries).filter((part) => part === 'card')).toHaveLength(3);
  const digests = deliveries.filter(({ part }) => part === 'digest');
  expect(digests).toHaveLength(1);
  expect(digests[0].digest).toMatchObject({ groupCount: 7, firingCount: 7, untilMs: null });
  await send(world, digests[0].id, 'd1');
  await world.resolve({ alertname: 'A9' });
  await world.pass(3 * 60_000);
  const last = (await read(world)).deliveries.find(({ part }) => part === 'digest');
  expect(last).toMatchObject({ messageId: 'd1', digest: { firingCount: 6, resolvedCount: 1 } });
  expect(last?.digest?.untilMs).not.toBeNull();
  await world.fire({ alertname: 'B' });
  await world.pass(2000);
  const cards = (await read(world)).deliveries.filter(
    ({ part, group }) => part === 'card' && group?.title === 'B',
  );
  expect(cards).toHaveLength(1);
});

test('a channel that subscribed gets what it asked for, over restarts, until it leaves', async () => {
  const world = openDesk({ route: { group_wait: '0s' } });
  const target = { platform: 'teams', channel: '19:abc@thread', direct: false } as const;
  const made = world.engine.desk.subscriptions.add(target, ['team="web"'], person, from, world.clock.nowMs());
  await world.restart();
  await world.fire({ alertname: 'A', team: 'web' }, { alertname: 'B', team: 'db' });
  const { deliveries } = await read(world);
  expect(deliveries).toMatchObject([{ part: 'card', target, group: { title: 'A' } }]);
  if (isFault(made)) throw new Error(made.message);
  world.engine.desk.subscriptions.remove(made.id, person, from, world.clock.nowMs());
  await world.fire({ alertname: 'C', team: 'web' });
  expect((await read(world)).deliveries).toHaveLength(1);
  expect(
    world.engine.desk.audit.list(undefined, Number.POSITIVE_INFINITY, 9).map(({ action }) => action),
  ).toEqual(['unsubscribe', 'subscribe']);
});

test('what a platform refuses for good is in the story, and tried again when the group changes', async () => {
  const world = openDesk(config);
  await world.fire({ alertname: 'Down', host: 'a' });
  const [{ id }] = (await read(world)).deliveries;
  const delivery = await begin(world, id);
  await world.engine.feed.settle([
    { id, sequence: delivery!.sequence, outcome: 'refused', reason: 'invalid_blocks' },
  ]);
  expect(groupOf(world).story.at(-1)).toMatchObject({ kind: 'delivery_failed' });
  await world.pass(60_000);
  expect((await read(world)).deliveries).toEqual([]);
  await world.fire({ alertname: 'Down', host: 'b' });
  await world.pass(2000);
  const again = (await read(world)).deliveries.find((each) => each.id === id);
  expect(again).toMatchObject({ messageId: null, group: { counts: { firing: 2 } } });
});
