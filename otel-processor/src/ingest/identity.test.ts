import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng, hashKeyFrom } from '../base/index.ts';
import { IdentityCache } from './identity-cache.ts';
import { IdentityHash } from './identity-hash.ts';

const key = hashKeyFrom([0x12345678, 0x9abcdef0, 0x0fedcba9, 0x87654321]);
const encoder = new TextEncoder();

function hashOf(...runs: readonly Uint8Array[]): readonly [lo: number, hi: number] {
  const hash = new IdentityHash(key);
  hash.start();
  for (const run of runs) hash.bytes(new DataView(run.buffer, run.byteOffset, run.byteLength), 0, run.length);
  hash.finish();
  return [hash.lo, hash.hi];
}

describe('identity hash', () => {
  test('tells apart inputs of different length and the same beginning', () => {
    const seen = new Set<string>();
    for (let length = 0; length < 64; length++) seen.add(hashOf(new Uint8Array(length)).join());
    expect(seen.size).toBe(64);
  });

  test('tells apart where one run ends and the next begins', () => {
    const text = encoder.encode('abcdefghijkl');
    const seen = new Set<string>();
    for (let i = 0; i <= text.length; i++) seen.add(hashOf(text.subarray(0, i), text.subarray(i)).join());
    expect(seen.size).toBe(text.length + 1);
  });

  test('depends on the key', () => {
    const other = new IdentityHash(hashKeyFrom([1, 2, 3, 4]));
    other.start();
    other.bytes(new DataView(encoder.encode('abc').buffer), 0, 3);
    other.finish();
    expect([other.lo, other.hi]).not.toEqual(hashOf(encoder.encode('abc')));
  });

  test.each([
    ['low', 0],
    ['high', 1],
  ])('of similar names is as free of collisions in its %s half as chance allows', (_name, half) => {
    const count = 200_000;
    const words = new Set<number>();
    for (let i = 0; i < count; i++) words.add(hashOf(encoder.encode(`pod-${i}.region-${i % 7}`))[half]);
    // n^2 / 2^33 = 4.7 pairs are expected to share 32 bits; 30 would be off by more than ten deviations.
    expect(count - words.size).toBeLessThan(30);
  });

  test('changes about half of its bits when one bit of the input changes', () => {
    const prng = createPrng(3);
    let changed = 0;
    const trials = 2000;
    for (let i = 0; i < trials; i++) {
      const bytes = Uint8Array.from({ length: prng.integer(1, 40) }, () => prng.integer(0, 256));
      const [lo, hi] = hashOf(bytes);
      bytes[prng.integer(0, bytes.length)] ^= 1 << prng.integer(0, 8);
      const [otherLo, otherHi] = hashOf(bytes);
      changed += bitCount(lo ^ otherLo) + bitCount(hi ^ otherHi);
    }
    expect(changed / trials).toBeGreaterThan(31);
    expect(changed / trials).toBeLessThan(33);
  });
});

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}

describe('identity cache', () => {
  test('finds what was put, like a map', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer(), fc.integer({ min: -3, max: 3 }), fc.nat()), { maxLength: 3000 }),
        (entries) => {
          const cache = new IdentityCache(1e6);
          const model = new Map<string, number>();
          for (const [lo, hi, seriesId] of entries) {
            expect(cache.series(lo, hi)).toBe(model.get(`${lo},${hi}`) ?? -1);
            cache.putSeries(lo, hi, seriesId);
            model.set(`${lo},${hi}`, seriesId);
          }
          for (const [lo, hi] of entries) expect(cache.series(lo, hi)).toBe(model.get(`${lo},${hi}`));
          expect(cache.size).toBe(model.size);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('keeps series ids above 2^31 and lists', () => {
    const cache = new IdentityCache(100);
    cache.putSeries(1, 2, 0xffff_fffe);
    cache.putList(3, 4, [5, 0xffff_fff0]);
    expect(cache.series(1, 2)).toBe(0xffff_fffe);
    expect([...cache.list(3, 4)!]).toEqual([5, 0xffff_fff0]);
    expect(cache.series(3, 4)).toBe(-1);
    expect(cache.list(1, 2)).toBeUndefined();
  });

  test('is bounded, and keeps what is in use when it is full', () => {
    const cache = new IdentityCache(1000);
    cache.putList(-1, -1, [7, 8]);
    for (let i = 0; i < 100_000; i++) {
      cache.putSeries(i, i, i);
      if (i % 100 === 0) expect([...(cache.list(-1, -1) ?? [])]).toEqual([7, 8]);
      expect(cache.size).toBeLessThanOrEqual(2000);
    }
    expect(cache.turnovers).toBeGreaterThan(90);
    expect(cache.series(5, 5)).toBe(-1);
  });
});
