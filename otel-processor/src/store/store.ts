import { join } from 'node:path';
import {
  type Clock,
  type Fault,
  type Logger,
  retryable,
  type Telemetry,
  type Timer,
  yieldToEventLoop,
} from '../base/index.ts';
import type { Appender, Batch, Histogram, Matcher } from '../model/index.ts';
import { applyRows } from './append.ts';
import type { BlockStore } from './block-types.ts';
import { KIND_FLOAT } from './chunk-table.ts';
import type { StoreConfig } from './config.ts';
import { Deadline } from './deadline.ts';
import { deleteInSlices } from './delete-in-slices.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { type Disk, describeDiskError } from './disk.ts';
import { indexSeries, type LiveData } from './live-data.ts';
import { type BlockWriter, Maintenance } from './maintenance.ts';
import { StoreQuerier } from './querier.ts';
import {
  RECORD_EXEMPLARS,
  RECORD_HISTOGRAMS,
  RECORD_METADATA,
  RECORD_SAMPLES,
  RECORD_SERIES,
  writeExemplars,
  writeHistograms,
  writeMetadata,
  writeSamples,
  writeSeries,
} from './records.ts';
import { DISK_CHECK_MS, SpaceGuard } from './space-guard.ts';
import { countersOf, observeStore } from './store-telemetry.ts';
import type { Wal } from './wal.ts';

/** When a client whose write was refused for want of room may come again. */
const RETRY_MS = 1000;

export interface StoreStatus {
  readonly writable: boolean;
  /** Why it is not writable, in words. */
  readonly reason: string | undefined;
  readonly seriesCount: number;
  readonly chunkCount: number;
  readonly blockCount: number;
  readonly sizesBytes: Readonly<Record<string, number>>;
}

/** What is open on disk; absent with `durability: memory`. */
export interface StoreFiles {
  readonly dir: string;
  readonly disk: Disk;
  readonly wal: Wal;
  readonly salt: number;
  readonly blocks: BlockStore;
  readonly writeBlock: BlockWriter;
  readonly lock: DirectoryLock;
}

export interface StoreParts {
  readonly config: StoreConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly data: LiveData;
  readonly files: StoreFiles | undefined;
}

/** The embedded store: head, log and blocks behind two small interfaces. Made by `createStore`. */
export class Store extends StoreQuerier implements Appender {
  readonly #parts: StoreParts;
  readonly #data: LiveData;
  readonly #wal: Wal | undefined;
  readonly #maintenance: Maintenance;
  readonly #space: SpaceGuard | undefined;
  readonly #timers: Timer[] = [];
  readonly #counters;
  #closing = false;
  #snapshotAsked = false;
  #maintaining = false;

