import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import { describe, expect, test } from 'vitest';
import { cellFacts } from './cell-facts.ts';
import type { HeatmapGrid } from './grid.ts';
import { defaultOptions, type HeatmapOptions } from './options.ts';
import { prepareView, readGrid } from './prepare.ts';

const minute = 60_000;
const times = [1, 2, 3, 4].map((i) => i * minute);

function series(values: readonly (number | null)[], labels: Record<string, string>, at = times): DataFrame {
  return toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: at },
      { name: 'Value', type: FieldType.number, values: [...values], labels },
    ],
  });
}

function read(
  frames: readonly DataFrame[],
  options: Partial<HeatmapOptions> = {},
  columns = 1000,
): HeatmapGrid {
  const grid = readGrid(frames, { ...defaultOptions, ...options }, columns);
  if (grid === undefined) throw new Error('nothing was read');
  return grid;
}

function rowOf(grid: HeatmapGrid, row: number): number[] {
  return [...grid.values.subarray(row * grid.columnCount, (row + 1) * grid.columnCount)];
}

function cellsFrame(lines: readonly (readonly [number, number, number, number, boolean?])[]): DataFrame {
  return toDataFrame({
    meta: { type: 'heatmap-cells' },
    fields: [
      { name: 'xMax', type: FieldType.time, values: lines.map(([x]) => x) },
      { name: 'yMin', type: FieldType.number, values: lines.map(([, low]) => low) },
      { name: 'yMax', type: FieldType.number, values: lines.map(([, , high]) => high) },
      { name: 'count', type: FieldType.number, values: lines.map(([, , , count]) => count) },
      { name: 'anomaly', type: FieldType.boolean, values: lines.map(([, , , , marked]) => marked === true) },
    ],
  });
}

describe('classic histograms', () => {
  const frames = [
    series([1, 2, 0, 4], { le: '0.1', pod: 'a' }),
    series([3, 2, 5, 4], { le: '1', pod: 'a' }),
    series([4, 6, 5, 9], { le: '+Inf', pod: 'a' }),
    series([10, 0, 0, 0], { le: '0.1', pod: 'b' }),
    series([10, 7, 0, 0], { le: '1', pod: 'b' }),
    series([10, 7, 0, 0], { le: '+Inf', pod: 'b' }),
  ];

  test('cumulative counts become counts of one bucket, added up over other labels', () => {
    const grid = read(frames);
    expect([...grid.rowEdges]).toEqual([0, 0.1, 1, Number.POSITIVE_INFINITY]);
    expect(rowOf(grid, 0)).toEqual([11, 2, 0, 4]);
    expect(rowOf(grid, 1)).toEqual([2, 7, 5, 0]);
    expect(rowOf(grid, 2)).toEqual([1, 4, 0, 5]);
  });

  test('contributors of a cell are the series that differ in other labels and counted in it, the largest first', () => {
    const facts = cellFacts(read(frames), { row: 1, column: 1 }, false);
    expect(facts.contributors.map(({ label, value }) => [label, value])).toEqual([['pod=b', 7]]);
  });

  test('counts that fall from bound to bound are not cumulative', () => {
    const grid = read([series([5, 5, 5, 5], { le: '1' }), series([2, 2, 2, 2], { le: '+Inf' })]);
    expect(rowOf(grid, 1)).toEqual([2, 2, 2, 2]);
  });

  test('shares are of the column, cumulative ones up to the bucket and with it', () => {
    const facts = cellFacts(read(frames), { row: 1, column: 0 }, false);
    expect(facts.share).toBeCloseTo(2 / 14);
    expect(facts.shareBelow).toBeCloseTo(11 / 14);
    expect(facts.shareUpTo).toBeCloseTo(13 / 14);
  });

  test('a status code is a name, not a bound', () => {
    expect(read([series([1, 1, 1, 1], { code: '404' }), series([1, 1, 1, 1], { code: '500' })]).kind).toBe(
      'names',
    );
  });
});

