import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layOutColumns, rowsInSight } from './columns.ts';
import type { Entry } from './entry.ts';
import { defaultOptions, type LeaderboardOptions } from './options.ts';
import { barEnds, barOf, prepareView, readRows } from './prepare.ts';
import { rank, sortRanked } from './ranking.ts';
import { sparkPath, valueAt } from './sparkline.ts';
import { nextRow } from './use-keys.ts';

function series(name: string, values: readonly (number | null)[], more: Partial<DataFrame> = {}): DataFrame {
  return toDataFrame({
    ...more,
    fields: [
      { name: 'Time', type: FieldType.time, values: values.map((_, i) => i * 1000) },
      { name: 'Value', type: FieldType.number, values: [...values], labels: { name } },
    ],
  });
}

function read(frames: readonly DataFrame[], options: Partial<LeaderboardOptions> = {}) {
  const all = { ...defaultOptions, ...options };
  return sortRanked(readRows(frames, all) ?? [], all.sortBy);
}

const names = (rows: ReturnType<typeof read>): string[] => rows.map(({ entry }) => entry.name);

function entriesOf(values: readonly number[], previous: readonly number[] = []): Entry[] {
  const [frame] = [series('x', [1])];
  return values.map((value, i) => ({
    key: String(i),
    name: `row ${i}`,
    labels: {},
    value,
    previous: previous[i] ?? Number.NaN,
    rank: Number.NaN,
    previousRank: Number.NaN,
    trend: undefined,
    field: frame.fields[1],
    index: 0,
  }));
}

describe('ranks', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN));

  test('a rank is one more than the number of better values; equal values share it', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), (values) => {
        for (const { entry, rank: place, isTied } of rank(entriesOf(values), 'high', false)) {
          if (Number.isNaN(entry.value)) {
            expect(place).toBeNaN();
            continue;
          }
          expect(place).toBe(1 + values.filter((other) => other > entry.value).length);
          expect(isTied).toBe(values.filter((other) => other === entry.value).length > 1);
        }
      }),
    );
  });

  test('the lowest is first when it is wanted so', () => {
    expect(rank(entriesOf([3, 1, 2]), 'low', false).map((row) => row.rank)).toEqual([3, 1, 2]);
  });

  test('places gained are the rank before less the rank now; who had no value before is new', () => {
    const rows = rank(entriesOf([30, 20, 10], [1, 2, Number.NaN]), 'high', true);
    expect(rows.map(({ rankChange }) => rankChange)).toEqual([1, -1, Number.NaN]);
    expect(rows.map(({ isNew }) => isNew)).toEqual([false, false, true]);
  });

  test('without a period to compare with nothing is new and nothing has moved', () => {
    const rows = rank(entriesOf([30, 20]), 'high', false);
    expect(rows.every(({ isNew, rankChange }) => !isNew && Number.isNaN(rankChange))).toBe(true);
  });

  test('the gap is to the value one place ahead, and ties have the same', () => {
    expect(rank(entriesOf([10, 7, 7, 4]), 'high', false).map(({ gap }) => gap)).toEqual([
      Number.NaN,
      3,
      3,
      3,
    ]);
  });

  test('order does not depend on the order of the data, ties are by name', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }), (values) => {
        const entries = entriesOf(values);
        const order = (list: Entry[]): string[] =>
          sortRanked(rank(list, 'high', false), 'value').map(({ entry }) => entry.key);
        expect(order([...entries].reverse())).toEqual(order(entries));
      }),
    );
  });
});

