import type { ManualClock, Telemetry } from '../../otel-processor/src/base/index.ts';
import { type Fault, isFault, silentLogger } from '../../otel-processor/src/base/index.ts';
import type { SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import { openBlockStore, writeBlock } from '../../otel-processor/src/store/block/index.ts';
import { Exemplars } from '../../otel-processor/src/store/exemplars.ts';
import { Head } from '../../otel-processor/src/store/head.ts';
import type { Store, StoreConfig } from '../../otel-processor/src/store/index.ts';
import type { LiveData } from '../../otel-processor/src/store/live-data.ts';
import { Metadata } from '../../otel-processor/src/store/metadata.ts';
import { Postings } from '../../otel-processor/src/store/postings.ts';
import { recover } from '../../otel-processor/src/store/recovery.ts';
import { Store as RealStore } from '../../otel-processor/src/store/store.ts';
import { Wal } from '../../otel-processor/src/store/wal.ts';
import { blockDiskOf } from './sim-block-disk.ts';
import type { SimDisk } from './sim-disk.ts';

interface Ports {
  readonly clock: ManualClock;
  readonly telemetry: Telemetry;
  readonly registry: SeriesRegistry;
  readonly salt: number;
}

/**
 * What `createStore` does, with the blocks on the simulated disk as well and without the lock, which is about
 * real processes.
 */
export async function openStore(config: StoreConfig, disk: SimDisk, ports: Ports): Promise<Store | Fault> {
  const { clock, telemetry, registry, salt } = ports;
  const logger = silentLogger;
  const data: LiveData = {
    registry,
    head: new Head({
      blockRangeMs: config.block_range,
      outOfOrderWindowMs: config.out_of_order_window,
      outOfOrderSamplesMax: config.out_of_order_samples_max,
    }),
    postings: new Postings(registry),
    exemplars: new Exemplars(config.exemplars_max, telemetry.counter('statbar_sim_evicted_total', '.')),
    metadata: new Metadata(config.metadata_max, telemetry.counter('statbar_sim_refused_total', '.')),
  };
  const [dir, walDir, snapshotDir, blockDir] = ['/data', '/data/wal', '/data/snapshot', '/data/blocks'];
  await disk.makeDirectory(dir);
  const recovered = await recover({ disk, clock, walDir, snapshotDir, logger, telemetry }, data);
  if (isFault(recovered)) return recovered;
  const blockDisk = blockDiskOf(disk);
  const blocks = await openBlockStore({
    dir: blockDir,
    config: config.blocks,
    clock,
    logger,
    telemetry,
    disk: blockDisk,
  });
  if (isFault(blocks)) return blocks;
  const wal = new Wal({
    dir: walDir,
    durability: 'fsync',
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
  const files = {
    dir,
    disk,
    wal,
    salt,
    blocks,
    lock: { release: async () => {} },
    writeBlock: (
      fromMs: number,
      toMs: number,
      series: Parameters<typeof writeBlock>[1],
      pause: () => Promise<void>,
    ) => writeBlock({ dir: blockDir, fromMs, toMs, yieldToEventLoop: pause, disk: blockDisk }, series),
  };
  const store = new RealStore({ config, clock, logger, telemetry, data, files });
  await store.checkDisk();
  return store;
}
