import type { ChatDelivery, DeliveryOutcome, SettleRequest } from '@statbar/sdk/wire';
import { afterEach, expect, test } from 'vitest';
import { Counters, silentLogger } from '../base/index.ts';
import { ManualClock } from '../base/manual-clock.test-support.ts';
import { exampleGroup } from '../card/group.test-support.ts';
import { defaultCardOptions, noDetails } from '../card/index.ts';
import { chartPng } from '../chart/index.ts';
import type { ChatPlatform, OutgoingMessage, Place, PostOutcome } from '../reply/index.ts';
import { Courier } from './courier.ts';
import { defaultDeliverOptions } from './types.ts';

/** A service that offers what a test puts in, and remembers what it is told. */
class Feed {
  readonly settled: SettleRequest['results'][number][] = [];
  readonly begun: string[] = [];
  readonly #deliveries: ChatDelivery[] = [];
  #wake: (() => void) | undefined;

  offer(change: Partial<ChatDelivery>): void {
    const group = exampleGroup({ id: 'g-1' });
    this.#deliveries.push({
      id: 'g-1/c/card',
      sequence: this.#deliveries.length + 1,
      part: 'card',
      target: { platform: 'slack', channel: 'A', direct: false },
      priority: 0,
      unsure: false,
      attempts: 0,
      messageId: null,
      threadId: null,
      maybeTwice: false,
      memo: null,
      group,
      story: [],
      mentions: [],
      text: '',
      digest: null,
      ...change,
    });
    this.#wake?.();
  }

  async feed({ after = '0', signal }: { after?: string; signal?: AbortSignal }) {
    const at = Number(after);
    while (this.#deliveries.length <= at && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return { deliveries: this.#deliveries.slice(at), cursor: String(this.#deliveries.length) };
  }

  async begin({ ids }: { ids: readonly string[] }) {
    this.begun.push(...ids);
    const newest = (id: string) => this.#deliveries.findLast((each) => each.id === id) ?? null;
    return { results: ids.map((id) => ({ id, verdict: 'go' as const, delivery: newest(id) })) };
  }

  isAway = false;

  async settle({ results }: SettleRequest) {
    if (this.isAway) throw new Error('the service is away');
    this.settled.push(...results);
  }
}

/** A platform that answers as a test says, and remembers what was called. */
class Platform implements ChatPlatform {
  readonly name = 'slack';
  readonly rate = { burst: 2, perSecond: 1 };
  readonly posts: { readonly channel: string; readonly summary: string }[] = [];
  readonly edits: string[] = [];
  /** Undefined: it cannot be asked. */
  found: { part: number; messageId: string }[] | undefined = [];
  readonly marked: string[] = [];
  answer: (place: Place) => PostOutcome = () => ({ outcome: 'sent', messageId: `m${this.posts.length}` });

  async post(place: Place, { card }: OutgoingMessage): Promise<PostOutcome> {
    this.posts.push({ channel: place.channel, summary: card.summary });
    if (saysRepeat(card)) this.marked.push(`post ${this.posts.length}`);
    return this.answer(place);
  }
  edited: (() => PostOutcome) | undefined;
  async edit(_: Place, messageId: string, { card }: OutgoingMessage): Promise<PostOutcome> {
    this.edits.push(messageId);
    if (saysRepeat(card)) this.marked.push(`edit ${messageId}`);
    return this.edited?.() ?? { outcome: 'sent', messageId };
  }
  postInThread(place: Place, _: string, message: OutgoingMessage): Promise<PostOutcome> {
    return this.post(place, message);
  }
  async uploadChart() {
    return 'unable' as const;
  }
  async ephemeral(): Promise<PostOutcome> {
    return { outcome: 'sent', messageId: 'e' };
  }
  async find() {
    return this.found === undefined ? { outcome: 'unable' as const } : { found: this.found };
  }
  async start() {}
  async stop() {}
}

function saysRepeat({ blocks }: OutgoingMessage['card']): boolean {
  return JSON.stringify(blocks[0]).includes('May be a repeat');
}