describe('order', () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN));
  const by = fc.constantFrom('value', 'change', 'rank-change', 'name' as const);

  test('turned round, rows with a place stand the other way, those without still last, ties still by name', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), by, (pairs, sortBy) => {
        const entries = entriesOf(
          pairs.map(([now]) => now),
          pairs.map(([, before]) => before),
        );
        const rows = rank(entries, 'high', true);
        const key = (row: (typeof rows)[number]): number =>
          ({ value: row.rank, change: -row.difference, 'rank-change': -row.rankChange, name: 0 })[sortBy];
        const name = (row: (typeof rows)[number]): number => Number(row.entry.key);
        for (const sign of [1, -1]) {
          const sorted = sortRanked(rows, sortBy, undefined, sign < 0);
          expect(new Set(sorted)).toEqual(new Set(rows));
          for (let i = 1; i < sorted.length; i++) {
            const [a, b] = [key(sorted[i - 1]) * sign, key(sorted[i]) * sign];
            if (Number.isNaN(a)) expect(b).toBeNaN();
            else if (!Number.isNaN(b)) expect(a).toBeLessThanOrEqual(b);
            const nameSign = sortBy === 'name' ? sign : 1;
            if (a === b || (Number.isNaN(a) && Number.isNaN(b)))
              expect(name(sorted[i - 1]) * nameSign).toBeLessThan(name(sorted[i]) * nameSign);
          }
        }
      }),
    );
  });

  test('keys move from row to row, and not beyond the ends', () => {
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'End', 'x'].map((key) => nextRow(key, 0, 20, 8))).toEqual([
      1,
      0,
      8,
      19,
      undefined,
    ]);
    expect(nextRow('ArrowDown', -1, 0, 8)).toBeUndefined();
  });
});

