import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPrng, isFault, ManualClock, silentLogger, Telemetry } from '../base/index.ts';
import { SeriesRegistry } from '../model/index.ts';
import { ChunkStore } from './chunk-store.ts';
import { ChunkTable } from './chunk-table.ts';
import { Exemplars } from './exemplars.ts';
import { Head } from './head.ts';
import type { LiveData } from './live-data.ts';
import { MemoryDisk } from './memory-disk.suite.ts';
import { Metadata } from './metadata.ts';
import { Postings } from './postings.ts';
import { StoreQuerier } from './querier.ts';
import { recover } from './recovery.ts';
import { SeriesColumns } from './series-columns.ts';
import { batchOf, openStore, readAll, START_MS, withDirectory } from './store-harness.suite.ts';

const BATCHES = 6;

/** A small log: in each batch one sample of an old series and one of a new one. */
async function writeLog(dir: string): Promise<{ bytes: Uint8Array; path: string; stages: unknown[] }> {
  const disk = new MemoryDisk();
  const open = await openStore(dir, {}, { disk });
  const stages: unknown[] = [{}];
  for (let i = 0; i < BATCHES; i++) {
    const timestampMs = START_MS + i * 1000;
    const rows = ['0', String(i + 1)].map((id) => ({
      labels: { __name__: 'm', id },
      timestampMs,
      value: i + 0.5,
    }));
    expect(await open.store.append(batchOf(open.registry, rows))).toBeUndefined();
    stages.push(await readAll(open.store));
  }
  await open.store.close(1000);
  const walDir = join(dir, 'wal');
  const [segment] = await disk.list(walDir);
  const path = join(walDir, segment);
  return { bytes: await disk.read(path), path, stages };
}

/** What recovery makes of a disk that holds just this segment. */
async function recoverFrom(dir: string, path: string, bytes: Uint8Array) {
  const disk = new MemoryDisk();
  disk.replace(path, bytes);
  const registry = new SeriesRegistry();
  const telemetry = new Telemetry();
  const counter = telemetry.counter('unused_total', 'Unused.');
  const data: LiveData = {
    registry,
    head: new Head(
      { blockRangeMs: 7_200_000, outOfOrderWindowMs: 600_000, outOfOrderSamplesMax: 100 },
      new ChunkStore(7_200_000, new SeriesColumns(2), new ChunkTable(2)),
    ),
    postings: new Postings(registry, 2),
    exemplars: new Exemplars(10, counter),
    metadata: new Metadata(10, counter),
  };
  const clock = new ManualClock(START_MS);
  const [walDir, snapshotDir] = [join(dir, 'wal'), join(dir, 'snapshot')];
  const recovered = await recover(
    { disk, clock, walDir, snapshotDir, logger: silentLogger, telemetry },
    data,
  );
  expect(isFault(recovered)).toBe(false);
  const rendered = telemetry.render();
  const counted = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(rendered)?.[1] ?? 0);
  return { samples: await readAll(new StoreQuerier(data, undefined)), counted };
}

/** A store on that disk takes writes. */
async function expectWritable(dir: string, path: string, bytes: Uint8Array): Promise<void> {
  const disk = new MemoryDisk();
  disk.replace(path, bytes);
  const open = await openStore(dir, {}, { disk });
  const rows = [{ labels: { __name__: 'after' }, timestampMs: START_MS, value: 1 }];
  expect(await open.store.append(batchOf(open.registry, rows))).toBeUndefined();
  const before = await readAll(open.store);
  await open.store.close(1000);
  const reopened = await openStore(dir, {}, { disk });
  expect(await readAll(reopened.store)).toEqual(before);
  await reopened.store.close(1000);
}

describe('a damaged log', () => {
  it('cut at any byte gives back a whole prefix of what was appended and takes writes again', async () => {
    await withDirectory(async (dir) => {
      const { bytes, path, stages } = await writeLog(dir);
      const texts = stages.map((stage) => JSON.stringify(stage));
      let longest = -1;
      for (let length = 0; length <= bytes.length; length++) {
        const { samples } = await recoverFrom(dir, path, bytes.subarray(0, length));
        if (length % 97 === 0) await expectWritable(dir, path, bytes.subarray(0, length));
        const stage = texts.indexOf(JSON.stringify(samples));
        expect(stage, `cut at ${length}`).toBeGreaterThanOrEqual(longest);
        longest = stage;
      }
      expect(longest).toBe(BATCHES);
    });
  }, 60_000);

  it('with any byte changed never gives a wrong sample, loses one record at most, and says so', async () => {
    await withDirectory(async (dir) => {
      const { bytes, path, stages } = await writeLog(dir);
      const intact = stages[BATCHES] as Record<string, Array<[number, number]>>;
      const random = createPrng(7);
      for (let at = 0; at < bytes.length; at++) {
        const damaged = bytes.slice();
        damaged[at] ^= 1 + random.integer(0, 255);
        const { samples, counted } = await recoverFrom(dir, path, damaged);
        if (at % 97 === 0) await expectWritable(dir, path, damaged);
        let lost = 0;
        for (const [name, expected] of Object.entries(intact)) {
          const found = JSON.stringify(samples[name] ?? []);
          for (const sample of expected) if (!found.includes(JSON.stringify(sample))) lost += 1;
        }
        const total = (all: Record<string, unknown[]>) =>
          Object.values(all).reduce((sum, { length }) => sum + length, 0);
        expect(total(samples), `byte ${at}: nothing is made up`).toBe(total(intact) - lost);
        // A lost definition of the old series costs all its samples, any other record those of one batch.
        expect(lost).toBeLessThanOrEqual(BATCHES + 1);
        const said =
          counted('statbar_store_corruptions_total') +
          counted('statbar_store_wal_torn_tails_total') +
          counted('statbar_store_orphan_samples_total');
        if (lost > 0) expect(said, `byte ${at}: loss is reported`).toBeGreaterThan(0);
      }
    });
  }, 60_000);

  it('does not take a frame inside a label value for a record', async () => {
    await withDirectory(async (dir) => {
      const { bytes, path } = await writeLog(dir);
      const forged = Buffer.from(bytes.subarray(64, 200)).toString('latin1');
      const disk = new MemoryDisk();
      const open = await openStore(dir, {}, { disk });
      const rows = [{ labels: { __name__: 'm', evil: forged }, timestampMs: START_MS, value: 1 }];
      expect(await open.store.append(batchOf(open.registry, rows))).toBeUndefined();
      await open.store.close(1000);
      const own = await disk.read(path);
      const damaged = own.slice();
      // The record that holds the forged frame is unreadable, so that the reader seeks the next marker within it.
      damaged[64 + 8] ^= 1;
      const { samples } = await recoverFrom(dir, path, damaged);
      expect(samples).toEqual({});
    });
  });

  it('of another version of the format is refused and left alone', async () => {
    await withDirectory(async (dir) => {
      const { bytes, path } = await writeLog(dir);
      const { crc32 } = await import('node:zlib');
      const other = Buffer.from(bytes);
      for (const start of [0, 32]) {
        other.writeUInt32LE(9, start + 8);
        other.writeUInt32LE(crc32(other.subarray(start, start + 28)), start + 28);
      }
      const disk = new MemoryDisk();
      disk.replace(path, other);
      await expect(openStore(dir, {}, { disk })).rejects.toThrow(/version 9/);
      expect(Buffer.compare(await disk.read(path), other)).toBe(0);
    });
  });
});
