import { describe, expect, it } from 'vitest';
import { createPrng } from '../base/index.ts';
import { type DiskOperation, MemoryDisk } from './memory-disk.suite.ts';
import {
  abandon,
  batchOf,
  matcher,
  type OpenStore,
  openStore,
  readAll,
  START_MS,
  withDirectory,
} from './store-harness.suite.ts';

async function fill(open: OpenStore, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const timestampMs = START_MS + i * 1000;
    const rows = ['a', `s${i % 7}`].map((id) => ({
      labels: { __name__: 'm', id },
      timestampMs,
      value: Math.sqrt(i),
    }));
    const batch = batchOf(open.registry, rows);
    const seriesId = batch.seriesIds[0];
    batch.exemplars.push({ seriesId, labels: open.registry.labels(seriesId), value: i, timestampMs });
    batch.metadata.push({ metricName: `m${i % 3}`, type: 'gauge', unit: 's', help: `help ${i}` });
    expect(await open.store.append(batch)).toBeUndefined();
  }
}

async function everything({ store }: OpenStore) {
  const exemplars = await store.exemplars([[matcher('id=a')]], 0, Number.MAX_SAFE_INTEGER);
  return {
    samples: await readAll(store),
    exemplars: exemplars.map((each) => [each.labels.toString(), each.exemplars.map(({ value }) => value)]),
    metadata: [...store.metadata()].sort(),
    names: await store.labelNames([], 0, Number.MAX_SAFE_INTEGER),
  };
}

describe('a snapshot', () => {
  it('and the log after it give back everything, and the log before it is gone', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const open = await openStore(dir, {}, { disk });
      await fill(open, 0, 50);
      const late = [{ labels: { __name__: 'm', id: 'a' }, timestampMs: START_MS + 20_500, value: 1 }];
      expect(await open.store.append(batchOf(open.registry, late))).toBeUndefined();
      expect(await open.store.snapshot()).toBeUndefined();
      expect(await disk.list(`${dir}/snapshot`)).toEqual(['00000001']);
      expect(await disk.list(`${dir}/wal`)).toEqual([]);
      await fill(open, 50, 80);
      const before = await everything(open);
      await open.store.close(1000);
      const reopened = await openStore(dir, {}, { disk });
      expect(await everything(reopened)).toEqual(before);
      await fill(reopened, 80, 90);
      expect(await reopened.store.snapshot()).toBeUndefined();
      const after = await everything(reopened);
      await reopened.store.close(1000);
      const again = await openStore(dir, {}, { disk });
      expect(await everything(again)).toEqual(after);
      await again.store.close(1000);
    });
  });

  it('that a crash interrupts at any step costs nothing', async () => {
    const steps: readonly DiskOperation[] = ['open', 'write', 'sync', 'rename', 'syncDirectory'];
    for (const step of steps) {
      for (const seed of [1, 2, 3, 4]) {
        await withDirectory(async (dir) => {
          const disk = new MemoryDisk();
          const open = await openStore(dir, {}, { disk });
          await fill(open, 0, 20);
          expect(await open.store.snapshot()).toBeUndefined();
          await fill(open, 20, 40);
          const before = await everything(open);
          disk.fail = (operation, path) =>
            operation === step && path.includes('snapshot') ? 'EIO' : undefined;
          expect(await open.store.snapshot()).toMatch(/input\/output error/);
          await abandon(open);
          const reopened = await openStore(dir, {}, { disk: disk.crash(createPrng(seed)) });
          expect(await everything(reopened)).toEqual(before);
          await reopened.store.close(1000);
          await open.store.close(0);
        });
      }
    }
  });

  it('taken while samples arrive holds those before it, the log those after', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const open = await openStore(dir, {}, { disk });
      await fill(open, 0, 30);
      const openFile = disk.open.bind(disk);
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      disk.open = async (path, mode) => {
        if (path.includes('snapshot')) await gate;
        return openFile(path, mode);
      };
      const taking = open.store.snapshot();
      // Chunks grow out of their places meanwhile, and others would move in.
      await fill(open, 30, 300);
      release();
      expect(await taking).toBeUndefined();
      const before = await everything(open);
      await open.store.close(1000);
      const reopened = await openStore(dir, {}, { disk });
      expect(await everything(reopened)).toEqual(before);
      await reopened.store.close(1000);
    });
  });

  it('with any byte changed is reported and never gives a wrong sample', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const open = await openStore(dir, {}, { disk });
      await fill(open, 0, 4);
      expect(await open.store.snapshot()).toBeUndefined();
      const intact = (await everything(open)).samples;
      await open.store.close(1000);
      const path = `${dir}/snapshot/00000001`;
      const bytes = await disk.read(path);
      // The two copies of the header stand in for each other.
      for (let at = 64; at < bytes.length; at += 7) {
        const damaged = bytes.slice();
        damaged[at] ^= 0x55;
        const other = new MemoryDisk();
        other.replace(path, damaged);
        const reopened = await openStore(dir, {}, { disk: other });
        const { samples } = await everything(reopened);
        for (const [name, found] of Object.entries(samples)) expect(intact[name]).toEqual(found);
        expect(reopened.telemetry.render()).toMatch(/statbar_store_corruptions_total [1-9]/);
        await reopened.store.close(1000);
      }
    });
  }, 60_000);

  it('is taken by itself when the log has grown by store.snapshot_wal_size', async () => {
    await withDirectory(async (dir) => {
      const disk = new MemoryDisk();
      const open = await openStore(dir, { snapshot_wal_size: 3000 }, { disk });
      await fill(open, 0, 60);
      const before = await everything(open);
      await open.store.close(1000);
      expect(open.telemetry.render()).toMatch(/statbar_store_snapshots_total [1-9]/);
      const reopened = await openStore(dir, {}, { disk });
      expect(await everything(reopened)).toEqual(before);
      await reopened.store.close(1000);
    });
  });
});

describe('limits', () => {
  it('of exemplars: the oldest give way and are counted', async () => {
    const open = await openStore('', { durability: 'memory', exemplars_max: 5 });
    await fill(open, 0, 9);
    const [found] = await open.store.exemplars([[matcher('id=a')]], 0, Number.MAX_SAFE_INTEGER);
    expect(found.exemplars.map(({ value }) => value)).toEqual([4, 5, 6, 7, 8]);
    expect(open.telemetry.render()).toContain('statbar_store_exemplars_evicted_total 4');
    await open.store.close(0);
  });

  it('of metadata: further names are not kept and are counted', async () => {
    const open = await openStore('', { durability: 'memory', metadata_max: 2 });
    await fill(open, 0, 9);
    expect([...open.store.metadata().keys()]).toEqual(['m0', 'm1']);
    expect(open.telemetry.render()).toContain('statbar_store_metadata_refused_total 3');
    await open.store.close(0);
  });
});
