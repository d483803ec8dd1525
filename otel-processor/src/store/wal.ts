import { join } from 'node:path';
import {
  type ByteWriter,
  type Clock,
  type Fault,
  type Logger,
  retryable,
  type Telemetry,
  yieldToEventLoop,
} from '../base/index.ts';
import { type Disk, type DiskFile, describeDiskError } from './disk.ts';
import { encodeFileHeader, FrameWriter, HEADER_BYTES } from './frame.ts';

export type Durability = 'fsync' | 'os' | 'memory';

export interface WalOptions {
  readonly dir: string;
  readonly durability: 'fsync' | 'os';
  readonly segmentBytes: number;
  readonly retryMs: number;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly salt: number;
  readonly nextSegment: number;
  readonly nextSequence: number;
  /** Bytes of earlier segments that no snapshot holds. */
  readonly replayedBytes: number;
}

/** Records of one segment that are written and synced together. */
interface Group {
  readonly segment: number;
  readonly firstSequence: number;
  readonly frames: FrameWriter;
  lastSequence: number;
}

interface Waiter {
  readonly sequence: number;
  settle(fault: Fault | undefined): void;
}

export function segmentName(segment: number): string {
  return String(segment).padStart(8, '0');
}

/**
 * The write-ahead log's end. Records are gathered while one write and sync is in flight, then all go out
 * together (group commit; Gawlick and Kinkade 1985). When the disk refuses, the records are kept and tried again until it
 * takes them; meanwhile `failure` says why nothing new can be promised.
 */
export class Wal {
  readonly #options: WalOptions;
  readonly #queue: Group[] = [];
  #filling: Group;
  #spare: FrameWriter | undefined;
  #sequence: number;
  #durableSequence: number;
  #segment: number;
  #segmentBytes = 0;
  #bytesSinceMark = 0;
  #file: DiskFile | undefined;
  #fileSegment = -1;
  #filePosition = 0;
  #flushing: Promise<void> | undefined;
  #waiters: Waiter[] = [];
  #failure: Fault | undefined;
  #retry: { cancel(): void } | undefined;
  readonly #syncSeconds;
  readonly #failures;
  readonly #written;

