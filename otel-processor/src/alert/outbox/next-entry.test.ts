import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NotificationEvent, OutboxEntry, SendOutcome } from '../types.ts';
import { newEntry } from './new-entry.ts';
import { abandon, begin, pauseMs, resend, settle, want } from './next-entry.ts';
import { chatTarget } from './targets.ts';

const retry = { minMs: 100, maxMs: 10_000 };
const target = { ...chatTarget({ platform: 'slack', channel: 'C', direct: false }), chat: undefined };

function fresh(revision = 1): OutboxEntry {
  return newEntry({ id: 'g-1' }, target, 'card', 'fired', revision, 0);
}

describe('merging', () => {
  test('a resolve of something that nobody was told of is nothing to tell', () => {
    expect(want(fresh(), 'resolved', 2, 1)).toEqual({ entry: undefined, reason: 'never_told' });
  });

  test('an acknowledgement that meets a waiting firing is told after it', () => {
    const waiting = want(fresh(), 'acknowledged', 2, 1).entry!;
    expect(waiting).toMatchObject({ event: 'fired', thenEvent: 'acknowledged' });
    const told = settle(begin(waiting, 2), { kind: 'sent' }, retry, 3);
    expect(told.entry).toMatchObject({ state: 'pending', event: 'acknowledged', thenEvent: undefined });
  });

  test('a firing that certainly did not arrive and is over by then is not told', () => {
    const underway = begin(fresh(), 1);
    const over = want(underway, 'resolved', 2, 2).entry!;
    expect(settle(over, { kind: 'later', reason: '503' }, retry, 3).entry).toBeUndefined();
  });

  test('a firing that perhaps arrived is owed its resolve', () => {
    const unsure = settle(begin(fresh(), 1), { kind: 'unknown', reason: 'lost' }, retry, 2).entry!;
    const over = want(unsure, 'resolved', 2, 3).entry!;
    expect(resend(over, 4)).toMatchObject({ state: 'sending', underwayEvent: 'resolved' });
  });

  test('nothing is told after the resolve', () => {
    const sent = settle(begin(fresh(), 1), { kind: 'sent' }, retry, 2).entry!;
    const over = want(sent, 'resolved', 2, 3).entry!;
    expect(want(over, 'changed', 3, 4)).toEqual({ entry: over, reason: 'already_over' });
  });
});

test('pauses double up to the longest one', () => {
  expect([1, 2, 3, 20].map((failures) => pauseMs(failures, retry))).toEqual([100, 200, 400, 10_000]);
});

/** An outside that takes each key once, as one that honours idempotency keys does. */
class World {
  entry: OutboxEntry | undefined = fresh();
  revision = 1;
  over = false;
  acknowledged = false;
  readonly taken: { event: NotificationEvent; revision: number }[] = [];
  nowMs = 0;

  happen(event: NotificationEvent): void {
    if (this.over) return;
    this.revision += 1;
    if (event === 'resolved') this.over = true;
    if (event === 'acknowledged') this.acknowledged = true;
    if (event === 'unacknowledged') this.acknowledged = false;
    if (this.entry !== undefined) this.entry = want(this.entry, event, this.revision, this.nowMs).entry;
  }

  attempt(outcome: 'sent' | 'lost' | 'later' | 'crash before' | 'crash after'): void {
    const { entry } = this;
    if (entry === undefined || entry.state === 'sent' || entry.state === 'failed') return;
    const begun = entry.state === 'unknown' ? resend(entry, this.nowMs) : begin(entry, this.nowMs);
    this.entry = begun;
    const arrives = outcome === 'sent' || outcome === 'lost' || outcome === 'crash after';
    if (arrives) this.#take(begun.underwayEvent!, begun.underway);
    if (outcome.startsWith('crash')) {
      this.entry = abandon(begun, this.nowMs);
      return;
    }
    const told: Record<string, SendOutcome> = {
      sent: { kind: 'sent' },
      lost: { kind: 'unknown', reason: 'lost' },
      later: { kind: 'later', reason: '503' },
    };
    this.entry = settle(begun, told[outcome], retry, this.nowMs).entry;
  }

  #take(event: NotificationEvent, revision: number): void {
    const once = event === 'fired' || event === 'resolved';
    if (once && this.taken.some((each) => each.event === event)) return;
    this.taken.push({ event, revision });
  }

  settleAll(): void {
    for (let i = 0; i < 10 && this.entry !== undefined; i++) this.attempt('sent');
  }
}

const happenings = fc.constantFrom<NotificationEvent>(
  'changed',
  'changed',
  'repeated',
  'acknowledged',
  'unacknowledged',
  'resolved',
);
const attempts = fc.constantFrom('sent', 'lost', 'later', 'crash before', 'crash after' as const);

test('whatever is lost, retried and interrupted: told in order, the firing first, the resolve owed and last', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          happenings.map((event) => ({ event })),
          attempts.map((outcome) => ({ outcome })),
        ),
        {
          maxLength: 40,
        },
      ),
      (steps) => {
        const world = new World();
        for (const step of steps) {
          world.nowMs += 1;
          if ('event' in step) world.happen(step.event);
          else world.attempt(step.outcome as 'sent');
        }
        world.settleAll();
        const events = world.taken.map(({ event }) => event);
        const arrivedFiring = events.includes('fired');
        // Nobody hears of anything before the firing, but of an end that overtook a firing which perhaps was lost.
        if (events.length > 0) expect(['fired', 'resolved']).toContain(events[0]);
        if (world.over && arrivedFiring) expect(events.at(-1)).toBe('resolved');
        if (!world.over) {
          expect(arrivedFiring).toBe(true);
          expect(world.entry?.state).toBe('sent');
          expect(world.entry?.arrived).toBe(world.revision);
        }
        const answers = events.filter((event) => event === 'acknowledged' || event === 'unacknowledged');
        if (!world.over && world.acknowledged) expect(answers.at(-1)).toBe('acknowledged');
        expect(events.filter((event) => event === 'resolved').length).toBeLessThanOrEqual(1);
        const revisions = world.taken.map(({ revision }) => revision);
        expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
      },
    ),
    { numRuns: 500 },
  );
});
