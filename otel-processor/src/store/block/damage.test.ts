import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FaultError, isFault, type Logger, silentLogger, yieldToEventLoop } from '../../base/index.ts';
import { createSampleBuffer } from '../types.ts';
import { type BlockDisk, nodeDisk } from './block-disk.ts';
import { createFixture, type Fixture, inputOf, plainSeries, readAll } from './block-fixture.ts';
import { writeBlock } from './write-block.ts';

let fixture: Fixture;
let errors: string[];
const logger: Logger = { ...silentLogger, error: (message) => void errors.push(message) };
beforeEach(() => {
  fixture = createFixture();
  errors = [];
});
afterEach(() => fixture.remove());

const series = [
  plainSeries(
    { __name__: 'a', host: 'x' },
    Array.from({ length: 20 }, (_, i) => [i * 10, i * i] as const),
  ),
  plainSeries(
    { __name__: 'b', host: 'x' },
    Array.from({ length: 20 }, (_, i) => [i * 10, Math.sqrt(i)] as const),
  ),
  plainSeries({ __name__: 'c', host: 'y' }, [[5, 1]]),
];

/** Reads everything, counting an error that names the block as a report. */
async function readReporting(): Promise<{ found: unknown; reported: boolean }> {
  const store = await fixture.open({}, undefined, logger);
  let reported = errors.length > 0;
  let found: unknown;
  for (let turn = 0; turn < 8; turn++) {
    try {
      found = await readAll(store, [], 0, 1000);
      break;
    } catch (error) {
      expect(error).toBeInstanceOf(FaultError);
      expect(String(error)).toContain('damaged');
      reported = true;
    }
  }
  await store.close();
  return { found, reported };
}

describe('damaged blocks', () => {
  test.each(['meta.json', 'index', 'data'])(
    'any byte of %s flipped is reported, and nothing wrong is read',
    async (file) => {
      const { id } = await fixture.write(0, 1000, series);
      const path = join(fixture.dir, id, file);
      const { found: whole } = await readReporting();
      expect(whole).toHaveLength(3);
      const pristine = readFileSync(path);
      const keep = join(fixture.dir, '..', `${id}-keep-${process.pid}`);
      cpSync(join(fixture.dir, id), keep, { recursive: true });
      for (let at = 0; at < pristine.length; at++) {
        const bytes = Buffer.from(pristine);
        bytes[at] ^= 1 << (at % 8);
        writeFileSync(path, bytes);
        errors = [];
        const { found, reported } = await readReporting();
        // White space in meta.json may change without a consequence.
        if (!reported) expect(found, `byte ${at}`).toEqual(whole);
        else for (const entry of found as unknown[]) expect(whole).toContainEqual(entry);
        if (file !== 'meta.json') expect(reported, `byte ${at}`).toBe(true);
        rmSync(fixture.dir, { recursive: true, force: true });
        mkdirSync(fixture.dir);
        cpSync(keep, join(fixture.dir, id), { recursive: true });
      }
      rmSync(keep, { recursive: true });
    },
  );

  test.each(['meta.json', 'index', 'data'])(
    '%s cut short or missing: the block is set aside',
    async (file) => {
      const { id, dataBytes } = await fixture.write(0, 1000, series);
      const healthy = await fixture.write(1000, 2000, [plainSeries({ __name__: 'd' }, [[1500, 4]])]);
      truncateSync(join(fixture.dir, id, file), Math.min(100, dataBytes - 1));
      const store = await fixture.open({}, undefined, logger);
      expect(errors).toHaveLength(1);
      expect(store.blocks().map((meta) => meta.id)).toEqual([healthy.id]);
      expect(readdirSync(join(fixture.dir, 'quarantine'))).toEqual([id]);
      expect(fixture.telemetry.render()).toContain('statbar_block_quarantined_total 1');
      await store.close();
      rmSync(join(fixture.dir, healthy.id, file));
      const again = await fixture.open({}, undefined, logger);
      expect(again.blocks()).toEqual([]);
      expect(errors).toHaveLength(2);
      await again.close();
    },
  );

  test('what a crash left behind is cleared away at start', async () => {
    const { id } = await fixture.write(0, 1000, series);
    mkdirSync(join(fixture.dir, 'tmp-12345678'));
    writeFileSync(join(fixture.dir, 'tmp-12345678', 'data'), 'half');
    cpSync(join(fixture.dir, id), join(fixture.dir, `removed-${id}`), { recursive: true });
    writeFileSync(join(fixture.dir, id, 'deletes.json.12345678.tmp'), '{');
    writeFileSync(join(fixture.dir, 'notes'), 'not ours');
    const store = await fixture.open({}, undefined, logger);
    expect(readdirSync(fixture.dir)).toEqual([id, 'notes']);
    expect(readdirSync(join(fixture.dir, id)).sort()).toEqual(['data', 'index', 'meta.json']);
    expect(errors).toEqual([]);
    await store.close();
  });

  test('a damaged block is not merged away', async () => {
    const { id, dataBytes } = await fixture.write(0, 500, series);
    await fixture.write(500, 1000, [plainSeries({ __name__: 'd' }, [[600, 4]])]);
    await fixture.write(3000, 3001, [plainSeries({ __name__: 'd' }, [[3000, 4]])]);
    const path = join(fixture.dir, id, 'data');
    const bytes = readFileSync(path);
    bytes[dataBytes - 1] ^= 255;
    writeFileSync(path, bytes);
    const store = await fixture.open({}, undefined, logger);
    await store.compact();
    expect(store.blocks()).toHaveLength(3);
    expect(errors).toEqual(['blocks could not be merged']);
    await store.close();
  });
});

