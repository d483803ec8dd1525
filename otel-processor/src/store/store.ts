import { join } from 'node:path';
import { type Clock, type Fault, type Logger, retryable, type Telemetry, type Timer } from '../base/index.ts';
import type { Appender, Batch, Histogram, LabelSet, Matcher, MetricMetadata } from '../model/index.ts';
import { applyRows } from './append.ts';
import type { BlockStore } from './block-types.ts';
import { KIND_FLOAT } from './chunk-table.ts';
import type { StoreConfig } from './config.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { type Disk, describeDiskError } from './disk.ts';
import { deleteSamples, indexSeries, type LiveData } from './live-data.ts';
import { type BlockWriter, Maintenance } from './maintenance.ts';
import { StoreQuerier } from './querier.ts';
import {
  RECORD_DELETE,
  RECORD_EXEMPLARS,
  RECORD_HISTOGRAMS,
  RECORD_METADATA,
  RECORD_SAMPLES,
  RECORD_SERIES,
  writeDeletion,
  writeExemplars,
  writeHistograms,
  writeMetadata,
  writeSamples,
  writeSeries,
} from './records.ts';
import type { ExemplarSeries, Querier, SelectedSeries, StoreStatistics } from './types.ts';
import type { Wal } from './wal.ts';

const DISK_CHECK_MS = 5000;
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
export class Store implements Appender, Querier {
  readonly #parts: StoreParts;
  readonly #data: LiveData;
  readonly #wal: Wal | undefined;
  readonly #querier: StoreQuerier;
  readonly #maintenance: Maintenance;
  readonly #timers: Timer[] = [];
  readonly #counters;
  #closing = false;
  #lowSpace: Fault | undefined;
  #snapshotAsked = false;
  #maintaining = false;

  constructor(parts: StoreParts) {
    const { config, clock, logger, telemetry, data, files } = parts;
    this.#parts = parts;
    this.#data = data;
    this.#wal = files?.wal;
    this.#querier = new StoreQuerier(data, files?.blocks);
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
    this.#observe(telemetry);
    this.#timers.push(clock.every(config.seal_check, () => void this.maintain()));
    if (files !== undefined) this.#timers.push(clock.every(DISK_CHECK_MS, () => void this.checkDisk()));
  }

  refusal(): Fault | undefined {
    if (this.#closing) return retryable('unavailable', 'the store is shutting down', RETRY_MS);
    const wal = this.#wal;
    if (wal === undefined) return undefined;
    if (wal.failure !== undefined) return wal.failure;
    if (this.#lowSpace !== undefined) return this.#lowSpace;
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

  select(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<readonly SelectedSeries[]> {
    return this.#querier.select(matchers, fromMs, toMs);
  }

  series(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly LabelSet[]> {
    return this.#querier.series(matcherSets, fromMs, toMs);
  }

  labelNames(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]> {
    return this.#querier.labelNames(matcherSets, fromMs, toMs);
  }

  labelValues(
    labelName: string,
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]> {
    return this.#querier.labelValues(labelName, matcherSets, fromMs, toMs);
  }

  exemplars(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly ExemplarSeries[]> {
    return this.#querier.exemplars(matcherSets, fromMs, toMs);
  }

  metadata(metricName?: string): ReadonlyMap<string, readonly MetricMetadata[]> {
    return this.#querier.metadata(metricName);
  }

  statistics(limit: number): StoreStatistics {
    return this.#querier.statistics(limit);
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
      const inHead = deleteSamples(this.#data, matchers, fromMs, toMs);
      this.#wal?.append(RECORD_DELETE, (writer) => writeDeletion(writer, { matchers, fromMs, toMs }));
      return (await this.#wal?.durable()) ?? Math.max(inHead, inBlocks);
    });
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

  /** Refuses writes before the disk is really full, and takes them again when there is room. */
  async checkDisk(): Promise<void> {
    const { files, config, logger } = this.#parts;
    if (files === undefined) return;
    let freeBytes: number;
    try {
      freeBytes = await files.disk.freeBytes(files.dir);
    } catch (error) {
      logger.warn('cannot tell the free space of the data directory', { reason: describeDiskError(error) });
      return;
    }
    const low = freeBytes < config.min_free_disk;
    if (low === (this.#lowSpace !== undefined)) return;
    if (low) {
      const message = `the store cannot take writes: disk full, ${freeBytes} bytes are free and store.min_free_disk is ${config.min_free_disk}`;
      this.#lowSpace = retryable('unavailable', message, DISK_CHECK_MS);
      logger.error('disk nearly full; writes are refused', { freeBytes });
    } else {
      this.#lowSpace = undefined;
      logger.info('there is room on the disk again', { freeBytes });
    }
  }

  /** Refuses new writes, lets what was accepted become durable, closes all files. A fault when not all did. */
  async close(deadlineMs: number): Promise<Fault | undefined> {
    if (this.#closing) return undefined;
    this.#closing = true;
    for (const timer of this.#timers) timer.cancel();
    const { files } = this.#parts;
    await this.#maintenance.exclusive(async () => {});
    const fault = await this.#wal?.close(deadlineMs);
    await files?.blocks.close();
    await files?.lock.release();
    return fault;
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

  #observe(telemetry: Telemetry): void {
    const { head, registry } = this.#data;
    const gauge = (name: string, help: string, read: () => number): void =>
      telemetry.observed(name, help, 'gauge', read);
    gauge('statbar_store_series', 'Series in memory.', () => registry.size);
    gauge('statbar_store_chunks', 'Chunks in memory.', () => head.store.chunks.count);
    gauge('statbar_store_head_bytes', 'Bytes of chunks in memory.', () => head.store.slabs.usedBytes);
    gauge('statbar_store_head_reserved_bytes', 'Memory held for chunks.', () => head.store.slabs.totalBytes);
    gauge(
      'statbar_store_wal_pending_bytes',
      'Bytes waiting for the log.',
      () => this.#wal?.pendingBytes ?? 0,
    );
    gauge('statbar_store_writable', '1 when writes are taken.', () => (this.refusal() === undefined ? 1 : 0));
  }
}

function countersOf(telemetry: Telemetry) {
  return {
    samples: telemetry.counter('statbar_store_samples_total', 'Samples taken.'),
    late: telemetry.counter(
      'statbar_store_late_samples_total',
      'Samples taken out of order, within the window.',
    ),
    duplicates: telemetry.counter(
      'statbar_store_duplicate_samples_total',
      'Samples that were stored already.',
    ),
    newSeries: telemetry.counter('statbar_store_new_series_total', 'Series made.'),
    maintenanceFailures: telemetry.counter(
      'statbar_store_maintenance_failures_total',
      'Times that sealing, retention or compaction ended in an error.',
    ),
    refusedBatches: telemetry.counter(
      'statbar_store_refused_batches_total',
      'Batches that could not be taken.',
    ),
  };
}
