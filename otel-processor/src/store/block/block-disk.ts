import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Fault, retryable } from '../../base/index.ts';
import { malformed } from './sections.ts';

/** An open file that is being written from beginning to end. */
export interface DiskWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Returns when the content is on the device. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** An open file that is read anywhere. */
export interface DiskReader {
  /** Exactly `sizeBytes` from `offset` on; rejects with a `FaultError` when the file ends before. */
  read(offset: number, sizeBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What blocks need of a file system. Errors are thrown as Node throws them, with a `code`. */
export interface BlockDisk {
  makeDir(path: string): Promise<void>;
  /** Names in a directory. */
  list(path: string): Promise<readonly string[]>;
  sizeOf(path: string): Promise<number>;
  readFile(path: string): Promise<Uint8Array>;
  create(path: string): Promise<DiskWriter>;
  openReader(path: string): Promise<DiskReader>;
  rename(from: string, to: string): Promise<void>;
  /** Makes created, renamed and removed names in the directory durable. */
  syncDir(path: string): Promise<void>;
  /** Removes a file, or a directory and all in it; nothing happens when it is not there. */
  removeTree(path: string): Promise<void>;
}

export const nodeDisk: BlockDisk = {
  async makeDir(path) {
    await mkdir(path, { recursive: true });
  },
  list: (path) => readdir(path),
  sizeOf: async (path) => (await stat(path)).size,
  readFile: (path) => readFile(path),
  create: async (path) => new FileWriter(await open(path, 'wx')),
  openReader: async (path) => new FileReader(await open(path, 'r')),
  rename: (from, to) => rename(from, to),
  async syncDir(path) {
    // Directories cannot be opened for syncing on Windows, where renames are journalled anyway.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async removeTree(path) {
    await rm(path, { recursive: true, force: true });
  },
};

class FileWriter implements DiskWriter {
  readonly #handle: FileHandle;
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
    }
  }
  sync(): Promise<void> {
    return this.#handle.sync();
  }
  close(): Promise<void> {
    return this.#handle.close();
  }
}

class FileReader implements DiskReader {
  readonly #handle: FileHandle;
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  async read(offset: number, sizeBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(sizeBytes);
    let done = 0;
    while (done < sizeBytes) {
      const { bytesRead } = await this.#handle.read(bytes, done, sizeBytes - done, offset + done);
      if (bytesRead === 0) throw malformed(`file ends ${sizeBytes - done} bytes too early`);
      done += bytesRead;
    }
    return bytes;
  }
  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Ends the names of files that `replaceFile` had not finished. */
export const TEMPORARY_SUFFIX = '.tmp';

/** Writes a small file whole: after it returns, a crash leaves either the old content or this one. */
export async function replaceFile(disk: BlockDisk, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}${TEMPORARY_SUFFIX}`;
  try {
    await createFile(disk, temporary, bytes);
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.removeTree(temporary).catch(() => {});
    throw error;
  }
  await disk.syncDir(dirname(path));
}

/** Creates a file with this content, on the device when it returns. Its name is not, until its directory is synced. */
export async function createFile(disk: BlockDisk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.create(path);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A failure to write, for the caller: the disk may have room again later. */
export function writeFault(what: string, error: unknown): Fault {
  const code = errorCode(error);
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? `disk full (${code})` : errorText(error);
  return retryable('unavailable', `cannot write ${what}: ${why}`, 1000);
}
