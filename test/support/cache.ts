import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/** Where test set-up keeps what it fetched; ignored by git and safe to delete. */
export const cacheDir = join(root, '.cache');

const waitMaxMs = 300_000;

/** Runs `work` while no other process of this checkout runs one of the same name. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = join(cacheDir, `${name}.lock`);
  mkdirSync(cacheDir, { recursive: true });
  const deadlineMs = Date.now() + waitMaxMs;
  while (!tryLock(lock)) {
    if (Date.now() > deadlineMs) throw new Error(`another process holds ${lock}; delete it if none runs`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** A folder is made or refused in one step; the process id inside tells whether its maker still lives. */
function tryLock(lock: string): boolean {
  const owner = join(lock, 'pid');
  try {
    mkdirSync(lock);
    writeFileSync(owner, String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (isAbandoned(lock, owner)) rmSync(lock, { recursive: true, force: true });
  return false;
}

function isAbandoned(lock: string, owner: string): boolean {
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    // Just made, and its owner not written yet: give it a moment.
    return (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) < Date.now() - 5000;
  }
}
