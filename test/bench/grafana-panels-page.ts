import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import { type Drawing, type DrawMemory, drawHeatmap } from '../../grafana-panels/heatmap/src/draw.ts';
import { layOut } from '../../grafana-panels/heatmap/src/geometry.ts';
import { rowLabels, timeLabels } from '../../grafana-panels/heatmap/src/layout.ts';
import { defaultOptions } from '../../grafana-panels/heatmap/src/options.ts';
import { prepareView, readGrid } from '../../grafana-panels/heatmap/src/prepare.ts';
import { toCss } from '../../grafana-panels/shared/src/palette.ts';

/** What the bench of the panels runs within the browser. */

const size = { width: 1200, height: 600 };
const minute = 60_000;

function cellsFrame(columns: number, rows: number, seed: number): DataFrame {
  const count = columns * rows;
  const [xMax, yMin, yMax, values] = [0, 1, 2, 3].map(() => new Array<number>(count));
  for (let i = 0; i < count; i++) {
    const [column, row] = [Math.floor(i / rows), i % rows];
    xMax[i] = (column + 1) * minute;
    yMin[i] = row;
    yMax[i] = row + 1;
    values[i] = 1 + Math.abs(Math.sin(column / 40 + seed) * Math.cos(row / 30) * 1000);
  }
  return toDataFrame({
    meta: { type: 'heatmap-cells' },
    fields: [
      { name: 'xMax', type: FieldType.time, values: xMax },
      { name: 'yMin', type: FieldType.number, values: yMin },
      { name: 'yMax', type: FieldType.number, values: yMax },
      { name: 'count', type: FieldType.number, values },
    ],
  });
}

/** One frame per series, as a live query gives them: new objects with every answer. */
function seriesFrames(seriesCount: number, columns: number, seed: number): DataFrame[] {
  const times = Array.from({ length: columns }, (_, i) => (i + 1) * minute);
  return Array.from({ length: seriesCount }, (_, s) =>
    toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: times.slice() },
        {
          name: 'Value',
          type: FieldType.number,
          values: times.map((_, i) => Math.sin(i / 40 + s + seed) * 100),
          labels: { host: `host-${s}`, region: `region-${s % 8}` },
        },
      ],
    }),
  );
}

function drawingOf(frames: readonly DataFrame[], columns: number): Drawing {
  const options = { ...defaultOptions, scheme: 'viridis', colourLevels: 64 };
  const grid = readGrid(frames, options, columns);
  if (grid === undefined) throw new Error('nothing was read');
  const view = prepareView(grid, options, { isDark: true, colourByName: (name) => name });
  const plot = { left: 40, top: 4, width: 1156, height: 544 };
  const geometry = layOut(view, { plot, fromMs: 0, toMs: columns * minute, yReverse: false });
  const style = {
    font: '12px sans-serif',
    text: '#ccc',
    line: '#444',
    anomaly: '#f06',
    exemplar: '#fff',
    halo: '#000',
  };
  const labels = {
    rowLabels: rowLabels(view, geometry, String),
    timeLabels: timeLabels(view, geometry, 'utc'),
  };
  const rest = { ratio: 1, gapPx: 1, notes: [], exemplars: [], showLegend: true, formatValue: String };
  return { view, geometry, style, ...labels, ...rest };
}

function canvasOf(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  document.body.replaceChildren(canvas);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  return context;
}

/** Milliseconds until the pixels are there: reading one back waits for them. */
function timed(context: CanvasRenderingContext2D, draw: () => void): number {
  const start = performance.now();
  draw();
  context.getImageData(0, 0, 1, 1);
  return performance.now() - start;
}

function redraw(columns: number, rows: number, rounds: number): number[] {
  const context = canvasOf();
  const drawings = [0, 1].map((seed) => drawingOf([cellsFrame(columns, rows, seed)], columns));
  const memory: DrawMemory = {};
  return Array.from({ length: rounds }, (_, i) =>
    timed(context, () => drawHeatmap(context, size, drawings[i % 2], memory)),
  );
}

/** From frames to pixels: what an answer costs. */
function answer(columns: number, rows: number, rounds: number): number[] {
  const context = canvasOf();
  const frames = [0, 1].map((seed) => cellsFrame(columns, rows, seed));
  const memory: DrawMemory = {};
  return Array.from({ length: rounds }, (_, i) =>
    timed(context, () => drawHeatmap(context, size, drawingOf([frames[i % 2]], columns), memory)),
  );
}

/** The same for series as rows, with frames that nothing is known of yet. */
function answerSeries(columns: number, seriesCount: number, rounds: number): number[] {
  const context = canvasOf();
  const memory: DrawMemory = {};
  return Array.from({ length: rounds }, (_, i) => {
    const frames = seriesFrames(seriesCount, columns, i);
    return timed(context, () => drawHeatmap(context, size, drawingOf(frames, columns), memory));
  });
}

/** The same cells by one path per colour, as heatmaps that draw rectangles do it. */
function paths(columns: number, rows: number, rounds: number): number[] {
  const context = canvasOf();
  const { view, geometry } = drawingOf([cellsFrame(columns, rows, 0)], columns);
  const { columnStartsPx, columnEndsPx, rowEdgesPx } = geometry;
  const draw = (): void => {
    context.clearRect(0, 0, size.width, size.height);
    const made = view.colours.map(() => new Path2D());
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const level = view.levels[row * columns + column];
        if (level === 0) continue;
        const width = columnEndsPx[column] - columnStartsPx[column];
        made[level - 1].rect(
          columnStartsPx[column],
          rowEdgesPx[row + 1],
          width,
          rowEdgesPx[row] - rowEdgesPx[row + 1],
        );
      }
    }
    made.forEach((path, i) => {
      context.fillStyle = toCss(view.colours[i]);
      context.fill(path);
    });
  };
  return Array.from({ length: rounds }, () => timed(context, draw));
}

export type PanelFigures = typeof figures;

const figures = { redraw, answer, answerSeries, paths };

declare global {
  interface Window {
    panelFigures?: PanelFigures;
  }
}

window.panelFigures = figures;
