import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../support/child.ts';
import { createTempDir } from '../support/temp-dir.ts';

/** A real file system of a few megabytes that a test may fill. */
export interface SmallDisk {
  readonly path: string;
  /** Takes `sizeBytes` away, or gives them back. */
  fill(sizeBytes: number): void;
  empty(): void;
  remove(): Promise<void>;
}

/** Mounts a file system in memory; needs root on Linux. */
export async function mountSmallDisk(sizeMegabytes: number): Promise<SmallDisk | Error> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return new Error('mounting a small file system needs root on Linux');
  }
  const temp = createTempDir('small-disk');
  const path = join(temp.path, 'mount');
  mkdirSync(path);
  const options = ['-t', 'tmpfs', '-o', `size=${sizeMegabytes}m`, 'tmpfs', path];
  const { code, stderr } = await runChild('mount', options);
  if (code !== 0) {
    temp.remove();
    return new Error(`mount failed: ${stderr.trim()}`);
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: (sizeBytes) => writeFileSync(filler, Buffer.alloc(sizeBytes, 1)),
    empty: () => writeFileSync(filler, ''),
    async remove() {
      await runChild('umount', ['-l', path]);
      temp.remove();
    },
  };
}