describe('columns', () => {
  test('a value covers the step before it, and a step without data stays a gap', () => {
    const at = [1, 2, 3, 9, 10].map((i) => i * minute);
    const grid = read([series([1, 1, 1, 1, 1], { a: 'x' }, at)]);
    expect([...grid.columnStartsMs].map((ms) => ms / minute)).toEqual([0, 1, 2, 8, 9]);
    expect([...grid.columnEndsMs].map((ms) => ms / minute)).toEqual([1, 2, 3, 9, 10]);
  });

  test('of more columns than there is room for, counts are added and other values keep their highest', () => {
    const named = read([series([1, 9, 3, 4], { a: 'x' }), series([0, 0, 0, 2], { a: 'y' })], {}, 2);
    expect(rowOf(named, 0)).toEqual([9, 4]);
    expect(named.notices).toEqual([{ kind: 'columns-joined', count: 2 }]);
    const counts = read(
      [series([1, 2, 3, 4], { le: '1' }), series([1, 2, 3, 4], { le: '2' })],
      { cumulative: 'no' },
      2,
    );
    expect(rowOf(counts, 0)).toEqual([3, 7]);
  });
});

describe('cells', () => {
  test('bounds may differ from column to column: a wide bucket covers the rows of narrow ones', () => {
    const grid = read([
      cellsFrame([
        [minute, 1, 2, 10],
        [minute, 2, 4, 20],
        [2 * minute, 1, 4, 30],
      ]),
    ]);
    expect([...grid.rowEdges]).toEqual([1, 2, 4]);
    expect(rowOf(grid, 0)).toEqual([10, 30]);
    expect(rowOf(grid, 1)).toEqual([20, 30]);
    const facts = cellFacts(grid, { row: 1, column: 1 }, false);
    expect([facts.lower, facts.upper, facts.value, facts.columnTotal]).toEqual([1, 4, 30, 30]);
  });

  test('bounds that differ by rounding alone are one row', () => {
    const grid = read([
      cellsFrame([
        [minute, 0.1, 0.3, 1],
        [2 * minute, 0.1, 0.1 + 0.2, 2],
      ]),
    ]);
    expect(grid.rowCount).toBe(1);
    expect(rowOf(grid, 0)).toEqual([1, 2]);
  });

  test('underflow and overflow are rows', () => {
    const { NEGATIVE_INFINITY: under, POSITIVE_INFINITY: over } = Number;
    const grid = read([
      cellsFrame([
        [minute, under, 1, 3],
        [minute, 1, 2, 5],
        [minute, 2, over, 7],
      ]),
    ]);
    expect([...grid.rowEdges]).toEqual([under, 1, 2, over]);
    expect([0, 1, 2].map((row) => rowOf(grid, row)[0])).toEqual([3, 5, 7]);
  });

  test('anomalies come from the cells and from frames of anomalies', () => {
    const cells = cellsFrame([
      [minute, 1, 2, 3, true],
      [2 * minute, 1, 2, 3],
      [3 * minute, 1, 2, 3],
    ]);
    const more = toDataFrame({
      name: 'anomalies',
      fields: [{ name: 'time', type: FieldType.time, values: [3 * minute] }],
    });
    expect([...(read([cells, more]).marked ?? [])]).toEqual([1, 0, 1]);
  });
});

