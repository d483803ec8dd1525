import { basename, dirname } from 'node:path';
import { type Prng, yieldToEventLoop } from '../../otel-processor/src/base/index.ts';
import type { Disk, DiskFile } from '../../otel-processor/src/store/disk.ts';

/** What may go wrong while the simulated disk works. Probabilities are per operation. */
export interface DiskFaults {
  /** An operation fails with EIO, a write after a part of its bytes. */
  ioError: number;
  /** Bytes that fit; a write over it fails with ENOSPC after what fits. */
  capacityBytes: number;
  /** The disk says that it has synced and has not: to see that a simulation finds out. */
  lies: boolean;
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

type Entries = Map<string, Inode | Directory>;

class Directory {
  entries: Entries = new Map();
  durable: Entries = new Map();
  /** Changes of entries since the last sync, in order; a rename is one change. */
  pending: ((entries: Entries) => void)[] = [];

  change(change: (entries: Entries) => void): void {
    change(this.entries);
    this.pending.push(change);
  }

  sync(): void {
    this.durable = new Map(this.entries);
    this.pending = [];
  }
}

/**
 * A disk in memory that forgets what was not forced onto it. Contents are durable by `sync`, entries of a
 * directory by `syncDirectory`, as POSIX promises and no more. `crash` returns the disk that the next process finds:
 * of the writes that were not synced each may be there, be missing, or be there in part; of the changes
 * of a directory the first few may be.
 */
export class SimDisk implements Disk {
  readonly faults: DiskFaults = { ioError: 0, capacityBytes: Number.POSITIVE_INFINITY, lies: false };
  readonly #prng: Prng;
  #root = new Directory();
  #dead = false;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  /** Bytes of all files as programs see them. */
  get usedBytes(): number {
    return bytesUnder(this.#root);
  }

  /** Power is cut: operations of the old process never end, and what was not durable is at stake. */
  crash(): SimDisk {
    this.#dead = true;
    const next = new SimDisk(this.#prng);
    next.faults.lies = this.faults.lies;
    const survivors = new Map<Inode | Directory, Inode | Directory>();
    next.#root = this.#survivingDirectory(this.#root, survivors);
    return next;
  }

  #survivingDirectory(directory: Directory, survivors: Map<Inode | Directory, Inode | Directory>): Directory {
    const survivor = new Directory();
    survivors.set(directory, survivor);
    const entries = new Map(directory.durable);
    const kept = this.#prng.integer(0, directory.pending.length + 1);
    for (const change of directory.pending.slice(0, kept)) change(entries);
    for (const [name, node] of entries) {
      const reborn =
        survivors.get(node) ??
        (node instanceof Inode ? this.#survivingFile(node) : this.#survivingDirectory(node, survivors));
      survivors.set(node, reborn);
      survivor.entries.set(name, reborn);
    }
    survivor.sync();
    return survivor;
  }

  #survivingFile(inode: Inode): Inode {
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
    let directory = this.#root;
    for (const name of partsOf(path)) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        next = new Directory();
        // A new directory is durable at once, which is more than POSIX promises.
        directory.entries.set(name, next);
        directory.durable.set(name, next);
      }
      if (next instanceof Inode) throw systemError('ENOTDIR', path);
      directory = next;
    }
  }

  async list(path: string): Promise<string[]> {
    await this.#operation();
    return [...this.#directory(path).entries.keys()].sort();
  }

  async read(path: string): Promise<Uint8Array> {
    await this.#operation();
    return this.#inode(path).content.slice();
  }

  async open(path: string, mode: 'create' | 'existing'): Promise<DiskFile> {
    await this.#operation();
    const directory = this.#directory(dirname(path));
    const name = basename(path);
    if (mode === 'create' && !directory.entries.has(name)) {
      const made = new Inode();
      directory.change((entries) => void entries.set(name, made));
    }
    const inode = this.#inode(path);
    if (mode === 'create') this.#truncate(inode, 0);
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
        if (this.faults.lies) return;
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
    if (dirname(from) !== dirname(to)) throw new Error('the simulated disk renames within a directory');
    const directory = this.#directory(dirname(from));
    const node = directory.entries.get(basename(from));
    if (node === undefined) throw systemError('ENOENT', from);
    directory.change((entries) => {
      entries.delete(basename(from));
      entries.set(basename(to), node);
    });
  }

  /** A file, or a directory with all that is in it. */
  async remove(path: string): Promise<void> {
    await this.#operation();
    const directory = this.#directory(dirname(path));
    const name = basename(path);
    if (directory.entries.has(name)) directory.change((entries) => void entries.delete(name));
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#operation();
    this.#directory(path).sync();
  }

  async freeBytes(): Promise<number> {
    await this.#waitATurn();
    return Math.max(0, Math.min(this.faults.capacityBytes, Number.MAX_SAFE_INTEGER) - this.usedBytes);
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
    let node: Inode | Directory | undefined = this.#root;
    for (const name of partsOf(path)) node = node instanceof Directory ? node.entries.get(name) : undefined;
    if (!(node instanceof Directory)) throw systemError('ENOENT', path);
    return node;
  }

  #inode(path: string): Inode {
    const node = this.#directory(dirname(path)).entries.get(basename(path));
    if (!(node instanceof Inode)) throw systemError('ENOENT', path);
    return node;
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

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function bytesUnder(directory: Directory): number {
  let bytes = 0;
  for (const node of directory.entries.values()) {
    bytes += node instanceof Inode ? node.content.length : bytesUnder(node);
  }
  return bytes;
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
