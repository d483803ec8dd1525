import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LabelSet } from '../../model/index.ts';
import { createSampleBuffer } from '../types.ts';
import { nodeDisk } from './block-disk.ts';
import {
  createFixture,
  type Fixture,
  filterPlain,
  matcher,
  type PlainSeries,
  plainSeries,
  readAll,
} from './block-fixture.ts';
import { planCompaction } from './compaction-plan.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => fixture.remove());

interface PlainBlock {
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: readonly PlainSeries[];
}

/** Ranges overlap at will, within one range of compaction. */
const aBlock: fc.Arbitrary<PlainBlock> = fc
  .record({
    from: fc.integer({ min: 0, max: 9 }),
    length: fc.integer({ min: 1, max: 5 }),
    series: fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 20 }),
      { minKeys: 1 },
    ),
    seed: fc.integer(),
  })
  .map(({ from, length, series, seed }) => {
    const fromMs = from * 100;
    const toMs = Math.min(1000, fromMs + length * 100);
    const scale = (toMs - fromMs) / 100;
    return {
      fromMs,
      toMs,
      series: Object.entries(series).map(([name, offsets]) =>
        plainSeries(
          { __name__: name },
          offsets
            .sort((x, y) => x - y)
            .map((offset) => [fromMs + Math.floor(offset * scale), seed + offset] as const),
        ),
      ),
    };
  });

/** The naive merge: of equal timestamps the later block's. */
function mergePlain(
  blocks: readonly PlainBlock[],
  deleted: (name: string, t: number) => boolean,
): PlainSeries[] {
  const merged = new Map<string, Map<number, number>>();
  for (const { series } of blocks) {
    for (const { labels, samples } of series) {
      const name = labels.metricName!;
      if (!merged.has(name)) merged.set(name, new Map());
      for (const [t, value] of samples) if (!deleted(name, t)) merged.get(name)!.set(t, value as number);
    }
  }
  return [...merged].map(([name, samples]) => ({
    labels: LabelSet.from({ __name__: name }),
    samples: [...samples].sort((a, b) => a[0] - b[0]),
  }));
}

function blockDirs(dir: string): string[] {
  return readdirSync(dir).filter((name) => name !== 'quarantine');
}

