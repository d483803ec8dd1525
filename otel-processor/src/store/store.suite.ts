import { describe, expect, it } from 'vitest';
import type { Histogram } from '../model/index.ts';
import { batchOf, matcher, type OpenStore, type Row, readAll, START_MS } from './store-harness.suite.ts';

const T = START_MS;
const histogram: Histogram = {
  schema: 3,
  zeroThreshold: 1e-128,
  zeroCount: 2,
  count: 12,
  sum: 18.4,
  positiveSpans: [
    { offset: 0, length: 2 },
    { offset: 1, length: 2 },
  ],
  positiveBuckets: [1, 2, 3, 4],
  negativeSpans: [],
  negativeBuckets: [],
  counterResetHint: 'unknown',
};

/** What every store must do, wherever it keeps its samples. `open` gives an empty store; it is closed by the suite. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  const withStore = (run: (open: OpenStore) => Promise<void>) => async () => {
    const opened = await open();
    try {
      await run(opened);
    } finally {
      await opened.store.close(1000);
    }
  };
  const put = async (opened: OpenStore, rows: readonly Row[]) => {
    const batch = batchOf(opened.registry, rows);
    expect(await opened.store.append(batch)).toBeUndefined();
    return batch.rejections;
  };
  const up = { __name__: 'up', job: 'a' };

  describe(`${name} as a store`, () => {
    it(
      'gives back samples in time order, within the asked range inclusive at both ends',
      withStore(async (opened) => {
        const rows = [0, 1, 2, 3, 4].map((i) => ({ labels: up, timestampMs: T + i * 1000, value: i * 1.5 }));
        await put(opened, rows);
        expect(await readAll(opened.store, ['job=a'], T + 1000, T + 3000)).toEqual({
          'up{job="a"}': [
            [T + 1000, 1.5],
            [T + 2000, 3],
            [T + 3000, 4.5],
          ],
        });
      }),
    );

    it(
      'drops equal duplicates in silence and refuses conflicting ones',
      withStore(async (opened) => {
        await put(opened, [
          { labels: up, timestampMs: T, value: 1 },
          { labels: up, timestampMs: T + 5, value: 2 },
        ]);
        expect((await put(opened, [{ labels: up, timestampMs: T, value: 1 }])).points).toBe(0);
        expect((await put(opened, [{ labels: up, timestampMs: T + 5, value: 2 }])).points).toBe(0);
        const refused = await put(opened, [
          { labels: up, timestampMs: T, value: 9 },
          { labels: up, timestampMs: T + 5, value: 9 },
          { labels: up, timestampMs: T + 10, value: 3 },
        ]);
        expect(Object.fromEntries(refused.counts)).toEqual({ conflicting_duplicate: 2 });
        expect(Object.values(await readAll(opened.store))).toEqual([
          [
            [T, 1],
            [T + 5, 2],
            [T + 10, 3],
          ],
        ]);
      }),
    );

    it(
      'takes late samples within the out-of-order window and refuses older ones',
      withStore(async (opened) => {
        await put(opened, [{ labels: up, timestampMs: T, value: 1 }]);
        await put(opened, [{ labels: up, timestampMs: T + 700_000, value: 3 }]);
        expect((await put(opened, [{ labels: up, timestampMs: T + 400_000, value: 2 }])).points).toBe(0);
        expect((await put(opened, [{ labels: up, timestampMs: T + 400_000, value: 2 }])).points).toBe(0);
        const refused = await put(opened, [
          { labels: up, timestampMs: T + 50_000, value: 2 },
          { labels: up, timestampMs: T + 400_000, value: 8 },
        ]);
        expect(Object.fromEntries(refused.counts)).toEqual({ too_old: 1, conflicting_duplicate: 1 });
        expect(refused.message()).toContain('store.out_of_order_window');
        expect(Object.values(await readAll(opened.store))).toEqual([
          [
            [T, 1],
            [T + 400_000, 2],
            [T + 700_000, 3],
          ],
        ]);
      }),
    );

    it(
      'keeps staleness markers and histograms beside floats in one series',
      withStore(async (opened) => {
        await put(opened, [
          { labels: up, timestampMs: T, value: 1 },
          { labels: up, timestampMs: T + 1, stale: true },
          { labels: up, timestampMs: T + 2, histogram },
          { labels: up, timestampMs: T + 3, histogram: { ...histogram, count: 13 } },
          { labels: up, timestampMs: T + 4, value: 2 },
        ]);
        expect(Object.values(await readAll(opened.store))).toEqual([
          [
            [T, 1],
            [T + 1, 'stale'],
            [T + 2, 'histogram 12'],
            [T + 3, 'histogram 13'],
            [T + 4, 2],
          ],
        ]);
      }),
    );

    it(
      'treats an absent label as the empty string',
      withStore(async (opened) => {
        await put(opened, [
          { labels: { __name__: 'm', a: '1' }, timestampMs: T },
          { labels: { __name__: 'm', a: '2', b: 'x' }, timestampMs: T },
          { labels: { __name__: 'm', b: 'y' }, timestampMs: T },
          { labels: { __name__: 'n', a: '1' }, timestampMs: T },
        ]);
        const names = async (...matchers: string[]) =>
          Object.keys(await readAll(opened.store, matchers)).sort();
        expect(await names('__name__=m', 'a=')).toEqual(['m{b="y"}']);
        expect(await names('__name__=m', 'b!=x')).toEqual(['m{a="1"}', 'm{b="y"}']);
        expect(await names('__name__=m', 'b=~x|')).toEqual(['m{a="1"}', 'm{a="2", b="x"}']);
        expect(await names('__name__=m', 'b=~.+')).toEqual(['m{a="2", b="x"}', 'm{b="y"}']);
        expect(await names('a!~1|2')).toEqual(['m{b="y"}']);
        expect(await names('a=1', '__name__!=m')).toEqual(['n{a="1"}']);
        expect(await names('nothing=x')).toEqual([]);
      }),
    );

    it(
      'lists series, label names and label values of what has samples in the range',
      withStore(async (opened) => {
        const { store } = opened;
        await put(opened, [
          { labels: { __name__: 'm', a: '1' }, timestampMs: T },
          { labels: { __name__: 'm', b: '2' }, timestampMs: T + 1000 },
        ]);
        expect((await store.series([[matcher('__name__=m')]], T, T + 1000)).map(String)).toEqual([
          'm{a="1"}',
          'm{b="2"}',
        ]);
        expect(
          (await store.series([[matcher('a=1')], [matcher('b=2')]], T + 1, T + 1000)).map(String),
        ).toEqual(['m{b="2"}']);
        expect(await store.labelNames([], T, T)).toEqual(['__name__', 'a']);
        expect(await store.labelNames([[matcher('b=2')]], T, T + 1000)).toEqual(['__name__', 'b']);
        expect(await store.labelValues('a', [], T, T + 1000)).toEqual(['1']);
        expect(await store.labelValues('a', [[matcher('b=2')]], T, T + 1000)).toEqual([]);
        expect(await store.labelValues('__name__', [[matcher('b=2')]], T, T + 1000)).toEqual(['m']);
      }),
    );

    it(
      'deletes by matcher and range, and takes the same samples anew afterwards',
      withStore(async (opened) => {
        const rows = [0, 1, 2, 3].map((i) => ({ labels: up, timestampMs: T + i * 1000, value: i }));
        const other = { __name__: 'up', job: 'b' };
        await put(opened, [...rows, { labels: other, timestampMs: T, value: 7 }]);
        expect(await opened.store.deleteSeries([matcher('job=a')], T + 1000, T + 2000)).toBe(1);
        expect(await readAll(opened.store)).toEqual({
          'up{job="a"}': [
            [T, 0],
            [T + 3000, 3],
          ],
          'up{job="b"}': [[T, 7]],
        });
        await opened.store.deleteSeries([matcher('job=a')], T + 3000, T + 3000);
        expect((await put(opened, rows.slice(3))).points, 'the newest again').toBe(0);
        expect((await readAll(opened.store, ['job=a']))['up{job="a"}']).toEqual([
          [T, 0],
          [T + 3000, 3],
        ]);
        await opened.store.deleteSeries([matcher('job=a')], T, T + 9000);
        expect(await readAll(opened.store, ['job=a'])).toEqual({});
        expect((await put(opened, rows)).points).toBe(0);
        expect((await readAll(opened.store))['up{job="a"}']).toHaveLength(4);
      }),
    );

    it(
      'keeps exemplars and metadata, each once',
      withStore(async (opened) => {
        const once = () => {
          const batch = batchOf(opened.registry, [{ labels: up, timestampMs: T, value: 1 }]);
          const labels = batchOf(opened.registry, []).exemplars;
          expect(labels).toEqual([]);
          const seriesId = batch.seriesIds[0];
          batch.exemplars.push({
            seriesId,
            labels: opened.registry.labels(seriesId),
            value: 0.5,
            timestampMs: T,
          });
          batch.metadata.push({ metricName: 'up', type: 'gauge', unit: '', help: 'Is it up' });
          return batch;
        };
        expect(await opened.store.append(once())).toBeUndefined();
        expect(await opened.store.append(once())).toBeUndefined();
        const [found] = await opened.store.exemplars([[matcher('job=a')]], T, T);
        expect(found.exemplars.map(({ value }) => value)).toEqual([0.5]);
        expect(await opened.store.exemplars([[matcher('job=a')]], T + 1, T + 2)).toEqual([]);
        expect([...opened.store.metadata('up').values()]).toEqual([
          [{ metricName: 'up', type: 'gauge', unit: '', help: 'Is it up' }],
        ]);
        expect(opened.store.metadata('down').size).toBe(0);
      }),
    );

    it(
      'knows the newest sample and the newest histogram of a series',
      withStore(async (opened) => {
        await put(opened, [{ labels: up, timestampMs: T, value: 4 }]);
        const seriesId = batchOf(opened.registry, [{ labels: up, timestampMs: T }]).seriesIds[0];
        expect(opened.store.lastSample(seriesId)).toEqual({ timestampMs: T, value: 4 });
        expect(opened.store.lastHistogram(seriesId)).toBeUndefined();
        await put(opened, [{ labels: up, timestampMs: T + 1, histogram }]);
        expect(opened.store.lastSample(seriesId)).toBeUndefined();
        expect(opened.store.lastHistogram(seriesId)).toEqual({ timestampMs: T + 1, histogram });
      }),
    );

    it(
      'counts series by metric name, label and pair',
      withStore(async (opened) => {
        await put(opened, [
          { labels: { __name__: 'm', a: '1' }, timestampMs: T },
          { labels: { __name__: 'm', a: '2' }, timestampMs: T + 50 },
          { labels: { __name__: 'n', a: '2' }, timestampMs: T },
        ]);
        const statistics = opened.store.statistics(2);
        expect(statistics).toMatchObject({
          seriesCount: 3,
          minTimeMs: T,
          maxTimeMs: T + 50,
          labelPairCount: 4,
        });
        expect(statistics.seriesCountByMetricName).toEqual([
          ['m', 2],
          ['n', 1],
        ]);
        expect(statistics.labelValueCountByLabelName[0][1]).toBe(2);
        expect(statistics.seriesCountByLabelPair).toEqual([
          ['__name__=m', 2],
          ['a=2', 2],
        ]);
      }),
    );
  });
}
