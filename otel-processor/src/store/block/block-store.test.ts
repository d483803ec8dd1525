import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Histogram } from '../../model/index.ts';
import { hashLabelSet } from '../label-hash.ts';
import { createSampleBuffer } from '../types.ts';
import {
  createFixture,
  type Fixture,
  filterPlain,
  matcher,
  type PlainSeries,
  plainSeries,
  readAll,
} from './block-fixture.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => fixture.remove());

const histogram: Histogram = {
  schema: 3,
  zeroThreshold: 1e-9,
  zeroCount: 2,
  count: 17,
  sum: 12.75,
  positiveSpans: [
    { offset: -2, length: 2 },
    { offset: 3, length: 1 },
  ],
  positiveBuckets: [4, 5, 6],
  negativeSpans: [],
  negativeBuckets: [],
  counterResetHint: 'not_reset',
};

const aTimes = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 30 });
const aValue = fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constant(histogram));
const aSeries: fc.Arbitrary<PlainSeries> = fc
  .record({
    name: fc.constantFrom('', 'a', 'b', 'c'),
    host: fc.constantFrom('', 'x', 'y', 'ü'),
    odd: fc.constantFrom('', 'p', 'q'),
    times: aTimes,
    values: fc.array(aValue, { minLength: 30, maxLength: 30 }),
  })
  .map(({ name, host, odd, times, values }) =>
    plainSeries(
      { __name__: name, host, odd },
      times.sort((a, b) => a - b).map((t, i) => [t, values[i]] as const),
    ),
  );
const aBlock = fc.uniqueArray(aSeries, {
  minLength: 1,
  maxLength: 12,
  selector: (series) => series.labels.key,
});
const aMatcher = fc
  .oneof(
    fc.tuple(
      fc.constantFrom('=', '!='),
      fc.constantFrom('__name__', 'host', 'odd', 'none'),
      fc.constantFrom('', 'a', 'x', 'q'),
    ),
    fc.tuple(
      fc.constantFrom('=~', '!~'),
      fc.constantFrom('__name__', 'host', 'odd', 'none'),
      fc.constantFrom('.*', '.+', 'a|b', '[xp]?', 'x|'),
    ),
  )
  .map(([type, name, value]) => matcher(type as '=', name, value));
const aRange = fc.tuple(fc.integer({ min: -10, max: 1010 }), fc.integer({ min: -10, max: 1010 }));

