import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelSet } from '../../model/index.ts';
import { compareSeries, sortSeries } from './sort-series.ts';

test('sorting in steps equals sorting at once, and yields in between', async () => {
  const count = fc.integer({ min: 0, max: 5000 });
  await fc.assert(
    fc.asyncProperty(count, fc.integer({ min: 1, max: 1 << 30 }), async (size, stride) => {
      const items = Array.from({ length: size }, (_, i) => ({
        labels: LabelSet.from({ __name__: `m${(i * stride) % 7}`, i: String((i * stride) % 4999) }),
        i,
      }));
      let turns = 0;
      const sorted = await sortSeries(items, async () => void turns++);
      expect(sorted).toEqual([...items].sort((a, b) => compareSeries(a.labels, b.labels)));
      expect(turns).toBeGreaterThanOrEqual(size > 1000 ? Math.floor(size / 1000) : 0);
    }),
    { numRuns: 20 },
  );
});
