import { DataTopic, FieldType, toDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlertState, type Interval, states } from './alerts.ts';
import { durationText } from './durations.ts';
import { figuresOf } from './figures.ts';
import { alertsAt } from './hit-test.ts';
import { defaultOptions, type TimelineOptions } from './options.ts';
import { prepareLanes } from './prepare.ts';
import { readIntervals } from './read-alerts.ts';
import { readMarks } from './read-marks.ts';

type Row = readonly [fingerprint: string, state: AlertState, startMs: number, endMs: number];

function intervalsOf(rows: readonly Row[], more: Partial<Interval> = {}): Interval[] {
  const frame = toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: rows.map(([, , startMs]) => startMs) },
      { name: 'timeEnd', type: FieldType.time, values: rows.map(([, , , endMs]) => endMs) },
      { name: 'state', type: FieldType.string, values: rows.map(([, state]) => state) },
      { name: 'fingerprint', type: FieldType.string, values: rows.map(([fingerprint]) => fingerprint) },
      { name: 'alertname', type: FieldType.string, values: rows.map(() => 'Slow') },
    ],
  });
  return (readIntervals([frame]) ?? []).map((interval) => ({ ...interval, ...more }));
}

function laneOf(rows: readonly Row[], options: Partial<TimelineOptions> = {}) {
  return prepareLanes(intervalsOf(rows), { ...defaultOptions, ...options }, 0)[0];
}

function spansText(rows: readonly Row[]): string[] {
  const { spans } = laneOf(rows);
  return [...spans.startsMs].map(
    (startMs, i) => `${startMs}-${spans.endsMs[i]} ${states[spans.states[i]]} ${spans.counts[i]}`,
  );
}

describe('lanes', () => {
  test('the most urgent state is shown, how many are in it, and nothing where nothing was', () => {
    const text = spansText([
      ['a', 'pending', 0, 10],
      ['a', 'firing', 10, 30],
      ['b', 'firing', 20, 40],
      ['b', 'silenced', 40, 50],
      ['a', 'firing', 70, 80],
    ]);
    expect(text).toEqual([
      '0-10 pending 1',
      '10-20 firing 1',
      '20-30 firing 2',
      '30-40 firing 1',
      '40-50 silenced 1',
      '70-80 firing 1',
    ]);
  });

  const row = fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom(...states),
      fc.nat(40),
      fc.integer({ min: 1, max: 20 }),
    )
    .map(([fingerprint, state, startMs, lengthMs]): Row => [fingerprint, state, startMs, startMs + lengthMs]);

  test('at every time a lane shows what its intervals say, and the pointer finds them', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(70), (rows, time) => {
        const lane = laneOf(rows);
        const atMs = time + 0.5;
        const there = lane.intervals.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
        const span = lane.spans.startsMs.findIndex(
          (startMs, i) => startMs <= atMs && atMs < lane.spans.endsMs[i],
        );
        const urgent = Math.max(-1, ...there.map(({ state }) => states.indexOf(state)));
        expect(span < 0 ? -1 : lane.spans.states[span]).toBe(urgent);
        const found = alertsAt(lane, atMs, 0);
        expect(new Set(found)).toEqual(new Set(there));
        expect(found.length === 0 ? -1 : states.indexOf(found[0].state)).toBe(urgent);
      }),
    );
  });

  test('spans ascend and do not overlap', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const { startsMs, endsMs } = laneOf(rows).spans;
        startsMs.forEach((startMs, i) => {
          expect(endsMs[i]).toBeGreaterThan(startMs);
          expect(Number.isFinite(endsMs[i])).toBe(true);
          if (i > 0) expect(startMs).toBeGreaterThanOrEqual(endsMs[i - 1]);
        });
      }),
    );
  });

  test('open alerts stand first; what the options hide has no lane, but counts', () => {
    const intervals = [
      ...intervalsOf([['a', 'firing', 0, 10]], { service: 'cart' }),
      ...intervalsOf([['b', 'firing', 5, 10]], { service: 'shop', isOpen: true }),
      ...intervalsOf([['c', 'silenced', 5, 10]], { service: 'api' }),
    ];
    const names = (options: Partial<TimelineOptions>): string[] =>
      prepareLanes(intervals, { ...defaultOptions, laneBy: 'service', ...options }, 0).map(
        ({ name }) => name,
      );
    expect(names({})).toEqual(['shop', 'api', 'cart']);
    expect(names({ showSilenced: false, sortBy: 'name' })).toEqual(['cart', 'shop']);
  });

  test('lanes are ordered by their last start, or by their returns', () => {
    const intervals = [
      ...intervalsOf(
        [
          ['a', 'firing', 0, 10],
          ['a', 'firing', 20, 30],
        ],
        { team: 'x' },
      ),
      ...intervalsOf([['b', 'firing', 40, 50]], { team: 'y' }),
    ];
    const names = (sortBy: TimelineOptions['sortBy']): string[] =>
      prepareLanes(intervals, { ...defaultOptions, laneBy: 'team', sortBy }, 0).map(({ name }) => name);
    expect(names('recent')).toEqual(['y', 'x']);
    expect(names('returns')).toEqual(['x', 'y']);
  });
});

