import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Histogram } from '../../model/index.ts';
import { createSampleBuffer } from '../types.ts';
import { Page, PageBuilder } from './page.ts';
import { SampleColumnCodec } from './sample-column.ts';

const aSpan = fc.record({
  offset: fc.integer({ min: -1000, max: 1000 }),
  length: fc.integer({ min: 0, max: 50 }),
});
const aCount = fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true }));
const buckets = fc.array(aCount, { maxLength: 6 });
const aLayout = fc.record({
  schema: fc.constantFrom(-4, 0, 3, 8, -53),
  zeroThreshold: fc.double({ min: 0, noNaN: true }),
  positiveSpans: fc.array(aSpan, { maxLength: 3 }),
  negativeSpans: fc.array(aSpan, { maxLength: 2 }),
});
const someCustom = fc.option(fc.array(fc.double({ noNaN: true }), { maxLength: 4 }), { nil: undefined });
const aHistogram: fc.Arbitrary<Histogram> = fc
  .tuple(
    aLayout,
    fc.record({
      zeroCount: aCount,
      count: aCount,
      sum: fc.double(),
      positiveBuckets: buckets,
      negativeBuckets: buckets,
      counterResetHint: fc.constantFrom('unknown', 'reset', 'not_reset', 'gauge'),
    }),
    someCustom,
  )
  .map(([layout, numbers, customValues]) => {
    return customValues === undefined ? { ...layout, ...numbers } : { ...layout, ...numbers, customValues };
  });
/** Runs of one layout, as exporters send them, and single ones. */
const aRun = fc
  .tuple(aHistogram, fc.array(fc.tuple(aCount, fc.double()), { minLength: 1, maxLength: 8 }))
  .map(([first, more]) => more.map(([count, sum]): Histogram => ({ ...first, count, sum })));
const samples = fc
  .array(
    fc.oneof(
      fc.double({ noNaN: true }).map((value) => [value]),
      aRun,
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((runs): Array<number | Histogram> => runs.flat());

describe('sample column', () => {
  test('floats and histograms of any layout come back as they were, through a page', async () => {
    const codec = new SampleColumnCodec();
    await fc.assert(
      fc.asyncProperty(samples, fc.nat({ max: 5 }), async (content, offset) => {
        const buffer = createSampleBuffer(content.length + 2);
        buffer.count = content.length + 2;
        // The samples before and after the range written must not matter.
        content.forEach((sample, i) => {
          if (typeof sample === 'number') buffer.values[i + 1] = sample;
          else {
            buffer.values[i + 1] = Number.NaN;
            buffer.histograms ??= new Map();
            buffer.histograms.set(i + 1, sample);
          }
        });
        buffer.histograms?.set(0, { ...anyHistogram(content), count: -1 });
        const builder = new PageBuilder();
        codec.write(buffer, 1, content.length + 1, builder.out);
        builder.closeSlot();
        const page = Page.decode(await builder.finish(1));
        const read = createSampleBuffer(content.length + offset);
        codec.read(page.slot(0), read, offset, content.length);
        const found = content.map((_, i) => read.histograms?.get(offset + i) ?? read.values[offset + i]);
        expect(found).toEqual(content);
      }),
      { numRuns: 300 },
    );
  });
});

function anyHistogram(content: ReadonlyArray<number | Histogram>): Histogram {
  const found = content.find((sample) => typeof sample !== 'number');
  if (found !== undefined) return found;
  return {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: 'gauge',
  };
}
