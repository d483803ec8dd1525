import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, withLock } from './cache.ts';
import { runChild } from './child.ts';
import { onPath } from './debian.ts';

/**
 * Path of a Python interpreter that has these packages of PyPI, in a virtual environment under `.cache/`, or
 * why there is none. Quick when it is there already.
 */
export async function pythonWith(requirements: readonly string[]): Promise<string | Error> {
  const key = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 12);
  const folder = join(cacheDir, `python-${key}`);
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  return withLock(`python-${key}`, async () => {
    if (existsSync(complete)) return python;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cacheDir, { recursive: true });
    const made = await makeEnvironment(folder);
    if (made !== undefined) return made;
    const install = await runChild(python, ['-m', 'pip', 'install', '--quiet', ...requirements], {
      timeoutMs: 240_000,
    });
    if (install.code !== 0) return new Error(`pip install failed: ${install.stderr.trim()}`);
    writeFileSync(complete, requirements.join('\n'));
    return python;
  });
}

async function makeEnvironment(folder: string): Promise<Error | undefined> {
  const create = (): ReturnType<typeof runChild> => runChild('python3', ['-m', 'venv', folder]);
  if (onPath('python3') !== undefined && (await create()).code === 0) return undefined;
  if (onPath('apt-get') === undefined) return new Error('no python3 with venv, and no apt-get to install it');
  // Debian ships the venv module in a package of its own.
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runChild('apt-get', ['update'], { env, timeoutMs: 120_000 });
  await runChild('apt-get', ['install', '-y', '--no-install-recommends', 'python3', 'python3-venv'], {
    env,
    timeoutMs: 240_000,
  });
  rmSync(folder, { recursive: true, force: true });
  const result = await create();
  return result.code === 0 ? undefined : new Error(`python3 -m venv failed: ${result.stderr.trim()}`);
}
