import { createDataFrame } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertState, Interval } from './alerts.ts';
import { type Canvas2d, type Drawing, drawTile, drawTimeline } from './draw.ts';
import { layOut } from './layout.ts';
import { defaultOptions } from './options.ts';
import { prepareLanes } from './prepare.ts';
import { type Tile, tileFor } from './tile.ts';

interface Box {
  readonly colour: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly height: number;
}

/** A canvas that remembers the boxes that were filled. */
function recorder(): { readonly context: Canvas2d; readonly boxes: Box[]; readonly texts: string[] } {
  const boxes: Box[] = [];
  const texts: string[] = [];
  const nothing = (): void => {};
  const context = {
    ...{ setTransform: nothing, clearRect: nothing, beginPath: nothing, moveTo: nothing, lineTo: nothing },
    ...{ fillStyle: '', font: '', textAlign: 'left', textBaseline: 'top' },
    fillRect(left: number, top: number, width: number, height: number) {
      boxes.push({ colour: String(context.fillStyle), left, top, right: left + width, height });
    },
    fill: () => boxes.push({ colour: 'mark', left: 0, top: 0, right: 0, height: 0 }),
    fillText: (text: string) => texts.push(text),
    measureText: (text: string) => ({ width: text.length * 6 }),
  };
  return { context: context as unknown as Canvas2d, boxes, texts };
}

function interval(name: string, state: AlertState, startMs: number, endMs: number): Interval {
  const text = {
    title: name,
    summary: '',
    severity: '',
    service: '',
    team: '',
    owner: '',
    acknowledgedBy: '',
  };
  const group = { runbook: '', url: '', group: '', groupTitle: '', groupVersion: 1, labels: {}, refId: 'A' };
  const source = { frame: createDataFrame({ fields: [] }), row: 0 };
  const numbers = { acknowledgedMs: Number.NaN, value: 1, startMs, endMs };
  return { ...text, ...group, ...numbers, source, name, fingerprint: name, state, isOpen: false };
}

const layout = layOut({
  ...{ width: 1014, height: 224, laneHeight: 20, fromMs: 0, toMs: 1000, nameWidth: 100, legendWidth: 300 },
  ...{ hasMarks: true, showFigures: false, showLegend: false },
});

function draw(intervals: readonly Interval[], more: Partial<Drawing> = {}, scrollPx = 0) {
  const record = recorder();
  const colours = { firing: 'firing', acknowledged: 'acknowledged', pending: 'pending' };
  const drawing = {
    lanes: prepareLanes(intervals, { ...defaultOptions, sortBy: 'name' }, 0),
    ...{ layout, marks: [], shadeMarks: false, ticks: [], ratio: 1 },
    style: {
      ...{ font: '', text: 'text', line: 'line', grid: 'grid', background: 'background' },
      states: { ...colours, silenced: 'silenced', resolved: 'resolved' },
    },
    ...more,
  };
  drawTimeline(record.context, drawing, scrollPx);
  return { ...record, drawing };
}

describe('a timeline on a canvas', () => {
  test('bars are where their times are, and a gap between them stays one', () => {
    const { boxes } = draw([interval('a', 'firing', 100, 200), interval('a', 'firing', 400, 500)]);
    const bars = boxes.filter(({ colour }) => colour === 'firing').map(({ left, right }) => [left, right]);
    expect(bars).toEqual([
      [190, 280],
      [460, 550],
    ]);
    expect(boxes.filter(({ colour }) => colour === 'resolved')).toHaveLength(2);
  });

  test('what began before the range starts at its edge; what is short is seen', () => {
    const { boxes } = draw([interval('a', 'firing', -500, 100), interval('b', 'pending', 600, 600.001)]);
    expect(boxes.find(({ colour }) => colour === 'firing')?.left).toBe(layout.plotLeft);
    const short = boxes.find(({ colour }) => colour === 'pending');
    expect((short?.right ?? 0) - (short?.left ?? 0)).toBeGreaterThanOrEqual(1);
  });

  test('only lanes in sight are drawn, and the axis is drawn over what has been scrolled up', () => {
    const many = Array.from({ length: 2000 }, (_, i) =>
      interval(String(i).padStart(4, '0'), 'firing', 100, 200),
    );
    const { boxes } = draw(many, {}, 1010);
    const bars = boxes.filter(({ colour }) => colour === 'firing');
    expect(bars.length).toBe(10);
    const cover = boxes.findIndex(({ colour }) => colour === 'background');
    expect(boxes[cover].height).toBe(layout.plotTop);
    expect(boxes.slice(cover).some(({ colour }) => colour === 'firing')).toBe(false);
  });

  test('marks are drawn at their start, labels only where they fit', () => {
    const marks = [{ kind: 'anomaly', startMs: 300, endMs: 400, colour: 'anomaly' }] as const;
    const ticks = [
      { timeMs: -50, text: '00:00:00' },
      { timeMs: 500, text: '00:30' },
    ];
    const { boxes, texts } = draw([], { marks, ticks });
    expect(boxes.filter(({ colour }) => colour === 'mark')).toHaveLength(1);
    expect(boxes.find(({ colour }) => colour === 'anomaly')).toMatchObject({ left: 370, right: 460 });
    expect(texts).toEqual(['00:30']);
  });

  test('a tile has the same bars as the whole, only further up', () => {
    const many = Array.from({ length: 50 }, (_, i) =>
      interval(String(i).padStart(4, '0'), 'firing', 100, 200),
    );
    const { drawing, boxes } = draw(many, {}, 200);
    const record = recorder();
    drawTile(record.context, drawing, [10, 19]);
    const bars = boxes.filter(({ colour }) => colour === 'firing');
    const moved = bars.map((box) => ({ ...box, top: box.top - layout.plotTop }));
    expect(record.boxes.filter(({ colour }) => colour === 'firing')).toEqual(moved);
  });

  test('however one scrolls, all lanes in sight are in the tile, and it stays small', () => {
    const scrolls = fc.array(fc.nat(40_000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scrolls, fc.integer({ min: 1, max: 2000 }), (all, count) => {
        let tile: Tile | undefined;
        for (const each of all) {
          const scrollPx = Math.min(each, Math.max(0, count * layout.laneHeight - layout.plotHeight));
          tile = tileFor(layout, scrollPx, count, tile);
          const [first, last] = layout.lanesInSight(scrollPx, count);
          expect(tile[0]).toBeLessThanOrEqual(first);
          expect(tile[1]).toBeGreaterThanOrEqual(last);
          expect(tile[1]).toBeLessThanOrEqual(count);
          expect(tile[1] - tile[0]).toBeLessThanOrEqual(35);
          expect(tileFor(layout, scrollPx, count, tile)).toBe(tile);
        }
      }),
    );
  });
});
