import { expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { formatExpression } from '../../query/index.ts';
import { signalExpression } from './signal-expression.ts';

test.each([
  ['cpu', 'cpu'],
  ['cpu{host="a"}', 'cpu{host="a"}'],
  ['cpu:sum', 'sum(cpu)'],
  ['errors_total', 'rate(errors_total[1m])'],
  ['errors_total:sum{job="a"}', 'sum(rate(errors_total{job="a"}[1m]))'],
  ['latency:rate', 'rate(latency_count[1m])'],
  ['latency:sum:rate', 'sum(rate(latency_count[1m]))'],
  ['latency:p95', 'histogram_quantile(0.95, rate(latency_bucket[1m]) or rate(latency[1m]))'],
  [
    'latency:sum:p50',
    'histogram_quantile(0.50, sum by (le) (rate(latency_bucket[1m])) or sum(rate(latency[1m])))',
  ],
  ['job:errors:sum', 'job:errors:sum'],
])('the values of %s', (signal, expression) => {
  expect(signalExpression(signal)).toBe(expression);
  expect(isFault(formatExpression(expression))).toBe(false);
});
