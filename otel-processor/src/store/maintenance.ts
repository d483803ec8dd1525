import { join } from 'node:path';
import {
  type Clock,
  type Counter,
  type Fault,
  isFault,
  type Logger,
  retryable,
  type Telemetry,
  yieldToEventLoop,
} from '../base/index.ts';
import type { BlockInputSeries, BlockMeta, BlockStore } from './block-types.ts';
import { type Disk, describeDiskError } from './disk.ts';
import { type LiveData, removeSeries } from './live-data.ts';
import {
  RECORD_REMOVE,
  RECORD_SEAL_BEGIN,
  RECORD_SEAL_END,
  writeIds,
  writeSealBegin,
  writeSealEnd,
} from './records.ts';
import { NO_CHUNK } from './series-columns.ts';
import { writeSnapshot } from './snapshot.ts';
import { freeze, thaw } from './snapshot-state.ts';
import type { Wal } from './wal.ts';

/** Series whose chunks are dropped in one turn of the event loop. */
const SERIES_PER_TURN = 5000;

/** Writes a sealed range to a block; durable when it returns its meta. */
export type BlockWriter = (
  fromMs: number,
  toMs: number,
  series: Iterable<BlockInputSeries>,
) => Promise<BlockMeta | Fault>;

export interface MaintenanceOptions {
  readonly data: LiveData;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly blockRangeMs: number;
  readonly outOfOrderWindowMs: number;
  readonly sealDelayMs: number;
  readonly retentionMs: number;
  readonly headBytesMax: number;
  /** Logs and indexes series that were made since. */
  readonly registerCreated: () => void;
  /** Undefined when nothing is kept on disk. */
  readonly files: MaintenanceFiles | undefined;
}

export interface MaintenanceFiles {
  readonly disk: Disk;
  readonly wal: Wal;
  readonly walDir: string;
  readonly snapshotDir: string;
  readonly salt: number;
  readonly blocks: BlockStore;
  readonly writeBlock: BlockWriter;
}

