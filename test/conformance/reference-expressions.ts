import fc from 'fast-check';

/**
 * Texts of expressions whose meaning did not change between Prometheus 2.42 and 3: no ties for topk, nothing
 * at the edge of a range, nothing experimental, no atan2 (it kept names), no calendar
 * and no deviation of NaN, no variance of numbers that are large beside their differences.
 */
const gauges = fc.constantFrom(
  'temperature',
  'load',
  'temperature{job="api"}',
  'load{instance=~"1|2"}',
  'temperature{job!~"web|x"}',
);
const counters = fc.constantFrom(
  'requests_total',
  'requests_total{code="200"}',
  'requests_total{job=~".+a.*"}',
);
const range = fc.constantFrom('1m', '2m', '5m', '7m');
const offset = fc.constantFrom('', '', ' offset 2m', ' offset -1m', ' offset 90s');
const overTime = fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'last', 'present');
const rates = fc.constantFrom('rate', 'increase', 'irate', 'resets', 'changes');
const slopes = fc.constantFrom('deriv', 'delta', 'idelta', 'changes');
const maps = fc.constantFrom(
  'abs',
  'ceil',
  'floor',
  'sgn',
  'exp',
  'sqrt',
  'ln',
  'round',
  'sin',
  'atan',
  'deg',
);
const aggregators = fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar');
const grouping = fc.constantFrom(
  '',
  ' by (job)',
  ' by (job, instance)',
  ' without (instance)',
  ' by (nothing)',
);
const number = fc.constantFrom('0.5', '2', '-1', '100', '1e-3');
const arithmetic = fc.constantFrom('+', '-', '*', '/', '%', '^');
const comparison = fc.constantFrom('>', '<', '>=', '!=', '== bool', '< bool', '> bool');
const sets = fc.constantFrom('and', 'or', 'unless');
const matching = fc.constantFrom('', ' on (job, instance)', ' ignoring (code)', ' ignoring (le)');

const text = (...parts: ReadonlyArray<string | fc.Arbitrary<string>>): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''));

export const referenceExpression: fc.Arbitrary<string> = fc.letrec<{
  vector: string;
  leaf: string;
  deep: string;
}>((tie) => ({
  vector: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('deep')),
  leaf: fc.oneof(
    text(gauges, offset),
    text(rates, '(', counters, '[', range, ']', offset, ')'),
    text(overTime, '_over_time(', gauges, '[', range, ']', offset, ')'),
    text(slopes, '(', gauges, '[', range, '])'),
    text('predict_linear(', gauges, '[5m], ', number, ')'),
    text('quantile_over_time(0.3, ', gauges, '[', range, '])'),
    text(
      'histogram_quantile(0.',
      fc.constantFrom('5', '9', '99'),
      ', sum by (le, job) (rate(latency_bucket[',
      range,
      '])))',
    ),
    text('topk', fc.constantFrom('', ' by (job)'), '(2, ', gauges, ')'),
    text('bottomk(3, ', gauges, ')'),
    text('label_replace(', gauges, ', "to", "x-$1", "job", "(..).*")'),
    text('absent(', gauges, ' > ', number, ')'),
    text('(timestamp(', gauges, ') - 1.7e9)'),
  ),
  deep: fc.oneof(
    { maxDepth: 3 },
    text(aggregators, grouping, ' (', tie('vector'), ')'),
    text('quantile', grouping, ' (0.7, ', tie('vector'), ')'),
    text(maps, '(', tie('vector'), ')'),
    text('clamp(', tie('vector'), ', -5, 5)'),
    text('-(', tie('vector'), ')'),
    text('(', tie('vector'), ') ', arithmetic, ' ', number),
    text(number, ' ', arithmetic, ' (', tie('vector'), ')'),
    text('(', tie('vector'), ') ', comparison, ' ', number),
    text('(', tie('vector'), ') ', arithmetic, matching, ' (', tie('vector'), ')'),
    text('(', tie('vector'), ') ', comparison, matching, ' (', tie('vector'), ')'),
    text('(', tie('vector'), ') ', sets, matching, ' (', tie('vector'), ')'),
    text('(', tie('vector'), ') * on (job) group_left () sum by (job) (', tie('vector'), ')'),
    text(
      fc.constantFrom('max', 'sum', 'count', 'avg'),
      '_over_time((',
      // Not one in another: the inner one's steps lie on the edges of ranges.
      tie('leaf'),
      ')[',
      fc.constantFrom('3m', '5m'),
      ':',
      fc.constantFrom('30s', '1m'),
      '])',
    ),
    text('hour(vector(time())) + minute(timestamp(', gauges, '))'),
  ),
})).vector;
