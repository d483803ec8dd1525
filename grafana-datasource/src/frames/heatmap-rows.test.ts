import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsFrame } from './heatmap-rows.ts';

const options = { stepMs: 1000, unit: undefined };
const bucket = (le: string, values: readonly number[], labels: Record<string, string> = {}) => ({
  labels: { le, ...labels },
  timesMs: values.map((_value, i) => i * 1000),
  values: [...values],
});
const columns = (series: Parameters<typeof rowsFrame>[0]): unknown[][] =>
  rowsFrame(series, 'A', options).fields.map(({ name, values }) => [name, ...values]);

test('cumulative counts come back as they were before they were added up, whatever their order', () => {
  const counts = fc.array(fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 6,
  });
  fc.assert(
    fc.property(counts, fc.boolean(), (buckets, isReversed) => {
      const bounds = buckets.map((_each, i) => (i === buckets.length - 1 ? '+Inf' : String(2 ** i)));
      const sums = [0, 0, 0];
      const series = buckets.map((each, i) => {
        each.forEach((count, at) => {
          sums[at] = (sums[at] as number) + count;
        });
        return bucket(bounds[i] as string, [...sums]);
      });
      const found = columns(isReversed ? [...series].reverse() : series).slice(1);
      expect(found).toEqual(buckets.map((each, i) => [bounds[i], ...each]));
    }),
  );
});

test('counts of single buckets stay as they are', () => {
  const series = [bucket('1', [5, 9]), bucket('2', [3, 4]), bucket('+Inf', [0, 1])];
  expect(columns(series).slice(1)).toEqual([
    ['1', 5, 9],
    ['2', 3, 4],
    ['+Inf', 0, 1],
  ]);
});

test('series of one bound add up; what is no number, or missing, is not counted twice', () => {
  const series = [
    bucket('1', [1, Number.NaN], { pod: 'a' }),
    bucket('1', [1, 2], { pod: 'b' }),
    { labels: { le: '2', pod: 'a' }, timesMs: [0], values: [5] },
    bucket('+Inf', [6, 7], { pod: 'a' }),
  ];
  expect(columns(series).slice(1)).toEqual([
    ['1', 2, 2],
    ['2', 3, null],
    ['+Inf', 1, 5],
  ]);
  expect(rowsFrame(series, 'A', options).fields[2].labels).toEqual({ le: '2' });
});
