import { FieldType, toDataFrame } from '@grafana/data';
import { describe, expect, test } from 'vitest';
import type { Interval } from './alerts.ts';
import { type GroupNow, groupOf, withGroup } from './group-now.ts';
import { openOf } from './hit-test.ts';
import { defaultOptions } from './options.ts';
import { prepareLanes } from './prepare.ts';
import { readIntervals } from './read-alerts.ts';

const rows = [
  ['a', 'pending', 0, 10, false],
  ['a', 'firing', 10, 100, true],
  ['b', 'firing', 20, 100, true],
] as const;

const intervals = readIntervals([
  toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: rows.map(([, , start]) => start) },
      { name: 'timeEnd', type: FieldType.time, values: rows.map(([, , , end]) => end) },
      { name: 'state', type: FieldType.string, values: rows.map(([, state]) => state) },
      { name: 'open', type: FieldType.boolean, values: rows.map(([, , , , open]) => open) },
      { name: 'fingerprint', type: FieldType.string, values: rows.map(([name]) => name) },
      { name: 'alertname', type: FieldType.string, values: rows.map(([name]) => name) },
      { name: 'group', type: FieldType.string, values: rows.map(([name]) => `group of ${name}`) },
      { name: 'groupVersion', type: FieldType.number, values: rows.map(() => 3) },
    ],
  }),
]) as readonly Interval[];

const now = (part: Partial<GroupNow>): GroupNow => ({
  id: 'group of a',
  version: 4,
  state: 'firing',
  acknowledgement: null,
  members: [{ fingerprint: 'a', silencedBy: [] }],
  silences: [],
  ...part,
});

const shape = (all: readonly Interval[]) =>
  all
    .filter(({ fingerprint }) => fingerprint === 'a')
    .map(({ state, startMs, endMs, isOpen }) => [state, startMs, endMs, isOpen]);

describe('what an action has changed', () => {
  test('an acknowledgement begins a new interval, with its version and who it was', () => {
    const acknowledgement = { by: { name: 'Kim' }, atMs: 120 };
    const after = withGroup(intervals, now({ acknowledgement }), 121);
    expect(shape(after)).toEqual([
      ['pending', 0, 10, false],
      ['firing', 10, 120, false],
      ['acknowledged', 120, 121, true],
    ]);
    const own = after.filter(({ fingerprint }) => fingerprint === 'a');
    expect(own.map(({ groupVersion, acknowledgedBy }) => [groupVersion, acknowledgedBy])).toEqual([
      [4, 'Kim'],
      [4, 'Kim'],
      [4, 'Kim'],
    ]);
    expect(after.filter(({ fingerprint }) => fingerprint === 'b')).toEqual([intervals[2]]);
  });

  test('a silence, and what was before it when it ends', () => {
    const silence = {
      members: [{ fingerprint: 'a', silencedBy: ['s'] }],
      silences: [{ id: 's', startsAtMs: 50 }],
    };
    const silenced = withGroup(intervals, now(silence), 121);
    expect(shape(silenced).slice(1)).toEqual([
      ['firing', 10, 50, false],
      ['silenced', 50, 121, true],
    ]);
    expect(shape(withGroup(silenced, now({}), 130)).slice(2)).toEqual([
      ['silenced', 50, 130, false],
      ['firing', 130, 131, true],
    ]);
    const acknowledgement = { by: { name: 'Kim' }, atMs: 20 };
    expect(shape(withGroup(silenced, now({ acknowledgement }), 130)).at(-1)).toEqual([
      ...['acknowledged', 130, 131, true],
    ]);
  });

  test('what is resolved is over, and what has not changed stays', () => {
    expect(shape(withGroup(intervals, now({ state: 'resolved' }), 121)).at(-1)).toEqual([
      ...['firing', 10, 100, false],
    ]);
    expect(shape(withGroup(intervals, now({}), 121))).toEqual(shape(intervals));
  });

  test('twice the same is once the same, and lanes do not overlap', () => {
    const acknowledgement = { by: { name: 'Kim' }, atMs: 120 };
    const once = withGroup(intervals, now({ acknowledgement }), 121);
    expect(withGroup(once, now({ acknowledgement }), 121)).toEqual(once);
    const [lane] = prepareLanes(once, { ...defaultOptions, laneBy: 'alert' }, 0);
    expect(openOf(lane, once[0])?.state).toBe('acknowledged');
    lane.intervals.forEach(({ endMs }, i) => {
      const next = lane.intervals[i + 1];
      if (next !== undefined) expect(next.startMs).toBeGreaterThanOrEqual(endMs);
    });
  });

  test("the group is found in the service's answer, and nowhere else", () => {
    const group = now({});
    expect(groupOf({ status: 'success', data: { done: true, group } })).toBe(group);
    for (const other of [undefined, null, 'no', {}, { data: { group: { id: 'x' } } }])
      expect(groupOf(other)).toBeUndefined();
  });
});