describe('frames', () => {
  test('a series is a row: its value by the reducer, its name by the labels', () => {
    const frames = [series('b', [1, 2, null]), series('a', [9, 1, 1])];
    const rows = read(frames);
    expect(rows.map(({ entry }) => [entry.name, entry.value])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(names(read(frames, { reducer: 'max' }))).toEqual(['a', 'b']);
    expect(read(frames, { reducer: 'mean' })[0].entry.value).toBeCloseTo(11 / 3);
  });

  test('the compared period is matched by labels, whatever its order', () => {
    const before = { meta: { timeCompare: { diffMs: 1, isTimeShiftQuery: true } } };
    const rows = read([
      series('a', [10]),
      series('b', [20]),
      series('b', [5], before),
      series('a', [50], before),
    ]);
    expect(names(rows)).toEqual(['b', 'a']);
    expect(rows.map(({ rankChange }) => rankChange)).toEqual([1, -1]);
    expect(rows.map(({ relative }) => relative)).toEqual([3, -0.8]);
  });

  test('the start of the range is compared with only when asked for', () => {
    expect(read([series('a', [10, 5])])[0].difference).toBeNaN();
    expect(read([series('a', [10, 5])], { comparison: 'start' })[0].difference).toBe(-5);
  });

  test('a table names its rows, and gives previous values and ranks', () => {
    const table = toDataFrame({
      fields: [
        { name: 'service', type: FieldType.string, values: ['x', 'y'] },
        { name: 'value', type: FieldType.number, values: [1, 2] },
        { name: 'previous', type: FieldType.number, values: [4, null] },
      ],
    });
    const rows = read([table]);
    expect(names(rows)).toEqual(['y', 'x']);
    expect(rows.map(({ isNew }) => isNew)).toEqual([true, false]);
    expect(rows[0].entry.labels).toEqual({ service: 'y' });
  });

  test('two rows of one name stay two rows', () => {
    const keys = read([series('a', [1]), series('a', [2])]).map(({ entry }) => entry.key);
    expect(new Set(keys).size).toBe(2);
  });

  test('frames without numbers give no rows', () => {
    expect(readRows([], defaultOptions)).toBeUndefined();
  });
});

describe('the view', () => {
  const frames = ['a', 'b', 'c', 'd'].map((name, i) => series(name, [10 - i]));

  test('what is below the limit is one row with the sum', () => {
    const view = prepareView(read(frames), { ...defaultOptions, limit: 2 }, '');
    expect(names([...view.rows])).toEqual(['a', 'b']);
    expect(view.others).toEqual({ count: 2, value: 15, previous: Number.NaN });
  });

  test('averages and parts are not added up', () => {
    const mean = prepareView(read(frames), { ...defaultOptions, limit: 2, reducer: 'mean' }, '');
    expect(mean.others?.value).toBeNaN();
    const percent = ['a', 'b'].map((name) => {
      const frame = series(name, [1]);
      frame.fields[1].config = { unit: 'percent' };
      return frame;
    });
    expect(prepareView(read(percent), { ...defaultOptions, limit: 1 }, '').others?.value).toBeNaN();
  });

  test('a search finds all that match, below the limit too, with their own rank', () => {
    const view = prepareView(read(frames), { ...defaultOptions, limit: 1 }, 'D');
    expect(view.rows.map(({ entry, rank: place }) => [entry.name, place])).toEqual([['d', 4]]);
    expect(view.others).toBeUndefined();
  });

  test('bars start at zero and go to the left below it', () => {
    const range = { low: -5, high: 15 };
    expect(barOf(5, range)).toEqual([0.25, 0.5]);
    expect(barOf(-5, range)).toEqual([0, 0.25]);
    expect(barOf(Number.NaN, range)).toEqual([0.25, 0.25]);
    expect(barOf(99, range)).toEqual([0.25, 1]);
  });
});

test('a row with limits of its own has them as the ends of its bar, and does not stretch the others', () => {
  const own = series('big', [1000]);
  own.fields[1].config = { min: 0, max: 2000 };
  const view = prepareView(read([own, series('small', [4])]), defaultOptions, '');
  expect([view.low, view.high]).toEqual([0, 4]);
  expect(barEnds(own.fields[1], view)).toEqual({ low: 0, high: 2000 });
  expect(barEnds({ ...own.fields[1], config: {} }, view)).toEqual({ low: 0, high: 4 });
});

describe('sparklines', () => {
  test('have at a time the newest value before it, and none in a gap', () => {
    const trend = { timesMs: [10, 20, 30], values: [1, 2, null] };
    expect([5, 10, 19, 20, 35].map((timeMs) => valueAt(trend, timeMs))).toEqual([
      Number.NaN,
      1,
      1,
      2,
      Number.NaN,
    ]);
  });

  const box = { fromMs: 0, toMs: 100, width: 102, height: 24 };

  test('lines stop where there is no value, and one value alone is a dot', () => {
    const path = sparkPath({ timesMs: [0, 50, 75, 100], values: [1, 2, null, 3] }, box);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toMatch(/M101\.0 [\d.]+h0\.01$/);
  });

  test('a spike between two pixels stays', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i === 5003 ? 100 : 1));
    const timesMs = values.map((_, i) => i / 100);
    const path = sparkPath({ timesMs, values }, box);
    expect(path).toMatch(/ 2\.0/);
    expect(path.length).toBeLessThan(5000);
  });

  test('nothing to draw is no path', () => {
    expect(sparkPath({ timesMs: [0, 1], values: [null, Number.NaN] }, box)).toBe('');
  });
});

describe('columns and rows in sight', () => {
  test('columns do not overlap and fill the width; rank, name and value stay on the narrowest panel', () => {
    fc.assert(
      fc.property(fc.integer({ min: 240, max: 2000 }), (width) => {
        const settings = {
          options: defaultOptions,
          isCompared: true,
          hasTrend: true,
          rankWidth: 30,
          valueWidth: 60,
        };
        const columns = layOutColumns({ ...settings, width });
        const ids = columns.map(({ id }) => id);
        expect(ids).toEqual(expect.arrayContaining(['rank', 'name', 'value']));
        columns.forEach((column, i) => {
          expect(column.width).toBeGreaterThan(0);
          if (i > 0) expect(column.left).toBeGreaterThanOrEqual(columns[i - 1].left + columns[i - 1].width);
        });
        const last = columns[columns.length - 1];
        expect(last.left + last.width).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('only rows near the window are there', () => {
    expect(rowsInSight(3200, 320, 32, 10_000)).toEqual([97, 113]);
    expect(rowsInSight(0, 320, 32, 4)).toEqual([0, 4]);
  });
});
