import { type ChildProcess, spawn } from 'node:child_process';
import { unlinkSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clock, isFault, silentLogger, systemClock } from '../base/index.ts';
import { lockDirectory } from './directory-lock.ts';
import { withDirectory } from './store-harness.suite.ts';

const lock = (dir: string) => lockDirectory(dir, systemClock, silentLogger);
const modulePath = join(import.meta.dirname, 'directory-lock.ts');
const basePath = join(import.meta.dirname, '../base/index.ts');

/** A process of its own that takes the lock, says what came of it and waits to be killed. */
async function startHolder(dir: string): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    import { lockDirectory } from ${JSON.stringify(modulePath)};
    import { silentLogger, systemClock } from ${JSON.stringify(basePath)};
    setInterval(() => {}, 1000);
    const lock = await lockDirectory(${JSON.stringify(dir)}, systemClock, silentLogger);
    process.stdout.write('message' in lock ? lock.message : 'held');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data) => resolve(String(data))),
  );
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

describe('the lock of a data directory', () => {
  it('refuses a second process, names the first, and dies with it even by SIGKILL', async () => {
    await withDirectory(async (dir) => {
      const { child, said } = await startHolder(dir);
      try {
        expect(said).toBe('held');
        const refused = await lock(dir);
        expect(refused).toMatchObject({ code: 'unavailable' });
        expect(isFault(refused) && refused.message).toContain(`in use by process ${child.pid}`);
        const second = await startHolder(dir);
        await kill(second.child);
        expect(second.said).toContain(`in use by process ${child.pid}`);
      } finally {
        await kill(child);
      }
      const taken = await lock(dir);
      expect(isFault(taken)).toBe(false);
      if (!isFault(taken)) await taken.release();
    });
  }, 30_000);

  it('waits for a holder that is about to go: one told to stop, and one that was killed', async () => {
    await withDirectory(async (dir) => {
      for (const end of ['lets go', 'is killed'] as const) {
        const { child, said } = await startHolder(dir);
        expect(said).toBe('held');
        let tried = false;
        const clock: Clock = {
          ...systemClock,
          after: (delayMs, run) => {
            // The first try was refused: the holder goes now, while the second is being waited for.
            if (!tried && end === 'is killed') child.kill('SIGKILL');
            if (!tried && end === 'lets go') unlinkSync(join(dir, 'lock'));
            tried = true;
            return systemClock.after(delayMs, run);
          },
        };
        const taken = await lockDirectory(dir, clock, silentLogger);
        await kill(child);
        expect(tried).toBe(true);
        expect(isFault(taken)).toBe(false);
        if (!isFault(taken)) await taken.release();
      }
    });
  }, 30_000);

  it.runIf(process.platform === 'linux')(
    'is not held by a zombie, whose parent does not look after it',
    async () => {
      await withDirectory(async (dir) => {
        // A shell that turns into something which never asks after its child.
        const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        try {
          const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
          let state = '';
          while (state !== 'Z') {
            const status = await readFile(`/proc/${pid}/stat`, 'utf8');
            state = status.slice(status.lastIndexOf(')') + 2).split(' ')[0];
            const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
            const started = `${boot}/${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`;
            await writeFile(
              join(dir, 'lock'),
              JSON.stringify({ pid, host: hostname(), started, nonce: 'x' }),
            );
          }
          const taken = await lock(dir);
          expect(isFault(taken)).toBe(false);
          if (!isFault(taken)) await taken.release();
        } finally {
          await kill(parent);
        }
      });
    },
  );

  it('refuses a second store in the same process until the first lets go', async () => {
    await withDirectory(async (dir) => {
      const first = await lock(dir);
      expect(isFault(await lock(dir))).toBe(true);
      if (!isFault(first)) await first.release();
      const second = await lock(dir);
      expect(isFault(second)).toBe(false);
      if (!isFault(second)) await second.release();
    });
  });

  it('is not held by a process that only has the same id', async () => {
    await withDirectory(async (dir) => {
      const first = await lock(dir);
      const path = join(dir, 'lock');
      const owner = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
      if (!isFault(first)) await first.release();
      await writeFile(path, JSON.stringify({ ...owner, started: 'long ago' }));
      const second = await lock(dir);
      expect(isFault(second)).toBe(false);
      if (!isFault(second)) await second.release();
    });
  });

  it('of another host holds while it is refreshed', async () => {
    await withDirectory(async (dir) => {
      const path = join(dir, 'lock');
      const foreign = { pid: process.pid, host: `not-${hostname()}`, started: 'x', nonce: 'y' };
      await writeFile(path, JSON.stringify(foreign));
      const refused = await lock(dir);
      expect(isFault(refused) && refused.message).toContain(foreign.host);
      const longAgo = Date.now() / 1000 - 60;
      await utimes(path, longAgo, longAgo);
      const taken = await lock(dir);
      expect(isFault(taken)).toBe(false);
      if (!isFault(taken)) await taken.release();
    });
  });

  it('that cannot be read belongs to nobody', async () => {
    await withDirectory(async (dir) => {
      await writeFile(join(dir, 'lock'), '');
      const taken = await lock(dir);
      expect(isFault(taken)).toBe(false);
      if (!isFault(taken)) await taken.release();
    });
  });

  it('goes to one of many that take over a dead one at once', async () => {
    await withDirectory(async (dir) => {
      const { child } = await startHolder(dir);
      await kill(child);
      const tries = await Promise.all([1, 2, 3, 4, 5, 6].map(() => lock(dir)));
      const held = tries.filter((each) => !isFault(each));
      expect(held.length).toBe(1);
      for (const each of held) if (!isFault(each)) await each.release();
    });
  }, 30_000);
});
