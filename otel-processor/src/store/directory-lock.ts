import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Fault, type Logger, permanent } from '../base/index.ts';

const LOCK_NAME = 'lock';
const TAKEOVER_NAME = 'lock.takeover';
const HEARTBEAT_MS = 5000;
/** A lock of another host (a container that shares the volume) is dead when it has not been refreshed for so long. */
const FOREIGN_STALE_MS = 20_000;
/** A takeover is a matter of milliseconds; an older mark was left by a crash in the middle of one. */
const TAKEOVER_STALE_MS = 10_000;
/** A predecessor that was told to stop, or killed, may need a moment to be gone: so long it is waited for. */
const PATIENCE_MS = 1000;
const RETRY_MS = 50;
/** Takeovers that came to nothing because others are at it, too. */
const TAKEOVER_ATTEMPTS_MAX = 5;

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Who holds a lock. The start time tells a process from a later one with the same id. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
  readonly nonce: string;
}

/**
 * Node has no `flock`, so the lock is a file that names its owner, made by `link` (which never replaces one). The
 * owner holds it while the process with that id and that start time lives on this host and boot; a lock whose owner
 * is gone, after SIGKILL for instance, is taken over. A lock that is held is tried again for about a second.
 */
export async function lockDirectory(
  dir: string,
  clock: Clock,
  logger: Logger,
): Promise<DirectoryLock | Fault> {
  const path = join(dir, LOCK_NAME);
  const self: Owner = {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    nonce: randomUUID(),
  };
  const giveUpMs = clock.monotonicMs() + PATIENCE_MS;
  for (let attempt = 0; attempt < TAKEOVER_ATTEMPTS_MAX; ) {
    if (await tryCreate(dir, path, self)) return hold(path, self, clock);
    const owner = await readOwner(path);
    const refusal = owner === undefined ? undefined : await whyHeld(dir, path, owner, clock);
    if (refusal !== undefined) {
      // A lock of this very process does not go away while it waits for itself.
      const own = owner?.pid === self.pid && owner.host === self.host;
      if (own || clock.monotonicMs() >= giveUpMs) return refusal;
      await pause(clock, RETRY_MS);
      continue;
    }
    attempt += 1;
    if (owner === undefined) continue;
    logger.warn('took over the data directory from a process that is gone', { dir, pid: owner.pid });
    await removeStale(dir, path, owner, clock);
  }
  return permanent('unavailable', `data directory ${dir} is being locked by another process; try again`);
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

async function tryCreate(dir: string, path: string, self: Owner): Promise<boolean> {
  const own = join(dir, `lock.${self.nonce}`);
  await writeFile(own, JSON.stringify(self), { flag: 'wx' });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(own);
  }
}

function hold(path: string, self: Owner, clock: Clock): DirectoryLock {
  const heartbeat = clock.every(HEARTBEAT_MS, () => {
    const nowSeconds = clock.nowMs() / 1000;
    utimes(path, nowSeconds, nowSeconds).catch(() => {});
  });
  return {
    async release() {
      heartbeat.cancel();
      if ((await readOwner(path))?.nonce === self.nonce) await unlink(path).catch(() => {});
    },
  };
}

/** Why the lock is in force, or undefined when its owner is gone. */
async function whyHeld(dir: string, path: string, owner: Owner, clock: Clock): Promise<Fault | undefined> {
  if (owner.host !== hostname()) {
    const ageMs = clock.nowMs() - (await modifiedMs(path));
    if (ageMs > FOREIGN_STALE_MS) return undefined;
    const where = `process ${owner.pid} on host ${owner.host}`;
    return permanent(
      'unavailable',
      `data directory ${dir} is in use by ${where}; stop it or use another directory`,
    );
  }
  if (!isAlive(owner.pid)) return undefined;
  const started = await startOf(owner.pid);
  if (started !== owner.started) return undefined;
  return permanent(
    'unavailable',
    `data directory ${dir} is in use by process ${owner.pid}; stop it or use another directory`,
  );
}

/** Removes the lock if it is still the stale one. Only one process does so at a time. */
async function removeStale(dir: string, path: string, owner: Owner, clock: Clock): Promise<void> {
  const takeover = join(dir, TAKEOVER_NAME);
  try {
    await writeFile(takeover, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (clock.nowMs() - (await modifiedMs(takeover)) > TAKEOVER_STALE_MS)
      await unlink(takeover).catch(() => {});
    return;
  }
  try {
    if ((await readOwner(path))?.nonce === owner.nonce) await unlink(path);
  } finally {
    await unlink(takeover).catch(() => {});
  }
}

/** Undefined when there is no lock; a lock that cannot be read has no living owner. */
async function readOwner(path: string): Promise<Owner | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const parsed = JSON.parse(text) as Partial<Owner> | null;
    const { pid = -1, host = hostname(), started = '', nonce = '' } = parsed ?? {};
    return { pid: Number(pid), host: String(host), started: String(started), nonce: String(nonce) };
  } catch {
    return { pid: -1, host: hostname(), started: '', nonce: '' };
  }
}

async function modifiedMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Tells apart processes that had one id: boot and start time where the system says them, else nothing. */
async function startOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    try {
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      const status = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; after it come the state and, as the 20th field, the start time
      // (proc(5), fields 3 and 22). A zombie is dead: it only waits to be noticed, which may take for ever.
      const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? '' : `${boot}/${fields[19]}`;
    } catch {
      return '';
    }
  }
  if (process.platform === 'win32') return '';
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], (error, output) => {
      resolve(error === null ? output.trim() : '');
    });
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
