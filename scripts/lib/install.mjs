// Installs what a command needs and nothing more, and knows in a few milliseconds when nothing is missing.
//
// The truth is read, not remembered: package-lock.json says what belongs to a workspace, and the hidden lock
// that npm keeps in node_modules says what is there. So an install made by hand counts, and one that was
// interrupted or is out of date does not.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPackages } from './lock.mjs';
import { pinnedNode, root, runningNodeSuffices } from './runtime.mjs';

/** For the service and for commands beside it: no development packages. */
export function ensureWorkspaces(workspaces) {
  const withRuntime = !runningNodeSuffices() && pinnedNode() === undefined;
  const roots = workspaces.map((location) => ({ location, kinds: ['dependencies', 'optionalDependencies'] }));
  if (!withRuntime && nothingMissing(roots)) return;
  const args = ['--omit=dev', ...workspaces.flatMap((name) => ['-w', name])];
  if (withRuntime) args.push('--include-workspace-root');
  npmInstall(args, `installing what ${workspaces.join(' and ')} needs (once)`);
}

/** For tests and checks: everything. */
export function ensureEverything() {
  const lock = readJson('package-lock.json');
  const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'];
  const roots = ['', ...(lock.packages[''].workspaces ?? [])].map((location) => ({ location, kinds }));
  if (nothingMissing(roots)) return;
  npmInstall([], 'installing the packages of all workspaces (once)');
}

function nothingMissing(roots) {
  const hidden = join('node_modules', '.package-lock.json');
  if (!existsSync(join(root, hidden))) return false;
  return (
    missingPackages(roots, {
      lock: readJson('package-lock.json').packages,
      installed: readJson(hidden).packages,
      exists: (location) => existsSync(join(root, location, 'package.json')),
    }).length === 0
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