let courier: Courier | undefined;
afterEach(() => courier?.stop());

function started(found = noDetails) {
  const [feed, platform, clock] = [new Feed(), new Platform(), new ManualClock(1e12)];
  const details = { known: () => undefined, find: async () => found };
  courier = new Courier(
    {
      feed,
      platforms: new Map([['slack', platform]]),
      details,
      clock,
      logger: silentLogger,
      counters: new Counters(),
      paint: chartPng,
    },
    { ...defaultDeliverOptions, worker: 'test', card: defaultCardOptions },
  );
  courier.start();
  return { feed, platform, clock };
}

const inChannel = (channel: string, id: string) => ({
  id,
  target: { platform: 'slack' as const, channel, direct: false },
});

test('a place that answers 429 waits as long as it asked for, and no other place waits with it', async () => {
  const { feed, platform, clock } = started();
  platform.answer = ({ channel }) =>
    channel === 'A' && clock.monotonicMs() < 60_000
      ? { outcome: 'later', reason: 'wait', retryAfterMs: 60_000 }
      : { outcome: 'sent', messageId: 'm' };
  feed.offer(inChannel('A', 'a1'));
  feed.offer(inChannel('A', 'a2'));
  for (let i = 0; i < 5; i++) feed.offer(inChannel('B', `b${i}`));
  await clock.advance(3500);
  expect(platform.posts.filter(({ channel }) => channel === 'A')).toHaveLength(1);
  expect(platform.posts.filter(({ channel }) => channel === 'B')).toHaveLength(5);
  await clock.advance(57_000);
  expect(feed.begun).toContain('a2');
});

test('the most urgent goes first, of equals the first to come', async () => {
  const { feed, clock } = started();
  for (const [id, priority] of [
    ['x', 3],
    ['y', 3],
    ['chart', 3],
    ['edit', 2],
    ['resolve', 1],
    ['new', 0],
  ] as const) {
    feed.offer({ ...inChannel('A', id), priority });
  }
  await clock.advance(10_000);
  expect(feed.begun.filter((id) => id !== 'new')).toEqual(['resolve', 'edit', 'x', 'y', 'chart']);
  expect(feed.begun.indexOf('new')).toBeLessThan(2);
});

test('edits and charts that have to wait hold up no new card, and leave a message to it', async () => {
  const { feed, platform, clock } = started();
  platform.edited = () => ({ outcome: 'later', reason: 'wait', retryAfterMs: 60_000 });
  for (let i = 0; i < 4; i++) {
    feed.offer({ ...inChannel('A', `edit ${i}`), priority: 2, messageId: `m${i}` });
  }
  await clock.advance(100);
  expect(platform.edits).toHaveLength(1);
  feed.offer(inChannel('A', 'new'));
  await clock.advance(0);
  expect(platform.posts).toHaveLength(1);
  platform.edited = undefined;
  await clock.advance(50_000);
  expect(platform.edits).toHaveLength(1);
  await clock.advance(30_000);
  expect(platform.edits).toHaveLength(4);
});

test('one whose priority rises while it waits is posted once', async () => {
  const { feed, platform, clock } = started();
  feed.offer(inChannel('A', 'first'));
  feed.offer(inChannel('A', 'second'));
  await clock.advance(0);
  feed.offer({ ...inChannel('A', 'third'), priority: 2 });
  feed.offer(inChannel('A', 'third'));
  await clock.advance(10_000);
  expect(platform.posts).toHaveLength(3);
});

test('what is offered again while it waits is posted once, as it is wanted last', async () => {
  const { feed, platform, clock } = started();
  feed.offer(inChannel('A', 'first'));
  feed.offer(inChannel('A', 'second'));
  await clock.advance(0);
  feed.offer({ ...inChannel('A', 'third'), group: exampleGroup({ summary: 'old' }) });
  feed.offer({ ...inChannel('A', 'third'), group: exampleGroup({ summary: 'new' }) });
  await clock.advance(5000);
  expect(platform.posts).toHaveLength(3);
  expect(platform.posts[2].summary).toContain('new');
});

