import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import {
  addToTail,
  fadeTail,
  initTail,
  TAIL_SLOTS,
  tailMagnitude,
  tailSurprise,
  tailUnits,
} from './tail-sketch.ts';

function sketchOf(values: Iterable<number>): Float32Array {
  const state = new Float32Array(TAIL_SLOTS);
  initTail(state, 0);
  for (const value of values) addToTail(state, 0, tailUnits(value));
  return state;
}

const surprise = (state: Float32Array, value: number): number => tailSurprise(state, 0, tailUnits(value));

describe('tail sketch', () => {
  test('what is larger is no less surprising', () => {
    const size = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(size, { minLength: 20, maxLength: 400 }), size, size, (values, a, b) => {
        const state = sketchOf(values);
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(surprise(state, high)).toBeGreaterThanOrEqual(surprise(state, low) - 1e-4);
      }),
    );
  });

  test('the unit does not matter', () => {
    const prng = createPrng(1);
    const values = Array.from({ length: 5000 }, () => Math.abs(prng.normal()));
    const [small, large] = [sketchOf(values), sketchOf(values.map((value) => value * 1024))];
    for (const z of [0.5, 1, 2, 3, 5, 8]) {
      expect(surprise(large, z * 1024)).toBeCloseTo(surprise(small, z), 3);
    }
  });

  test('of a Pareto distribution the tail is continued as it is', () => {
    const prng = createPrng(2);
    const state = sketchOf(Array.from({ length: 50_000 }, () => prng.next() ** (-1 / 2)));
    // P(X > x) = x^-2.
    for (const x of [10, 100, 3000]) {
      expect(Math.abs(surprise(state, x) - 2 * Math.log10(x))).toBeLessThan(0.35 * Math.log10(x));
    }
  });

  test('ten deviations of a normal distribution are far less probable than any that were seen', () => {
    const prng = createPrng(3);
    const state = sketchOf(Array.from({ length: 20_000 }, () => Math.abs(prng.normal())));
    expect(Math.abs(surprise(state, 2) + Math.log10(0.0455))).toBeLessThan(0.1);
    expect(surprise(state, 10)).toBeGreaterThan(6);
  });

  test('what recurs is judged by how often it did', () => {
    const prng = createPrng(4);
    const state = sketchOf(
      Array.from({ length: 20_000 }, (_, i) => (i % 1000 === 999 ? 500 : Math.abs(prng.normal()))),
    );
    expect(surprise(state, 500)).toBeLessThan(3.2);
    expect(surprise(state, 500)).toBeGreaterThan(2.7);
  });

  test('one glitch does not blind it', () => {
    const prng = createPrng(5);
    const normal = Array.from({ length: 3000 }, () => Math.abs(prng.normal()));
    const state = sketchOf([...normal, 1e30]);
    expect(surprise(state, 10)).toBeGreaterThan(3);
  });

  test('a magnitude has the surprise that it was asked for', () => {
    const prng = createPrng(6);
    const state = sketchOf(Array.from({ length: 5000 }, () => Math.abs(prng.normal())));
    for (const asked of [4, 5, 7])
      expect(surprise(state, tailMagnitude(state, 0, asked))).toBeCloseTo(asked, 2);
  });

  test('fading keeps what it says and lets new values count for more', () => {
    const state = sketchOf(Array.from({ length: 4000 }, (_, i) => 1 + (i % 100) / 100));
    const before = surprise(state, 1.5);
    fadeTail(state, 0, 0.05);
    expect(surprise(state, 1.5)).toBeCloseTo(before, 1);
    for (let i = 0; i < 400; i++) addToTail(state, 0, tailUnits(10 + (i % 10)));
    expect(surprise(state, 12)).toBeLessThan(1);
  });

  test('of zeros the first other value is as surprising as there were zeros, and the next ones are judged by it', () => {
    const state = sketchOf(new Array(999).fill(0));
    expect(surprise(state, 5)).toBeCloseTo(3, 2);
    expect(tailMagnitude(state, 0, 5)).toBe(0);
    addToTail(state, 0, tailUnits(5));
    expect(Number.isFinite(tailMagnitude(state, 0, 5))).toBe(true);
    expect(surprise(state, 5)).toBeGreaterThan(2.5);
    expect(surprise(state, 5)).toBeLessThan(3.5);
  });

  test('before eight values there is nothing to say', () => {
    expect(surprise(sketchOf([1, 2, 3, 4, 5, 6, 7]), 1e9)).toBe(0);
  });
});
