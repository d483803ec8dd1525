import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grafanaTime } from './grafana-time.ts';
import { readLink } from './read-link.ts';
import { filledIn, intervalsOf, isElsewhere, isShown } from './variables.ts';

const nowMs = Date.UTC(2026, 10, 25, 13, 30);
const HOUR_MS = 3_600_000;
const now = { nowMs, timeZone: 'Europe/Berlin' };
const dashboards = ['https://grafana.example.com/ops/'];
const read = (url: string) => readLink(url, dashboards, now);

test.each([
  ['now', '2026-11-25T13:30:00.000Z'],
  ['now-6h', '2026-11-25T07:30:00.000Z'],
  ['now-1h30m', undefined],
  ['now-1h-30m', '2026-11-25T12:00:00.000Z'],
  ['now/d', '2026-11-24T23:00:00.000Z'],
  ['now-1d/d', '2026-11-23T23:00:00.000Z'],
  ['now/w', '2026-11-22T23:00:00.000Z'],
  ['now/M', '2026-10-31T23:00:00.000Z'],
  // Summer time ended in between: the same time of day.
  ['now-2M', '2026-09-25T12:30:00.000Z'],
  ['now-1y/y', '2024-12-31T23:00:00.000Z'],
  ['1764000000000', '2025-11-24T16:00:00.000Z'],
  ['2026-11-25T10:00:00Z', '2026-11-25T10:00:00.000Z'],
  ['yesterday', undefined],
  ['', undefined],
])('a range that begins at "%s" begins at %s', (text, iso) => {
  const atMs = grafanaTime(text, nowMs, 'Europe/Berlin', false);
  expect(atMs === undefined ? undefined : new Date(atMs).toISOString()).toBe(iso);
});

test('the end of a rounded range is the end of its unit; the 31st of a month without one is its last', () => {
  const end = (text: string): string =>
    new Date(grafanaTime(text, nowMs, 'Europe/Berlin', true) ?? 0).toISOString();
  expect(end('now/d')).toBe('2026-11-25T23:00:00.000Z');
  expect(end('now/w')).toBe('2026-11-29T23:00:00.000Z');
  expect(end('now/M')).toBe('2026-11-30T23:00:00.000Z');
  expect(end('now-1d/d')).toBe('2026-11-24T23:00:00.000Z');
  const last = grafanaTime('now-1M', Date.UTC(2026, 2, 31, 12), 'UTC', false) ?? 0;
  expect(new Date(last).toISOString()).toBe('2026-02-28T12:00:00.000Z');
});

test('a link to a dashboard tells which one, what is chosen there, and for when', () => {
  const url =
    'https://grafana.example.com/ops/d/chat-1/chat-operations?orgId=1&from=now-6h&to=now&timezone=utc' +
    '&var-region=eu&var-region=us&var-device=$__all&var-datasource=prom&var-Filters=team%7C%3D%7Cshop' +
    '&var-Filters=host%7C%21%3D%7Ca&var-empty=&viewPanel=panel-4';
  expect(read(url)).toEqual({
    kind: 'dashboard',
    uid: 'chat-1',
    slug: 'chat-operations',
    panel: '4',
    span: { fromMs: nowMs - 6 * HOUR_MS, toMs: nowMs },
    variables: new Map([
      ['region', ['eu', 'us']],
      ['datasource', ['prom']],
      ['team', ['shop']],
    ]),
  });
  expect(read('https://grafana.example.com/ops/d/chat-1')).toMatchObject({
    span: undefined,
    panel: undefined,
  });
  expect(read('https://grafana.example.com/ops/d-solo/chat-1/x?panelId=7')).toMatchObject({ panel: '7' });
});

test('only dashboards of the configured Grafana are known', () => {
  for (const url of [
    'https://grafana.example.com/d/chat-1',
    'https://grafana.example.com/opsy/d/chat-1',
    'http://grafana.example.com/ops/d/chat-1',
    'https://elsewhere.example.com/ops/d/chat-1',
    'https://grafana.example.com/ops/explore?left=x',
    'not a link',
    'ftp://grafana.example.com/ops/d/chat-1',
  ]) {
    expect(read(url), url).toBeUndefined();
  }
});

