import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDir, withLock } from './cache.ts';
import { runChild } from './child.ts';

/**
 * Path of a program out of a Debian package, or why it cannot be had. One found on PATH is used as it is. Else
 * the package is downloaded with apt and unpacked under `.cache/`: nothing is installed on the machine, no
 * service starts, and root is needed only when apt has no package lists yet.
 */
export async function debianProgram(packageName: string, program: string): Promise<string | Error> {
  const installed = onPath(program);
  if (installed !== undefined) return installed;
  const folder = join(cacheDir, 'debian', packageName);
  const path = join(folder, 'usr', 'bin', program);
  if (existsSync(path)) return path;
  if (onPath('apt-get') === undefined) return new Error(`${program} is not on PATH, and there is no apt-get`);
  return withLock(`debian-${packageName}`, async () => {
    if (!existsSync(path)) {
      const failure = await unpack(packageName, folder);
      if (failure !== undefined) return failure;
    }
    return existsSync(path) ? path : new Error(`Debian's ${packageName} has no /usr/bin/${program}`);
  });
}

async function unpack(packageName: string, folder: string): Promise<Error | undefined> {
  const work = `${folder}.tmp`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'root'), { recursive: true });
  try {
    let download = await runChild('apt-get', ['download', packageName], { cwd: work, timeoutMs: 110_000 });
    if (download.code !== 0) {
      await runChild('apt-get', ['update'], { timeoutMs: 110_000 });
      download = await runChild('apt-get', ['download', packageName], { cwd: work, timeoutMs: 110_000 });
    }
    const file = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (download.code !== 0 || file === undefined) {
      return new Error(`apt-get download ${packageName} failed: ${download.stderr.trim()}`);
    }
    const extract = await runChild('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
    if (extract.code !== 0) return new Error(`dpkg-deb failed: ${extract.stderr.trim()}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'root'), folder);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Absolute path of a program on PATH. */
export function onPath(program: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && existsSync(join(folder, program))) return join(folder, program);
  }
  return undefined;
}
