import { expect, test } from 'vitest';
import { LabelSet, type MetricType } from '../model/index.ts';
import { roleOf } from './metric-kind.ts';

const types: Readonly<Record<string, MetricType>> = {
  latency_seconds: 'histogram',
  size_bytes_total: 'gauge',
  build: 'info',
  queue_sum: 'gauge',
};
const role = (record: Record<string, string>) => roleOf(LabelSet.from(record), (family) => types[family]);

test.each([
  [{ __name__: 'requests_total' }, 'requests_total', 'counter'],
  [{ __name__: 'temperature' }, 'temperature', 'gauge'],
  [{ __name__: 'size_bytes_total' }, 'size_bytes_total', 'gauge'],
  [{ __name__: 'queue_sum' }, 'queue_sum', 'gauge'],
  [{ __name__: 'latency_seconds_bucket', le: '0.5' }, 'latency_seconds', 'histogram'],
  [{ __name__: 'other_bucket', le: '+Inf' }, 'other', 'histogram'],
  [{ __name__: 'leaky_bucket' }, 'leaky_bucket', 'counter'],
  [{ __name__: 'summary_seconds_count' }, 'summary_seconds_count', 'counter'],
])('%j is of the family %s, a %s', (record, family, kind) => {
  expect(role(record)).toMatchObject({ family, kind });
});

test.each([
  [{ __name__: 'a:b' }],
  [{ __name__: 'statbar_watch_looks_total' }],
  [{ __name__: 'process_cpu_seconds_total', job: 'statbar' }],
  [{ __name__: 'ALERTS' }],
  [{ __name__: 'target_info' }],
  [{ __name__: 'build' }],
  [{ __name__: 'latency_seconds_sum' }],
  [{ __name__: 'latency_seconds_count' }],
  [{ __name__: 'requests_created' }],
  [{ job: 'nameless' }],
])('%j is not watched', (record: Record<string, string>) => {
  expect(role(record)).toBeUndefined();
});