test('what is unsure is looked for, and edited where it is found; posted where it is not', async () => {
  const { feed, platform, clock } = started();
  platform.found = [{ part: 0, messageId: 'there' }];
  feed.offer({ id: 'a', unsure: true });
  await clock.advance(100);
  expect(platform.posts).toEqual([]);
  expect(platform.edits).toEqual(['there']);
  platform.found = [];
  feed.offer({ id: 'b', unsure: true });
  await clock.advance(100);
  expect(platform.posts).toHaveLength(1);
  expect(feed.settled.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['a sent', 'b sent']);
});

test('where the platform cannot be asked what is unsure is posted, and says that it may be a repeat, in edits, too', async () => {
  const { feed, platform, clock } = started({ ...noDetails });
  platform.found = undefined;
  feed.offer({ id: 'sure' });
  feed.offer({ id: 'unsure', unsure: true });
  feed.offer({ id: 'edited', messageId: 'm', maybeTwice: true, priority: 1 });
  feed.offer({ id: 'chart', part: 'chart', threadId: 't', maybeTwice: true, priority: 3 });
  await clock.advance(10_000);
  expect(platform.posts).toHaveLength(2);
  expect(platform.marked).toEqual(['post 2', 'edit m', 'edit t']);
  expect(feed.settled.map(({ id, ...rest }) => [id, 'maybeTwice' in rest])).toEqual([
    ['sure', false],
    ['unsure', true],
    ['edited', false],
    ['chart', false],
  ]);
});

test('what is posted and not yet told is not begun again, however it is offered', async () => {
  const { feed, clock } = started();
  feed.isAway = true;
  feed.offer({ id: 'a' });
  await clock.advance(100);
  // The service has come back and does not know what came of it; it is not urgent any more.
  feed.offer({ id: 'a', unsure: true, priority: 1 });
  await clock.advance(3000);
  const begunWhileAway = [...feed.begun];
  feed.isAway = false;
  await clock.advance(20_000);
  expect(begunWhileAway).toEqual(['a']);
  expect(feed.begun).toEqual(['a', 'a']);
  expect(feed.settled).toMatchObject([
    { sequence: 1, outcome: 'sent' },
    { sequence: 2, outcome: 'sent' },
  ]);
});

test('of a story only the entries that the thread does not have are told', async () => {
  const { feed, platform, clock } = started();
  platform.found = [{ part: 2, messageId: 'm2' }];
  const entry = (sequence: number) => ({
    sequence,
    atMs: 0,
    kind: 'note' as const,
    by: null,
    text: `entry ${sequence}`,
  });
  const story = { part: 'story' as const, threadId: 't', unsure: true };
  feed.offer({ ...story, id: 's', story: [entry(1), entry(2), entry(3)] });
  feed.offer({ ...story, id: 'r', story: [entry(1), entry(2)] });
  await clock.advance(5000);
  expect(platform.posts.map(({ summary }) => summary)).toEqual(['entry 3']);
  expect(feed.settled).toMatchObject([
    { id: 's', outcome: 'sent' },
    { id: 'r', outcome: 'sent', messageId: 'm2' },
  ]);
});

test('after an attempt without an answer the platform is asked only when it had time to know', async () => {
  const { feed, platform, clock } = started();
  platform.answer = () => ({ outcome: 'unknown', reason: 'no answer' });
  feed.offer({ id: 'a' });
  await clock.advance(100);
  platform.answer = () => ({ outcome: 'sent', messageId: 'm' });
  feed.offer({ id: 'a', unsure: true });
  await clock.advance(2000);
  expect(feed.settled.map(({ outcome }): DeliveryOutcome['outcome'] => outcome)).toEqual(['unknown']);
  await clock.advance(2000);
  expect(feed.settled.map(({ outcome }) => outcome)).toEqual(['unknown', 'sent']);
});
