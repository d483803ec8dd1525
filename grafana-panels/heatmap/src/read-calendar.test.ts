import { FieldType, toDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zoneClock } from '../../shared/src/zone-clock.ts';
import { cellFacts } from './cell-facts.ts';
import type { HeatmapGrid } from './grid.ts';
import { defaultOptions, type HeatmapOptions } from './options.ts';
import { readGrid } from './prepare.ts';

const hour = 3_600_000;

function series(points: readonly (readonly [number, number])[], name = 'a') {
  return toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([time]) => time) },
      { name: 'Value', type: FieldType.number, values: points.map(([, value]) => value), labels: { name } },
    ],
  });
}

function calendar(
  frames: Parameters<typeof readGrid>[0],
  timeZone = 'utc',
  more: Partial<HeatmapOptions> = {},
): HeatmapGrid {
  const grid = readGrid(frames, { ...defaultOptions, layout: 'calendar', ...more }, 1000, timeZone);
  if (grid === undefined) throw new Error('nothing was read');
  return grid;
}

const at = (grid: HeatmapGrid, row: number, column: number): number =>
  grid.values[row * grid.columnCount + column];

describe('a calendar', () => {
  const day = Date.UTC(2026, 0, 5);

  test('has a column for each day and a row for each hour; a value at midnight is the last of its day', () => {
    const grid = calendar([
      series([
        [day + 0.5 * hour, 1],
        [day + 24 * hour, 2],
        [day + 25 * hour, 3],
      ]),
    ]);
    expect([grid.columnCount, grid.rowCount, grid.rowNames[23]]).toEqual([2, 24, '23:00']);
    expect([at(grid, 0, 0), at(grid, 23, 0), at(grid, 0, 1)]).toEqual([1, 2, 3]);
  });

  test('the hour is that of the viewer, also on the days when clocks are changed', () => {
    // In Berlin, 29 March 2026 has no hour from two to three, and 25 October has it twice.
    const spring = calendar([series([[Date.UTC(2026, 2, 29, 1, 30), 7]])], 'Europe/Berlin');
    expect([at(spring, 2, 0), at(spring, 3, 0)]).toEqual([Number.NaN, 7]);
    expect(spring.columnEndsMs[0] - spring.columnStartsMs[0]).toBe(23 * hour);
    const autumn = calendar(
      [
        series([
          [Date.UTC(2026, 9, 25, 0, 30), 1],
          [Date.UTC(2026, 9, 25, 1, 30), 3],
        ]),
      ],
      'Europe/Berlin',
      { hourValue: 'sum' },
    );
    expect(at(autumn, 2, 0)).toBe(4);
    expect(autumn.columnEndsMs[0] - autumn.columnStartsMs[0]).toBe(25 * hour);
  });

  test('values within an hour become one, then those of the series are combined', () => {
    const frames = [
      series([
        [day + 0.2 * hour, 2],
        [day + 0.4 * hour, 4],
      ]),
      series([[day + 0.3 * hour, 10]], 'b'),
    ];
    expect(at(calendar(frames), 0, 0)).toBe(13);
    expect(at(calendar(frames, 'utc', { combine: 'max' }), 0, 0)).toBe(10);
    expect(at(calendar(frames, 'utc', { hourValue: 'last', combine: 'mean' }), 0, 0)).toBe(7);
    const { contributors, startMs, endMs } = cellFacts(calendar(frames), { row: 0, column: 0 }, false);
    expect(contributors.map(({ label, value }) => [label, value])).toEqual([
      ['b', 10],
      ['a', 3],
    ]);
    expect([startMs, endMs]).toEqual([day, day + hour]);
  });

  test('an anomaly marks the hours that it covers, not the whole day', () => {
    const anomalies = toDataFrame({
      name: 'anomalies',
      fields: [
        { name: 'time', type: FieldType.time, values: [day + hour] },
        { name: 'timeEnd', type: FieldType.time, values: [day + 2 * hour] },
      ],
    });
    const points = [1, 2, 3].map((h) => [day + h * hour, 1] as const);
    const { marked } = calendar([series(points), anomalies]);
    expect([...(marked ?? [])].flatMap((mark, row) => (mark ? [row] : []))).toEqual([1]);
  });
});

describe('clocks of zones', () => {
  test('a moment lies in the hour that its day and hour name', () => {
    const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Australia/Lord_Howe'];
    const moment = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, (zone, timeMs) => {
        const clock = zoneClock(zone);
        const [day, hourOfDay] = [clock.dayOf(timeMs), clock.hourOf(timeMs)];
        expect(hourOfDay).toBeGreaterThanOrEqual(0);
        expect(hourOfDay).toBeLessThan(24);
        // An hour that a day has twice, or only in part, begins before or up to an hour after the moment.
        expect(Math.abs(timeMs - clock.timeOf(day, hourOfDay))).toBeLessThanOrEqual(2 * hour);
        expect(clock.dayOf(clock.timeOf(day, 12))).toBe(day);
      }),
      { numRuns: 300 },
    );
  });
});
