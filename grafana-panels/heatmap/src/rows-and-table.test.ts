import { FieldType, MappingType, ThresholdsMode, toDataFrame } from '@grafana/data';
import { describe, expect, test, vi } from 'vitest';
import { csvText } from '../../shared/src/csv.ts';
import { filterFor } from './filter-for.ts';
import { formatsFor } from './formats.ts';
import { defaultOptions } from './options.ts';
import { prepareView, readGrid } from './prepare.ts';
import { selectionOf, selectRows } from './row-selection.ts';
import { tableOfCells } from './table-cells.ts';

// Grafana's own module needs a browser: of it only the viewer's language is read.
vi.mock('@grafana/runtime', () => ({ config: {} }));

const minute = 60_000;
const paint = { isDark: true, colourByName: (name: string) => name };

function gridOf(rows: Readonly<Record<string, readonly number[]>>, label = 'region', config = {}) {
  const frames = Object.entries(rows).map(([name, values]) =>
    toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: values.map((_, i) => (i + 1) * minute) },
        { name: 'Value', type: FieldType.number, values: [...values], labels: { [label]: name }, config },
      ],
    }),
  );
  const grid = readGrid(frames, defaultOptions, 1000);
  if (grid === undefined) throw new Error('nothing was read');
  return grid;
}

describe('rows that the viewer chose', () => {
  test('are found by name, wherever the next answer has them', () => {
    const chosen = selectionOf(gridOf({ a: [1], b: [2], c: [3] }), [1, 3]);
    const { grid, count } = selectRows(gridOf({ c: [30], x: [9], b: [20] }), chosen);
    expect([...grid.rowNames]).toEqual(['c', 'b']);
    expect([...grid.values]).toEqual([30, 20]);
    expect(count).toBe(2);
  });

  test('when none is left, or all are, nothing is left out', () => {
    const chosen = selectionOf(gridOf({ a: [1], b: [2] }), [0, 1]);
    expect(selectRows(gridOf({ x: [1], y: [2] }), chosen).count).toBeUndefined();
    expect(selectRows(gridOf({ a: [1] }), chosen).count).toBeUndefined();
  });

  test('buckets are found by their bounds', () => {
    const grid = gridOf({ '1': [5], '2': [5], '4': [5], '+Inf': [5] }, 'le');
    const chosen = selectionOf(grid, [1, 3]);
    expect(chosen).toEqual({ kind: 'bounds', low: 1, high: 4 });
    const finer = gridOf({ '1': [5], '2': [5], '3': [5], '4': [5], '+Inf': [5] }, 'le');
    expect(selectRows(finer, chosen).rows).toEqual([1, 4]);
  });

  test('as a filter of the dashboard: one by its name, several by an expression in which names stand for themselves', () => {
    expect(filterFor('region', ['eu'])).toEqual({ key: 'region', operator: '=', value: 'eu' });
    expect(filterFor('host', ['a.b', 'c|d'])).toMatchObject({ operator: '=~', value: 'a\\.b|c\\|d' });
    expect(filterFor('', ['eu'])).toBeUndefined();
  });
});

describe('cells as a table', () => {
  test('newest first, and exact in the file', () => {
    const grid = gridOf({ a: [1, Number.NaN], b: [0.125, 3] });
    const view = prepareView(grid, defaultOptions, paint);
    const table = tableOfCells(view, formatsFor(grid.field, ''), 'utc');
    const lines = Array.from({ length: table.rowCount }, (_, row) =>
      [0, 1, 2].map((c) => table.cell(row, c)),
    );
    expect(lines).toEqual([
      ['1970-01-01 00:02:00', 'b', '3'],
      ['1970-01-01 00:01:00', 'a', '1'],
      ['1970-01-01 00:01:00', 'b', '0.125'],
    ]);
    expect(csvText(table.csv).split('\r\n')[3]).toBe(
      '1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z,b,0.125',
    );
  });

  test('a bucket that covers several rows is one line, with its own bounds', () => {
    const frame = toDataFrame({
      meta: { type: 'heatmap-cells' },
      fields: [
        { name: 'xMax', type: FieldType.time, values: [minute, minute, 2 * minute] },
        { name: 'yMin', type: FieldType.number, values: [1, 2, 1] },
        {
          name: 'yMax',
          type: FieldType.number,
          values: [2, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
        },
        { name: 'count', type: FieldType.number, values: [5, 6, 7] },
      ],
    });
    const grid = readGrid([frame], defaultOptions, 1000);
    if (grid === undefined) throw new Error('nothing was read');
    const table = tableOfCells(prepareView(grid, defaultOptions, paint), formatsFor(grid.field, ''), 'utc');
    const lines = Array.from({ length: table.rowCount }, (_, row) =>
      [1, 2, 3].map((c) => table.cell(row, c)),
    );
    expect(lines).toEqual([
      ['> 1', '7', '100.0 %'],
      ['1 – 2', '5', '45.5 %'],
      ['> 2', '6', '54.5 %'],
    ]);
  });
});

test('mapped values have their own colours beside those of thresholds', () => {
  const config = {
    thresholds: {
      mode: ThresholdsMode.Absolute,
      steps: [
        { value: Number.NEGATIVE_INFINITY, color: '#000001' },
        { value: 5, color: '#000002' },
      ],
    },
    mappings: [
      { type: MappingType.ValueToText, options: { '7': { text: 'seven', color: '#000003' } } },
      {
        type: MappingType.RangeToText,
        options: { from: 8, to: 9, result: { text: 'high', color: '#000004' } },
      },
    ],
  };
  const grid = gridOf({ a: [1, 6, 7, 8.5, 10] }, 'region', config);
  const view = prepareView(grid, { ...defaultOptions, colourBy: 'thresholds' }, paint);
  expect([...view.levels].map((level) => view.colours[level - 1][2])).toEqual([1, 2, 3, 4, 2]);
  expect(view.mappedTexts).toEqual(['seven', 'high']);
  // Where all values are mapped, the colours of thresholds stand for none of them.
  const mapped = prepareView(
    gridOf({ a: [7, 9] }, 'region', config),
    { ...defaultOptions, colourBy: 'thresholds' },
    paint,
  );
  expect(mapped.colours.map(([, , blue]) => blue)).toEqual([3, 4]);
  expect([...mapped.levels]).toEqual([1, 2]);
});
