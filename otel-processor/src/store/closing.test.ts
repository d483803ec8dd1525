import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { yieldToEventLoop } from '../base/index.ts';
import { MemoryDisk } from './memory-disk.suite.ts';
import {
  batchOf,
  type OpenStore,
  openStore,
  readAll,
  START_MS,
  withDirectory,
} from './store-harness.suite.ts';

const SERIES_COUNT = 6000;

async function fill({ store, registry }: OpenStore, timestampMs = START_MS): Promise<void> {
  const rows = Array.from({ length: SERIES_COUNT }, (_, i) => ({
    labels: { __name__: 'm', i: String(i) },
    timestampMs,
    value: i,
  }));
  expect(await store.append(batchOf(registry, rows))).toBeUndefined();
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await yieldToEventLoop();
}

describe('closing', () => {
  it('gives up a seal that is under way; nothing of its block stays, no sample is lost', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir, { seal_check: '1000d' });
      await fill(open);
      const before = await readAll(open.store);
      const sealing = open.store.seal();
      await turns(3);
      expect(await open.store.close(1000)).toBeUndefined();
      expect(await sealing).toMatchObject({ code: 'canceled' });
      expect(readdirSync(join(dir, 'blocks'))).toEqual([]);
      const reopened = await openStore(dir);
      expect(await readAll(reopened.store)).toEqual(before);
      expect(Object.keys(before)).toHaveLength(SERIES_COUNT);
      await reopened.store.close(1000);
    });
  });

  it('waits for a snapshot whose disk hangs no longer than its deadline, and keeps the lock', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const open = await openStore(dir, {}, { disk });
      await fill(open);
      const openFile = disk.open.bind(disk);
      disk.open = (path, mode) => (path.includes('snapshot') ? new Promise(() => {}) : openFile(path, mode));
      void open.store.snapshot();
      await turns(20);
      const closing = open.store.close(1000);
      await turns(20);
      open.clock.advance(1000);
      expect(await closing).toMatchObject({ code: 'timeout', retryable: true });
      expect(readdirSync(dir)).toContain('lock');
    });
  });
});

describe('a deletion of many series', () => {
  it('leaves in memory what its replay leaves, whatever is appended while it works', async () => {
    await withDirectory(async (dir) => {
      const open = await openStore(dir, { seal_check: '1000d' });
      await fill(open);
      const { store } = open;
      const deleting = store.deleteSeries([], START_MS, START_MS + 10_000);
      for (let i = 1; i <= 5; i++) {
        await yieldToEventLoop();
        await fill(open, START_MS + i * 1000);
      }
      expect(await deleting).toBe(SERIES_COUNT);
      const after = await readAll(store);
      // What came behind its slice's turn is there, what came before is not.
      expect(Object.keys(after).length).toBeGreaterThan(0);
      await store.close(1000);
      const reopened = await openStore(dir);
      expect(await readAll(reopened.store)).toEqual(after);
      await reopened.store.close(1000);
    });
  });
});

describe('blocks', () => {
  it('are written with the page size of the configuration', async () => {
    const pagesRead = async (pageSize: string): Promise<number> => {
      let pages = 0;
      await withDirectory(async (dir) => {
        const open = await openStore(dir, { seal_check: '1000d', blocks: { page_size: pageSize } });
        await fill(open);
        expect(await open.store.seal()).toBeUndefined();
        await readAll(open.store);
        const match = /statbar_block_page_cache_misses_total (\d+)/.exec(open.telemetry.render());
        pages = Number(match?.[1]);
        await open.store.close(1000);
      });
      return pages;
    };
    expect(await pagesRead('1KiB')).toBeGreaterThan(10 * (await pagesRead('1MiB')));
  });
});