  constructor(options: WalOptions) {
    this.#options = options;
    this.#sequence = options.nextSequence;
    this.#durableSequence = options.nextSequence - 1;
    this.#segment = options.nextSegment;
    this.#bytesSinceMark = options.replayedBytes;
    this.#filling = this.#newGroup();
    const { telemetry } = options;
    this.#syncSeconds = telemetry.distribution(
      'statbar_store_wal_commit_seconds',
      'Time of one write and sync of the log.',
    );
    this.#failures = telemetry.counter('statbar_store_wal_failures_total', 'Commits that the disk refused.');
    this.#written = telemetry.counter('statbar_store_wal_bytes_total', 'Bytes written to the log.');
  }

  /** Why nothing can be made durable at present. */
  get failure(): Fault | undefined {
    return this.#failure;
  }

  /** Bytes that wait for the disk. */
  get pendingBytes(): number {
    let bytes = this.#filling.frames.bytes.length;
    for (const group of this.#queue) bytes += group.frames.bytes.length;
    return bytes;
  }

  /** Bytes appended since the last `markSnapshot`. */
  get bytesSinceSnapshot(): number {
    return this.#bytesSinceMark;
  }

  get nextSequence(): number {
    return this.#sequence;
  }

  /** Adds a record; `write` fills in the payload. It is durable when a later `durable()` says so. */
  append(type: number, write: (payload: ByteWriter) => void): void {
    const { frames } = this.#filling;
    const before = frames.bytes.length;
    write(frames.begin(type, this.#sequence));
    frames.end(this.#options.salt);
    this.#filling.lastSequence = this.#sequence++;
    const size = frames.bytes.length - before;
    this.#segmentBytes += size;
    this.#bytesSinceMark += size;
    if (this.#segmentBytes > this.#options.segmentBytes) this.cut();
    this.#start();
  }

  /** Settles when all that was appended before is durable, or with why that is not so now. */
  durable(): Promise<Fault | undefined> {
    if (this.#failure !== undefined) return Promise.resolve(this.#failure);
    const sequence = this.#sequence - 1;
    if (sequence <= this.#durableSequence) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiters.push({ sequence, settle: resolve }));
  }

  /** What is appended from now on goes into a new segment, whose number is returned. */
  cut(): number {
    if (this.#filling.frames.bytes.length > 0) this.#queue.push(this.#filling);
    this.#segment += 1;
    this.#segmentBytes = 0;
    this.#filling = this.#newGroup();
    return this.#segment;
  }

  markSnapshot(): void {
    this.#bytesSinceMark = 0;
  }

  /** Writes what is left, for at most `deadlineMs`. */
  async close(deadlineMs: number): Promise<Fault | undefined> {
    const { clock } = this.#options;
    let expire: { cancel(): void } | undefined;
    const expired = new Promise<Fault>((resolve) => {
      const fault = retryable('timeout', 'the log could not be written in time', 1000);
      expire = clock.after(deadlineMs, () => resolve(fault));
    });
    const fault = await Promise.race([this.durable(), expired]);
    this.#retry?.cancel();
    // A disk that hangs must not hold up the end for longer than was allowed.
    await Promise.race([this.#flushing, expired]);
    expire?.cancel();
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
    return fault;
  }

  #start(): void {
    if (this.#flushing !== undefined || this.#failure !== undefined) return;
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = undefined;
      if (this.#failure === undefined && this.pendingBytes > 0) this.#start();
    });
  }

  async #flush(): Promise<void> {
    // Everything that arrived in this turn of the event loop shares the first sync.
    await yieldToEventLoop();
    for (;;) {
      if (this.#queue.length === 0) {
        if (this.#filling.frames.bytes.length === 0) return;
        this.#queue.push(this.#filling);
        this.#filling = this.#newGroup();
      }
      const group = this.#queue[0];
      try {
        await this.#write(group);
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#queue.shift();
      if (group.frames.bytes.bytes.length <= 4 << 20) {
        group.frames.bytes.clear();
        this.#spare = group.frames;
      }
      this.#recovered();
      this.#settle(group.lastSequence);
    }
  }

  async #write(group: Group): Promise<void> {
    const { clock, disk, dir, durability, salt } = this.#options;
    const startMs = clock.monotonicMs();
    if (group.segment !== this.#fileSegment) {
      const former = this.#file;
      this.#file = undefined;
      this.#fileSegment = -1;
      await former?.close();
      const file = await disk.open(join(dir, segmentName(group.segment)), 'create');
      this.#file = file;
      const header = { salt, segment: group.segment, sequence: group.firstSequence };
      await file.write(encodeFileHeader('wal', header), 0);
      if (durability === 'fsync') await disk.syncDirectory(dir);
      this.#fileSegment = group.segment;
      this.#filePosition = HEADER_BYTES;
    }
    const bytes = group.frames.bytes.view();
    await this.#file!.write(bytes, this.#filePosition);
    if (durability === 'fsync') await this.#file!.sync();
    this.#filePosition += bytes.length;
    this.#written.add(bytes.length);
    this.#syncSeconds.observe((clock.monotonicMs() - startMs) / 1000);
  }

  #fail(error: unknown): void {
    const { clock, logger, retryMs } = this.#options;
    const reason = describeDiskError(error);
    if (this.#failure === undefined) logger.error('cannot write the log; writes are refused', { reason });
    this.#failures.add(1);
    this.#failure = retryable('unavailable', `the store cannot take writes: ${reason}`, retryMs);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.settle(this.#failure);
    // What was half written is overwritten by the next try; a reader in between sees a torn tail.
    this.#retry = clock.after(retryMs, () => {
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined;
        if (this.#failure === undefined && this.pendingBytes > 0) this.#start();
      });
    });
  }

  #recovered(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#options.logger.info('the log can be written again');
  }

  #settle(sequence: number): void {
    this.#durableSequence = sequence;
    let settled = 0;
    while (settled < this.#waiters.length && this.#waiters[settled].sequence <= sequence) {
      this.#waiters[settled++].settle(undefined);
    }
    this.#waiters.splice(0, settled);
  }

  #newGroup(): Group {
    const frames = this.#spare ?? new FrameWriter(64 * 1024);
    this.#spare = undefined;
    return {
      segment: this.#segment,
      firstSequence: this.#sequence,
      frames,
      lastSequence: this.#sequence - 1,
    };
  }
}
