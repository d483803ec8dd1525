import fc from 'fast-check';
import { otlpRequest } from '../support/otlp-arbitrary.ts';

/** The same varied requests each time, in OTLP/JSON's shape: every kind of point, exemplar and attribute value. */
export function sampleRequests(): object[] {
  return [full, ...fc.sample(otlpRequest, { seed: 20, numRuns: 12 })];
}

const timeUnixNano = '1700000000000000000';
const attributes = [
  { key: 'text', value: { stringValue: 'värde' } },
  { key: 'list', value: { arrayValue: { values: [{ intValue: '-5' }, { doubleValue: 0.5 }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { bytesValue: 'AQI=' } }] } } },
];
const exemplars = [
  {
    timeUnixNano,
    asDouble: 2,
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    filteredAttributes: attributes,
  },
];
const point = { attributes, timeUnixNano, startTimeUnixNano: '1', flags: 0 };

const full = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 's' } }, ...attributes] },
      schemaUrl: 'https://example.org/a',
      scopeMetrics: [
        {
          scope: { name: 'lib', version: '1', attributes },
          schemaUrl: 'https://example.org/b',
          metrics: [
            { name: 'gauge', unit: '1', gauge: { dataPoints: [{ ...point, asDouble: 1.5, exemplars }] } },
            {
              name: 'sum',
              sum: { dataPoints: [{ ...point, asInt: '-7' }], aggregationTemporality: 1, isMonotonic: true },
            },
            {
              name: 'histogram',
              unit: 's',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  { ...point, count: '3', sum: 4, bucketCounts: ['1', '2'], explicitBounds: [1], exemplars },
                ],
              },
            },
            {
              name: 'exponential',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...point,
                    count: '6',
                    sum: 4,
                    scale: 12,
                    zeroCount: '1',
                    zeroThreshold: 1e-6,
                    positive: { offset: -3, bucketCounts: ['1', '0', '0', '0', '2'] },
                    negative: { offset: 4, bucketCounts: ['2'] },
                    exemplars,
                  },
                ],
              },
            },
            {
              name: 'summary',
              summary: {
                dataPoints: [{ ...point, count: '3', sum: 4, quantileValues: [{ quantile: 0.5, value: 1 }] }],
              },
            },
          ],
        },
      ],
    },
  ],
};
