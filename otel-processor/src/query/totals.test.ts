import { describe, expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import { splitTotals, type Totals } from './totals.ts';

function totals(expression: string): Totals {
  const split = splitTotals(expression);
  if (isFault(split)) throw new Error(split.message);
  return split;
}

describe('totals of series', () => {
  test.each([
    ['sum(rate(x[5m]))', 'rate(x[5m])'],
    ['sum by (region) (rate(x{a="1"}[5m]))', 'rate(x{a="1"}[5m])'],
    ['(sum without (pod) ((x)))', '(x)'],
    ['rate(x[1m])', 'rate(x[1m])'],
    ['x', 'x'],
    ['count(up)', '(up) * 0 + 1'],
  ])('%s is the total of %s', (expression, values) => {
    expect(totals(expression)).toMatchObject({ values, weights: undefined, factor: 1 });
  });

  test.each([
    ['sum(a) / sum(b)', 'a', 'b'],
    ['sum by (r) (a) / on (r) group_left sum by (r) (b)', 'a', 'b'],
    ['avg(x)', 'x', '(x) * 0 + 1'],
    ['sum(rate(a[5m])) / count(b)', 'rate(a[5m])', '(b) * 0 + 1'],
    ['rate(s_sum[5m]) / rate(s_count[5m])', 'rate(s_sum[5m])', 'rate(s_count[5m])'],
  ])('%s is a ratio of totals', (expression, values, weights) => {
    expect(totals(expression)).toMatchObject({ values, weights, factor: 1 });
  });

  test.each([
    ['100 * sum(a) / sum(b)', 100],
    ['sum(a) / sum(b) * 100', 100],
    ['(sum(a) / 60) / (2 * sum(b))', 1 / 120],
    ['-sum(a)', -1],
    ['sum(a) / -4', -0.25],
  ])('%s is multiplied by %d', (expression, factor) => {
    expect(totals(expression).factor).toBeCloseTo(factor, 12);
  });

  test('labels that restrict one side only tell the sides apart', () => {
    const split = totals('sum(rate(req{code=~"5..",job="a"}[5m])) / sum(rate(req{job="a"}[5m]))');
    expect(split).toMatchObject({ sideLabels: ['code'], metricNames: ['req'] });
  });

  test('selectors are told without ranges and offsets, each once', () => {
    const split = totals('sum(rate(a{b="1"}[5m] offset 1h) + rate(a{b="1"}[1m])) / sum(c)');
    expect(split.selectors).toEqual(['a{b="1"}']);
  });

  test.each([
    'max(x)',
    'histogram_quantile(0.9, x)',
    'sum(a) - sum(b)',
    'a > 1',
    '1',
    'time()',
    'quantile(0.5, x)',
  ])('%s does not add up', (expression) => {
    const split = splitTotals(expression);
    expect(isFault(split) && split.code).toBe('invalid');
  });

  test('what does not parse is said with its position', () => {
    const split = splitTotals('sum(');
    expect(isFault(split) && split.message).toMatch(/parse error/);
  });
});
