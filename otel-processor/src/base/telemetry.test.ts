import { expect, test } from 'vitest';
import { Telemetry } from './index.ts';

test('instruments render in the Prometheus text format, sorted by name', () => {
  const telemetry = new Telemetry();
  telemetry.counter('b_total', 'Bees.', { kind: 'a"b\\c\nd' }).add(2);
  telemetry.gauge('a', 'An a.').set(Number.POSITIVE_INFINITY);
  const seconds = telemetry.distribution('c_seconds', 'See.', [0.1, 1]);
  seconds.observe(0.1);
  seconds.observe(5);
  telemetry.observed('d', 'Dee.', 'gauge', () => 7);
  expect(telemetry.render()).toBe(
    [
      '# HELP a An a.',
      '# TYPE a gauge',
      'a +Inf',
      '# HELP b_total Bees.',
      '# TYPE b_total counter',
      'b_total{kind="a\\"b\\\\c\\nd"} 2',
      '# HELP c_seconds See.',
      '# TYPE c_seconds histogram',
      'c_seconds_bucket{le="0.1"} 1',
      'c_seconds_bucket{le="1"} 1',
      'c_seconds_bucket{le="+Inf"} 2',
      'c_seconds_sum 5.1',
      'c_seconds_count 2',
      '# HELP d Dee.',
      '# TYPE d gauge',
      'd 7',
      '',
    ].join('\n'),
  );
});

test('the same name and labels give the same instrument', () => {
  const telemetry = new Telemetry();
  telemetry.counter('a_total', 'A.', { x: '1' }).add(1);
  expect(telemetry.counter('a_total', 'A.', { x: '1' }).value()).toBe(1);
  expect(telemetry.counter('a_total', 'A.', { x: '2' }).value()).toBe(0);
});

test('a scope adds its labels and shares everything else', () => {
  const telemetry = new Telemetry();
  for (const tenant of ['a', 'b']) {
    const scoped = telemetry.scope({ tenant });
    scoped.counter('x_total', 'X.', { y: '1' }).add(1);
    scoped.observed('z', 'Z.', 'gauge', () => tenant.length);
  }
  expect(telemetry.snapshot()).toEqual({
    'x_total{tenant="a",y="1"}': 1,
    'x_total{tenant="b",y="1"}': 1,
    'z{tenant="a"}': 1,
    'z{tenant="b"}': 1,
  });
});
