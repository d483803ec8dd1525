import { basename, dirname, normalize } from 'node:path';
import { type Prng, yieldToEventLoop } from '../../otel-processor/src/base/index.ts';
import type { Disk, DiskFile } from '../../otel-processor/src/store/disk.ts';

/** What may go wrong while the simulated disk works. Probabilities are per operation. */
export interface DiskFaults {
  /** An operation fails with EIO, a write after a part of its bytes. */
  ioError: number;
  /** Bytes that fit; a write over it fails with ENOSPC after what fits. */
  capacityBytes: number;
}

type PendingWrite =
  | { readonly kind: 'write'; readonly positionBytes: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly sizeBytes: number };

/** A file's bytes: as programs see them, as they are on the medium, and what lies between. */
class Inode {
  content: Uint8Array = new Uint8Array(0);
  durable: Uint8Array = new Uint8Array(0);
  pending: PendingWrite[] = [];
}

interface Directory {
  readonly entries: Map<string, Inode>;
  durable: Map<string, Inode>;
  /** Changes of entries since the last sync, in order; a rename is one change. */
  pending: ((entries: Map<string, Inode>) => void)[];
}

/**
 * A disk in memory that forgets what was not forced onto it. Contents are durable by `sync`, entries of a
 * directory by `syncDirectory`, as POSIX promises and no more. `crash` returns the disk that the next process finds:
 * of the writes that were not synced each may be there, be missing, or be there in part; of the changes
 * of a directory the first few may be.
 */
export class SimDisk implements Disk {
  readonly faults: DiskFaults = { ioError: 0, capacityBytes: Number.POSITIVE_INFINITY };
  readonly #prng: Prng;
  readonly #directories = new Map<string, Directory>();
  #dead = false;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  /** Bytes of all files as programs see them. */
  get usedBytes(): number {
    let bytes = 0;
    for (const { entries } of this.#directories.values()) {
      for (const inode of entries.values()) bytes += inode.content.length;
    }
    return bytes;
  }

