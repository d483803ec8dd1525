import { expect, test, vi } from 'vitest';
import { histogramFrame } from '../frames/histogram-frame.ts';
import { matchesAll, parseMatchers } from '../promql/filters.ts';
import { onePerScore } from './anomalies.ts';
import { happeningsOf } from './expression-annotations.ts';

vi.mock('@grafana/runtime', () => ({ config: {} }));

test('an expression happens as long as it has a value other than 0, step by step', () => {
  const series = {
    labels: {},
    timesMs: [1000, 2000, 3000, 4000, 8000, 9000, 10_000],
    values: [0, 1, 2, Number.NaN, 1, 1, 0],
  };
  expect(happeningsOf(series, 1000).map(({ startMs, endMs, value }) => [startMs, endMs, value])).toEqual([
    [2000, 3000, 1],
    [8000, 9000, 1],
  ]);
});

test.each([
  ['a="1"', true],
  ['a!="1"', false],
  ['a=~"1|2", b=""', true],
  ['a=~"."', true],
  ['a=~""', false],
  ['a!~"2.*"', true],
  ['b!=""', false],
  ['a=~"("', false],
])('%s of a series with a="1" is %s', (matchers, isMatch) => {
  expect(matchesAll({ a: '1' }, parseMatchers(matchers))).toBe(isMatch);
});

test('native histograms at one time have a row for each bucket that any of them has', () => {
  const histogram = (pod: string, buckets: readonly (readonly [0, string, string, string])[]) => ({
    labels: { pod },
    histograms: [[1, { count: '3', sum: '9', buckets }]] as const,
  });
  const frame = histogramFrame(
    [
      histogram('a', [[0, '2', '4', '1']]),
      histogram('b', [
        [0, '1', '2', '2'],
        [0, '2', '4', '5'],
      ]),
    ],
    { refId: 'A', expression: 'x', legend: '{{pod}}', unit: 's' },
  );
  expect(frame.meta?.type).toBe('histogram');
  expect(frame.fields.map(({ name, values, config }) => [config.displayNameFromDS ?? name, values])).toEqual([
    ['xMin', [1, 2]],
    ['xMax', [2, 4]],
    ['a', [null, 1]],
    ['b', [2, 5]],
  ]);
});

test('an anomalous minute is one point, however short the steps are', () => {
  const timesMs = [0, 15_000, 30_000, 45_000, 60_000, 75_000, 180_000, 240_000];
  const isAnomalous = (i: number) => i !== 0 && i !== 7;
  expect(onePerScore(timesMs, isAnomalous).map((i) => timesMs[i])).toEqual([15_000, 60_000, 180_000]);
});