describe('block store', () => {
  test('a selection equals a filter over the samples that were written', async () => {
    await fc.assert(
      fc.asyncProperty(
        aBlock,
        fc.array(aMatcher, { maxLength: 3 }),
        aRange,
        async (series, matchers, range) => {
          const own = createFixture();
          try {
            await own.write(0, 1000, series);
            const store = await own.open({ page_cache_size: 5000 });
            const [fromMs, toMs] = [Math.min(...range), Math.max(...range)];
            const expected = filterPlain(series, matchers, fromMs, toMs);
            expect(await readAll(store, matchers, fromMs, toMs)).toEqual(expected);
            expect(await readAll(store, matchers, fromMs, toMs)).toEqual(expected);
            await store.close();
          } finally {
            own.remove();
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a series in several blocks is returned once, merged, the later block winning where samples disagree', async () => {
    const labels = { __name__: 'm', host: 'x' };
    await fixture.write(0, 1000, [
      plainSeries(labels, [
        [100, 1],
        [200, 2],
      ]),
      plainSeries({ __name__: 'n' }, [[1, 1]]),
    ]);
    await fixture.write(1000, 2000, [plainSeries(labels, [[1000, 4]])]);
    await fixture.write(0, 1000, [
      plainSeries(labels, [
        [50, 9],
        [200, 3],
        [300, 5],
      ]),
    ]);
    const store = await fixture.open();
    expect(await readAll(store, [matcher('=', '__name__', 'm')], 0, 5000)).toEqual([
      [
        'm{host="x"}',
        [
          [50, 9],
          [100, 1],
          [200, 3],
          [300, 5],
          [1000, 4],
        ],
      ],
    ]);
    const [series] = await store.select([matcher('=', 'host', 'x')], 0, 100);
    expect(series.labelsHash).toBe(hashLabelSet(series.labels));
    await store.close();
  });

  test('reading appends, at once when the pages are in memory', async () => {
    await fixture.write(0, 1000, [
      plainSeries({ __name__: 'm' }, [
        [1, 10],
        [2, 20],
      ]),
    ]);
    const store = await fixture.open();
    const buffer = createSampleBuffer(1);
    const [series] = await store.select([], 0, 1000);
    const first = series.read(buffer, 0, 1);
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(series.read(buffer, 2, 2)).toBeUndefined();
    expect([...buffer.timestampsMs.subarray(0, buffer.count)]).toEqual([1, 2]);
    expect([...buffer.values.subarray(0, buffer.count)]).toEqual([10, 20]);
    expect(fixture.telemetry.render()).toMatch(/statbar_block_page_cache_hits_total [1-9]/);
    await store.close();
  });

  test('label names, values and series are those of the blocks and matchers asked for', async () => {
    await fixture.write(0, 1000, [
      plainSeries({ __name__: 'm', host: 'b' }, [[10, 1]]),
      plainSeries({ __name__: 'm', host: 'a', zone: 'z' }, [[10, 1]]),
      plainSeries({ __name__: 'n', disk: 'd' }, [[900, 1]]),
    ]);
    await fixture.write(1000, 2000, [plainSeries({ __name__: 'late', host: 'c' }, [[1500, 1]])]);
    const store = await fixture.open();
    const m = [matcher('=', '__name__', 'm')];
    const sorted = async (texts: Promise<readonly string[]>): Promise<string[]> => [...(await texts)].sort();
    expect(await sorted(store.labelNames([], 0, 2000))).toEqual(['__name__', 'disk', 'host', 'zone']);
    expect(await sorted(store.labelNames([m], 0, 2000))).toEqual(['__name__', 'host', 'zone']);
    expect(await sorted(store.labelValues('host', [], 0, 999))).toEqual(['a', 'b']);
    expect(await sorted(store.labelValues('host', [], 0, 2000))).toEqual(['a', 'b', 'c']);
    const sets = [m, [matcher('=', 'host', 'c')]];
    expect(await sorted(store.labelValues('host', sets, 0, 2000))).toEqual(['a', 'b', 'c']);
    expect(await store.labelValues('none', [], 0, 2000)).toEqual([]);
    const found = await store.series([m, [matcher('=~', 'host', 'b|c')]], 0, 2000);
    const texts = ['late{host="c"}', 'm{host="a", zone="z"}', 'm{host="b"}'];
    expect(found.map(String).sort()).toEqual(texts);
    await store.close();
  });

  test('a block written while the store is open is seen once it is added, and adding twice changes nothing', async () => {
    const store = await fixture.open();
    const meta = await fixture.write(0, 1000, [plainSeries({ __name__: 'm' }, [[1, 10]])]);
    expect(await readAll(store, [], 0, 1000)).toEqual([]);
    expect(await store.add(meta)).toBeUndefined();
    expect(await store.add(meta)).toBeUndefined();
    expect(await readAll(store, [], 0, 1000)).toHaveLength(1);
    expect(store.blocks()).toMatchObject([
      { id: meta.id, sampleCount: 1, seriesCount: 1, minTimeMs: 1, maxTimeMs: 1 },
    ]);
    await store.close();
  });

  test('indexes over the limit are forgotten and read again', async () => {
    for (let i = 0; i < 3; i++) {
      await fixture.write(i * 1000, i * 1000 + 1000, [plainSeries({ __name__: 'm' }, [[i * 1000, i]])]);
    }
    const store = await fixture.open({ index_cache_size: 1 });
    for (let turn = 0; turn < 2; turn++) {
      expect(await readAll(store, [], 0, 5000)).toEqual([
        [
          'm',
          [
            [0, 0],
            [1000, 1],
            [2000, 2],
          ],
        ],
      ]);
    }
    await store.close();
  });
});

describe('deletion', () => {
  test('samples are gone at once, after a restart, and from the files after compaction', async () => {
    const series = [
      plainSeries({ __name__: 'm', host: 'a' }, [
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
      plainSeries({ __name__: 'm', host: 'b' }, [[2, 5]]),
    ];
    await fixture.write(0, 1000, series);
    let store = await fixture.open();
    expect(await store.delete([matcher('=', 'host', 'a')], 2, 2)).toBe(1);
    expect(
      await store.delete([matcher('=', 'host', 'b')], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    ).toBe(1);
    expect(await store.delete([matcher('=', 'host', 'c')], 0, 9)).toBe(0);
    const expected = [
      [
        'm{host="a"}',
        [
          [1, 1],
          [3, 3],
        ],
      ],
    ];
    expect(await readAll(store, [], 0, 1000)).toEqual(expected);
    expect(await store.labelValues('host', [], 0, 1000)).toEqual(['a']);
    await store.close();
    store = await fixture.open();
    expect(await readAll(store, [], 0, 1000)).toEqual(expected);
    await store.compact();
    expect(store.blocks()).toMatchObject([{ sampleCount: 2, seriesCount: 1 }]);
    expect(await readAll(store, [], 0, 1000)).toEqual(expected);
    expect(await store.delete([], 0, 1000)).toBe(1);
    await store.compact();
    expect(store.blocks()).toEqual([]);
    await store.close();
  });
});

describe('retention', () => {
  test('by age: blocks go when their newest sample is older', async () => {
    await fixture.write(0, 1000, [plainSeries({ __name__: 'm' }, [[900, 1]])]);
    await fixture.write(1000, 2000, [plainSeries({ __name__: 'm' }, [[1100, 1]])]);
    const store = await fixture.open({ retention_time: '1m' });
    await store.applyRetention(60_900);
    expect(store.blocks()).toHaveLength(2);
    await store.applyRetention(60_901);
    expect(store.blocks().map((meta) => meta.fromMs)).toEqual([1000]);
    expect(fixture.telemetry.render()).toContain('statbar_block_retention_removed_total{reason="time"} 1');
    await store.close();
    expect((await fixture.open()).blocks()).toHaveLength(1);
  });

  test('by size: the oldest go until the rest fits', async () => {
    const sizes: number[] = [];
    for (let i = 0; i < 4; i++) {
      const meta = await fixture.write(i * 1000, i * 1000 + 1000, [
        plainSeries({ __name__: 'm' }, [[i * 1000, i]]),
      ]);
      sizes.push(meta.sizeBytes);
    }
    const store = await fixture.open({ retention_time: '0', retention_size: sizes[2] + sizes[3] });
    await store.applyRetention(1e12);
    expect(store.blocks().map((meta) => meta.fromMs)).toEqual([2000, 3000]);
    expect(fixture.telemetry.render()).toContain('statbar_block_retention_removed_total{reason="size"} 2');
    await store.close();
  });
});
