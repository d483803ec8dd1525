import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { advancePoints, findPoints } from './otlp-rounds.ts';

const root = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeMetrics { repeated Metric metrics = 2; string schema_url = 3; }
  message Metric { string name = 1; string unit = 3; oneof data { Gauge gauge = 5; Sum sum = 7; } }
  message Gauge { repeated Point data_points = 1; }
  message Sum { repeated Point data_points = 1; int32 temporality = 2; bool monotonic = 3; }
  message Point {
    repeated KeyValue attributes = 7; fixed64 start = 2; fixed64 time = 3;
    oneof value { double as_double = 4; sfixed64 as_int = 6; }
  }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; double double_value = 4; } }
`).root;
const type = root.lookupType('Request');

const attributes = [{ key: 'k', value: { doubleValue: 3.5 } }];
const request = {
  resourceMetrics: [
    {
      resource: { attributes },
      scopeMetrics: [
        {
          metrics: [
            { name: 'a', gauge: { dataPoints: [{ attributes, time: '5', asDouble: 1.5 }] } },
            {
              name: 'b',
              sum: { monotonic: true, dataPoints: [{ attributes, start: '1', time: '5', asInt: '-7' }] },
            },
          ],
          schemaUrl: 'https://example.org',
        },
      ],
    },
  ],
};

describe('advancing an encoded request', () => {
  test('finds each number point, and changes its time and value and nothing else', () => {
    const bytes = new Uint8Array(type.encode(type.fromObject(request)).finish());
    const points = findPoints(bytes);
    expect([...points.isInteger]).toEqual([0, 1]);
    advancePoints(bytes, points, 1_700_000_000_123, (point) => point + 2.5);
    const expected = structuredClone(request);
    const { metrics } = expected.resourceMetrics[0].scopeMetrics[0];
    Object.assign(metrics[0].gauge!.dataPoints[0], { time: '1700000000123000000', asDouble: 4 });
    Object.assign(metrics[1].sum!.dataPoints[0], { time: '1700000000123000000', asInt: '-4' });
    const decoded = type.toObject(type.decode(bytes), { longs: String });
    expect(decoded).toEqual(type.toObject(type.fromObject(expected), { longs: String }));
  });
});
