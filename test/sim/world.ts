import { isFault, ManualClock, silentLogger, Telemetry } from '../../otel-processor/src/base/index.ts';
import { SeriesRegistry } from '../../otel-processor/src/model/index.ts';
import {
  createPipeline,
  type Pipeline,
  pipelineConfigSchema,
} from '../../otel-processor/src/pipeline/index.ts';
import { createQueryEngine, queryConfigSchema } from '../../otel-processor/src/query/index.ts';
import type { QueryEngine } from '../../otel-processor/src/query/types.ts';
import { createStore, type Store, storeConfigSchema } from '../../otel-processor/src/store/index.ts';
import { blockDiskOf } from './sim-block-disk.ts';
import type { SimDisk } from './sim-disk.ts';

/** One life of the tenant: everything real but the clock and the disk. */
export interface World {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly engine: QueryEngine;
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
const queryConfig = queryConfigSchema.parse({});

/** Opens the tenant on what is on the disk; in words why that cannot be done. */
export async function openWorld(disk: SimDisk, nowMs: number): Promise<World | string> {
  const clock = new ManualClock(nowMs);
  const telemetry = new Telemetry();
  const registry = new SeriesRegistry();
  const logger = silentLogger;
  const ports = { dir: '/data', clock, logger, telemetry, registry, disk, blockDisk: blockDiskOf(disk) };
  const store = await createStore(storeConfig, ports);
  if (isFault(store)) return store.message;
  const pipeline = createPipeline(pipelineConfig, { clock, telemetry, registry, appender: store });
  const engine = createQueryEngine(queryConfig, { querier: store, clock, telemetry, logger });
  return { clock, store, pipeline, engine, close: async () => void (await store.close(10_000)) };
}
