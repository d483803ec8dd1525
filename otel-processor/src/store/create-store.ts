import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, type Fault, isFault, type Logger, permanent, type Telemetry } from '../base/index.ts';
import type { SeriesRegistry } from '../model/index.ts';
import { openBlockStore, writeBlock } from './block/index.ts';
import type { StoreConfig } from './config.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { type Disk, describeDiskError, systemDisk } from './disk.ts';
import { Exemplars } from './exemplars.ts';
import { Head } from './head.ts';
import type { LiveData } from './live-data.ts';
import { Metadata } from './metadata.ts';
import { Postings } from './postings.ts';
import { recover } from './recovery.ts';
import { Store, type StoreFiles } from './store.ts';
import { Wal } from './wal.ts';

export interface StorePorts {
  /** Data directory, made if need be; not touched with `durability: memory`. */
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Empty; recovery fills it. */
  readonly registry: SeriesRegistry;
  /** The file system of log and snapshots; a test's may fail. */
  readonly disk?: Disk;
}

/**
 * Opens the store in `dir` and brings back all that was acknowledged. Faults: `unavailable` when another process
 * holds the directory or it cannot be read or written, `unsupported` when its format is of another version.
 */
export async function createStore(config: StoreConfig, ports: StorePorts): Promise<Store | Fault> {
  const { clock, logger, telemetry } = ports;
  const data = createLiveData(config, ports);
  const { durability } = config;
  if (durability === 'memory') return new Store({ config, clock, logger, telemetry, data, files: undefined });
  const disk = ports.disk ?? systemDisk;
  let lock: DirectoryLock | Fault | undefined;
  try {
    await disk.makeDirectory(ports.dir);
    lock = await lockDirectory(ports.dir, clock, logger);
    if (isFault(lock)) return lock;
    const files = await openFiles(config, durability, ports, disk, lock, data);
    if (isFault(files)) {
      await lock.release();
      return files;
    }
    const store = new Store({ config, clock, logger, telemetry, data, files });
    await store.checkDisk();
    return store;
  } catch (error) {
    if (lock !== undefined && !isFault(lock)) await lock.release();
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const message = `cannot open the data directory ${ports.dir}: ${describeDiskError(error)}`;
    return permanent('unavailable', message);
  }
}

function createLiveData(config: StoreConfig, { registry, telemetry }: StorePorts): LiveData {
  const evicted = telemetry.counter(
    'statbar_store_exemplars_evicted_total',
    'Exemplars that gave way to newer ones (store.exemplars_max).',
  );
  const refused = telemetry.counter(
    'statbar_store_metadata_refused_total',
    'Descriptions of metrics not kept (store.metadata_max).',
  );
  return {
    registry,
    head: new Head({
      blockRangeMs: config.block_range,
      outOfOrderWindowMs: config.out_of_order_window,
      outOfOrderSamplesMax: config.out_of_order_samples_max,
    }),
    postings: new Postings(registry),
    exemplars: new Exemplars(config.exemplars_max, evicted),
    metadata: new Metadata(config.metadata_max, refused),
  };
}

async function openFiles(
  config: StoreConfig,
  durability: 'fsync' | 'os',
  ports: StorePorts,
  disk: Disk,
  lock: DirectoryLock,
  data: LiveData,
): Promise<StoreFiles | Fault> {
  const { dir, clock, logger, telemetry } = ports;
  const walDir = join(dir, 'wal');
  const snapshotDir = join(dir, 'snapshot');
  const blockDir = join(dir, 'blocks');
  const startMs = clock.monotonicMs();
  const recovered = await recover({ disk, clock, walDir, snapshotDir, logger, telemetry }, data);
  if (isFault(recovered)) return recovered;
  logger.info('recovered', {
    seriesCount: data.registry.size,
    walBytes: recovered.walBytes,
    durationMs: Math.round(clock.monotonicMs() - startMs),
  });
  const blocks = await openBlockStore({ dir: blockDir, config: config.blocks, clock, logger, telemetry });
  if (isFault(blocks)) return blocks;
  const { page_size: pageBytes, compression_level: level } = config.blocks;
  const salt = randomBytes(4).readUInt32LE();
  const wal = new Wal({
    dir: walDir,
    durability,
    segmentBytes: config.wal_segment_size,
    retryMs: config.wal_retry,
    disk,
    clock,
    logger,
    telemetry,
    salt,
    nextSegment: recovered.nextSegment,
    nextSequence: recovered.nextSequence,
    replayedBytes: recovered.walBytes,
  });
  return {
    dir,
    disk,
    wal,
    salt,
    blocks,
    lock,
    writeBlock: (fromMs, toMs, series, pause) =>
      writeBlock({ dir: blockDir, fromMs, toMs, pageBytes, level, yieldToEventLoop: pause }, series),
  };
}
