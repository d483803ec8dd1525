import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toPixel } from '../../shared/src/palette.ts';
import { cellBox, hitTest, layOut } from './geometry.ts';
import { brushedRows, brushedTime, brushOf, moveCursor } from './interaction.ts';
import { defaultOptions } from './options.ts';
import { paintCells } from './paint-cells.ts';
import { type HeatmapView, prepareView, readGrid } from './prepare.ts';

const minute = 60_000;
const plot = { left: 0, top: 0, width: 100, height: 40 };

function namedView(rows: readonly (readonly (number | null)[])[]): HeatmapView {
  const frames = rows.map(
    (values, i): DataFrame =>
      toDataFrame({
        fields: [
          { name: 'Time', type: FieldType.time, values: values.map((_, c) => (c + 1) * minute) },
          { name: 'Value', type: FieldType.number, values: [...values], labels: { row: String(i) } },
        ],
      }),
  );
  const grid = readGrid(frames, defaultOptions, 1000);
  if (grid === undefined) throw new Error('nothing was read');
  return prepareView(grid, defaultOptions, { isDark: true, colourByName: (name) => name });
}

function geometryOf(view: HeatmapView, columns: number) {
  return layOut(view, { plot, fromMs: 0, toMs: columns * minute, yReverse: false });
}

describe('cells as pixels', () => {
  const view = namedView([
    [1, 2, 3, 4],
    [5, null, 7, 8],
  ]);

  test('every pixel has the colour of the cell at its place; there is none where there is no cell', () => {
    const geometry = geometryOf(view, 4);
    const pixels = new Uint32Array(100 * 40);
    paintCells(view, geometry, 1, 0, { width: 100, height: 40, pixels });
    const at = (x: number, y: number): number => pixels[y * 100 + x];
    const colour = (row: number, column: number): number =>
      toPixel(view.colours[view.levels[row * 4 + column] - 1]);
    expect(at(3, 3)).toBe(colour(0, 0));
    expect(at(90, 10)).toBe(colour(0, 3));
    expect(at(10, 30)).toBe(colour(1, 0));
    expect(at(30, 30)).toBe(0);
  });

  test('gaps are between cells of the same row and of the same column', () => {
    const pixels = new Uint32Array(100 * 40);
    paintCells(view, geometryOf(view, 4), 1, 2, { width: 100, height: 40, pixels });
    expect(pixels[22]).not.toBe(0);
    expect([pixels[23], pixels[24]]).toEqual([0, 0]);
    expect(pixels[25]).not.toBe(0);
    expect([pixels[1800], pixels[1900]]).toEqual([0, 0]);
  });

  test('what was painted before leaves nothing behind', () => {
    const pixels = new Uint32Array(100 * 40).fill(0xffffffff);
    const geometry = layOut(view, { plot, fromMs: 10 * minute, toMs: 14 * minute, yReverse: false });
    paintCells(view, geometry, 1, 0, { width: 100, height: 40, pixels });
    expect(pixels.every((pixel) => pixel === 0)).toBe(true);
  });

  test('a pixel of the screen hits the cell whose box holds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 39 }), (x, y) => {
        const geometry = geometryOf(view, 4);
        const cell = hitTest(geometry, x, y);
        if (cell === undefined) return false;
        const box = cellBox(view, geometry, cell);
        return (
          x + 0.5 >= box.left &&
          x + 0.5 <= box.left + box.width &&
          y + 0.5 >= box.top &&
          y + 0.5 <= box.top + box.height
        );
      }),
    );
  });

  test('outside of the plot and of the data nothing is hit', () => {
    const geometry = geometryOf(view, 8);
    expect(hitTest(geometry, 99, 3)).toBeUndefined();
    expect(hitTest(geometry, -1, 3)).toBeUndefined();
    expect(hitTest(geometry, 10, 40)).toBeUndefined();
  });
});

