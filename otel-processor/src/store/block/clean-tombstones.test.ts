import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isFault, ManualClock, silentLogger, Telemetry } from '../../base/index.ts';
import { type BlockDisk, nodeDisk } from './block-disk.ts';
import { createFixture, type Fixture, filterPlain, matcher, plainSeries, readAll } from './block-fixture.ts';
import { openBlockStore } from './block-store.ts';
import { blockConfigSchema } from './config.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => fixture.remove());

const range = (from: number, to: number) =>
  Array.from({ length: (to - from) / 10 }, (_, i) => [from + i * 10, Math.sqrt(i)] as const);
const both = (from: number, to: number) => [
  plainSeries({ __name__: 'a' }, range(from, to)),
  plainSeries({ __name__: 'b' }, range(from, to)),
];
const onlyA = [matcher('=', '__name__', 'a')];
/** Of each block: whether it has deletions to carry out. */
const withDeletions = (): boolean[] =>
  readdirSync(fixture.dir)
    .filter((name) => name !== 'quarantine')
    .map((name) => readdirSync(join(fixture.dir, name)).includes('deletes.json'));

describe('cleaning', () => {
  test('writes every block with deletions anew, and no other; what can be read stays the same', async () => {
    const untouched = await fixture.write(0, 1000, both(0, 1000));
    await fixture.write(1000, 2000, both(1000, 2000));
    await fixture.write(2000, 3000, both(2000, 3000));
    const store = await fixture.open();
    await store.delete(onlyA, 1500, 2500);
    const before = await readAll(store, [], 0, 3000);
    const bytes = store.blocks().reduce((sum, block) => sum + block.sizeBytes, 0);
    expect(withDeletions().filter(Boolean)).toHaveLength(2);
    expect(await store.cleanTombstones()).toBeUndefined();
    expect(withDeletions()).toEqual([false, false, false]);
    expect(store.blocks().some(({ id }) => id === untouched.id)).toBe(true);
    expect(store.blocks().reduce((sum, block) => sum + block.sizeBytes, 0)).toBeLessThan(bytes);
    const expected = filterPlain(both(0, 3000), [], 0, 3000);
    expect(before.map(([name]) => name)).toEqual(expected.map(([name]) => name));
    expect(await readAll(store, [], 0, 3000)).toEqual(before);
    await store.close();
  });

  test('removes a block of which nothing is left', async () => {
    await fixture.write(0, 1000, both(0, 1000));
    const store = await fixture.open();
    await store.delete([], 0, 1000);
    expect(await store.cleanTombstones()).toBeUndefined();
    expect(store.blocks()).toEqual([]);
    expect(readdirSync(fixture.dir)).toEqual([]);
    await store.close();
  });

  test('goes on behind a damaged block, and says that there is one', async () => {
    const { id } = await fixture.write(0, 1000, both(0, 1000));
    await fixture.write(1000, 2000, both(1000, 2000));
    const path = join(fixture.dir, id, 'data');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(path, bytes);
    const store = await fixture.open();
    await store.delete(onlyA, 500, 1500);
    expect(await store.cleanTombstones()).toMatchObject({ code: 'internal', retryable: false });
    expect(withDeletions().filter(Boolean)).toHaveLength(1);
    await store.close();
  });

  test('is given up when the store stops, and nothing is left of it', async () => {
    await fixture.write(0, 1000, both(0, 1000));
    const store = await fixture.open();
    await store.delete(onlyA, 500, 1500);
    const before = readdirSync(fixture.dir);
    const cleaning = store.cleanTombstones();
    store.stop();
    expect(await cleaning).toMatchObject({ code: 'canceled', retryable: true });
    await store.close();
    expect(readdirSync(fixture.dir)).toEqual(before);
    expect(await store.delete(onlyA, 0, 1)).toMatchObject({ code: 'canceled' });
  });
});

test('a directory that cannot be used is a fault that names it and says why', async () => {
  const dir = join(fixture.dir, 'file');
  writeFileSync(dir, '');
  const open = (disk: BlockDisk) => {
    const [config, clock, telemetry] = [blockConfigSchema.parse({}), new ManualClock(), new Telemetry()];
    return openBlockStore({ dir, config, clock, telemetry, logger: silentLogger, disk });
  };
  const fault = await open(nodeDisk);
  expect(fault).toMatchObject({ code: 'unavailable', retryable: false });
  expect(isFault(fault) && fault.message).toMatch(/^cannot open the blocks in .*file: E(EXIST|NOTDIR)/);
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  const refused = await open({ ...nodeDisk, makeDir: () => Promise.reject(denied) });
  expect(isFault(refused) && refused.message).toContain(`${dir}: EACCES: permission denied`);
});
