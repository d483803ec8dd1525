import type { AlertGroup, AlertMember } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { intervalsOf } from './alert-intervals.ts';

const member = {
  startsAtMs: 1000,
  endsAtMs: null,
  state: 'firing',
  silencedBy: [],
} as unknown as AlertMember;
const group = (part: Partial<AlertGroup>): AlertGroup =>
  ({
    firedAtMs: 2000,
    state: 'firing',
    story: [],
    silences: [],
    acknowledgement: null,
    ...part,
  }) as AlertGroup;
const told = (...entries: ReadonlyArray<readonly [number, string]>) =>
  entries.map(([atMs, kind], i) => ({
    sequence: i + 1,
    atMs,
    kind,
    by: null,
    text: '',
  })) as AlertGroup['story'];
const shape = (part: Partial<AlertGroup>, each: AlertMember = member) =>
  intervalsOf(group(part), each, 9000).map(({ state, startMs, endMs, open }) => [
    state,
    startMs,
    endMs,
    open,
  ]);

test('firing from its start, also before anybody was told, and open while it lasts', () => {
  expect(shape({})).toEqual([['firing', 1000, 9000, true]]);
  expect(shape({ firedAtMs: null, state: 'waiting' })).toEqual([['firing', 1000, 9000, true]]);
});

test('acknowledged and silenced as the story tells, silence first, until it is over', () => {
  const story = told(
    [3000, 'acknowledged'],
    [4000, 'silenced'],
    [5000, 'unsilenced'],
    [6000, 'unacknowledged'],
  );
  const resolved = { ...member, state: 'resolved', endsAtMs: 7000 } as AlertMember;
  expect(shape({ story }, resolved)).toEqual([
    ['firing', 1000, 3000, false],
    ['acknowledged', 3000, 4000, false],
    ['silenced', 4000, 5000, false],
    ['acknowledged', 5000, 6000, false],
    ['firing', 6000, 7000, false],
  ]);
});

test('what the story no longer has is known from the group', () => {
  const acknowledgement = {
    by: { name: 'x', user: null, via: 'api' },
    atMs: 3000,
    note: '',
    untilMs: null,
  } as const;
  expect(shape({ acknowledgement }).map(([state]) => state)).toEqual(['firing', 'acknowledged']);
});