  constructor(parts: StoreParts) {
    const { config, clock, logger, telemetry, data, files } = parts;
    super(data, files?.blocks);
    this.#parts = parts;
    this.#data = data;
    this.#wal = files?.wal;
    this.#maintenance = new Maintenance({
      data,
      clock,
      logger,
      telemetry,
      blockRangeMs: config.block_range,
      outOfOrderWindowMs: config.out_of_order_window,
      sealDelayMs: config.seal_delay,
      retentionMs: config.blocks.retention_time,
      headBytesMax: config.head_memory_limit,
      registerCreated: () => this.#registerCreated(),
      files:
        files === undefined
          ? undefined
          : { ...files, walDir: join(files.dir, 'wal'), snapshotDir: join(files.dir, 'snapshot') },
    });
    this.#counters = countersOf(telemetry);
    observeStore(telemetry, data, files?.wal, () => this.refusal() === undefined);
    this.#timers.push(clock.every(config.seal_check, () => void this.maintain()));
    if (files !== undefined) {
      const space = new SpaceGuard({ ...files, minFreeBytes: config.min_free_disk, logger });
      this.#space = space;
      this.#timers.push(clock.every(DISK_CHECK_MS, () => void space.check()));
    }
  }

  refusal(): Fault | undefined {
    if (this.#closing) return retryable('unavailable', 'the store is shutting down', RETRY_MS);
    const wal = this.#wal;
    if (wal === undefined) return undefined;
    if (wal.failure !== undefined) return wal.failure;
    const lowSpace = this.#space?.refusal;
    if (lowSpace !== undefined) return lowSpace;
    if (wal.pendingBytes > this.#parts.config.wal_pending_max) {
      const message = 'the disk cannot keep up: more than store.wal_pending_max waits to be written';
      return retryable('overloaded', message, RETRY_MS);
    }
    return undefined;
  }

  append(batch: Batch): Promise<Fault | undefined> {
    const refusal = this.refusal();
    if (refusal !== undefined) {
      this.#counters.refusedBatches.add(1);
      return Promise.resolve(refusal);
    }
    const { registry, exemplars, metadata } = this.#data;
    for (let row = 0; row < batch.count; row++) {
      if (registry.isLive(batch.seriesIds[row])) continue;
      this.#counters.refusedBatches.add(1);
      return Promise.resolve(
        retryable('unavailable', 'a series was retired meanwhile; send again', RETRY_MS),
      );
    }
    this.#registerCreated();
    const { config, clock } = this.#parts;
    const minute = Math.floor(clock.nowMs() / 60_000);
    const applied = applyRows(this.#data, batch, minute, config.out_of_order_window);
    const newExemplars = exemplars.add(batch.exemplars.filter(({ seriesId }) => registry.isLive(seriesId)));
    const newMetadata = metadata.add(batch.metadata);
    this.#counters.samples.add(applied.samples.count + applied.histograms.length);
    this.#counters.late.add(applied.lateCount);
    this.#counters.duplicates.add(applied.duplicateCount);
    const wal = this.#wal;
    if (wal === undefined) return Promise.resolve(undefined);
    const { samples, histograms } = applied;
    if (samples.count > 0) wal.append(RECORD_SAMPLES, (writer) => writeSamples(writer, samples));
    if (histograms.length > 0) wal.append(RECORD_HISTOGRAMS, (writer) => writeHistograms(writer, histograms));
    if (newExemplars.length > 0)
      wal.append(RECORD_EXEMPLARS, (writer) => writeExemplars(writer, newExemplars));
    if (newMetadata.length > 0) wal.append(RECORD_METADATA, (writer) => writeMetadata(writer, newMetadata));
    this.#snapshotWhenDue(wal);
    return wal.durable();
  }

  lastSample(seriesId: number): { timestampMs: number; value: number } | undefined {
    this.#registerCreated();
    const { columns } = this.#data.head.store;
    if (columns.kinds[seriesId] !== KIND_FLOAT) return undefined;
    const timestampMs = columns.timestampsMs[seriesId];
    if (timestampMs === Number.NEGATIVE_INFINITY) return undefined;
    return { timestampMs, value: columns.values[seriesId] };
  }

  lastHistogram(seriesId: number): { timestampMs: number; histogram: Histogram } | undefined {
    this.#registerCreated();
    const { head } = this.#data;
    const histogram = head.lastHistogram(seriesId);
    if (histogram === undefined) return undefined;
    return { timestampMs: head.store.columns.timestampsMs[seriesId], histogram };
  }

  /** Moves all samples in memory into blocks. */
  seal(): Promise<Fault | undefined> {
    this.#registerCreated();
    return this.#maintenance.sealAll();
  }

  /** Takes a snapshot now, so that a start has next to nothing to replay; the reason when it cannot. */
  snapshot(): Promise<string | undefined> {
    return this.#maintenance.snapshot();
  }

  /**
   * Deletes the samples in [fromMs, toMs] of the series that match, durably. Returns the number of series touched
   * in memory or in blocks, whichever is more.
   */
  deleteSeries(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<number | Fault> {
    return this.#maintenance.exclusive(async () => {
      const refusal = this.refusal();
      if (refusal !== undefined) return refusal;
      const inBlocks = (await this.#parts.files?.blocks.delete(matchers, fromMs, toMs)) ?? 0;
      if (typeof inBlocks !== 'number') return inBlocks;
      this.#registerCreated();
      const inHead = await deleteInSlices(this.#data, this.#wal, matchers, fromMs, toMs, yieldToEventLoop);
      return (await this.#wal?.durable()) ?? Math.max(inHead, inBlocks);
    });
  }

  /** Writes the blocks that have deletions anew, so that the deleted samples give their space back. */
  async cleanTombstones(): Promise<Fault | undefined> {
    return this.#closing ? this.refusal() : this.#parts.files?.blocks.cleanTombstones();
  }

  status(): StoreStatus {
    const { registry, head } = this.#data;
    const { slabs, chunks } = head.store;
    const refusal = this.refusal();
    const blocks = this.#parts.files?.blocks.blocks() ?? [];
    return {
      writable: refusal === undefined,
      reason: refusal?.message,
      seriesCount: registry.size,
      chunkCount: chunks.count,
      blockCount: blocks.length,
      sizesBytes: {
        head: slabs.usedBytes,
        wal: this.#wal?.bytesSinceSnapshot ?? 0,
        blocks: blocks.reduce((sum, block) => sum + block.sizeBytes, 0),
      },
    };
  }

  /** What the timer does every `seal_check`: seal, retention, compaction. Never rejects; one at a time. */
  async maintain(): Promise<void> {
    if (this.#closing || this.#maintaining) return;
    this.#maintaining = true;
    try {
      await this.#maintenance.sealDue();
      const blocks = this.#parts.files?.blocks;
      if (blocks === undefined || this.#closing) return;
      await blocks.applyRetention(this.#parts.clock.nowMs());
      await blocks.compact();
    } catch (error) {
      // Serving goes on; the next turn tries again.
      this.#counters.maintenanceFailures.add(1);
      this.#parts.logger.error('maintenance of the store failed', { reason: describeDiskError(error) });
    } finally {
      this.#maintaining = false;
    }
  }

  /** Looks at the free space of the disk now, as a timer does every few seconds. */
  async checkDisk(): Promise<void> {
    await this.#space?.check();
  }

  /**
   * Refuses new writes, lets what was accepted become durable, closes all files: within `deadlineMs` in all. A seal,
   * snapshot or merge that is under way is given up; its samples stay where they are. A fault when not all was done.
   */
  async close(deadlineMs: number): Promise<Fault | undefined> {
    if (this.#closing) return undefined;
    this.#closing = true;
    for (const timer of this.#timers) timer.cancel();
    const { files, clock } = this.#parts;
    const deadline = new Deadline(clock, deadlineMs);
    this.#maintenance.stop();
    files?.blocks.stop();
    const quiet = await deadline.within(this.#maintenance.exclusive(async () => {}));
    const fault = await this.#wal?.close(deadline.remainingMs);
    const closed = await deadline.within(files?.blocks.close());
    // While something still hangs on to its files, nobody else may have them; the lock goes with the process.
    if (quiet && closed) await deadline.within(files?.lock.release());
    deadline.cancel();
    if (fault !== undefined || (quiet && closed)) return fault;
    return retryable('timeout', 'maintenance of the store did not end in time', RETRY_MS);
  }

  #registerCreated(): void {
    const { registry } = this.#data;
    const created = registry.takeCreated().filter((seriesId) => registry.isLive(seriesId));
    if (created.length === 0) return;
    indexSeries(this.#data, created, Math.floor(this.#parts.clock.nowMs() / 60_000));
    this.#counters.newSeries.add(created.length);
    const definitions = created.map((seriesId) => ({ seriesId, labels: registry.labels(seriesId) }));
    this.#wal?.append(RECORD_SERIES, (writer) => writeSeries(writer, definitions));
  }

  #snapshotWhenDue(wal: Wal): void {
    if (this.#snapshotAsked || wal.bytesSinceSnapshot < this.#parts.config.snapshot_wal_size) return;
    this.#snapshotAsked = true;
    void this.snapshot().finally(() => {
      this.#snapshotAsked = false;
    });
  }
}
