import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FaultError } from '../../base/index.ts';
import { markStale, wordsOf } from '../../model/index.ts';
import { NumberColumnCodec } from './number-column.ts';
import { createSectionWriter, sectionReader } from './sections.ts';

const codec = new NumberColumnCodec();

/** Writes two columns after each other and reads them back; the second proves that the first took its bytes only. */
function expectRoundTrip(values: Float64Array): void {
  const out = createSectionWriter();
  const words = wordsOf(values);
  codec.write(values, words, values.length, out);
  codec.write(values, words, values.length, out);
  const sections = sectionReader(out.coded.finish(), out.packed.finish());
  const offset = 3;
  for (let turn = 0; turn < 2; turn++) {
    const read = new Float64Array(values.length + offset);
    codec.read(sections, read, wordsOf(read), offset, values.length);
    expect(wordsOf(read).slice(2 * offset)).toEqual(words);
  }
  expect(sections.coded.done && sections.packed.done).toBe(true);
}

const anyBits = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => new Float64Array(bytes.slice().buffer)[0]);
const anyDouble = fc.oneof(
  fc.double(),
  anyBits,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.float(),
  fc.tuple(fc.integer(), fc.integer({ min: 0, max: 17 })).map(([m, e]) => m / 10 ** e),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    2 ** 49,
    2 ** 53,
  ),
);

describe('number column', () => {
  test('arbitrary doubles come back bit by bit', () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { minLength: 1, maxLength: 200 }), (values) => {
        expectRoundTrip(Float64Array.from(values));
      }),
      { numRuns: 1000 },
    );
  });

  test('arbitrary 64-bit patterns, NaN payloads among them, come back bit by bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 800 }), (bytes) => {
        expectRoundTrip(new Float64Array(bytes.slice(0, bytes.length & ~7).buffer));
      }),
      { numRuns: 1000 },
    );
  });

  test('walks of any step, scale and number of places come back, with staleness markers in between', () => {
    const walk = fc.record({
      start: fc.integer({ min: -1e9, max: 1e9 }),
      steps: fc.array(fc.integer({ min: -70_000, max: 70_000 }), { minLength: 1, maxLength: 300 }),
      factor: fc.constantFrom(1, 3, 4096, 1e6),
      places: fc.integer({ min: 0, max: 9 }),
      float: fc.boolean(),
      staleEvery: fc.integer({ min: 2, max: 400 }),
    });
    fc.assert(
      fc.property(walk, ({ start, steps, factor, places, float, staleEvery }) => {
        let sum = start;
        const values = Float64Array.from(steps, (step) => {
          sum += step * factor;
          const value = sum / 10 ** places;
          return float ? Math.fround(value) : value;
        });
        for (let i = staleEvery - 1; i < values.length; i += staleEvery) markStale(wordsOf(values), i);
        expectRoundTrip(values);
      }),
      { numRuns: 500 },
    );
  });

  test('sums of doubles that grow or fall steadily come back, across powers of two and zero', () => {
    const sums = fc.record({
      start: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      step: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      noise: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 200 }),
    });
    fc.assert(
      fc.property(sums, ({ start, step, noise }) => {
        let sum = start;
        expectRoundTrip(
          Float64Array.from(noise, (share) => {
            sum += step * (1 + share / 8);
            return sum;
          }),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a counter with steady steps takes next to nothing, noise of 6 bits not much more than 6 bits', () => {
    const steady = createSectionWriter();
    const values = Float64Array.from({ length: 1000 }, (_, i) => 1e6 + 15 * i);
    codec.write(values, wordsOf(values), 1000, steady);
    expect(steady.packed.length).toBe(0);
    expect(new Set(steady.coded.finish().slice(-998)).size).toBe(1);
    const noisy = createSectionWriter();
    for (let i = 0; i < 1000; i++) values[i] = 0.25 * ((i * 7919) % 64);
    codec.write(values, wordsOf(values), 1000, noisy);
    expect(noisy.packed.length + noisy.coded.length).toBeLessThan(1500);
  });

  test('any bytes are read as a column or refused with a fault, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 100 }), (coded, packed) => {
        const values = new Float64Array(50);
        try {
          codec.read(sectionReader(coded, packed), values, wordsOf(values), 0, 50);
        } catch (error) {
          expect(error).toBeInstanceOf(FaultError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