describe('buckets on the axis', () => {
  function bucketView(edges: readonly number[]): HeatmapView {
    const frame = toDataFrame({
      meta: { type: 'heatmap-cells' },
      fields: [
        { name: 'xMax', type: FieldType.time, values: edges.slice(1).map(() => minute) },
        { name: 'yMin', type: FieldType.number, values: edges.slice(0, -1) },
        { name: 'yMax', type: FieldType.number, values: edges.slice(1) },
        { name: 'count', type: FieldType.number, values: edges.slice(1).map((_, i) => i + 1) },
      ],
    });
    const grid = readGrid([frame], defaultOptions, 1000);
    if (grid === undefined) throw new Error('nothing was read');
    return prepareView(grid, defaultOptions, { isDark: true, colourByName: (name) => name });
  }

  test('low is at the bottom, and reversed at the top', () => {
    const view = bucketView([0, 1, 2]);
    expect([...geometryOf(view, 1).rowEdgesPx]).toEqual([40, 20, 0]);
    const reversed = layOut(view, { plot, fromMs: 0, toMs: minute, yReverse: true });
    expect([...reversed.rowEdgesPx]).toEqual([0, 20, 40]);
  });

  test('edges are in order and inside, whatever the bounds', () => {
    const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.uniqueArray(bound, { minLength: 2, maxLength: 30 }),
        fc.boolean(),
        fc.boolean(),
        (finite, under, over) => {
          const sorted = [...finite].sort((a, b) => a - b);
          const edges = [
            ...(under ? [Number.NEGATIVE_INFINITY] : []),
            ...sorted,
            ...(over ? [Number.POSITIVE_INFINITY] : []),
          ];
          const view = bucketView(edges);
          const { rowEdgesPx } = geometryOf(view, 1);
          for (let i = 0; i < rowEdgesPx.length; i++) {
            if (rowEdgesPx[i] < -1e-6 || rowEdgesPx[i] > 40 + 1e-6) return false;
            if (i > 0 && rowEdgesPx[i] > rowEdgesPx[i - 1] + 1e-6) return false;
          }
          return true;
        },
      ),
      // A number as small as can be, between whose bounds nothing divides.
      { examples: [[[5e-324, 0], false, false]] },
    );
  });
});

describe('brush and cursor', () => {
  const view = namedView([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  const geometry = geometryOf(view, 4);

  test('a short way is a click, a flat one selects time, an upright one rows, any other both', () => {
    expect(brushOf({ x: 10, y: 10 }, { x: 12, y: 12 }, plot)).toBeUndefined();
    expect(brushOf({ x: 10, y: 10 }, { x: 60, y: 12 }, plot)).toMatchObject({ isTime: true, isRows: false });
    expect(brushOf({ x: 10, y: 10 }, { x: 12, y: 35 }, plot)).toMatchObject({ isTime: false, isRows: true });
    expect(brushOf({ x: 10, y: 10 }, { x: 40, y: 35 }, plot)).toMatchObject({ isTime: true, isRows: true });
  });

  test('a brush gives the time it covers and the rows it touches', () => {
    const brush = brushOf({ x: 75, y: 25 }, { x: 25, y: 39 }, plot);
    if (brush === undefined) throw new Error('no brush');
    expect(brushedTime(geometry, brush)).toEqual({ from: minute, to: 3 * minute });
    expect(brushedRows(geometry, { ...brush, top: 25, height: 10 })).toEqual([1, 2]);
  });

  test('keys move within the cells: up is up on the screen', () => {
    expect(moveCursor(view.grid, geometry, undefined, 'ArrowDown')).toEqual({ row: 0, column: 3 });
    expect(moveCursor(view.grid, geometry, { row: 1, column: 3 }, 'ArrowUp')).toEqual({ row: 0, column: 3 });
    expect(moveCursor(view.grid, geometry, { row: 0, column: 3 }, 'ArrowRight')).toEqual({
      row: 0,
      column: 3,
    });
    expect(moveCursor(view.grid, geometry, { row: 0, column: 3 }, 'Home')).toEqual({ row: 0, column: 0 });
    expect(moveCursor(view.grid, geometry, { row: 0, column: 3 }, 'x')).toBeUndefined();
  });
});