test('links that cards of ours contain, and those of the status page, tell what they show', () => {
  const lastHour = { fromMs: nowMs - HOUR_MS, toMs: nowMs };
  expect(read('https://statbar.example.com/alerts/0a1b-7')).toEqual({ kind: 'alert', id: '0a1b-7' });
  const expression = 'sum(rate(errors_total{a="b"}[5m])) > 3';
  for (const url of [
    `https://statbar.example.com/#q=${encodeURIComponent(expression)}`,
    `https://statbar.example.com/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=0`,
    `https://statbar.example.com/api/v1/query?query=${encodeURIComponent(expression)}`,
  ]) {
    expect(read(url), url).toEqual({ kind: 'query', expression, span: lastHour });
  }
  const page =
    'https://statbar.example.com/graph?g0.expr=up&g0.range_input=2h&g0.end_input=2026-11-25%2010:00:00';
  const toMs = Date.UTC(2026, 10, 25, 10);
  expect(read(page)).toMatchObject({ span: { fromMs: toMs - 2 * HOUR_MS, toMs } });
  const call = `https://statbar.example.com/api/v1/query_range?query=up&start=${toMs / 1000 - 60}&end=${toMs / 1000}`;
  expect(read(call)).toMatchObject({ span: { fromMs: toMs - 60_000, toMs } });
  expect(read('https://statbar.example.com/api/v1/query')).toBeUndefined();
  expect(read('https://statbar.example.com/')).toBeUndefined();
});

test('whatever a link says it never throws, and its time is a time', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('now', 'now-1d/d', 'now-999999y', '9'.repeat(14), '-1', 'now+5M'),
  );
  fc.assert(
    fc.property(value, value, fc.webQueryParameters(), (from, to, more) => {
      for (const base of [
        'https://grafana.example.com/ops/d/a',
        'https://x.test/graph',
        'https://x.test/api/v1/query_range',
      ]) {
        const parameters = new URLSearchParams({
          from,
          to,
          start: from,
          end: to,
          'g0.end_input': to,
          'g0.expr': 'up',
        });
        const link = read(`${base}?${parameters}&${more}#q=${from}`);
        if (link === undefined || link.kind === 'alert' || link.span === undefined) continue;
        expect(link.span.fromMs).toBeLessThan(link.span.toMs);
        expect(link.span.fromMs).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('labels belong to what is chosen when one of them is, and none is something else', () => {
  const chosen = new Map([
    ['region', ['eu', 'us']],
    ['datasource', ['prom']],
  ]);
  expect(isShown({ region: 'eu', device: 'ios' }, chosen)).toBe(true);
  expect(isShown({ region: 'ap' }, chosen)).toBe(false);
  // Nothing in common says nothing.
  expect(isShown({ team: 'shop' }, chosen)).toBe(false);
  expect(isElsewhere({ team: 'shop' }, chosen)).toBe(false);
  expect(isElsewhere({ region: 'ap' }, chosen)).toBe(true);
});

test('a panel’s variables are filled in as Grafana does it, and never leave their quotes', () => {
  const chosen = new Map([
    ['region', ['eu.west']],
    ['device', ['ios', 'an"droid']],
    ['n', ['5']],
    ['evil', ['x) or vector(1']],
  ]);
  const fill = (query: string) => filledIn(query, chosen, intervalsOf(6 * HOUR_MS));
  expect(fill('rate(x{region="$region"}[$__rate_interval])')).toBe('rate(x{region="eu.west"}[1m45s])');
  expect(fill('x{region=~"${region:regex}",device=~"$device"}')).toBe(
    'x{region=~"eu\\\\.west",device=~"(ios|an\\"droid)"}',
  );
  expect(fill('topk($n, increase(x{pod=~"[[pod]]"}[$__range]))')).toBe('topk(5, increase(x{pod=~".*"}[6h]))');
  // What the link does not say, or what cannot be told for certain.
  expect(fill('x{pod="$pod"}')).toBeUndefined();
  expect(fill('x{device="$device"}')).toBeUndefined();
  expect(fill('topk($evil, x)')).toBeUndefined();
});
