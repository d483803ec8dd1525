import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSamples } from './chunk-decoder.ts';
import { encodeSample, SAMPLE_BYTES_MAX } from './chunk-encoder.ts';
import { SeriesColumns } from './series-columns.ts';
import { createSampleBuffer } from './types.ts';

interface Sample {
  readonly timestampMs: number;
  readonly lo: number;
  readonly hi: number;
}

function roundTrip(samples: readonly Sample[]): { bytes: number; decoded: Sample[] } {
  const columns = new SeriesColumns();
  const out = new Uint8Array(samples.length * SAMPLE_BYTES_MAX);
  const words = new Uint32Array(2);
  const value = new Float64Array(words.buffer);
  let at = 0;
  samples.forEach((sample, i) => {
    words[0] = sample.lo;
    words[1] = sample.hi;
    const { timestampMs, lo, hi } = sample;
    at = encodeSample(columns, 7, i === 0, timestampMs, value[0], lo, hi, out, at);
    columns.timestampsMs[7] = timestampMs;
    columns.words[14] = lo;
    columns.words[15] = hi;
  });
  const buffer = createSampleBuffer(4);
  decodeSamples(out, 0, samples.length, buffer);
  const decoded = samples.map((_, i) => ({
    timestampMs: buffer.timestampsMs[i],
    lo: buffer.words[2 * i],
    hi: buffer.words[2 * i + 1],
  }));
  return { bytes: at, decoded };
}

function sampleOf(timestampMs: number, value: number): Sample {
  const words = new Uint32Array(new Float64Array([value]).buffer);
  return { timestampMs, lo: words[0], hi: words[1] };
}

const anyWord = fc.integer({ min: 0, max: 0xffff_ffff });
const anyValue = fc.oneof(
  fc.tuple(anyWord, anyWord),
  fc.double().map((value) => wordsOf(value)),
  fc.integer({ min: -1000, max: 100_000 }).map((value) => wordsOf(value / 100)),
  fc.integer({ min: -200, max: 200 }).map((value) => wordsOf(value)),
  fc
    .constantFrom(-0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53, 1e300, 0.1)
    .map(wordsOf),
  fc.constantFrom<[number, number]>([2, 0x7ff0_0000], [1, 0x7ff8_0000], [0xffff_ffff, 0xffff_ffff]),
);
const anyStep = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 1, max: 40_000 }),
  fc.integer({ min: 1, max: 2 ** 40 }),
  fc.constantFrom(2 ** 31, 2 ** 31 - 1, 2 ** 32, 0.5),
);

function wordsOf(value: number): [number, number] {
  const words = new Uint32Array(new Float64Array([value]).buffer);
  return [words[0], words[1]];
}

describe('chunk coding', () => {
  it('gives back every bit of every double at every time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 42), max: 2 ** 42 }),
        fc.array(fc.tuple(anyStep, anyValue), { minLength: 1, maxLength: 60 }),
        (startMs, steps) => {
          let timestampMs = startMs;
          const samples = steps.map(([stepMs, [lo, hi]]) => {
            timestampMs += stepMs;
            return { timestampMs, lo, hi };
          });
          expect(roundTrip(samples).decoded).toEqual(samples);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps the bits when the same exact value returns after a special one', () => {
    const values = [1.25, Number.NaN, 1.25, -0, 0, -0, 1.255, 1.25, 0.1 + 0.2, 0.3, 7, 7, 8, 9, 10];
    const samples = values.map((value, i) => sampleOf(1e12 + i * 1000, value));
    expect(roundTrip(samples).decoded).toEqual(samples);
  });

  it('needs one byte for a constant and for a steadily growing counter on a regular step', () => {
    const constant = Array.from({ length: 102 }, (_, i) => sampleOf(1e12 + i * 15_000, 42.5));
    const counter = Array.from({ length: 102 }, (_, i) => sampleOf(1e12 + i * 15_000, 1000 + i * 30));
    const first = 1 + 8 + 1 + 4;
    expect(roundTrip(constant).bytes).toBe(first + 3 + 100);
    expect(roundTrip(counter).bytes).toBe(first + 4 + 100);
  });

  it('refuses codes that the encoder does not write', () => {
    expect(() => decodeSamples(new Uint8Array(20).fill(0xff), 0, 1, createSampleBuffer())).toThrow(
      /corrupt chunk/,
    );
    expect(() => decodeSamples(new Uint8Array(20), 0, 1, createSampleBuffer())).toThrow(/corrupt chunk/);
  });
});