/**
 * What moves data out of the head: sealing into blocks, snapshots, forgetting idle series. One at a time, because
 * each needs that the others leave the set of series and chunks alone.
 */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #sealedSamples: Counter;
  readonly #sealFailures: Counter;
  readonly #snapshots: Counter;
  readonly #snapshotFailures: Counter;
  readonly #removed: Counter;
  readonly #early: Counter;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    const { telemetry } = options;
    this.#sealedSamples = telemetry.counter('statbar_store_sealed_samples_total', 'Samples moved to blocks.');
    this.#sealFailures = telemetry.counter(
      'statbar_store_seal_failures_total',
      'Blocks that could not be written.',
    );
    this.#early = telemetry.counter(
      'statbar_store_early_seals_total',
      'Ranges sealed early because the head was over store.head_memory_limit.',
    );
    this.#snapshots = telemetry.counter('statbar_store_snapshots_total', 'Snapshots of the head taken.');
    this.#snapshotFailures = telemetry.counter(
      'statbar_store_snapshot_failures_total',
      'Snapshots of the head that could not be written.',
    );
    this.#removed = telemetry.counter(
      'statbar_store_idle_series_removed_total',
      'Series forgotten because they had no samples in memory and were idle for longer than a block range.',
    );
  }

  /** Runs `work` when all that was asked before is done. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Seals the ranges whose time has come, then what is over the memory limit, then forgets idle series. */
  sealDue(): Promise<Fault | undefined> {
    return this.exclusive(async () => {
      const { clock, outOfOrderWindowMs, sealDelayMs, blockRangeMs, headBytesMax, data } = this.#options;
      const dueMs = clock.nowMs() - outOfOrderWindowMs - sealDelayMs;
      for (const fromMs of this.#ranges()) {
        if (fromMs + blockRangeMs > dueMs) break;
        if (
          this.#options.files === undefined &&
          fromMs + blockRangeMs > clock.nowMs() - this.#options.retentionMs
        )
          break;
        const fault = await this.#sealRange(fromMs);
        if (fault !== undefined) return fault;
      }
      while (data.head.store.slabs.usedBytes > headBytesMax) {
        const oldest = this.#ranges()[0];
        if (oldest === undefined) break;
        this.#early.add(1);
        const fault = await this.#sealRange(oldest);
        if (fault !== undefined) return fault;
      }
      this.#removeIdle();
      return undefined;
    });
  }

  /** Seals everything that the head holds. */
  sealAll(): Promise<Fault | undefined> {
    return this.exclusive(async () => {
      for (const fromMs of this.#ranges()) {
        const fault = await this.#sealRange(fromMs);
        if (fault !== undefined) return fault;
      }
      return undefined;
    });
  }

  /** Takes a snapshot and removes the log before it; the error's description when the disk refuses. */
  snapshot(): Promise<string | undefined> {
    return this.exclusive(async () => {
      const { files, data, clock, logger, registerCreated } = this.#options;
      if (files === undefined) return undefined;
      registerCreated();
      const { wal, disk, snapshotDir, walDir, salt } = files;
      const startMs = clock.monotonicMs();
      const segment = wal.cut();
      const sequence = wal.nextSequence;
      wal.markSnapshot();
      const frozen = freeze(data);
      try {
        const target = { disk, clock, dir: snapshotDir, salt, segment, sequence };
        const sizeBytes = await writeSnapshot(target, frozen);
        this.#snapshots.add(1);
        logger.info('took a snapshot', { sizeBytes, durationMs: Math.round(clock.monotonicMs() - startMs) });
        // Records of the old segments may still be on their way.
        if ((await wal.durable()) === undefined) {
          await removeBefore(disk, walDir, segment);
          await removeBefore(disk, snapshotDir, segment);
        }
        return undefined;
      } catch (error) {
        const reason = describeDiskError(error);
        this.#snapshotFailures.add(1);
        logger.error('could not take a snapshot', { reason });
        return reason;
      } finally {
        thaw(frozen);
      }
    });
  }

  /** Starts of the block ranges of which the head holds samples, oldest first. */
  #ranges(): number[] {
    const { data, blockRangeMs } = this.#options;
    const { columns, chunks } = data.head.store;
    const starts = new Set<number>();
    const startOf = (timestampMs: number): number => Math.floor(timestampMs / blockRangeMs) * blockRangeMs;
    for (let seriesId = 0; seriesId < Math.min(data.registry.idEnd, columns.capacity); seriesId++) {
      for (let chunk = columns.firstChunks[seriesId]; chunk !== NO_CHUNK; chunk = chunks.next[chunk]) {
        starts.add(startOf(chunks.minTimesMs[chunk]));
      }
    }
    for (const { buffer } of data.head.late.values()) {
      for (let i = 0; i < buffer.count; i++) starts.add(startOf(buffer.timestampsMs[i]));
    }
    return [...starts].sort((a, b) => a - b);
  }

  async #sealRange(fromMs: number): Promise<Fault | undefined> {
    const { data, blockRangeMs, files, logger } = this.#options;
    const { head, registry } = data;
    const toMs = fromMs + blockRangeMs;
    const seriesIds = head.beginSeal(registry.idEnd, fromMs, toMs);
    if (files === undefined) {
      head.finishSeal(seriesIds);
      return undefined;
    }
    files.wal.append(RECORD_SEAL_BEGIN, (writer) => writeSealBegin(writer, { fromMs, toMs }));
    const inputs = (function* (): Generator<BlockInputSeries> {
      for (const seriesId of seriesIds) {
        yield { labels: registry.labels(seriesId), read: (into) => head.readSealing(seriesId, into) };
      }
    })();
    const fault = await this.#writeBlock(files, fromMs, toMs, inputs);
    files.wal.append(RECORD_SEAL_END, (writer) => writeSealEnd(writer, fault === undefined));
    if (fault === undefined) {
      for (let start = 0; start < seriesIds.length; start += SERIES_PER_TURN) {
        head.dropSealed(seriesIds.slice(start, start + SERIES_PER_TURN));
        await yieldToEventLoop();
      }
      head.endSeal();
      return undefined;
    }
    head.abortSeal(seriesIds);
    this.#sealFailures.add(1);
    logger.error('could not seal a block', { reason: fault.message, fromMs, toMs });
    return fault;
  }

  async #writeBlock(
    files: MaintenanceFiles,
    fromMs: number,
    toMs: number,
    inputs: Iterable<BlockInputSeries>,
  ): Promise<Fault | undefined> {
    try {
      const meta = await files.writeBlock(fromMs, toMs, inputs);
      if (isFault(meta)) return meta;
      const fault = await files.blocks.add(meta);
      if (fault === undefined) this.#sealedSamples.add(meta.sampleCount);
      return fault;
    } catch (error) {
      // Whatever it was: what is set apart must come back into the head, or the next seal would lose it.
      return retryable('unavailable', describeDiskError(error), 1000);
    }
  }

  #removeIdle(): void {
    const { data, clock, blockRangeMs, files, registerCreated } = this.#options;
    registerCreated();
    const { registry, head } = data;
    const idleSince = Math.floor((clock.nowMs() - blockRangeMs) / 60_000);
    const idle: number[] = [];
    for (let seriesId = 0; seriesId < registry.idEnd; seriesId++) {
      if (!registry.isLive(seriesId) || head.hasSamples(seriesId)) continue;
      if (head.store.columns.seenMinutes[seriesId] < idleSince) idle.push(seriesId);
    }
    if (idle.length === 0) return;
    files?.wal.append(RECORD_REMOVE, (writer) => writeIds(writer, idle));
    removeSeries(data, idle);
    this.#removed.add(idle.length);
  }
}

/** Removes the files numbered below `segment`. */
async function removeBefore(disk: Disk, dir: string, segment: number): Promise<void> {
  for (const name of await disk.list(dir)) {
    if (/^\d+$/.test(name) && Number(name) < segment) await disk.remove(join(dir, name));
  }
}