describe('compaction', () => {
  test('changes nothing that can be read: it equals a naive merge, before and after, with deletions', async () => {
    const aDeletion = fc.tuple(
      fc.constantFrom('a', 'b'),
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 999 }),
    );
    const blocks = fc.array(aBlock, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(blocks, fc.option(aDeletion), async (plain, deletion) => {
        const own = createFixture();
        try {
          for (const { fromMs, toMs, series } of plain) await own.write(fromMs, toMs, series);
          // Beyond the range, so that the range counts as complete.
          await own.write(2000, 2001, [plainSeries({ __name__: 'later' }, [[2000, 1]])]);
          const store = await own.open();
          if (deletion !== null) {
            await store.delete([matcher('=', '__name__', deletion[0])], deletion[1], deletion[2]);
          }
          const gone = (name: string, t: number): boolean =>
            deletion !== null && name === deletion[0] && t >= deletion[1] && t <= deletion[2];
          const expected = filterPlain(mergePlain(plain, gone), [], 0, 1000);
          expect(await readAll(store, [], 0, 1000)).toEqual(expected);
          await store.compact();
          expect(await readAll(store, [], 0, 1000)).toEqual(expected);
          const left = store.blocks().filter((meta) => meta.fromMs < 2000);
          expect(left.length).toBe(expected.length === 0 ? 0 : 1);
          await store.close();
          const again = await own.open();
          expect(await readAll(again, [], 0, 1000)).toEqual(expected);
          expect(blockDirs(own.dir).sort()).toEqual(
            again
              .blocks()
              .map((meta) => meta.id)
              .sort(),
          );
          await again.close();
        } finally {
          own.remove();
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a selection made before goes on reading afterwards, until the grace has passed', async () => {
    const labels = { __name__: 'm' };
    await fixture.write(0, 100, [plainSeries(labels, [[1, 1]])]);
    await fixture.write(100, 200, [plainSeries(labels, [[150, 2]])]);
    await fixture.write(5000, 5001, [plainSeries(labels, [[5000, 3]])]);
    const store = await fixture.open({ reader_grace: '1m' });
    const [first] = await store.select([], 0, 300);
    const [second] = await store.select([], 0, 300);
    await store.compact();
    expect(store.blocks()).toHaveLength(2);
    const buffer = createSampleBuffer();
    await first.read(buffer, 0, 300);
    expect([...buffer.values.subarray(0, buffer.count)]).toEqual([1, 2]);
    fixture.clock.advance(60_000);
    buffer.count = 0;
    const [fresh] = await store.select([], 0, 300);
    await fresh.read(buffer, 0, 300);
    expect(buffer.count).toBe(2);
    await expect(async () => second.read(createSampleBuffer(), 0, 300)).rejects.toThrow('cannot be read');
    await store.close();
  });

  test('queries that run while it works see all samples, once', async () => {
    const names = ['a', 'b', 'c'];
    const plain: PlainBlock[] = Array.from({ length: 12 }, (_, b) => ({
      fromMs: b * 80,
      toMs: b * 80 + 80,
      series: names.map((name, n) =>
        plainSeries(
          { __name__: name },
          Array.from({ length: 20 }, (_, i) => [b * 80 + i * 4, i * n] as const),
        ),
      ),
    }));
    plain.push({ fromMs: 100, toMs: 200, series: [plainSeries({ __name__: 'b' }, [[101, 5]])] });
    plain.push({ fromMs: 2000, toMs: 2001, series: [plainSeries({ __name__: 'n' }, [[2000, 1]])] });
    for (const { fromMs, toMs, series } of plain) await fixture.write(fromMs, toMs, series);
    // Caches that hold next to nothing, so that reads go to files that are about to go away.
    const store = await fixture.open({ page_cache_size: 1, index_cache_size: 1 });
    const expected = filterPlain(
      mergePlain(plain, () => false),
      [],
      0,
      5000,
    );
    let working = true;
    const compaction = store.compact().finally(() => {
      working = false;
    });
    let rounds = 0;
    const reader = async (): Promise<void> => {
      while (working) {
        expect(await readAll(store, [], 0, 5000)).toEqual(expected);
        rounds += 1;
      }
    };
    await Promise.all([compaction, reader(), reader()]);
    expect(rounds).toBeGreaterThan(1);
    expect(await readAll(store, [], 0, 5000)).toEqual(expected);
    expect(store.blocks()).toHaveLength(2);
    await store.close();
  });

  test('killed at any point, it loses nothing and doubles nothing', async () => {
    const count = { calls: 0, armed: false };
    const plain: PlainBlock[] = [
      {
        fromMs: 0,
        toMs: 500,
        series: [
          plainSeries({ __name__: 'm' }, [
            [1, 1],
            [400, 4],
          ]),
        ],
      },
      { fromMs: 500, toMs: 1000, series: [plainSeries({ __name__: 'm' }, [[501, 2]])] },
      { fromMs: 0, toMs: 500, series: [plainSeries({ __name__: 'm' }, [[2, 9]])] },
      { fromMs: 2000, toMs: 2001, series: [plainSeries({ __name__: 'n' }, [[2000, 1]])] },
    ];
    const expected = filterPlain(
      mergePlain(plain, () => false),
      [],
      0,
      5000,
    );
    for (let dieAt = 1; ; dieAt++) {
      const own = createFixture();
      try {
        for (const { fromMs, toMs, series } of plain) await own.write(fromMs, toMs, series);
        count.calls = 0;
        count.armed = false;
        const store = await own.open({}, dyingDisk(dieAt, count));
        count.armed = true;
        await store.compact().catch(() => {});
        // The process is gone: nothing of it is closed or tidied up.
        const after = await own.open();
        expect(await readAll(after, [], 0, 5000), `died at call ${dieAt}`).toEqual(expected);
        await after.compact();
        expect(await readAll(after, [], 0, 5000)).toEqual(expected);
        expect(after.blocks()).toHaveLength(2);
        expect(blockDirs(own.dir)).toHaveLength(2);
        await after.close();
        await store.close();
        if (count.calls < dieAt) {
          expect(dieAt).toBeGreaterThan(20);
          return;
        }
      } finally {
        own.remove();
      }
    }
  });

  test('the plan: overlapping first, then a complete aligned range, then deletions; nothing longer than the range', () => {
    const block = (fromMs: number, toMs: number, hasTombstones = false) => {
      return { meta: { id: `${fromMs}`, fromMs, toMs, sequence: fromMs }, hasTombstones };
    };
    const plan = (...blocks: ReturnType<typeof block>[]): number[] | undefined =>
      planCompaction(blocks, 100)?.map(({ meta }) => meta.fromMs);
    expect(plan()).toBeUndefined();
    expect(plan(block(0, 50), block(50, 100))).toBeUndefined();
    expect(plan(block(50, 100), block(0, 50), block(100, 150))).toEqual([0, 50]);
    expect(plan(block(0, 50), block(40, 90))).toEqual([0, 40]);
    expect(plan(block(0, 50), block(40, 110))).toBeUndefined();
    expect(plan(block(0, 50), block(60, 110), block(200, 210, true))).toEqual([200]);
    expect(plan(block(-100, -50), block(-50, 0), block(0, 100))).toEqual([-100, -50]);
  });
});

/** From its `dieAt`-th change on, the disk takes no change any more: what a kill leaves behind. */
function dyingDisk(dieAt: number, count: { calls: number; armed: boolean }): typeof nodeDisk {
  const change = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!count.armed) return run();
    count.calls += 1;
    if (count.calls >= dieAt) throw Object.assign(new Error('EIO: dead'), { code: 'EIO' });
    return run();
  };
  return {
    ...nodeDisk,
    makeDir: (path) => change(() => nodeDisk.makeDir(path)),
    rename: (from, to) => change(() => nodeDisk.rename(from, to)),
    syncDir: (path) => change(() => nodeDisk.syncDir(path)),
    removeTree: (path) => change(() => nodeDisk.removeTree(path)),
    create: async (path) => {
      const file = await change(() => nodeDisk.create(path));
      return {
        write: (bytes) => change(() => file.write(bytes)),
        sync: () => change(() => file.sync()),
        close: () => file.close(),
      };
    },
  };
}
