import { describe, expect, test } from 'vitest';
import { createPrng } from '../../otel-processor/src/base/index.ts';
import { SimDisk } from './sim-disk.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function diskWithFile(seed: number): Promise<SimDisk> {
  const disk = new SimDisk(createPrng(seed));
  await disk.makeDirectory('/data/wal');
  const file = await disk.open('/data/wal/a', 'create');
  await file.write(bytes(1, 2, 3), 0);
  await file.sync();
  await disk.syncDirectory('/data/wal');
  return disk;
}

describe('simulated disk', () => {
  test('what was synced survives every crash', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const disk = (await diskWithFile(seed)).crash();
      expect([...(await disk.read('/data/wal/a'))]).toEqual([1, 2, 3]);
    }
  });

  test('a write that was not synced survives whole, in part or not at all', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const disk = await diskWithFile(seed);
      const file = await disk.open('/data/wal/a', 'existing');
      await file.write(bytes(4, 5, 6), 3);
      outcomes.add([...(await disk.crash().read('/data/wal/a'))].join(''));
    }
    expect([...outcomes].sort()).toEqual(['123', '1234', '12345', '123456']);
  });

  test('a new file, a rename and a removal may be undone until the directory is synced', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const disk = await diskWithFile(seed);
      await (await disk.open('/data/wal/b.tmp', 'create')).sync();
      await disk.rename('/data/wal/b.tmp', '/data/wal/b');
      await disk.remove('/data/wal/a');
      outcomes.add((await disk.crash().list('/data/wal')).join(' '));
    }
    expect([...outcomes].sort()).toEqual(['a', 'a b', 'a b.tmp', 'b']);
  });

  test('operations of the crashed process never end', async () => {
    const disk = await diskWithFile(1);
    disk.crash();
    const ended = await Promise.race([
      disk.read('/data/wal/a').then(() => 'ended'),
      new Promise((resolve) => setTimeout(() => resolve('waits'), 20)),
    ]);
    expect(ended).toBe('waits');
  });

  test('a full disk takes what fits and says ENOSPC; space makes it work again', async () => {
    const disk = await diskWithFile(1);
    const file = await disk.open('/data/wal/a', 'existing');
    disk.faults.capacityBytes = 5;
    await expect(file.write(bytes(4, 5, 6), 3)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect([...(await disk.read('/data/wal/a'))]).toEqual([1, 2, 3, 4, 5]);
    expect(await disk.freeBytes()).toBe(0);
    disk.faults.capacityBytes = 100;
    await file.write(bytes(4, 5, 6), 3);
    expect((await disk.read('/data/wal/a')).length).toBe(6);
  });
});
