// Installs what a command needs and nothing more, and knows in a few milliseconds when nothing is missing.
//
// The truth is read, not remembered: package-lock.json says what belongs to a workspace, and the hidden lock
// that npm keeps in node_modules says what is there. So an install made by hand counts, and one that was
// interrupted or is out of date does not.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, root, runningNodeSuffices } from './runtime.mjs';

/** For the service and for commands beside it: no development packages. */
export function ensureWorkspaces(workspaces) {
  const withRuntime = !runningNodeSuffices() && pinnedNode() === undefined;
  const roots = workspaces.map((location) => ({ location, kinds: ['dependencies', 'optionalDependencies'] }));
  if (!withRuntime && missingPackages(roots).length === 0) return;
  const args = ['--omit=dev', ...workspaces.flatMap((name) => ['-w', name])];
  if (withRuntime) args.push('--include-workspace-root');
  npmInstall(args, `installing what ${workspaces.join(' and ')} needs (once)`);
}

/** For tests and checks: everything. */
export function ensureEverything() {
  const lock = readJson('package-lock.json');
  const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'];
  const roots = ['', ...(lock.packages[''].workspaces ?? [])].map((location) => ({ location, kinds }));
  if (missingPackages(roots).length === 0) return;
  npmInstall([], 'installing the packages of all workspaces (once)');
}

/** Locations in node_modules that `roots` need and that are absent or of another version. */
export function missingPackages(roots) {
  const lock = readJson('package-lock.json').packages;
  const hidden = join('node_modules', '.package-lock.json');
  if (!existsSync(join(root, hidden))) return ['node_modules'];
  const installed = readJson(hidden).packages;
  const seen = new Set();
  const missing = [];
  const queue = roots.slice();
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (seen.has(item.location)) continue;
    seen.add(item.location);
    const entry = lock[item.location];
    if (entry === undefined) {
      missing.push(item.location);
      continue;
    }
    if (item.location.includes('node_modules/') && !isThere(item.location, entry, installed)) {
      missing.push(item.location);
    }
    const next = entry.link ? lock[entry.resolved] : entry;
    const from = entry.link ? entry.resolved : item.location;
    for (const kind of item.kinds) {
      for (const name of Object.keys(next?.[kind] ?? {})) {
        const location = locate(lock, from, name);
        if (location === undefined || !isForThisMachine(lock[location])) continue;
        queue.push({ location, kinds: ['dependencies', 'optionalDependencies'] });
      }
    }
  }
  return missing;
}

function isThere(location, entry, installed) {
  if (!existsSync(join(root, location, 'package.json'))) return false;
  return entry.link || installed[location]?.version === entry.version;
}

/** Node's resolution, on the lock's paths: the nearest node_modules upwards. */
function locate(lock, from, name) {
  for (let base = from; ; base = base.includes('/') ? base.slice(0, base.lastIndexOf('/')) : '') {
    const location = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (lock[location] !== undefined) return location;
    if (base === '') return undefined;
  }
}

/** Prebuilt binaries are optional packages per machine; which C library one is for, only npm works out. */
function isForThisMachine(entry) {
  if (!entry.optional) return true;
  if (entry.libc !== undefined) return false;
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch);
}

function allows(list, value) {
  return (
    list === undefined || (!list.includes(`!${value}`) && (list.includes(value) || list[0].startsWith('!')))
  );
}

function npmInstall(args, message) {
  console.error(`statbar: ${message} ...`);
  // Not saved: what is installed follows the lock, and a user's npm must not rewrite it.
  const common = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { command, prefix, shell } = npmCommand();
  const result = spawnSync(command, [...prefix, ...common, ...args], {
    cwd: root,
    // Standard output belongs to the command that follows: with --ready-json a program reads it.
    stdio: ['ignore', 2, 2],
    shell,
  });
  if (result.status !== 0) {
    console.error(`statbar: npm install failed${result.error ? `: ${result.error.message}` : ''}`);
    process.exit(result.status ?? 1);
  }
}

function npmCommand() {
  const path = process.env.npm_execpath;
  if (path?.endsWith('.js')) return { command: process.execPath, prefix: [path], shell: false };
  return { command: 'npm', prefix: [], shell: process.platform === 'win32' };
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
