import { describe, expect, it } from 'vitest';
import { isFault, yieldToEventLoop } from '../base/index.ts';
import { type DiskOperation, MemoryDisk } from './memory-disk.suite.ts';
import {
  abandon,
  batchOf,
  openStore,
  type Row,
  readAll,
  START_MS,
  withDirectory,
} from './store-harness.suite.ts';

const row = (i: number, value = i): Row => ({
  labels: { __name__: 'm' },
  timestampMs: START_MS + i * 1000,
  value,
});

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await yieldToEventLoop();
}

describe('a disk that refuses', () => {
  const cases: ReadonlyArray<readonly [DiskOperation, string, RegExp]> = [
    ['write', 'ENOSPC', /disk full/],
    ['sync', 'EIO', /input\/output error/],
    ['open', 'ENOSPC', /disk full/],
    ['syncDirectory', 'EIO', /input\/output error/],
  ];
  for (const [operation, code, words] of cases) {
    it(`with ${code} at ${operation}: refuses writes as retryable, serves reads, recovers by itself, loses nothing`, async () => {
      await withDirectory(async (dir) => {
        const disk = new MemoryDisk();
        const open = await openStore(dir, {}, { disk });
        const { store, registry, clock } = open;
        if (operation === 'write' || operation === 'sync') {
          expect(await store.append(batchOf(registry, [row(0)]))).toBeUndefined();
        }
        disk.fail = (which, path) => (which === operation && path.includes('wal') ? code : undefined);
        const waiting = await store.append(batchOf(registry, [row(1)]));
        expect(waiting).toMatchObject({ code: 'unavailable', retryable: true });
        expect(waiting?.message).toMatch(words);
        const refused = await store.append(batchOf(registry, [row(2)]));
        expect(refused).toMatchObject({ code: 'unavailable', retryable: true });
        expect(store.status().writable).toBe(false);
        expect(Object.keys(await readAll(store))).toEqual(['m']);

        clock.advance(1000);
        await settle();
        expect(store.refusal(), 'still broken').toMatchObject({ retryable: true });
        disk.fail = () => undefined;
        clock.advance(1000);
        await settle();
        expect(store.refusal()).toBeUndefined();

        // The client tries both again; the first is a duplicate by now.
        const again = batchOf(registry, [row(1), row(2)]);
        expect(await store.append(again)).toBeUndefined();
        expect(again.rejections.points).toBe(0);
        const before = await readAll(store);
        const survived = disk.crash({
          uint32: () => 0,
          next: () => 0,
          integer: (low) => low,
          normal: () => 0,
        });
        await abandon(open);
        const reopened = await openStore(dir, {}, { disk: survived });
        expect(await readAll(reopened.store)).toEqual(before);
        await reopened.store.close(1000);
        await store.close(0);
      });
    });
  }

  it('acknowledges a repeated batch only when the first one has become durable', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const { store, registry } = await openStore(dir, {}, { disk });
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const openFile = disk.open.bind(disk);
      disk.open = async (path, mode) => {
        const file = await openFile(path, mode);
        return { ...file, sync: () => gate.then(() => file.sync()) };
      };
      const settled: string[] = [];
      const first = store.append(batchOf(registry, [row(0)])).then(() => settled.push('first'));
      const repeated = store.append(batchOf(registry, [row(0)])).then(() => settled.push('repeated'));
      const empty = store.append(batchOf(registry, [])).then(() => settled.push('empty'));
      await settle();
      expect(settled).toEqual([]);
      release();
      await Promise.all([first, repeated, empty]);
      expect(settled).toEqual(['first', 'repeated', 'empty']);
      await store.close(1000);
    });
  });

  it('refuses writes while less than store.min_free_disk is free', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const { store, registry, clock } = await openStore(dir, { min_free_disk: '1MB' }, { disk });
      disk.freeSpaceBytes = 999_999;
      clock.advance(5000);
      await settle();
      const fault = await store.append(batchOf(registry, [row(0)]));
      expect(fault?.message).toContain('store.min_free_disk');
      expect(fault?.retryable).toBe(true);
      disk.freeSpaceBytes = 1_000_001;
      clock.advance(5000);
      await settle();
      expect(await store.append(batchOf(registry, [row(0)]))).toBeUndefined();
      await store.close(1000);
    });
  });

  it('refuses writes as overloaded while more than store.wal_pending_max waits', async () => {
    await withDirectory(async (dir) => {
      const { store, registry } = await openStore(dir, { wal_pending_max: 100 }, { disk: new MemoryDisk() });
      const first = store.append(batchOf(registry, [row(0), row(1), row(2), row(3), row(4)]));
      expect(await store.append(batchOf(registry, [row(5)]))).toMatchObject({
        code: 'overloaded',
        retryable: true,
      });
      expect(await first).toBeUndefined();
      expect(await store.append(batchOf(registry, [row(5)]))).toBeUndefined();
      await store.close(1000);
    });
  });

  it('keeps the log when a snapshot cannot be written', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const open = await openStore(dir, {}, { disk });
      expect(await open.store.append(batchOf(open.registry, [row(0)]))).toBeUndefined();
      for (const operation of ['open', 'write', 'sync', 'rename'] as const) {
        disk.fail = (which, path) =>
          which === operation && path.includes('snapshot') ? 'ENOSPC' : undefined;
        expect(await open.store.snapshot()).toMatch(/disk full/);
      }
      disk.fail = () => undefined;
      await open.store.close(1000);
      const reopened = await openStore(dir, {}, { disk });
      expect(await readAll(reopened.store)).toEqual({ m: [[START_MS, 0]] });
      await reopened.store.close(1000);
    });
  });

  it('says so when what was accepted cannot be written before the end', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const { store, registry } = await openStore(dir, {}, { disk });
      disk.fail = (which) => (which === 'write' ? 'EIO' : undefined);
      expect(isFault(await store.append(batchOf(registry, [row(0)])))).toBe(true);
      expect(await store.close(1000)).toMatchObject({ code: 'unavailable' });
    });
  });

  it('that hangs does not hold up the end for longer than the deadline', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const { store, registry, clock } = await openStore(dir, {}, { disk });
      const openFile = disk.open.bind(disk);
      disk.open = async (path, mode) => ({
        ...(await openFile(path, mode)),
        sync: () => new Promise(() => {}),
      });
      void store.append(batchOf(registry, [row(0)]));
      await settle();
      const closing = store.close(1000);
      await settle();
      clock.advance(1000);
      expect(await closing).toMatchObject({ code: 'timeout' });
    });
  });
});