describe('disk full', () => {
  test('while a block is written: a retryable fault, nothing left behind, and the next attempt succeeds', async () => {
    let room = 0;
    const disk: BlockDisk = {
      ...nodeDisk,
      create: async (path) => {
        const file = await nodeDisk.create(path);
        const write = async (bytes: Uint8Array): Promise<void> => {
          room -= bytes.length;
          if (room < 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
          await file.write(bytes);
        };
        return { write, sync: () => file.sync(), close: () => file.close() };
      },
    };
    const options = { dir: fixture.dir, fromMs: 0, toMs: 1000, disk };
    for (room = 0; ; ) {
      const given = room;
      const meta = await writeBlock(options, series.map(inputOf));
      if (!isFault(meta)) break;
      expect(meta).toMatchObject({ code: 'unavailable', retryable: true });
      expect(meta.message).toContain('disk full');
      expect(readdirSync(fixture.dir)).toEqual([]);
      room = given + 50;
    }
    const store = await fixture.open();
    expect(await readAll(store, [], 0, 1000)).toHaveLength(3);
    await store.close();
  });

  test('while deleting or merging: a fault, and reads go on as before', async () => {
    await fixture.write(0, 500, series);
    await fixture.write(500, 1000, [plainSeries({ __name__: 'd' }, [[600, 4]])]);
    await fixture.write(3000, 3001, [plainSeries({ __name__: 'd' }, [[3000, 4]])]);
    const full = (): never => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    const disk: BlockDisk = {
      ...nodeDisk,
      create: async (path) => {
        const file = await nodeDisk.create(path);
        return { write: async () => full(), sync: () => file.sync(), close: () => file.close() };
      },
    };
    const store = await fixture.open({}, disk);
    const before = await readAll(store, [], 0, 5000);
    expect(await store.delete([], 0, 100)).toMatchObject({ code: 'unavailable', retryable: true });
    for (const name of readdirSync(fixture.dir)) expect(readdirSync(join(fixture.dir, name))).toHaveLength(3);
    await store.compact();
    expect(store.blocks()).toHaveLength(3);
    expect(await readAll(store, [], 0, 5000)).toEqual(before);
    expect(fixture.telemetry.render()).toContain('statbar_block_compactions_total{result="failed"} 1');
    await store.close();
  });

  test('a block without samples is refused', async () => {
    const meta = await writeBlock({ dir: fixture.dir, fromMs: 0, toMs: 1000 }, []);
    expect(meta).toMatchObject({ code: 'invalid', retryable: false });
    expect(readdirSync(fixture.dir)).toEqual([]);
  });
});

test('damage met while reading ahead fails the query that began before, and only that', async () => {
  const many = Array.from({ length: 40 }, (_, s) =>
    plainSeries(
      { __name__: `m${s}` },
      Array.from({ length: 30 }, (_, i) => [i, Math.sin(i * (s + 1))] as const),
    ),
  );
  const { id, dataBytes } = await fixture.write(0, 1000, many);
  const path = join(fixture.dir, id, 'data');
  const bytes = readFileSync(path);
  // Among the last values: the timestamps, which all share, come after them.
  bytes[Math.floor(dataBytes * 0.95)] ^= 1;
  writeFileSync(path, bytes);
  const store = await fixture.open({}, undefined, logger);
  const buffer = createSampleBuffer();
  const before = await store.select([], 0, 1000);
  await before[0].read(buffer, 0, 1000);
  // The first read fetches all pages; the damage of a late one is known by the time its series is read.
  while (errors.length === 0) await yieldToEventLoop();
  const failed: unknown[] = [];
  for (const one of before) {
    try {
      await one.read(buffer, 0, 1000);
    } catch (error) {
      failed.push(String(error));
    }
  }
  expect(failed).not.toEqual([]);
  for (const message of failed) expect(message).toContain('is damaged');
  expect(await readAll(store, [], 0, 1000)).toHaveLength(40 - failed.length);
  expect(errors).toHaveLength(1);
  await store.close();
});
