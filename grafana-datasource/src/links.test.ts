import { applyFieldOverrides, createTheme, type DataFrame, FieldType } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { leaderboardFrame } from './frames/leaderboard-frame.ts';
import { querySelectors } from './kinds/query-selectors.ts';
import { signalExpression, signalOf } from './kinds/signal.ts';
import { linksFor } from './links.ts';
import { defaultQuery, type StatBarQuery } from './model/query.ts';

vi.mock('@grafana/runtime', () => ({ config: {} }));

const source = { uid: 'statbar', name: 'StatBar' };
const promql = (expr: string): StatBarQuery => ({ ...defaultQuery, refId: 'A', expr, live: true });
const internal = (expr: string, labels: Record<string, string>) =>
  linksFor(promql(expr), source)(labels).map((link) => link.internal?.query as StatBarQuery);

describe('the signal of an expression', () => {
  test('is the one that the expression was made for', () => {
    const name = fc.constantFrom('requests_total', 'queue_depth', 'latency_seconds');
    const ending = fc.constantFrom('', ':sum', ':p50', ':p95', ':sum:p99', ':rate', ':sum:rate');
    fc.assert(
      fc.property(name, ending, (metric, end) => {
        const signal = `${metric}${end}`;
        const [expected, labels] = end.startsWith(':sum') ? [signal, {}] : [signal, { region: 'eu' }];
        const matchers = Object.entries(labels).map(([key, value]) => ({
          ...{ name: key, operator: '=' as const, value: value as string },
        }));
        expect(signalOf(signalExpression(signal, matchers, undefined), labels)).toEqual({
          signal: expected,
          matchers,
        });
      }),
    );
  });

  test.each([
    ['chat:messages:rate10s', {}],
    ['a / b', {}],
    ['1 + 1', {}],
  ])('there is none of %s', (expression, labels) => {
    expect(signalOf(expression, labels)).toBeUndefined();
  });

  test('of a sum under a filter is that of the series themselves', () => {
    expect(signalOf('sum(rate(x_total{job="a"}[5m]))', {})).toEqual({
      signal: 'x_total',
      matchers: [{ name: 'job', operator: '=', value: 'a' }],
    });
  });
});

describe('links of a value', () => {
  test('lead to the anomalies and the forecast of that series, and to alerts', () => {
    const [anomalies, forecast, alerts] = internal('sum by (region) (rate(x_total[5m]))', {
      __name__: 'x',
      region: 'eu "1"',
    });
    expect(anomalies).toMatchObject({
      kind: 'anomalies',
      signal: 'x_total',
      matchers: 'region="eu \\"1\\""',
    });
    expect(forecast).toMatchObject({
      kind: 'forecast',
      expr: 'sum by (region) (rate(x_total{region="eu \\"1\\""}[5m]))',
    });
    expect(alerts).toMatchObject({ kind: 'alerts' });
    expect(anomalies).not.toHaveProperty('live');
  });

  test('do not narrow by labels that only the result has', () => {
    const [, forecast] = internal('label_replace(x, "short", "$1", "long", "(.).*")', { short: 'a' });
    expect(forecast?.expr).not.toContain('short="a"');
  });

  test('in a table are those of the row, by its cells', () => {
    const linksOf = linksFor({ ...promql('sum by (route) (x)'), kind: 'leaderboard' }, source);
    const standing = (route: string, value: number, rank: number) => ({
      ...{ key: route, labels: { route }, value, rank, previousRank: null, previousValue: null },
    });
    const frame = leaderboardFrame([standing('/a', 5, 1), standing('/b', 3, 2)], new Map(), {
      ...{ refId: 'A', expression: 'x', legend: undefined, unit: undefined, limit: 10, others: false },
      ...{ linksOf, period: { comparedMs: 1, toMs: 1 } },
    });
    const query = linksOfCell(frame, 'value', 1)[0]?.interpolatedParams?.query as StatBarQuery;
    expect(query).toMatchObject({ kind: 'anomalies', matchers: 'route="/b"' });
  });
});

/** As Grafana makes links of a cell: with what stands in the row's other cells. */
function linksOfCell(frame: DataFrame, name: string, rowIndex: number) {
  const [shown] = applyFieldOverrides({
    data: [frame],
    fieldConfig: { defaults: {}, overrides: [] },
    theme: createTheme(),
    timeZone: 'utc',
    replaceVariables: (text) =>
      text.replace(/\$\{__data\.fields\.(\w+)\}/g, (_match, column: string) => {
        const cells = frame.fields.find((field) => field.name === column && field.type === FieldType.string);
        return String(cells?.values[rowIndex]);
      }),
  });
  return shown?.fields.find((field) => field.name === name)?.getLinks?.({ valueRowIndex: rowIndex }) ?? [];
}

test('the selectors of a query of any kind are known: what it may be narrowed by', () => {
  const of = (query: Partial<StatBarQuery>) =>
    querySelectors({ ...promql(''), ...query }).map((matchers) =>
      matchers.map(({ name, operator, value }) => name + operator + value).join(' '),
    );
  expect(of({ expr: 'rate(a{x="1"}[5m]) / b' })).toEqual(['__name__=a x=1', '__name__=b']);
  expect(of({ kind: 'anomalies', signal: 'a:p95', matchers: 'x="1"' })).toEqual(['__name__=a_bucket x=1']);
  expect(of({ kind: 'views', view: 'v', matchers: 'x="1"' })).toEqual([
    '__name__=~v(:.+)? __name__!~.+:final x=1',
  ]);
  expect([of({ kind: 'alerts' }), of({ kind: 'views' }), of({ kind: 'anomalies' })]).toEqual([[], [], []]);
});
