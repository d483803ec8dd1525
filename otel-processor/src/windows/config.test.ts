import { expect, test } from 'vitest';
import { viewsConfigSchema } from './index.ts';
import { sourceOf } from './view-source.ts';

const good = { name: 'v', from: 'a', window: { tumbling: '1m' }, aggregate: { count: {} } };

test.each([
  [{ name: '1v' }, 'name: expected a metric name'],
  [{ from: undefined }, 'from: expected an event name or a list of them'],
  [{ aggregate: {} }, 'aggregate: expected at least one statistic, for example count: {}'],
  [{ window: {} }, 'window: expected exactly one of tumbling, sliding and session'],
  [{ window: { tumbling: '1m', sliding: '1m', slide: '1s' } }, 'window: expected exactly one of'],
  [{ window: { sliding: '1m' } }, 'window.slide: expected a duration'],
  [{ window: { sliding: '1m', slide: '7s' } }, 'window.slide: expected a whole part of the length'],
  [{ window: { sliding: '1s', slide: '1m' } }, 'window.slide: expected at most the length'],
  [{ window: { sliding: '1d', slide: '1s' } }, 'window.slide: expected at least 1/4096'],
  [{ aggregate: { quantiles: { of: 'x', at: [1.5] } } }, 'aggregate.quantiles.at.0: expected at most 1'],
  [{ aggregate: { funnel: {} } }, 'aggregate.funnel: needs window.session'],
  [{ aggregate: { compare: { variant: 'x' } } }, 'aggregate.compare: expected either of or goal'],
  [{ aggregate: { compare: { variant: 'x', goal: 'y' } } }, 'aggregate.compare.goal: needs window.session'],
  [
    { aggregate: { histogram: { of: 'x', bounds: [2, 1] } } },
    'aggregate.histogram.bounds: expected ascending',
  ],
  [{ from: 'x{a}' }, 'from: expected label="text" at "a"'],
  [{ from: { metric: '{}' } }, 'from: expected a metric name or a selector'],
  [{ from: { event: 'a' }, aggregate: { increase: {} } }, 'aggregate.increase: needs a metric in from'],
  [{ of: 'b' }, 'of: a view has either from or of'],
  [
    { from: undefined, of: 'b' },
    'of: there is no view (other than a ratio) before this one with the series b',
  ],
  [{ from: undefined, of: 'b', aggregate: { rate: {} } }, 'aggregate.rate: is for events and metrics'],
  [
    { from: 'm', aggregate: { max: { of: 'value' } }, window: { session: { key: 'u' } } },
    'window.session: needs events, which have visitors',
  ],
  [
    { window: { tumbling: '7d' }, aggregate: { retention: { of: 'u', every: '5d' } } },
    'aggregate.retention.every: expected a whole part of the window',
  ],
  [
    { window: { sliding: '7d', slide: '1h' }, aggregate: { retention: { of: 'u' } } },
    'window.slide: expected whole periods of the retention',
  ],
  [{ ratio: ['a', 'b'] }, 'ratio: a ratio has neither from nor of nor aggregate'],
])('%j: %s', (change, message) => {
  const parsed = viewsConfigSchema.safeParse([{ ...good, ...change }]);
  const problems = parsed.error?.issues.map(
    ({ path, message: text }) => `${path.slice(1).join('.')}: ${text}`,
  );
  expect(problems?.join('\n')).toContain(message);
});

test('names are unique, and ratios divide views that exist', () => {
  expect(viewsConfigSchema.safeParse([good, good]).error?.issues[0].message).toBe(
    'there is already a view v',
  );
  const ratio = { name: 'r', ratio: ['v', 'w'] };
  expect(viewsConfigSchema.safeParse([good, ratio]).error?.issues[0].message).toBe(
    'there is no view w to divide',
  );
  expect(viewsConfigSchema.safeParse([good, { ...good, name: 'w' }, ratio]).success).toBe(true);
});

test.each([
  ['chat_message_sent', { rate: {} }, 'events'],
  ['http.server.request.duration', { quantiles: { of: 'value' } }, 'metric'],
  ['requests_total', { increase: {} }, 'metric'],
  ['page.*', { max: { of: 'value' } }, 'events'],
  ['depth{pool="a"}', { count: {} }, 'metric'],
  [{ metric: 'depth' }, { count: {} }, 'metric'],
  [{ event: 'order' }, { sum: { of: 'value' } }, 'events'],
  [['a', 'b'], { sum: { of: 'value' } }, 'events'],
] as const)('from: %j with %j reads %s', (from, aggregate, kind) => {
  const [view] = viewsConfigSchema.parse([{ ...good, from, aggregate }]);
  expect(sourceOf(view).kind).toBe(kind);
});
