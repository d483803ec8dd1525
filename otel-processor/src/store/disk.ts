import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, statfs } from 'node:fs/promises';

/** An open file. All methods reject with the system's error, whose `code` says what went wrong. */
export interface DiskFile {
  /** Writes all bytes at `positionBytes`. */
  write(bytes: Uint8Array, positionBytes: number): Promise<void>;
  /** Forces content to the medium. */
  sync(): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** The file system as far as the store's log needs it; a port, so that tests can fill and break it. */
export interface Disk {
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory, sorted. */
  list(path: string): Promise<string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Opens for reading and writing; `create` makes it anew and empty. */
  open(path: string, mode: 'create' | 'existing'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** No error when it is not there. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** Bytes that may still be written to the file system that holds `path`. */
  freeBytes(path: string): Promise<number>;
}

class SystemFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, positionBytes: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(
        bytes,
        done,
        bytes.length - done,
        positionBytes + done,
      );
      done += bytesWritten;
    }
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#handle.truncate(sizeBytes);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export const systemDisk: Disk = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  async list(path) {
    return (await readdir(path)).sort();
  },
  read: (path) => readFile(path),
  async open(path, mode) {
    return new SystemFile(await open(path, mode === 'create' ? 'w+' : 'r+'));
  },
  rename,
  async remove(path) {
    await rm(path, { force: true });
  },
  async syncDirectory(path) {
    // Windows cannot open directories; it journals their changes itself.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

/** For a person: `ENOSPC` becomes "no space left on device". */
export function describeDiskError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'disk full: no space left on the device of the data directory';
  if (code === 'EIO') return 'input/output error of the disk';
  if (code === 'EROFS') return 'the file system is read-only';
  return error instanceof Error ? error.message : String(error);
}
