import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completionsFor, situationAt } from './completion.ts';
import { addGrouping, addMatchers, matcherOf } from './filters.ts';
import { promqlFunctions } from './functions.ts';
import { applyHint, hintsOf } from './hints.ts';
import { timeVariables, variableText } from './interpolate.ts';
import { selectorsOf } from './selectors.ts';
import { tokensOf } from './tokens.ts';
import { parseVisual, printVisual, type VisualOperation, type VisualQuery } from './visual.ts';

const eu = [{ name: 'region', operator: '=' as const, value: 'eu' }];

describe('selectors', () => {
  test.each([
    ['up', ['up']],
    ['sum by (job) (rate(a_total{x="y"}[5m])) / on (job) group_left (team) b', ['a_total', 'b']],
    ['{__name__="a.b", x=~"c|d"}', ['a.b']],
    ['{"quoted name", x="1"}', ['quoted name']],
    ['topk(5, a) or vector(1) unless b offset 5m', ['a', 'b']],
    ['rate(a[$__rate_interval])', ['a']],
    ['sum(a) by (job) > bool 3', ['a']],
    ['a[5m:1m]', ['a']],
    ['sum without (le) (', []],
  ])('of %s are %j', (expression, metrics) => {
    expect(selectorsOf(expression).map(({ metric }) => metric)).toEqual(metrics);
  });

  test('tokens lose nothing but white space, of any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const tokens = tokensOf(text);
        expect(tokens.map((token) => token.text).join('')).toBe(
          text.replace(/\s/g, (c, i) => inside(i) ?? c),
        );
        function inside(i: number): string | undefined {
          return tokens.some(({ start, end }) => start <= i && i < end) ? undefined : '';
        }
      }),
    );
  });
});

describe('filters of a dashboard', () => {
  test.each([
    ['up', 'up{region="eu"}'],
    ['sum(rate(a{}[5m])) / b{x="1"}', 'sum(rate(a{region="eu"}[5m])) / b{x="1", region="eu"}'],
    ['a{x="1",}', 'a{x="1", region="eu"}'],
    ['a{region="eu"}', 'a{region="eu"}'],
    ['{__name__=~"a.*"}', '{__name__=~"a.*", region="eu"}'],
    ['1 + 2', '1 + 2'],
  ])('are put into every selector of %s', (expression, expected) => {
    expect(addMatchers(expression, eu)).toBe(expected);
  });

  test('with several values are alternatives, taken literally', () => {
    const filter = { key: 'host', operator: '=|', value: '', values: ['a.b', 'c'] };
    expect(matcherOf(filter)).toEqual({ name: 'host', operator: '=~', value: 'a\\.b|c' });
    expect(matcherOf({ ...filter, operator: '<' })).toBeUndefined();
  });

  test.each([
    ['sum(rate(a[5m]))', 'sum by (job) (rate(a[5m]))'],
    ['sum by (x) (max(a) by (y))', 'sum by (x, job) (max(a) by (y, job))'],
    ['avg without (job, x) (a)', 'avg without (x) (a)'],
    ['sum by (job) (a)', 'sum by (job) (a)'],
    ['a', 'a'],
  ])('groupings are kept by every aggregation of %s', (expression, expected) => {
    expect(addGrouping(expression, ['job'])).toBe(expected);
  });
});

const label = fc.constantFrom('job', 'region', 'le', 'status_code');
const matcher = fc.record({
  name: label,
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  value: fc.string({ maxLength: 8 }),
});
const number = fc.constantFrom('1', '0.5', '100', '1e3');
const operation = (isFirst: boolean): fc.Arbitrary<VisualOperation> =>
  fc
    .constantFrom(...promqlFunctions.filter(({ kind }) => kind !== 'other' && (kind !== 'range' || isFirst)))
    .chain(({ name, kind, before = [], after = [] }): fc.Arbitrary<VisualOperation> => {
      const grouping = fc.option(
        fc.record({
          word: fc.constantFrom('by' as const, 'without' as const),
          labels: fc.uniqueArray(label),
        }),
        { nil: undefined },
      );
      if (kind === 'aggregation')
        return grouping.map((clause) => ({
          ...{ kind, name, before },
          ...(clause === undefined ? {} : { grouping: clause }),
        }));
      return fc.constant({
        ...{ kind: 'call' as const, name, before, after },
        ...(kind === 'range' ? { range: '$__rate_interval' } : {}),
      });
    });
const arithmetic = fc.record({
  kind: fc.constant('arithmetic' as const),
  operator: fc.constantFrom('+', '*', '/', '>', '=='),
  number,
});
const visual = fc.record({
  metric: fc.constantFrom('up', 'http_requests_total', 'job:rate:sum'),
  matchers: fc.array(matcher, { maxLength: 3 }),
  operations: fc
    .tuple(fc.option(operation(true), { nil: undefined }), fc.array(operation(false), { maxLength: 2 }))
    .chain(([first, rest]) =>
      fc
        .option(arithmetic, { nil: undefined })
        .map((last) => [first, ...rest, last].filter((each) => each !== undefined)),
    ),
}) as fc.Arbitrary<VisualQuery>;

