import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/index.ts';
import {
  batchOf,
  matcher,
  type OpenStore,
  openStore,
  type Row,
  readAll,
  START_MS,
  withDirectory,
} from './store-harness.suite.ts';
import { createSampleBuffer } from './types.ts';

const HOUR_MS = 3_600_000;
const histogram = {
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3,
  sum: 4.5,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [3],
  negativeSpans: [],
  negativeBuckets: [],
  counterResetHint: 'unknown',
} as const;

/** Six hours of two series, one sample every ten minutes, and their text. */
async function fill(open: OpenStore): Promise<void> {
  for (let minute = 0; minute < 360; minute += 10) {
    const timestampMs = START_MS + minute * 60_000;
    const rows: Row[] = ['a', 'b'].map((id) => ({
      labels: { __name__: 'm', id },
      timestampMs,
      value: minute / 7,
    }));
    expect(await open.store.append(batchOf(open.registry, rows))).toBeUndefined();
  }
}

describe('sealing', () => {
  it('moves ranges into blocks when their time has come; readers see no difference, a restart neither', async () => {
    await withDirectory(async (dir) => {
      const clock = new ManualClock(START_MS);
      const open = await openStore(
        dir,
        { seal_check: '1000d', blocks: { compaction_range: '2h' } },
        { clock },
      );
      await fill(open);
      const before = await readAll(open.store);
      clock.jumpTo(START_MS + 4 * HOUR_MS + 14 * 60_000);
      await open.store.maintain();
      expect(open.store.status().blockCount).toBe(1);
      clock.jumpTo(START_MS + 4 * HOUR_MS + 15 * 60_000);
      await open.store.maintain();
      expect(open.store.status().blockCount).toBe(2);
      expect(open.store.statistics(1)).toMatchObject({ chunkCount: 2, minTimeMs: START_MS });
      expect(await readAll(open.store)).toEqual(before);
      expect(await readAll(open.store, ['id=a'], START_MS + HOUR_MS, START_MS + HOUR_MS)).toEqual({
        'm{id="a"}': [[START_MS + HOUR_MS, 60 / 7]],
      });
      expect(await open.store.labelValues('id', [], START_MS, START_MS)).toEqual(['a', 'b']);
      await open.store.close(1000);
      const reopened = await openStore(dir, {}, { clock });
      expect(reopened.store.status()).toMatchObject({ blockCount: 2, chunkCount: 2 });
      expect(await readAll(reopened.store)).toEqual(before);
      await reopened.store.close(1000);
    });
  });

  it('between select and read loses no reader a sample', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir, { seal_check: '1000d' });
      await fill(open);
      const expected = (await readAll(open.store))['m{id="a"}'];
      const [selected] = await open.store.select([matcher('id=a')], 0, Number.MAX_SAFE_INTEGER);
      const reading = open.store.seal();
      const during = createSampleBuffer();
      await selected.read(during);
      expect(during.count).toBe(expected.length);
      expect(await reading).toBeUndefined();
      const after = createSampleBuffer();
      await selected.read(after);
      expect(Array.from(after.timestampsMs.subarray(0, after.count))).toEqual(expected.map(([time]) => time));
      await open.store.close(1000);
    });
  });

  it('takes samples that come late for a sealed range, and shows equal ones once', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir, { seal_check: '1000d' });
      await fill(open);
      await open.store.seal();
      const last = START_MS + 350 * 60_000;
      const rows = [
        { labels: { __name__: 'm', id: 'a' }, timestampMs: last - 1000, value: 5 },
        { labels: { __name__: 'm', id: 'a' }, timestampMs: last, value: 350 / 7 },
        { labels: { __name__: 'm', id: 'a' }, timestampMs: last + 1000, value: 6 },
      ];
      const batch = batchOf(open.registry, rows);
      expect(await open.store.append(batch)).toBeUndefined();
      expect(batch.rejections.points).toBe(0);
      const expected = [
        [last - 1000, 5],
        [last, 350 / 7],
        [last + 1000, 6],
      ];
      expect((await readAll(open.store))['m{id="a"}'].slice(-3)).toEqual(expected);
      await open.store.seal();
      expect((await readAll(open.store))['m{id="a"}'].slice(-3)).toEqual(expected);
      await open.store.close(1000);
    });
  });

  it('early when the head is over store.head_memory_limit', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir, { seal_check: '1000d', head_memory_limit: 200 });
      await fill(open);
      await open.store.maintain();
      expect(open.store.status().sizesBytes['head']).toBeLessThanOrEqual(200);
      expect(open.telemetry.render()).toMatch(/statbar_store_early_seals_total [1-9]/);
      await open.store.close(1000);
    });
  });

  it('keeps the newest histogram known, through a snapshot and a restart too', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir);
      const rows = [{ labels: { __name__: 'h' }, timestampMs: START_MS, histogram }];
      const batch = batchOf(open.registry, rows);
      expect(await open.store.append(batch)).toBeUndefined();
      await open.store.seal();
      const newest = { timestampMs: START_MS, histogram };
      expect(open.store.lastHistogram(batch.seriesIds[0])).toEqual(newest);
      expect(await open.store.snapshot()).toBeUndefined();
      await open.store.close(1000);
      const reopened = await openStore(dir);
      expect(reopened.store.lastHistogram(batch.seriesIds[0])).toEqual(newest);
      await reopened.store.close(1000);
    });
  });

  it('forgets series that are idle and have nothing in memory; their ids serve others, their samples stay', async () => {
    await withDirectory(async (dir) => {
      const clock = new ManualClock(START_MS);
      const open = await openStore(dir, { seal_check: '1000d', blocks: { retention_time: '0' } }, { clock });
      await fill(open);
      const before = await readAll(open.store);
      clock.jumpTo(START_MS + 12 * HOUR_MS);
      await open.store.maintain();
      expect(open.store.status().seriesCount).toBe(0);
      expect(await readAll(open.store)).toEqual(before);
      const rows = [{ labels: { __name__: 'n', id: 'c' }, timestampMs: START_MS + 12 * HOUR_MS, value: 1 }];
      const batch = batchOf(open.registry, rows);
      expect(batch.seriesIds[0]).toBeLessThan(2);
      expect(await open.store.append(batch)).toBeUndefined();
      expect(await readAll(open.store, ['__name__=m'])).toEqual(before);
      await open.store.close(1000);
      const reopened = await openStore(dir, { blocks: { retention_time: '0' } }, { clock });
      expect(await readAll(reopened.store)).toEqual({
        ...before,
        'n{id="c"}': [[START_MS + 12 * HOUR_MS, 1]],
      });
      await reopened.store.close(1000);
    });
  });

  it('a batch whose series were retired meanwhile may be sent again', async () => {
    await withDirectory(async (dir) => {
      const clock = new ManualClock(START_MS);
      const open = await openStore(dir, { seal_check: '1000d' }, { clock });
      await fill(open);
      const batch = batchOf(open.registry, [
        { labels: { __name__: 'm', id: 'a' }, timestampMs: START_MS + 12 * HOUR_MS },
      ]);
      clock.jumpTo(START_MS + 12 * HOUR_MS);
      await open.store.maintain();
      expect(await open.store.append(batch)).toMatchObject({ retryable: true });
      await open.store.close(1000);
    });
  });

  it('deletes in blocks as in memory, durably', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir, { seal_check: '1000d' });
      await fill(open);
      await open.store.seal();
      const rows = [{ labels: { __name__: 'm', id: 'a' }, timestampMs: START_MS + 400 * 60_000, value: 1 }];
      expect(await open.store.append(batchOf(open.registry, rows))).toBeUndefined();
      expect(await open.store.deleteSeries([matcher('id=a')], 0, Number.MAX_SAFE_INTEGER)).toBe(1);
      expect(Object.keys(await readAll(open.store))).toEqual(['m{id="b"}']);
      await open.store.close(1000);
      const reopened = await openStore(dir);
      expect(Object.keys(await readAll(reopened.store))).toEqual(['m{id="b"}']);
      await reopened.store.close(1000);
    });
  });

  it('with durability memory drops what is older than the retention', async () => {
    const clock = new ManualClock(START_MS);
    const settings = { durability: 'memory' as const, seal_check: '1000d', blocks: { retention_time: '3h' } };
    const open = await openStore('', settings, { clock });
    await fill(open);
    clock.jumpTo(START_MS + 6 * HOUR_MS);
    await open.store.maintain();
    expect((await readAll(open.store))['m{id="a"}'][0][0]).toBe(START_MS + 2 * HOUR_MS);
    await open.store.close(1000);
  });
});