  /** Power is cut: operations of the old process never end, and what was not durable is at stake. */
  crash(): SimDisk {
    this.#dead = true;
    const next = new SimDisk(this.#prng);
    const survivors = new Map<Inode, Inode>();
    for (const [path, directory] of this.#directories) {
      const entries = new Map(directory.durable);
      const kept = this.#prng.integer(0, directory.pending.length + 1);
      for (const change of directory.pending.slice(0, kept)) change(entries);
      const reborn = new Map<string, Inode>();
      for (const [name, inode] of entries) {
        let survivor = survivors.get(inode);
        if (survivor === undefined) {
          survivor = this.#survivor(inode);
          survivors.set(inode, survivor);
        }
        reborn.set(name, survivor);
      }
      next.#directories.set(path, { entries: reborn, durable: new Map(reborn), pending: [] });
    }
    return next;
  }

  #survivor(inode: Inode): Inode {
    const survivor = new Inode();
    let bytes = inode.durable;
    for (const write of inode.pending) {
      const luck = this.#prng.next();
      if (luck < 0.4) bytes = applied(bytes, write);
      else if (luck < 0.7 && write.kind === 'write') {
        const part = write.bytes.subarray(0, this.#prng.integer(0, write.bytes.length + 1));
        bytes = applied(bytes, { ...write, bytes: part });
      }
    }
    survivor.content = bytes.slice();
    survivor.durable = bytes.slice();
    return survivor;
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#operation();
    for (let at = normalize(path); !this.#directories.has(at); at = dirname(at)) {
      // Directories themselves are durable at once: the store makes them before it promises anything.
      this.#directories.set(at, { entries: new Map(), durable: new Map(), pending: [] });
      if (at === dirname(at)) break;
    }
  }

  async list(path: string): Promise<string[]> {
    await this.#operation();
    const at = normalize(path);
    const names = [...this.#directory(at).entries.keys()];
    for (const other of this.#directories.keys()) {
      if (dirname(other) === at && other !== at) names.push(basename(other));
    }
    return names.sort();
  }

  async read(path: string): Promise<Uint8Array> {
    await this.#operation();
    return this.#inode(path).content.slice();
  }

  async open(path: string, mode: 'create' | 'existing'): Promise<DiskFile> {
    await this.#operation();
    const at = normalize(path);
    const directory = this.#directory(dirname(at));
    let inode = directory.entries.get(basename(at));
    if (inode === undefined) {
      if (mode === 'existing') throw systemError('ENOENT', path);
      const made = new Inode();
      inode = made;
      this.#change(directory, (entries) => void entries.set(basename(at), made));
    } else if (mode === 'create') this.#truncate(inode, 0);
    return this.#file(inode);
  }

  #file(inode: Inode): DiskFile {
    return {
      write: async (bytes, positionBytes) => {
        const copy = bytes.slice();
        await this.#waitATurn();
        this.#write(inode, copy, positionBytes);
      },
      sync: async () => {
        await this.#operation();
        inode.durable = inode.content.slice();
        inode.pending = [];
      },
      truncate: async (sizeBytes) => {
        await this.#operation();
        this.#truncate(inode, sizeBytes);
      },
      close: async () => {
        await this.#waitATurn();
      },
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operation();
    const [source, target] = [normalize(from), normalize(to)];
    const moved = [...this.#directories.keys()].filter(
      (path) => path === source || path.startsWith(`${source}/`),
    );
    if (moved.length > 0) {
      // A whole directory: its path changes in one step, and durably, which is more than POSIX promises.
      for (const path of moved) {
        this.#directories.set(target + path.slice(source.length), this.#directories.get(path)!);
        this.#directories.delete(path);
      }
      return;
    }
    const inode = this.#inode(source);
    if (dirname(source) !== dirname(target)) throw new Error('the simulated disk renames within a directory');
    this.#change(this.#directory(dirname(source)), (entries) => {
      entries.delete(basename(source));
      entries.set(basename(target), inode);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#operation();
    const at = normalize(path);
    for (const directory of [...this.#directories.keys()]) {
      if (directory === at || directory.startsWith(`${at}/`)) this.#directories.delete(directory);
    }
    const directory = this.#directories.get(dirname(at));
    if (directory?.entries.has(basename(at))) {
      this.#change(directory, (entries) => void entries.delete(basename(at)));
    }
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#operation();
    const directory = this.#directory(normalize(path));
    directory.durable = new Map(directory.entries);
    directory.pending = [];
  }

  async freeBytes(): Promise<number> {
    await this.#waitATurn();
    return Math.max(0, Math.min(this.faults.capacityBytes, Number.MAX_SAFE_INTEGER) - this.usedBytes);
  }

  #change(directory: Directory, change: (entries: Map<string, Inode>) => void): void {
    change(directory.entries);
    directory.pending.push(change);
  }

  #write(inode: Inode, bytes: Uint8Array, positionBytes: number): void {
    let fits = bytes.length;
    let code: string | undefined;
    if (this.#prng.next() < this.faults.ioError) {
      fits = this.#prng.integer(0, bytes.length + 1);
      code = 'EIO';
    }
    const growth = positionBytes + bytes.length - inode.content.length;
    const room = this.faults.capacityBytes - this.usedBytes;
    if (growth > room) {
      fits = Math.max(0, Math.min(fits, bytes.length - (growth - room)));
      code = 'ENOSPC';
    }
    if (fits > 0) {
      const write: PendingWrite = { kind: 'write', positionBytes, bytes: bytes.subarray(0, fits) };
      inode.content = applied(inode.content, write);
      inode.pending.push(write);
    }
    if (code !== undefined) throw systemError(code, 'write');
  }

  #truncate(inode: Inode, sizeBytes: number): void {
    const truncate: PendingWrite = { kind: 'truncate', sizeBytes };
    inode.content = applied(inode.content, truncate);
    inode.pending.push(truncate);
  }

  #directory(path: string): Directory {
    const found = this.#directories.get(path);
    if (found === undefined) throw systemError('ENOENT', path);
    return found;
  }

  #inode(path: string): Inode {
    const found = this.#directory(dirname(normalize(path))).entries.get(basename(path));
    if (found === undefined) throw systemError('ENOENT', path);
    return found;
  }

  async #operation(): Promise<void> {
    await this.#waitATurn();
    if (this.#prng.next() < this.faults.ioError) throw systemError('EIO', 'disk');
  }

  /** Takes a few turns of the event loop, as many as the seed says; for ever on a disk that crashed. */
  async #waitATurn(): Promise<void> {
    const turns = this.#prng.integer(0, 3);
    for (let i = 0; i < turns; i++) await yieldToEventLoop();
    if (this.#dead) await new Promise<never>(() => {});
  }
}

function applied(bytes: Uint8Array, write: PendingWrite): Uint8Array {
  if (write.kind === 'truncate') {
    const result = new Uint8Array(write.sizeBytes);
    result.set(bytes.subarray(0, write.sizeBytes));
    return result;
  }
  const result = new Uint8Array(Math.max(bytes.length, write.positionBytes + write.bytes.length));
  result.set(bytes);
  result.set(write.bytes, write.positionBytes);
  return result;
}

function systemError(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
