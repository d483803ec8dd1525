import { dirname } from 'node:path';
import type { Prng } from '../base/index.ts';
import type { Disk, DiskFile } from './disk.ts';

interface Inode {
  bytes: Uint8Array<ArrayBuffer>;
  /** Content that survives a power cut. */
  synced: Uint8Array<ArrayBuffer>;
}

export type DiskOperation = 'write' | 'sync' | 'open' | 'rename' | 'truncate' | 'syncDirectory';

/**
 * A file system in memory that keeps promises no better than it must: what was not synced may be gone after `crash`,
 * names too. `fail` decides which operations fail, with which code.
 */
export class MemoryDisk implements Disk {
  fail: (operation: DiskOperation, path: string) => string | undefined = () => undefined;
  freeSpaceBytes = 1e12;
  #entries = new Map<string, Inode>();
  #durableEntries = new Map<string, Inode>();

  async makeDirectory(): Promise<void> {}

  async list(path: string): Promise<string[]> {
    const names: string[] = [];
    for (const name of this.#entries.keys()) {
      if (dirname(name) === path) names.push(name.slice(path.length + 1));
    }
    return names.sort();
  }

  async read(path: string): Promise<Uint8Array> {
    return this.#inode(path).bytes.slice();
  }

  async open(path: string, mode: 'create' | 'existing'): Promise<DiskFile> {
    await this.#turn('open', path);
    if (mode === 'create') this.#entries.set(path, { bytes: new Uint8Array(0), synced: new Uint8Array(0) });
    const inode = this.#inode(path);
    return {
      write: async (bytes, positionBytes) => {
        const code = this.fail('write', path);
        // A disk that fills up takes a part.
        const taken = code === undefined ? bytes : bytes.subarray(0, bytes.length >> 1);
        const grown = new Uint8Array(Math.max(inode.bytes.length, positionBytes + taken.length));
        grown.set(inode.bytes);
        grown.set(taken, positionBytes);
        inode.bytes = grown;
        await Promise.resolve();
        if (code !== undefined) throw systemError(code);
      },
      sync: async () => {
        await this.#turn('sync', path);
        inode.synced = inode.bytes.slice();
      },
      truncate: async (sizeBytes) => {
        await this.#turn('truncate', path);
        inode.bytes = inode.bytes.slice(0, sizeBytes);
      },
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#turn('rename', from);
    this.#entries.set(to, this.#inode(from));
    this.#entries.delete(from);
  }

  async remove(path: string): Promise<void> {
    this.#entries.delete(path);
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#turn('syncDirectory', path);
    for (const name of this.#durableEntries.keys())
      if (dirname(name) === path) this.#durableEntries.delete(name);
    for (const [name, inode] of this.#entries)
      if (dirname(name) === path) this.#durableEntries.set(name, inode);
  }

  async freeBytes(): Promise<number> {
    return this.freeSpaceBytes;
  }

  /** The disk as it is found after a power cut. Of what was not synced a random part may have made it. */
  crash(random: Prng): MemoryDisk {
    const after = new MemoryDisk();
    const names = random.next() < 0.5 ? this.#durableEntries : this.#entries;
    for (const [name, inode] of names) {
      const extra = Math.floor(random.next() * (inode.bytes.length - inode.synced.length + 1));
      const length = random.next() < 0.5 ? inode.synced.length : inode.synced.length + Math.max(0, extra);
      const bytes = inode.bytes.slice(0, Math.max(length, 0));
      bytes.set(inode.synced.subarray(0, bytes.length));
      const copy = { bytes, synced: bytes.slice() };
      after.#entries.set(name, copy);
      after.#durableEntries.set(name, copy);
    }
    return after;
  }

  /** For tests that damage files. */
  replace(path: string, bytes: Uint8Array): void {
    const inode = { bytes: new Uint8Array(bytes), synced: new Uint8Array(bytes) };
    this.#entries.set(path, inode);
    this.#durableEntries.set(path, inode);
  }

  async #turn(operation: DiskOperation, path: string): Promise<void> {
    await Promise.resolve();
    const code = this.fail(operation, path);
    if (code !== undefined) throw systemError(code);
  }

  #inode(path: string): Inode {
    const inode = this.#entries.get(path);
    if (inode === undefined) throw systemError('ENOENT');
    return inode;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made to fail`), { code });
}
