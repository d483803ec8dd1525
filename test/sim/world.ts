import { isFault, ManualClock, type Prng, Telemetry } from '../../otel-processor/src/base/index.ts';
import { SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import {
  createPipeline,
  type Pipeline,
  pipelineConfigSchema,
} from '../../otel-processor/src/pipeline/index.ts';
import { type Store, storeConfigSchema } from '../../otel-processor/src/store/index.ts';
import { openStore } from './open-store.ts';
import type { SimDisk } from './sim-disk.ts';

/** One life of the tenant: everything real but the clock and the disk. */
export interface World {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly pipeline: Pipeline;
  close(): Promise<void>;
}

/** Limits so small that everything that grows is cut, sealed and compacted within a few hundred steps. */
const storeConfig = storeConfigSchema.parse({
  wal_segment_size: '4KiB',
  snapshot_wal_size: '16KiB',
  head_memory_limit: '64KiB',
  min_free_disk: '0',
  blocks: { retention_time: '0' },
});
const pipelineConfig = pipelineConfigSchema.parse({});

/** Opens the tenant on what is on the disk; in words why that cannot be done. */
export async function openWorld(disk: SimDisk, nowMs: number, prng: Prng): Promise<World | string> {
  const clock = new ManualClock(nowMs);
  const telemetry = new Telemetry();
  const registry = new SeriesRegistry();
  const store = await openStore(storeConfig, disk, { clock, telemetry, registry, salt: prng.uint32() });
  if (isFault(store)) return store.message;
  const pipeline = createPipeline(pipelineConfig, { clock, telemetry, registry, appender: store });
  return { clock, store, pipeline, close: async () => void (await store.close(10_000)) };
}
