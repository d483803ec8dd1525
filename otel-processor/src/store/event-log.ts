import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, type Fault, isFault, type Logger, permanent, type Telemetry } from '../base/index.ts';
import type { StoreConfig } from './config.ts';
import { type Disk, describeDiskError, systemDisk } from './disk.ts';
import {
  CHECKPOINT_PREFIX,
  type EventLogContent,
  RECORD_CHECKPOINT,
  RECORD_EVENTS,
  readContent,
  segmentPattern,
} from './event-log-content.ts';
import { decodeFileHeader, encodeFileHeader, FrameWriter, scanFrames } from './frame.ts';
import { type HistoryLimits, LogHistory, measureHistory } from './log-history.ts';
import { segmentName, Wal } from './wal.ts';

export interface EventLogPorts {
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly disk?: Disk;
  /** What is kept of requests whose state is written already; nothing when undefined. */
  readonly history?: HistoryLimits;
}

/** A record with its place in the log. */
export interface LoggedRecord {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/**
 * A log of requests next to the store's own, in its framing and with its group commit, plus checkpoints of what was
 * made of them: a start reads the last checkpoint and the records since. With `durability: memory` nothing is written.
 */
export class EventLog {
  readonly #wal: Wal | undefined;
  readonly #dir: string;
  readonly #disk: Disk;
  readonly #salt: number;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #history: LogHistory;
  #sinceCheckpoint: number;
  #bytesSinceCheckpoint = 0;
  #writing = false;

  constructor(
    wal: Wal | undefined,
    { dir, clock, logger }: EventLogPorts,
    disk: Disk,
    salt: number,
    history: LogHistory,
    sinceCheckpoint: number,
  ) {
    this.#clock = clock;
    this.#history = history;
    this.#wal = wal;
    this.#dir = dir;
    this.#disk = disk;
    this.#salt = salt;
    this.#logger = logger;
    this.#sinceCheckpoint = sinceCheckpoint;
  }

  /** Why nothing can be written at present. */
  get failure(): Fault | undefined {
    return this.#wal?.failure;
  }

  /** Bytes that wait for the disk. */
  get pendingBytes(): number {
    return this.#wal?.pendingBytes ?? 0;
  }

  /** Records since the last checkpoint. */
  get recordsSinceCheckpoint(): number {
    return this.#sinceCheckpoint;
  }