describe('figures', () => {
  test('times run from the first word of it; pending is before that', () => {
    const figures = figuresOf(
      intervalsOf([
        ['a', 'pending', 0, 10],
        ['a', 'firing', 10, 30],
        ['a', 'acknowledged', 30, 110],
        ['a', 'firing', 200, 240],
      ]),
      0,
    );
    expect(figures).toEqual({
      alertCount: 1,
      openCount: 0,
      returnCount: 1,
      meanToAcknowledgeMs: 20,
      meanToResolveMs: 70,
    });
  });

  test('what began before the range, or is not over, has no time to resolve', () => {
    expect(figuresOf(intervalsOf([['a', 'firing', 0, 30]]), 10).meanToResolveMs).toBeNaN();
    expect(figuresOf(intervalsOf([['a', 'firing', 20, 30]]), 10).meanToResolveMs).toBe(10);
    const open = figuresOf(intervalsOf([['a', 'firing', 20, 30]], { isOpen: true }), 10);
    expect(open.meanToResolveMs).toBeNaN();
    expect(open.openCount).toBe(1);
  });

  test('a duration is said in its two largest units', () => {
    const texts = [Number.NaN, 250, 1000, 65_000, 3_600_000, 3_900_000, 90_000_000].map(durationText);
    expect(texts).toEqual(['–', '250ms', '1s', '1m 5s', '1h', '1h 5m', '1d 1h']);
  });
});

describe('frames', () => {
  test('frames without an end or a state are no alerts; annotations are marks', () => {
    const time = { name: 'time', type: FieldType.time, values: [5, 9] };
    const series = toDataFrame({ fields: [time, { name: 'Value', type: FieldType.number, values: [1, 2] }] });
    const notes = toDataFrame({
      meta: { dataTopic: DataTopic.Annotations },
      fields: [
        time,
        { name: 'timeEnd', type: FieldType.time, values: [7, null] },
        { name: 'title', type: FieldType.string, values: ['high', ''] },
        { name: 'text', type: FieldType.string, values: ['errors', 'deploy'] },
      ],
    });
    expect(readIntervals([series, notes])).toBeUndefined();
    expect(readMarks([series, notes])).toEqual([
      { kind: 'note', startMs: 5, endMs: 7, title: 'high', text: 'errors', colour: '' },
      { kind: 'note', startMs: 9, endMs: 9, title: 'deploy', text: '', colour: '' },
    ]);
  });

  test('an interval without length, or in a state that nobody knows, has no place', () => {
    const rows: Row[] = [
      ['a', 'firing', 5, 5],
      ['a', 'strange' as AlertState, 5, 9],
      ['a', 'Alerting' as AlertState, 5, 9],
    ];
    expect(intervalsOf(rows).map(({ state }) => state)).toEqual(['firing']);
  });
});
