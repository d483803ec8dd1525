import { describe, expect, test } from 'vitest';
import { metricName, type NamedType, type NameTranslation, nameStrategy, unitName } from './metric-name.ts';

const named = (translation: NameTranslation, name: string, unit = '', type: NamedType = 'other') =>
  metricName(nameStrategy(translation), name, unit, type);

describe('UnderscoreEscapingWithSuffixes', () => {
  const cases: ReadonlyArray<readonly [name: string, unit: string, type: NamedType, expected: string]> = [
    ['http.server.duration', 's', 'other', 'http_server_duration_seconds'],
    ['http.server.duration', 'ms', 'other', 'http_server_duration_milliseconds'],
    ['system.io', 'foo/bar', 'other', 'system_io_foo_per_bar'],
    ['system.io', 'By/s', 'gauge', 'system_io_bytes_per_second'],
    ['speed', 'm/m', 'gauge', 'speed_meters_per_minute'],
    ['requests', '{request}', 'monotonic_sum', 'requests_total'],
    ['requests', '{request}/s', 'gauge', 'requests_per_second'],
    ['requests.total', '', 'monotonic_sum', 'requests_total'],
    ['total.requests', '', 'monotonic_sum', 'requests_total'],
    ['requests_total', '', 'gauge', 'requests_total'],
    ['system.cpu.utilization', '1', 'gauge', 'system_cpu_utilization_ratio'],
    ['system.cpu.utilization', '1', 'monotonic_sum', 'system_cpu_utilization_total'],
    ['ratio.of.hits', '1', 'gauge', 'of_hits_ratio'],
    ['memory_bytes.used', 'By', 'gauge', 'memory_bytes_used'],
    ['memory.used', 'MiBy', 'gauge', 'memory_used_mebibytes'],
    ['disk', '%', 'gauge', 'disk_percent'],
    ['room temperature', 'Cel', 'gauge', 'room_temperature_celsius'],
    ['a  b--c', '', 'gauge', 'a_b_c'],
    ['_leading', '', 'gauge', 'leading'],
    ['2xx', '', 'gauge', '_2xx'],
    ['node:cpu', '', 'gauge', 'node:cpu'],
    ['ünïcode', '', 'gauge', 'n_code'],
    ['日本', '', 'gauge', ''],
    ['___', 's', 'gauge', ''],
    ['', 's', 'monotonic_sum', ''],
    ['trailing', ' s ', 'gauge', 'trailing_seconds'],
    ['odd', '/', 'gauge', 'odd'],
    ['odd', '__unit__', 'gauge', 'odd_unit'],
  ];
  test.each(cases)('%s with unit %j as %s is %s', (name, unit, type, expected) => {
    expect(named('UnderscoreEscapingWithSuffixes', name, unit, type)).toBe(expected);
  });
});

test('UnderscoreEscapingWithoutSuffixes escapes and adds nothing', () => {
  expect(named('UnderscoreEscapingWithoutSuffixes', 'http.requests', 's', 'monotonic_sum')).toBe(
    'http_requests',
  );
  expect(named('UnderscoreEscapingWithoutSuffixes', '2xx')).toBe('_2xx');
  expect(named('UnderscoreEscapingWithoutSuffixes', 'a_b')).toBe('a_b');
});

describe('NoUTF8EscapingWithSuffixes', () => {
  const cases: ReadonlyArray<readonly [name: string, unit: string, type: NamedType, expected: string]> = [
    ['http.server.duration', 's', 'other', 'http.server.duration_seconds'],
    ['requests', '', 'monotonic_sum', 'requests_total'],
    ['requests.total', '', 'monotonic_sum', 'requests_total'],
    ['io', 'By/s', 'monotonic_sum', 'io_bytes_per_second_total'],
    ['io_bytes', 'By', 'gauge', 'io_bytes'],
    ['hit.ratio', '1', 'gauge', 'hit_ratio'],
    ['температура', 'Cel', 'gauge', 'температура_celsius'],
  ];
  test.each(cases)('%s with unit %j as %s is %s', (name, unit, type, expected) => {
    expect(named('NoUTF8EscapingWithSuffixes', name, unit, type)).toBe(expected);
  });
});

test('NoTranslation leaves every name alone', () => {
  expect(named('NoTranslation', 'http.server.duration', 's', 'monotonic_sum')).toBe('http.server.duration');
});

test('the unit of metadata is in words', () => {
  const strategy = nameStrategy('UnderscoreEscapingWithSuffixes');
  expect(unitName(strategy, 'By/s')).toBe('bytes_per_second');
  expect(unitName(strategy, '1')).toBe('');
  expect(unitName(strategy, '{request}')).toBe('');
});
