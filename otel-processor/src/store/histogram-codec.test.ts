import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../base/index.ts';
import type { Histogram } from '../model/index.ts';
import { decodeHistogram, encodeHistogram } from './histogram-codec.ts';

const anyCount = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 0.5, 2 ** 52),
);
const anyBuckets = fc.array(anyCount, { maxLength: 20 });
const anySpans = fc.array(fc.record({ offset: fc.integer(), length: fc.nat() }), { maxLength: 5 });
const required = {
  schema: fc.integer({ min: -53, max: 8 }),
  zeroThreshold: fc.double(),
  zeroCount: anyCount,
  count: anyCount,
  sum: fc.double(),
  positiveSpans: anySpans,
  positiveBuckets: anyBuckets,
  negativeSpans: anySpans,
  negativeBuckets: anyBuckets,
  counterResetHint: fc.constantFrom(
    'unknown' as const,
    'reset' as const,
    'not_reset' as const,
    'gauge' as const,
  ),
};
const anyHistogram: fc.Arbitrary<Histogram> = fc.oneof(
  fc.record(required),
  fc.record({ ...required, customValues: fc.array(fc.double()) }),
);

it('a histogram comes back exactly, and the reader stands behind it', () => {
  fc.assert(
    fc.property(anyHistogram, (histogram) => {
      const writer = new ByteWriter(4);
      encodeHistogram(writer, histogram);
      writer.uint8(0xaa);
      const reader = new ByteReader(writer.finish());
      expect(decodeHistogram(reader)).toEqual(histogram);
      expect(reader.uint8()).toBe(0xaa);
    }),
    { numRuns: 500 },
  );
});

it('a histogram that is cut short is a fault, not garbage', () => {
  fc.assert(
    fc.property(anyHistogram, fc.nat(), (histogram, cut) => {
      const writer = new ByteWriter();
      encodeHistogram(writer, histogram);
      const bytes = writer.finish();
      expect(() => decodeHistogram(new ByteReader(bytes.subarray(0, cut % bytes.length)))).toThrow(
        /end of data/,
      );
    }),
  );
});
