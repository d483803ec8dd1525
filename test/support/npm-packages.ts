import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, withLock } from './cache.ts';
import { runChild } from './child.ts';

const installTimeoutMs = 240_000;

/**
 * A copy under `.cache/` of a folder that has a package.json and its lock, with what they name installed in it,
 * or why that cannot be had. For packages that only one test needs and that are too many for the workspaces'
 * lock, where every `npm install` would pay for them. No script of theirs runs. Quick when it is there already.
 */
export async function npmPackages(name: string, folder: string): Promise<string | Error> {
  const key = `npm-${name}-${contentHash(folder)}`;
  const copy = join(cacheDir, key);
  const complete = join(copy, 'complete');
  if (existsSync(complete)) return copy;
  return withLock(key, async () => {
    if (existsSync(complete)) return copy;
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(cacheDir, { recursive: true });
    cpSync(folder, copy, { recursive: true });
    const { command, args } = npm();
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    // A machine without a network should know soon.
    options.push('--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000');
    // What the folder names is all there is: nothing is added for peers.
    const install = await runChild(command, [...args, 'ci', '--legacy-peer-deps', ...options], {
      cwd: copy,
      timeoutMs: installTimeoutMs,
    });
    if (install.code !== 0) return new Error(`npm ci failed (${install.code}): ${install.stderr.trim()}`);
    writeFileSync(complete, '');
    return copy;
  });
}

function contentHash(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort()) {
    hash.update(entry.slice(folder.length)).update('\0').update(readFileSync(entry)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

/** The npm that runs the tests, else the one on PATH. */
function npm(): { command: string; args: readonly string[] } {
  const path = process.env['npm_execpath'];
  if (path?.endsWith('.js')) return { command: process.execPath, args: [path] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}
