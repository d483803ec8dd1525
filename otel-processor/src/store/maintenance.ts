import { join } from 'node:path';
import {
  type Clock,
  type Counter,
  type Fault,
  FaultError,
  isFault,
  type Logger,
  retryable,
  type Telemetry,
  yieldToEventLoop,
} from '../base/index.ts';
import { rangesOf } from './block-ranges.ts';
import type { BlockInputSeries, BlockMeta, BlockStore } from './block-types.ts';
import { type Disk, describeDiskError } from './disk.ts';
import type { LiveData } from './live-data.ts';
import { RECORD_SEAL_BEGIN, RECORD_SEAL_END, writeSealBegin, writeSealEnd } from './records.ts';
import { removeIdle } from './remove-idle.ts';
import { writeSnapshot } from './snapshot.ts';
import { freeze, thaw } from './snapshot-state.ts';
import type { Wal } from './wal.ts';

const stopping = retryable('canceled', 'the store is shutting down', 1000);

/** Series whose chunks are dropped in one turn of the event loop. */
const SERIES_PER_TURN = 5000;

/**
 * Writes a sealed range to a block; durable when it returns its meta. `pause` lets the event loop have its turn; when
 * it throws, nothing is left of the block and the writer throws on.
 */
export type BlockWriter = (
  fromMs: number,
  toMs: number,
  series: Iterable<BlockInputSeries>,
  pause: () => Promise<void>,
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
  #stopped = false;

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

  /** What is under way ends at its next slice, without a result; what was asked for later does not begin. */
  stop(): void {
    this.#stopped = true;
  }

  readonly #pause = async (): Promise<void> => {
    await yieldToEventLoop();
    if (this.#stopped) throw new FaultError(stopping);
  };

  /** Seals the ranges whose time has come, then what is over the memory limit, then forgets idle series. */
  sealDue(): Promise<Fault | undefined> {
    return this.#unlessStopped(async () => {
      const { clock, outOfOrderWindowMs, sealDelayMs, blockRangeMs, headBytesMax, data } = this.#options;
      const dueMs = clock.nowMs() - outOfOrderWindowMs - sealDelayMs;
      for (const fromMs of await this.#ranges()) {
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
        const [oldest] = await this.#ranges();
        if (oldest === undefined) break;
        this.#early.add(1);
        const fault = await this.#sealRange(oldest);
        if (fault !== undefined) return fault;
      }
      await this.#removeIdle();
      return undefined;
    });
  }

  /** Seals everything that the head holds. */
  sealAll(): Promise<Fault | undefined> {
    return this.#unlessStopped(async () => {
      for (const fromMs of await this.#ranges()) {
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
      if (this.#stopped) return stopping.message;
      registerCreated();
      const { wal, disk, snapshotDir, walDir, salt } = files;
      const startMs = clock.monotonicMs();
      const segment = wal.cut();
      const sequence = wal.nextSequence;
      wal.markSnapshot();
      const frozen = freeze(data);
      try {
        const pause = this.#pause;
        const target = { disk, clock, dir: snapshotDir, salt, segment, sequence, pause };
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
        if (isStopped(error)) return stopping.message;
        const reason = describeDiskError(error);
        this.#snapshotFailures.add(1);
        logger.error('could not take a snapshot', { reason });
        return reason;
      } finally {
        thaw(frozen);
      }
    });
  }

  /** Runs `work` exclusively; the fault `canceled` when it was stopped. */
  #unlessStopped(work: () => Promise<Fault | undefined>): Promise<Fault | undefined> {
    return this.exclusive(async () => {
      if (this.#stopped) return stopping;
      try {
        return await work();
      } catch (error) {
        if (isStopped(error)) return stopping;
        throw error;
      }
    });
  }

  #ranges(): Promise<number[]> {
    return rangesOf(this.#options.data, this.#options.blockRangeMs, this.#pause);
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
    if (fault === stopping) return fault;
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
      const meta = await files.writeBlock(fromMs, toMs, inputs, this.#pause);
      if (isFault(meta)) return meta;
      const fault = await files.blocks.add(meta);
      if (fault === undefined) this.#sealedSamples.add(meta.sampleCount);
      return fault;
    } catch (error) {
      if (isStopped(error)) return stopping;
      // Whatever it was: what is set apart must come back into the head, or the next seal would lose it.
      return retryable('unavailable', describeDiskError(error), 1000);
    }
  }

  async #removeIdle(): Promise<void> {
    const { data, clock, blockRangeMs, files, registerCreated } = this.#options;
    const idleSinceMinute = Math.floor((clock.nowMs() - blockRangeMs) / 60_000);
    const pause = this.#pause;
    const removed = await removeIdle({ data, wal: files?.wal, idleSinceMinute, registerCreated, pause });
    this.#removed.add(removed);
  }
}

function isStopped(error: unknown): boolean {
  return error instanceof FaultError && error.fault === stopping;
}

/** Removes the files numbered below `segment`. */
async function removeBefore(disk: Disk, dir: string, segment: number): Promise<void> {
  for (const name of await disk.list(dir)) {
    if (/^\d+$/.test(name) && Number(name) < segment) await disk.remove(join(dir, name));
  }
}
