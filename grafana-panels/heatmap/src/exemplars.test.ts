import { FieldType, toDataFrame } from '@grafana/data';
import { describe, expect, test } from 'vitest';
import { exemplarAt, exemplarCountMax, exemplarsIn, placeExemplars, readExemplars } from './exemplars.ts';
import { layOut } from './geometry.ts';
import { defaultOptions } from './options.ts';
import { prepareView, readGrid } from './prepare.ts';

const minute = 60_000;
const plot = { left: 0, top: 0, width: 100, height: 100 };

function exemplarFrame(points: readonly (readonly [number, number])[], region = 'eu') {
  return toDataFrame({
    name: 'exemplar',
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map(([time]) => time) },
      { name: 'Value', type: FieldType.number, values: points.map(([, value]) => value) },
      { name: 'region', type: FieldType.string, values: points.map(() => region) },
      { name: 'trace_id', type: FieldType.string, values: points.map((_, i) => `t${i}`) },
    ],
  });
}

function viewOf(frames: Parameters<typeof readGrid>[0]) {
  const grid = readGrid(frames, defaultOptions, 1000);
  if (grid === undefined) throw new Error('nothing was read');
  const view = prepareView(grid, defaultOptions, { isDark: true, colourByName: (name) => name });
  return { view, geometry: layOut(view, { plot, fromMs: 0, toMs: 2 * minute, yReverse: false }) };
}

const buckets = ['1', '2', '+Inf'].map((le) =>
  toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: [minute, 2 * minute] },
      { name: 'Value', type: FieldType.number, values: [1, 1], labels: { le } },
    ],
  }),
);

describe('exemplars', () => {
  const { view, geometry } = viewOf(buckets);

  test('stand at their time and value, in the cell that counts them: a bucket holds its upper bound', () => {
    const placed = placeExemplars(
      view,
      geometry,
      readExemplars([
        exemplarFrame([
          [minute, 1],
          [90_000, 1.5],
        ]),
      ]),
    );
    expect(placed.map(({ x, row, column }) => [x, row, column])).toEqual([
      [50, 0, 0],
      [75, 1, 1],
    ]);
    const [top, bottom] = [geometry.rowEdgesPx[2], geometry.rowEdgesPx[1]];
    expect(placed[1].y).toBeCloseTo((top + bottom) / 2);
  });

  test('above the last bound is the overflow, below the first nothing', () => {
    const placed = placeExemplars(
      view,
      geometry,
      readExemplars([
        exemplarFrame([
          [minute, 99],
          [minute, -1],
        ]),
      ]),
    );
    expect(placed.map(({ row }) => row)).toEqual([2]);
  });

  test('the nearest one within reach is pointed at, and its cell lists it first', () => {
    const points = readExemplars([
      exemplarFrame([
        [70_000, 1.2],
        [80_000, 1.2],
        [90_000, 1.2],
      ]),
    ]);
    const placed = placeExemplars(view, geometry, points);
    const pointed = exemplarAt(placed, placed[1].x + 2, placed[1].y - 2, 7);
    expect(pointed).toBe(placed[1]);
    expect(exemplarAt(placed, placed[1].x, placed[1].y + 30, 7)).toBeUndefined();
    const listed = exemplarsIn(placed, view, { row: 1, column: 1 }, pointed);
    expect(listed.map(({ labels }) => labels[1][1])).toEqual(['t1', 't0', 't2']);
  });

  test('of named rows, the one that the label names has it', () => {
    const rows = ['us', 'eu'].map((region) =>
      toDataFrame({
        fields: [
          { name: 'Time', type: FieldType.time, values: [minute, 2 * minute] },
          { name: 'Value', type: FieldType.number, values: [1, 1], labels: { region } },
        ],
      }),
    );
    const named = viewOf(rows);
    const placed = placeExemplars(named.view, named.geometry, readExemplars([exemplarFrame([[minute, 5]])]));
    expect(placed.map(({ row, y }) => [row, y])).toEqual([[1, 75]]);
  });

  test('too many are thinned out', () => {
    const many = Array.from({ length: 3 * exemplarCountMax }, (_, i) => [i, 1] as const);
    expect(readExemplars([exemplarFrame(many)]).length).toBeLessThanOrEqual(exemplarCountMax);
  });
});
