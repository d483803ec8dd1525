import { join } from 'node:path';
import { type Fault, type Logger, retryable } from '../base/index.ts';
import { type Disk, type DiskFile, describeDiskError, systemDisk } from './disk.ts';

export interface CappedLogPorts {
  readonly dir: string;
  /** Base of the files' names. */
  readonly name: string;
  readonly logger: Logger;
  readonly disk?: Disk;
}

/** Of the room, what may wait for the disk. */
const WAITING_SHARE = 1 / 8;

/**
 * Lines of text in two files, the newer of which becomes the older when it has half of the room: at least that much of
 * the newest lines is there, and never more than `sizeMax` bytes on the disk. Lines survive a restart; after a crash of
 * the machine the latest may be missing. Nothing that was acknowledged depends on them.
 */
export class CappedLog {
  readonly #sizeMax: number;
  readonly #ports: CappedLogPorts;
  readonly #disk: Disk;
  readonly #newer: string;
  readonly #older: string;
  #file: DiskFile | undefined;
  #size = 0;
  #waiting: string[] = [];
  #waitingSize = 0;
  #tail: Promise<void> = Promise.resolve();
  #scheduled = false;
  #failing = false;

  constructor(sizeMax: number, ports: CappedLogPorts) {
    this.#sizeMax = sizeMax;
    this.#ports = ports;
    this.#disk = ports.disk ?? systemDisk;
    this.#newer = join(ports.dir, `${ports.name}.log`);
    this.#older = join(ports.dir, `${ports.name}.old.log`);
  }

  /** Adds a line without line breaks. False when so much waits for the disk that it is left out. */
  append(line: string): boolean {
    const sizeBytes = Buffer.byteLength(line) + 1;
    if (this.#waitingSize + sizeBytes > this.#sizeMax * WAITING_SHARE) return false;
    this.#waiting.push(line);
    this.#waitingSize += sizeBytes;
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#tail = this.#tail.then(() => this.#flush());
    }
    return true;
  }

  /** All lines, the newest first. */
  read(): Promise<readonly string[] | Fault> {
    // In turn with the writing: files must not change places in between.
    const lines = this.#tail.then(() => this.#readBoth());
    this.#tail = lines.then(() => {});
    return lines;
  }

  async close(): Promise<void> {
    await this.#tail;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #flush(): Promise<void> {
    this.#scheduled = false;
    const bytes = Buffer.from(this.#waiting.map((line) => `${line}\n`).join(''));
    this.#waiting = [];
    this.#waitingSize = 0;
    try {
      this.#file ??= await this.#openNewer();
      if (this.#size > 0 && this.#size + bytes.length > this.#sizeMax / 2) await this.#turnOver();
      await this.#file.write(bytes, this.#size);
      this.#size += bytes.length;
      this.#failing = false;
    } catch (error) {
      // Once, not for every line.
      if (!this.#failing) {
        this.#ports.logger.warn('lines could not be kept', {
          log: this.#ports.name,
          reason: describeDiskError(error),
        });
      }
      this.#failing = true;
    }
  }

  async #openNewer(): Promise<DiskFile> {
    await this.#disk.makeDirectory(this.#ports.dir);
    const bytes = await this.#readBytes(this.#newer);
    if (bytes === undefined) {
      this.#size = 0;
      return this.#disk.open(this.#newer, 'create');
    }
    // A crash may have left half a line.
    this.#size = bytes.lastIndexOf(0x0a) + 1;
    const file = await this.#disk.open(this.#newer, 'existing');
    await file.truncate(this.#size);
    return file;
  }

  async #turnOver(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await this.#disk.rename(this.#newer, this.#older);
    this.#size = 0;
    this.#file = await this.#disk.open(this.#newer, 'create');
  }

  async #readBoth(): Promise<readonly string[] | Fault> {
    try {
      const older = linesOf(await this.#readBytes(this.#older));
      const newer = linesOf(await this.#readBytes(this.#newer));
      return [...older, ...newer].reverse();
    } catch (error) {
      return retryable('unavailable', `cannot read ${this.#ports.name}: ${describeDiskError(error)}`, 1000);
    }
  }

  async #readBytes(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#disk.read(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** Whole lines: what a crash cut off is left out. */
function linesOf(bytes: Uint8Array | undefined): string[] {
  if (bytes === undefined) return [];
  const text = new TextDecoder().decode(bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1));
  return text.split('\n').slice(0, -1);
}