describe('the builder', () => {
  test('reads back what it writes', () => {
    fc.assert(
      fc.property(visual, (query) => {
        expect(parseVisual(printVisual(query))).toEqual(query);
      }),
    );
  });

  test.each([
    'up',
    'sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))',
    'sum(rate(a[5m])) by (job)',
    'histogram_quantile(0.95, sum by (le) (rate(x_bucket[$__rate_interval]))) * 1000',
    'topk(10, a) / 2',
    'a + b',
    'a offset 5m',
    'rate(sum(a)[5m:])',
    'sum(a) + 2 * 3',
    '-a',
    'label_replace(a, "b", "$1", "c", "(.*)")',
    'sum by (job) (',
    '# note\nup',
  ])('either shows %s without changing it, or leaves it to the code', (expression) => {
    const query = parseVisual(expression);
    const strip = (text: string): string => text.replace(/\s/g, '');
    if (query !== undefined) expect(strip(printVisual(query))).toBe(strip(expression));
  });

  test('shows what is common, and not what it has no form for', () => {
    expect(parseVisual('sum by (job) (rate(a{b="c"}[5m])) * 100')?.operations.length).toBe(3);
    for (const expression of ['a + b', 'a offset 5m', 'sum(a) by (job)', 'sum(a) + 2 * 3', 'a[5m]'])
      expect(parseVisual(expression)).toBeUndefined();
  });
});

describe('completion', () => {
  const at = (marked: string) => situationAt(marked.replace('|', ''), marked.indexOf('|'));

  test.each([
    ['|', 'expression'],
    ['ra|', 'expression'],
    ['rate(|', 'expression'],
    ['sum(a) / |', 'expression'],
    ['a{|', 'label'],
    ['a{x="1", re|', 'label'],
    ['a{x="|', 'value'],
    ['a{x="1", y=~"f|"}', 'value'],
    ['a{x=|', 'nothing'],
    ['rate(a[|', 'range'],
    ['rate(a[5|', 'range'],
    ['sum by (|', 'grouping'],
    ['sum by (job, re|) (a)', 'grouping'],
    ['# a|', 'nothing'],
    ['a > 10|', 'nothing'],
  ])('knows where the cursor of %s is: %s', (marked, kind) => {
    expect(at(marked).kind).toBe(kind);
  });

  test('asks for values of the label under the other matchers, which must not be a variable', () => {
    expect(at('a{x="1", y="$z", w="|')).toMatchObject({ label: 'w', selector: '{__name__="a", x="1"}' });
    expect(at('sum by (|) (a{x="1"})')).toMatchObject({ selector: '{__name__="a", x="1"}' });
  });

  test('offers metrics with type and help, and functions', async () => {
    const found = await completionsFor(at('|'), {
      metrics: async () => ['x_bucket'],
      labelNames: async () => [],
      labelValues: async () => [],
      metadata: async () => ({ x: [{ type: 'histogram', help: 'How long', unit: 's' }] }),
    });
    expect(found[0]).toMatchObject({ label: 'x_bucket', detail: 'histogram, s', documentation: 'How long' });
    expect(found.map(({ label: name }) => name)).toContain('histogram_quantile');
  });
});

describe('hints', () => {
  const metadata = {
    a_total: [{ type: 'counter', help: '', unit: '' }],
    h: [{ type: 'histogram', help: '', unit: '' }],
  };

  test('a bare counter is better a rate, buckets a quantile; with it there is no hint', () => {
    const [counter] = hintsOf('a_total{x="1"}', metadata);
    const fixed = applyHint('a_total{x="1"}', counter.fix?.action?.type ?? '');
    expect(fixed).toBe('rate(a_total{x="1"}[$__rate_interval])');
    expect(hintsOf(fixed ?? '', metadata)).toEqual([]);
    const [buckets] = hintsOf('h_bucket', metadata);
    expect(applyHint('h_bucket', buckets.fix?.action?.type ?? '')).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(h_bucket[$__rate_interval])))',
    );
    expect(applyHint('up', 'UNKNOWN')).toBeUndefined();
  });

  test('many series are better a sum', () => {
    expect(hintsOf('up', {}, 30).map(({ type }) => type)).toEqual(['APPLY_SUM']);
    expect(hintsOf('sum(up)', {}, 30)).toEqual([]);
  });
});

describe('variables', () => {
  test('with several values are alternatives; one value is text within quotes', () => {
    expect(variableText(['a.b', 'c'])).toBe('(a\\\\.b|c)');
    expect(variableText('a.b')).toBe('a.b');
    expect(variableText('a.b', { multi: true })).toBe('a\\\\.b');
    expect(variableText('say "hi"')).toBe('say \\"hi\\"');
  });

  test('of time give a rate four samples', () => {
    const variables = timeVariables(15_000, 3_600_000, 30_000);
    expect(variables['__rate_interval']?.value).toBe('120s');
    expect(timeVariables(300_000, 3_600_000, 30_000)['__rate_interval']?.value).toBe('330s');
    expect([variables['__interval']?.value, variables['__range']?.value]).toEqual(['15s', '3600s']);
  });
});