describe('named rows', () => {
  const frames = [
    series([1, 2, 3, 4], { region: 'b', pod: '1' }),
    series([10, 20, null, 40], { region: 'a', pod: '2' }),
    series([100, 100, 100, 100], { region: 'b', pod: '3' }),
  ];

  test('rows are values of a label, their series combined', () => {
    const grid = read(frames, { groupBy: 'region' });
    expect(grid.rowNames).toEqual(['b', 'a']);
    expect(rowOf(grid, 0)).toEqual([101, 102, 103, 104]);
    expect(rowOf(read(frames, { groupBy: 'region', combine: 'mean' }), 0)).toEqual([50.5, 51, 51.5, 52]);
    expect(rowOf(read(frames, { groupBy: 'region', combine: 'max' }), 0)).toEqual([100, 100, 100, 100]);
  });

  test('where nothing was reported there is no cell', () => {
    expect(rowOf(read(frames, { groupBy: 'region' }), 1)).toEqual([10, 20, Number.NaN, 40]);
  });

  test('cells are the same whether the times of a series ascend or not, and whether it lacks some or not', () => {
    const whole = read([series([1, 2, Number.NaN, 4], { a: 'x' }), series([5, null, 7, 8], { a: 'y' })]);
    const turned = read([
      series([4, Number.NaN, 2, 1], { a: 'x' }, times.slice().reverse()),
      series([5, 7, 8], { a: 'y' }, [times[0], times[2], times[3]]),
    ]);
    expect(rowOf(whole, 0)).toEqual([1, 2, Number.NaN, 4]);
    expect(rowOf(whole, 1)).toEqual([5, Number.NaN, 7, 8]);
    expect(turned.values).toEqual(whole.values);
  });
  test('order by total puts the largest first, by name the first letter', () => {
    expect(read(frames, { groupBy: 'region', sortRows: 'name' }).rowNames).toEqual(['a', 'b']);
    expect(read(frames, { groupBy: 'region', sortRows: 'total' }).rowNames).toEqual(['b', 'a']);
  });
});

describe('histogram of values', () => {
  test('every value is counted once, in the bucket it belongs to', () => {
    const grid = read([series([1, 2, 2, 9], { a: 'x' }), series([9, 9, null, 1], { a: 'y' })], {
      rows: 'histogram',
      valueBucketCount: 8,
    });
    expect([...grid.values].reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(grid.rowEdges[0]).toBeLessThanOrEqual(1);
    expect(grid.rowEdges[grid.rowCount]).toBeGreaterThan(9);
  });
});

describe('the view', () => {
  const paint = { isDark: true, colourByName: (name: string) => name };

  test('empty buckets are not drawn, zero of a named row is', () => {
    const buckets = read([series([0, 1, 2, 3], { le: '1' }), series([1, 1, 1, 1], { le: '2' })], {
      cumulative: 'no',
    });
    expect(prepareView(buckets, defaultOptions, paint).levels[0]).toBe(0);
    const named = read([series([0, 1, 2, 3], { a: 'x' })]);
    expect(prepareView(named, defaultOptions, paint).levels[0]).toBeGreaterThan(0);
  });

  test('colours of thresholds change at the thresholds', () => {
    const frame = series([0, 10, 49, 50], { a: 'x' });
    frame.fields[1].config.thresholds = {
      mode: 'absolute' as never,
      steps: [
        { value: Number.NEGATIVE_INFINITY, color: '#00ff00' },
        { value: 10, color: '#ffff00' },
        { value: 50, color: '#ff0000' },
      ],
    };
    const view = prepareView(read([frame]), { ...defaultOptions, colourBy: 'thresholds' }, paint);
    expect([...view.levels]).toEqual([1, 2, 2, 3]);
    expect(view.colours[2]).toEqual([255, 0, 0]);
  });

  test('a logarithmic scale is refused for bounds below zero, and says so', () => {
    const grid = read([
      cellsFrame([
        [minute, -2, -1, 1],
        [minute, -1, 1, 1],
      ]),
    ]);
    const view = prepareView(grid, { ...defaultOptions, yScale: 'log10' }, paint);
    expect(view.yScale).toBe('symlog');
    expect(view.grid.notices).toEqual([{ kind: 'no-logarithm', count: 0 }]);
  });

  test('frames without numbers or times give no grid', () => {
    expect(readGrid([], defaultOptions, 100)).toBeUndefined();
    const text = toDataFrame({ fields: [{ name: 'a', type: FieldType.string, values: ['x'] }] });
    expect(readGrid([text], defaultOptions, 100)).toBeUndefined();
  });
});
