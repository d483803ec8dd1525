import {
  ByteReader,
  type Fault,
  isFault,
  ManualClock,
  type Prng,
  silentLogger,
  Telemetry,
} from '../../../otel-processor/src/base/index.ts';
import { createEventDecoder, eventsConfigSchema } from '../../../otel-processor/src/ingest/index.ts';
import { type EventBatch, SeriesRegistry } from '../../../otel-processor/src/model/index.ts';
import { type EventLog, openEventLog, storeConfigSchema } from '../../../otel-processor/src/store/index.ts';
import { type ViewConfig, ViewEngine, type ViewResult } from '../../../otel-processor/src/windows/index.ts';
import type { SimDisk } from '../sim-disk.ts';

export interface LifePorts {
  readonly disk: SimDisk;
  readonly nowMs: number;
  readonly prng: Prng;
  readonly views: readonly ViewConfig[];
  /** Told of each result, those of the replay included. */
  emitted(result: ViewResult, life: Life): void;
  /** Before the log is read back: the time of the last request that the checkpoint covers. */
  restoring(checkpointMs: number): void;
  /** A request of this number is being applied: what is emitted from now on may have it. */
  applying(request: number): void;
}

/** One life of a tenant's events: log and view engine are real, clock and disk are not. */
export class Life {
  readonly clock: ManualClock;
  readonly engine: ViewEngine;
  readonly #log: EventLog;
  /** Numbers of the requests that were read back, in order. */
  readonly replayed: readonly number[];
  /** The time of the last request in the checkpoint that this life began with. */
  readonly checkpointMs: number;
  recovered = false;

  private constructor(
    clock: ManualClock,
    engine: ViewEngine,
    log: EventLog,
    replayed: number[],
    checkpointMs: number,
  ) {
    this.clock = clock;
    this.engine = engine;
    this.#log = log;
    this.replayed = replayed;
    this.checkpointMs = checkpointMs;
  }

  /** Opens what is on the disk; in words why that cannot be done. */
  static async open(ports: LifePorts): Promise<Life | string> {
    const { disk, nowMs, prng, views } = ports;
    const clock = new ManualClock(nowMs);
    const telemetry = new Telemetry();
    const config = storeConfigSchema.parse({ wal_segment_size: '4KiB', min_free_disk: '0' });
    const opened = await openEventLog(config, {
      dir: '/events',
      clock,
      logger: silentLogger,
      telemetry,
      disk,
    });
    if (isFault(opened)) return opened.message;
    const { log, content } = opened;
    const decoder = createEventDecoder(eventsConfigSchema.parse({}));
    const replayed: number[] = [];
    const registry = new SeriesRegistry();
    const engine = new ViewEngine(
      views,
      {
        idsMax: 100_000,
        checkpointEveryMs: prng.integer(500, 20_000),
        pendingBytesMax: 1e9,
        seriesMax: 1000,
      },
      {
        clock,
        logger: silentLogger,
        telemetry,
        log,
        registry,
        resolver: {
          get generation() {
            return registry.generation;
          },
          resolve: (labels) => registry.getOrCreate(labels),
          describe: (reason) => reason,
        },
        decode: (request, bytes, atMs) => {
          if (!life.recovered) replayed.push(request);
          return probed(decoder.decodeJson(bytes, atMs), () => ports.applying(request));
        },
        // Views over metrics are not part of this.
        ...{ readSamples: async (): Promise<void> => {} },
        write: async () => undefined,
      },
    );
    const { checkpoint } = content;
    const checkpointMs = checkpoint === undefined ? 0 : new ByteReader(checkpoint).float64();
    const life = new Life(clock, engine, log, replayed, checkpointMs);
    for (const { name } of views) engine.listen(name, (result) => ports.emitted(result, life));
    ports.restoring(checkpointMs);
    engine.recover(checkpoint, content.records);
    life.recovered = true;
    engine.start();
    return life;
  }

  /** A clean end. */
  async close(): Promise<void> {
    await this.engine.stop();
    await this.#log.close(10_000);
  }
}

/** Tells when the engine begins to apply a batch, which is when it looks for idempotency keys. */
function probed(batch: EventBatch | Fault, applying: () => void): EventBatch | Fault {
  if (isFault(batch)) return batch;
  const { ids } = batch;
  Object.defineProperty(batch, 'ids', {
    get: () => {
      applying();
      return ids;
    },
  });
  return batch;
}
