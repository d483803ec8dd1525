import protobuf from 'protobufjs';
import { uncompressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { generateFleet } from './remote-write-data.ts';
import { encodeLabels, WriteRequestEncoder } from './remote-write-encoder.ts';

const root = protobuf.parse(`
  syntax = "proto3";
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }
  message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
  message WriteRequest { repeated TimeSeries timeseries = 1; }
`).root;

interface Decoded {
  timeseries: {
    labels: { name: string; value: string }[];
    samples: { value: number; timestamp: string }[];
  }[];
}

function decode(body: Buffer): Decoded {
  const type = root.lookupType('WriteRequest');
  const bytes = uncompressSync(body, { asBuffer: true }) as Buffer;
  return type.toObject(type.decode(bytes), { longs: String }) as unknown as Decoded;
}

describe('remote write encoder', () => {
  test('what it writes is what protobufjs reads', () => {
    const encoder = new WriteRequestEncoder();
    const labels = encodeLabels({ __name__: 'a_total', path: '/å' });
    encoder.add(labels, 1_700_000_000_123, 1.5);
    encoder.add(labels, 1_700_000_015_123, -0.25);
    const { timeseries } = decode(encoder.finish());
    expect(timeseries[0].labels).toEqual([
      { name: '__name__', value: 'a_total' },
      { name: 'path', value: '/å' },
    ]);
    expect(timeseries.map((series) => series.samples[0])).toEqual([
      { value: 1.5, timestamp: '1700000000123' },
      { value: -0.25, timestamp: '1700000015123' },
    ]);
  });

  test('a fleet has the asked shape, the same for the same seed, and its labels are sorted', () => {
    const options = {
      seriesCount: 60,
      tickCount: 3,
      startMs: 1e12,
      stepMs: 15_000,
      samplesPerRequest: 40,
      seed: 7,
    };
    const fleet = generateFleet(options);
    expect(fleet.requests.length).toBe(6);
    expect(fleet.requests).toEqual(generateFleet(options).requests);
    const first = decode(fleet.requests[0]).timeseries;
    expect(first.length).toBe(40);
    const names = first[0].labels.map((label) => label.name);
    expect(names).toEqual([...names].sort());
    expect(new Set(first.map((series) => JSON.stringify(series.labels))).size).toBe(40);
  });
});
