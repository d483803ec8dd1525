import { describe, expect, test } from 'vitest';
import { kpiScore } from './kpi-score.ts';
import { type NabFile, nabScore } from './nab-score.ts';

/** 1,000 rows: 150 of probation, one window from 500 to 599. */
const file: NabFile = {
  name: 'made/up.csv',
  times: Array.from({ length: 1000 }, (_, i) => String(i)),
  timestampsMs: new Float64Array(1000),
  values: new Float64Array(1000),
  windows: [['500', '599']],
};

const alertsAt = (...rows: number[]): Float64Array => {
  const scores = new Float64Array(1000);
  for (const row of rows) scores[row] = 1;
  return scores;
};
const scoreAt = (...rows: number[]): number => nabScore([file], [alertsAt(...rows)], 'standard', 1).score;

describe('the score of the Numenta benchmark', () => {
  test('saying nothing is 0, the first row of a window 100, the last one half and a little', () => {
    expect(scoreAt()).toBe(0);
    expect(scoreAt(500)).toBeCloseTo(100, 9);
    expect(scoreAt(599)).toBeGreaterThan(50);
    expect(scoreAt(599)).toBeLessThan(52);
  });

  test('probation is not judged; a false row costs 0.11, soon after a window less; only the best of a window counts', () => {
    expect(scoreAt(149)).toBe(0);
    expect(scoreAt(200)).toBeCloseTo(-5.5, 9);
    expect(scoreAt(500, 601)).toBeGreaterThan(99);
    expect(scoreAt(500, 950)).toBeCloseTo(94.5, 9);
    expect(scoreAt(500, 520, 599)).toBeCloseTo(100, 9);
  });

  test('the best threshold is found', () => {
    const scores = alertsAt();
    scores[300] = 0.2;
    scores[510] = 0.7;
    const { threshold, falseRows, windowsHit } = nabScore([file], [scores]);
    expect([threshold, falseRows, windowsHit]).toEqual([0.7, 0, 1]);
  });
});

describe('the score of KPIs', () => {
  const labels = new Uint8Array(1000).fill(1, 100, 150).fill(1, 500, 520);
  const series = (...rows: number[]) => {
    const scores = new Float64Array(1000);
    for (const row of rows) scores[row] = 1;
    return { labels, scores, stepMs: 60_000 };
  };

  test('a segment is found within eight rows, wholly, or not at all', () => {
    expect(kpiScore([series(107, 500)]).delay).toMatchObject({ f1: 1, precision: 1, recall: 1 });
    expect(kpiScore([series(108, 500)]).delay.recall).toBeCloseTo(20 / 70, 9);
  });

  test('false rows count one by one, false notifications once', () => {
    const { delay, event } = kpiScore([series(100, 500, 700, 701, 702)]);
    expect(delay.precision).toBeCloseTo(70 / 73, 9);
    expect(event.precision).toBeCloseTo(2 / 3, 9);
  });
});