  /** Adds a record of these parts, one after the other; they are copied. */
  append(...parts: readonly Uint8Array[]): void {
    this.#sinceCheckpoint += 1;
    for (const part of parts) this.#bytesSinceCheckpoint += part.length;
    this.#wal?.append(RECORD_EVENTS, (payload) => {
      for (const part of parts) payload.raw(part);
    });
  }

  /** Where the next record will be. */
  get position(): number {
    return this.#wal?.nextSequence ?? 0;
  }

  /** The records from `from` up to, not including, `until`, as far as they are kept; all appended before must be durable. */
  async *records(from: number, until: number): AsyncGenerator<LoggedRecord> {
    if (this.#wal === undefined) return;
    let next = from;
    for (const name of await this.#disk.list(this.#dir)) {
      if (!segmentPattern.test(name)) continue;
      const path = join(this.#dir, name);
      // Removed meanwhile, because it is too old.
      const bytes = await this.#disk.read(path).catch(() => undefined);
      const header = bytes === undefined ? undefined : decodeFileHeader('wal', bytes);
      if (bytes === undefined || header === undefined || typeof header === 'number') continue;
      const records: LoggedRecord[] = [];
      scanFrames(bytes, header.salt, ({ type, sequence, payload }) => {
        if (type !== RECORD_EVENTS || sequence < next || sequence >= until) return;
        next = sequence + 1;
        records.push({ sequence, payload });
      });
      yield* records;
      if (next >= until) return;
    }
  }

  /** Settles when all that was appended before is durable, or with why that is not so now. */
  durable(): Promise<Fault | undefined> {
    return this.#wal?.durable() ?? Promise.resolve(undefined);
  }

  /**
   * Writes the state that all records appended so far lead to, and removes what is older. `encode` is called at once,
   * or not at all when a checkpoint is being written; what is appended while it works is not part of the state. The
   * reason when the state cannot be written; then nothing is lost, the next start only replays more.
   */
  async checkpoint(encode: () => Promise<Uint8Array>): Promise<string | undefined> {
    const wal = this.#wal;
    if (wal === undefined || this.#writing) return undefined;
    this.#writing = true;
    const covered = this.#sinceCheckpoint;
    const coveredBytes = this.#bytesSinceCheckpoint;
    const segment = wal.cut();
    const sequence = wal.nextSequence;
    const path = join(this.#dir, CHECKPOINT_PREFIX + segmentName(segment));
    try {
      const state = await encode();
      const header = encodeFileHeader('snapshot', { salt: this.#salt, segment, sequence });
      const frame = new FrameWriter(state.length + 64);
      frame.begin(RECORD_CHECKPOINT, 0).raw(state);
      frame.end(this.#salt);
      const file = await this.#disk.open(`${path}.tmp`, 'create');
      try {
        await file.write(header, 0);
        await file.write(frame.bytes.view(), header.length);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.#disk.rename(`${path}.tmp`, path);
      await this.#disk.syncDirectory(this.#dir);
      this.#sinceCheckpoint -= covered;
      this.#bytesSinceCheckpoint -= coveredBytes;
      this.#history.close(segment, coveredBytes, this.#clock.nowMs());
      await this.#removeBefore(segment, this.#history.keepFrom(this.#clock.nowMs()));
      return undefined;
    } catch (error) {
      const reason = describeDiskError(error);
      this.#logger.error('a checkpoint could not be written', { path, reason });
      return reason;
    } finally {
      this.#writing = false;
    }
  }

  async close(deadlineMs: number): Promise<Fault | undefined> {
    return this.#wal?.close(deadlineMs);
  }

  /** Removes checkpoints before `segment`, and segments before `keepFrom`. */
  async #removeBefore(segment: number, keepFrom: number): Promise<void> {
    for (const name of await this.#disk.list(this.#dir)) {
      const isCheckpoint = name.startsWith(CHECKPOINT_PREFIX);
      const number = Number(name.replace(CHECKPOINT_PREFIX, ''));
      if (!Number.isInteger(number) || number >= (isCheckpoint ? segment : keepFrom)) continue;
      await this.#disk.remove(join(this.#dir, name));
    }
  }
}

/** Opens the log in `dir`, made if need be. Faults as `createStore`. */
export async function openEventLog(
  config: StoreConfig,
  ports: EventLogPorts,
): Promise<{ readonly log: EventLog; readonly content: EventLogContent } | Fault> {
  const { dir, clock, logger, telemetry } = ports;
  const disk = ports.disk ?? systemDisk;
  const salt = randomBytes(4).readUInt32LE();
  const limits = ports.history ?? { ageMs: 0, sizeBytes: 0 };
  const history = new LogHistory(limits);
  const { durability } = config;
  if (durability === 'memory') {
    const content = { checkpoint: undefined, records: [] };
    return { log: new EventLog(undefined, ports, disk, salt, history, 0), content };
  }
  try {
    await disk.makeDirectory(dir);
    const content = await readContent(dir, disk, logger);
    if (isFault(content)) return content;
    const wal = new Wal({
      dir,
      durability,
      segmentBytes: config.wal_segment_size,
      retryMs: 1000,
      disk,
      clock,
      logger,
      telemetry,
      salt,
      nextSegment: content.nextSegment,
      nextSequence: content.nextSequence,
      replayedBytes: 0,
    });
    if (limits.ageMs > 0)
      await measureHistory(dir, content.startSegment, disk, limits, history, clock.nowMs());
    return { log: new EventLog(wal, ports, disk, salt, history, content.records.length), content };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return permanent('unavailable', `cannot open the log of events in ${dir}: ${describeDiskError(error)}`);
  }
}
