import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, type Fault, isFault, type Logger, permanent, type Telemetry } from '../base/index.ts';
import type { StoreConfig } from './config.ts';
import { type Disk, describeDiskError, systemDisk } from './disk.ts';
import { decodeFileHeader, encodeFileHeader, FrameWriter, scanFrames } from './frame.ts';
import { segmentName, Wal } from './wal.ts';

export interface EventLogPorts {
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly disk?: Disk;
}

/** What the log held when it was opened: the last checkpoint, and the records after it, in order. */
export interface EventLogContent {
  readonly checkpoint: Uint8Array | undefined;
  readonly records: readonly Uint8Array[];
}

const RECORD_EVENTS = 1;
const RECORD_CHECKPOINT = 2;
const segmentPattern = /^\d{8,}$/;
const CHECKPOINT_PREFIX = 'checkpoint-';

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
  #sinceCheckpoint: number;
  #writing = false;

  constructor(
    wal: Wal | undefined,
    dir: string,
    disk: Disk,
    salt: number,
    logger: Logger,
    sinceCheckpoint: number,
  ) {
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
    this.#wal?.append(RECORD_EVENTS, (payload) => {
      for (const part of parts) payload.raw(part);
    });
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
      await this.#removeBefore(segment);
      return undefined;
    } catch (error) {
      const reason = describeDiskError(error);
      this.#logger.error('the state of the views could not be written', { reason });
      return reason;
    } finally {
      this.#writing = false;
    }
  }

  async close(deadlineMs: number): Promise<Fault | undefined> {
    return this.#wal?.close(deadlineMs);
  }

  async #removeBefore(segment: number): Promise<void> {
    for (const name of await this.#disk.list(this.#dir)) {
      const number = Number(name.replace(CHECKPOINT_PREFIX, ''));
      if (Number.isInteger(number) && number < segment) await this.#disk.remove(join(this.#dir, name));
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
  const { durability } = config;
  if (durability === 'memory') {
    const content = { checkpoint: undefined, records: [] };
    return { log: new EventLog(undefined, dir, disk, salt, logger, 0), content };
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
    return { log: new EventLog(wal, dir, disk, salt, logger, content.records.length), content };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return permanent('unavailable', `cannot open the log of events in ${dir}: ${describeDiskError(error)}`);
  }
}

interface ReadContent extends EventLogContent {
  readonly nextSegment: number;
  readonly nextSequence: number;
}

async function readContent(dir: string, disk: Disk, logger: Logger): Promise<ReadContent | Fault> {
  const names = await disk.list(dir);
  for (const name of names) if (name.endsWith('.tmp')) await disk.remove(join(dir, name));
  const start = await newestCheckpoint(dir, names, disk, logger);
  if (isFault(start)) return start;
  let { segment: last, sequence: nextSequence } = start;
  last -= 1;
  const records: Uint8Array[] = [];
  const segments = names.filter((name) => segmentPattern.test(name)).map(Number);
  for (const segment of segments.sort((a, b) => a - b)) {
    last = Math.max(last, segment);
    if (segment < start.segment) continue;
    const path = join(dir, segmentName(segment));
    const bytes = await disk.read(path);
    const header = decodeFileHeader('wal', bytes);
    if (typeof header === 'number') return otherVersion(path, header);
    if (header === undefined) continue;
    nextSequence = Math.max(nextSequence, header.sequence);
    const scan = scanFrames(bytes, header.salt, ({ type, sequence, payload }) => {
      // A record that was tried twice is in the log twice.
      if (sequence < nextSequence) return;
      nextSequence = sequence + 1;
      if (type === RECORD_EVENTS) records.push(payload);
    });
    if (scan.damagedCount > 0) {
      logger.error('the log of events is damaged; the records in the damaged places are lost', {
        path,
        places: scan.damagedCount,
        bytes: scan.damagedBytes,
      });
    }
  }
  return { checkpoint: start.state, records, nextSegment: last + 1, nextSequence };
}

interface Checkpoint {
  readonly segment: number;
  readonly sequence: number;
  readonly state: Uint8Array | undefined;
}

/** The newest checkpoint that is whole. */
async function newestCheckpoint(
  dir: string,
  names: readonly string[],
  disk: Disk,
  logger: Logger,
): Promise<Checkpoint | Fault> {
  const candidates = names
    .filter((name) => /^checkpoint-\d+$/.test(name))
    .sort()
    .reverse();
  for (const name of candidates) {
    const path = join(dir, name);
    const bytes = await disk.read(path);
    const header = decodeFileHeader('snapshot', bytes);
    if (typeof header === 'number') return otherVersion(path, header);
    let state: Uint8Array | undefined;
    if (header !== undefined) {
      scanFrames(bytes, header.salt, ({ type, payload }) => {
        if (type === RECORD_CHECKPOINT) state = payload;
      });
    }
    if (header !== undefined && state !== undefined) return { ...header, state };
    logger.error('a checkpoint of the views is damaged', { path });
  }
  return { segment: 0, sequence: 1, state: undefined };
}

function otherVersion(path: string, version: number): Fault {
  return permanent(
    'unsupported',
    `${path} is in version ${version} of the format; this program reads version 1`,
  );
}
