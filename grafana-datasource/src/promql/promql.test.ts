import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Translate } from '../texts.ts';
import { completionsFor, situationAt } from './completion.ts';
import { addGrouping, addMatchers, matcherOf } from './filters.ts';
import { applyHint, hintsOf } from './hints.ts';
import { timeVariables, variableText } from './interpolate.ts';
import { selectorsOf } from './selectors.ts';
import { tokensOf, unquoted } from './tokens.ts';

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

test('what is within quotes is read as Go reads it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(unquoted(JSON.stringify(text))).toBe(text);
    }),
  );
  expect(unquoted(String.raw`"\x41\101\u00e9\U0001F600\a\v"`)).toBe('AA\u00e9\u{1F600}\u0007\v');
  expect(unquoted(String.raw`'it\'s'`)).toBe("it's");
  expect(unquoted('`\\n`')).toBe('\\n');
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
      variables: () => ['region'],
      metadata: async () => ({ x: [{ type: 'histogram', help: 'How long', unit: 's' }] }),
    });
    expect(found[0]).toMatchObject({ label: 'x_bucket', detail: 'histogram, s', documentation: 'How long' });
    const names = found.map(({ label: name }) => name);
    expect(names).toEqual(expect.arrayContaining(['histogram_quantile', '$region']));
  });
});

describe('hints', () => {
  const metadata = {
    a_total: [{ type: 'counter', help: '', unit: '' }],
    h: [{ type: 'histogram', help: '', unit: '' }],
  };
  const options = { metadata, seriesCount: 1, isHeatmap: false };
  const say: Translate = (key, values = {}) => [key, ...Object.values(values)].join(' ');

  test('a bare counter is better a rate, buckets a quantile; with it there is no hint', () => {
    const [counter] = hintsOf('a_total{x="1"}', options, say);
    expect([counter.label, counter.fix?.label]).toEqual(['hints.counter a_total', 'hints.rate']);
    const fixed = applyHint('a_total{x="1"}', counter.fix?.action?.type ?? '');
    expect(fixed).toBe('rate(a_total{x="1"}[$__rate_interval])');
    expect(hintsOf(fixed ?? '', options, say)).toEqual([]);
    const [buckets] = hintsOf('h_bucket', options, say);
    expect(applyHint('h_bucket', buckets.fix?.action?.type ?? '')).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(h_bucket[$__rate_interval])))',
    );
    expect(applyHint('up', 'UNKNOWN')).toBeUndefined();
  });

  test('many series are better a sum', () => {
    const many = { ...options, metadata: {}, seriesCount: 30 };
    expect(hintsOf('up', many, say).map(({ type }) => type)).toEqual(['APPLY_SUM']);
    expect(hintsOf('sum(up)', many, say)).toEqual([]);
  });

  test('a heatmap is better drawn of what each step adds, not of all since the start', () => {
    const heatmap = { ...options, isHeatmap: true, seriesCount: 30 };
    const fixOf = (expression: string) => {
      const [hint] = hintsOf(expression, heatmap, say);
      return applyHint(expression, hint?.fix?.action?.type ?? '');
    };
    expect(fixOf('h_bucket{a="b"}')).toBe('sum by (le) (increase(h_bucket{a="b"}[$__rate_interval]))');
    expect(fixOf('h')).toBe('sum(increase(h[$__rate_interval]))');
    expect(hintsOf('sum by (le) (rate(h_bucket[5m]))', heatmap, say)).toEqual([]);
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
