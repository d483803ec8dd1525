import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { promqlFunctions } from './functions.ts';
import { tokensOf, unquoted } from './tokens.ts';
import { parseVisual, printVisual, type VisualOperation, type VisualQuery } from './visual.ts';

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

/** Any PromQL, also what the builder has no form for, with spaces wherever they may be. */
const randomPromql = fc.letrec<{ expression: string; selector: string; range: string }>((tie) => {
  const space = fc.constantFrom('', ' ', '  ', '\n');
  const joined = (...parts: fc.Arbitrary<string>[]) =>
    fc.tuple(...parts.flatMap((part) => [part, space])).map((texts) => texts.join(''));
  const text = fc.constantFrom;
  const value = fc.string({ maxLength: 6 }).map((each) => JSON.stringify(each));
  const matcher = joined(text('a', 'le', '"b c"'), text('=', '!=', '=~', '!~'), value);
  const grouping = joined(text('by', 'without'), text('(a)', '(a, le)', '()'));
  const number = text('1', '0.95', '2e3', '-1', '0x1f', 'Inf');
  return {
    selector: fc.oneof(
      text('up', 'job:x:rate5m', '$metric'),
      joined(text('up', ''), text('{'), matcher, text('}')),
      joined(text('up{'), matcher, text(','), matcher, text('}')),
    ),
    range: joined(tie('selector'), text('[5m]', '[$__rate_interval]', '[1h:5m]')),
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      tie('selector'),
      number,
      joined(text('rate', 'increase', 'avg_over_time'), text('('), tie('range'), text(')')),
      joined(text('abs', 'histogram_quantile', 'sum'), text('('), tie('expression'), text(')')),
      joined(text('sum', 'max', 'count'), grouping, text('('), tie('expression'), text(')')),
      joined(text('sum', 'topk'), text('('), tie('expression'), text(')'), grouping),
      joined(text('topk', 'quantile'), text('('), number, text(','), tie('expression'), text(')')),
      joined(tie('expression'), text('+', '/', '^', '>', ' and ', ' or on(a) '), tie('expression')),
      joined(text('('), tie('expression'), text(')')),
      joined(tie('selector'), text('offset 5m', '@ end()', '# a note')),
    ),
  };
}).expression;

test('whatever PromQL is written: the builder shows it without changing it, or leaves it to the code', () => {
  let shown = 0;
  const words = (expression: string) =>
    tokensOf(expression).map(({ kind, text }) => (kind === 'string' ? unquoted(text) : text));
  fc.assert(
    fc.property(randomPromql, (expression) => {
      const query = parseVisual(expression);
      if (query === undefined) return;
      shown += 1;
      expect(words(printVisual(query))).toEqual(words(expression));
      expect(parseVisual(printVisual(query))).toEqual(query);
    }),
    { numRuns: 2000 },
  );
  expect(shown).toBeGreaterThan(100);
});
