import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classBytes, SIZE_CLASS_MAX, SlabAllocator, sizeClassFor } from './slab.ts';

describe('slab allocator', () => {
  it('chooses the smallest class that holds the size', () => {
    const sizes = [1, 63, 64, 65, 127, 128, 129, 511, 512, 513, 4096, 4097, classBytes(SIZE_CLASS_MAX)];
    for (const size of sizes) {
      const sizeClass = sizeClassFor(size);
      expect(classBytes(sizeClass)).toBeGreaterThanOrEqual(size);
      if (sizeClass > 0) expect(classBytes(sizeClass - 1)).toBeLessThan(size);
    }
    expect(sizeClassFor(classBytes(SIZE_CLASS_MAX) + 1)).toBe(SIZE_CLASS_MAX + 1);
  });

  it('never hands out overlapping blocks, keeps their content, and takes back everything', () => {
    const operation = fc.record({
      sizeClass: fc.integer({ min: 0, max: SIZE_CLASS_MAX }),
      free: fc.boolean(),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const slabs = new SlabAllocator();
        const live: Array<{ block: number; sizeClass: number; mark: number }> = [];
        const check = ({ block, sizeClass, mark }: (typeof live)[number]): void => {
          const start = slabs.offsetOf(block);
          const bytes = slabs.bytesOf(block).subarray(start, start + classBytes(sizeClass));
          expect(bytes.every((byte) => byte === mark)).toBe(true);
        };
        operations.forEach(({ sizeClass, free, pick }, i) => {
          if (free && live.length > 0) {
            const [gone] = live.splice(pick % live.length, 1);
            check(gone);
            slabs.free(gone.block, gone.sizeClass);
            return;
          }
          const mark = (i % 255) + 1;
          const block = slabs.allocate(sizeClass);
          const start = slabs.offsetOf(block);
          slabs.bytesOf(block).fill(mark, start, start + classBytes(sizeClass));
          live.push({ block, sizeClass, mark });
        });
        for (const each of live) {
          check(each);
          slabs.free(each.block, each.sizeClass);
        }
        expect(slabs.usedBytes).toBe(0);
        // All merged again: the largest blocks fit without new memory.
        const before = slabs.totalBytes;
        for (let i = 0; i < before / classBytes(SIZE_CLASS_MAX); i++) slabs.allocate(SIZE_CLASS_MAX);
        expect(slabs.totalBytes).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the content of freed blocks while held', () => {
    const slabs = new SlabAllocator();
    const block = slabs.allocate(0);
    const start = slabs.offsetOf(block);
    slabs.bytesOf(block).fill(7, start, start + 64);
    slabs.hold();
    slabs.free(block, 0);
    for (let i = 0; i < 100; i++) {
      const other = slabs.allocate(0);
      slabs.bytesOf(other).fill(9, slabs.offsetOf(other), slabs.offsetOf(other) + 64);
    }
    expect(
      slabs
        .bytesOf(block)
        .subarray(start, start + 64)
        .every((byte) => byte === 7),
    ).toBe(true);
    slabs.unhold();
    expect(slabs.allocate(0)).toBe(block);
  });
});
