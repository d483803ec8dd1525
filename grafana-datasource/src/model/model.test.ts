import { describe, expect, test } from 'vitest';
import { unitOf } from '../frames/units.ts';
import { signalExpression } from '../kinds/signal.ts';
import { standingsOf } from '../kinds/standings.ts';
import german from '../locales/de-DE/statbar-metrics-datasource.json' with { type: 'json' };
import english from '../locales/en-US/statbar-metrics-datasource.json' with { type: 'json' };
import { configProblems } from './config.ts';
import { migrateQuery } from './migrate-query.ts';
import { defaultQuery, isAskable, queryText } from './query.ts';
import { durationMs, stepOf } from './time.ts';

describe('queries', () => {
  test('of the Prometheus data source become ours, and ours stay as they are', () => {
    const stored = {
      ...{ refId: 'A', expr: 'up', instant: true, range: false, legendFormat: '{{job}}', interval: '30s' },
      ...{ exemplar: true, editorMode: 'builder' },
    };
    const migrated = migrateQuery(stored);
    expect(migrated).toEqual({
      ...{ refId: 'A', version: 2, kind: 'promql', expr: 'up', mode: 'instant', editor: 'builder' },
      ...{ legend: '{{job}}', minStep: '30s', exemplars: true },
    });
    expect(migrateQuery(migrated)).toBe(migrated);
    expect(migrateQuery({ refId: 'A', expr: 'x', format: 'heatmap' }).kind).toBe('heatmap');
    expect(migrateQuery({ refId: 'A', version: 1, queryType: 'forecast', expr: 'x' }).kind).toBe('forecast');
  });

  test('without anything to ask are not sent, and all can be named in a line', () => {
    const query = { ...defaultQuery, refId: 'A' };
    expect([isAskable(query), isAskable({ ...query, expr: 'up' })]).toEqual([false, true]);
    expect(isAskable({ ...query, kind: 'anomalies' })).toBe(false);
    expect(isAskable({ ...query, kind: 'alerts' })).toBe(true);
    expect(queryText({ ...query, kind: 'leaderboard', expr: 'x' })).toBe('top 10 of x');
  });
});

test('durations and steps', () => {
  expect([durationMs('1h30m'), durationMs('250ms'), durationMs(''), durationMs('5 minutes')]).toEqual([
    5_400_000,
    250,
    undefined,
    undefined,
  ]);
  expect(stepOf(3_600_000, 15_000, 60_000)).toBe(60_000);
  expect(3_600_000_000 / stepOf(3_600_000_000, 1000, 0)).toBeLessThanOrEqual(11_000);
});

test('equal values share a rank, the next counts them all, and what is no number has none', () => {
  const series = (name: string, value: number) => ({ labels: { name }, timesMs: [0], values: [value] });
  const now = [series('a', 1), series('b', 3), series('c', 3), series('d', 5), series('e', Number.NaN)];
  const before = [series('a', 9)];
  const ranks = standingsOf(now, before, 'highest').map(({ labels, rank, previousRank }) => [
    labels['name'],
    rank,
    previousRank,
  ]);
  expect(ranks).toEqual([
    ['d', 1, null],
    ['b', 2, null],
    ['c', 2, null],
    ['a', 4, 1],
  ]);
  expect(standingsOf(now, [], 'lowest')[0].labels).toEqual({ name: 'a' });
});

test.each([
  ['x_total', 'rate(x_total{a="b"}[1m])'],
  ['x', 'x{a="b"}'],
  ['x:sum', 'sum(x{a="b"})'],
  ['x_total:sum', 'sum(rate(x_total{a="b"}[1m]))'],
  ['x:p95', 'histogram_quantile(0.95, rate(x_bucket{a="b"}[1m]))'],
  ['x:sum:p50', 'histogram_quantile(0.5, sum by (le) (rate(x_bucket{a="b"}[1m])))'],
  ['x:rate', 'rate(x_count{a="b"}[1m])'],
])('the signal %s is %s', (signal, expression) => {
  expect(signalExpression(signal, [{ name: 'a', operator: '=', value: 'b' }], undefined)).toBe(expression);
});

test.each([
  ['x_bytes', 'bytes'],
  ['rate(x_bytes_total[5m])', 'Bps'],
  ['rate(cpu_seconds_total[5m])', 'percentunit'],
  ['histogram_quantile(0.9, rate(x_seconds_bucket[5m]))', 's'],
  ['rate(requests_total[5m])', 'cps'],
  ['count(x_bytes)', undefined],
  ['x_bytes / y_bytes', undefined],
  ['x_bytes * 8', undefined],
  ['said', 'ms'],
])('the unit of %s is %s', (expression, unit) => {
  expect(unitOf(expression, { said: [{ type: 'gauge', help: '', unit: 'ms' }] })).toBe(unit);
});

test('every text is there in both languages, with the same places for values', () => {
  const places = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  expect(Object.keys(german)).toEqual(Object.keys(english));
  for (const [key, text] of Object.entries(english))
    expect([key, places(german[key as keyof typeof german])]).toEqual([key, places(text)]);
});

test.each([
  [{}, 'http://localhost:4318', []],
  [{}, '', ['url']],
  [{}, 'localhost:4318', ['url']],
  [{ scrapeInterval: '15', incrementalOverlap: '10m' }, 'https://x', ['scrapeInterval']],
  [{ traceUrl: 'https://tempo.example/trace/' }, 'https://x', ['traceUrl']],
  [{ traceUrl: 'https://tempo.example/trace/{{traceId}}' }, 'https://x', []],
])('of the configuration %j at %s wrong is %j', (options, url, fields) => {
  expect([...configProblems(url, options).keys()]).toEqual(fields);
});
