#!/usr/bin/env node
// Plain JavaScript that even an old Node reads: it finds a Node that can run the rest, or says how to get one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MIN = [22, 18];
const self = fileURLToPath(import.meta.url);
const args = process.argv.slice(2);

// Requests are array buffers, which live outside V8's heap but are freed by its collections. A small young
// generation is collected often and cheaply, and they go with it; with a large one they pile up until V8 marks
// the whole heap: a third less throughput and a tenth more memory (docs/performance.md).
const SERVICE_FLAGS = ['--max-semi-space-size=4'];

// For glibc's allocator; others do not look at it. Left to itself it takes the columns of the series from its heaps,
// where each growth leaves a hole that stays resident: 250 bytes more per series at 100 k series. With a threshold
// that does not move, what is large is mapped and goes back to the system.
const SERVICE_ENV = { MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_ARENA_MAX: '2' };

function isEnough(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > MIN[0] || (parts[0] === MIN[0] && parts[1] >= MIN[1]);
}

function pinnedNode() {
  const packageName = 'node-' + process.platform + '-' + process.arch;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  let folder = dirname(self);
  for (;;) {
    const candidate = join(folder, 'node_modules', packageName, 'bin', file);
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** Goes on as the same process with the service's flags, where the platform can do that. */
function replaceProcess() {
  const wanted =
    args[0] === 'serve' && !process.execArgv.some((flag) => flag.startsWith('--max-semi-space-size'));
  if (!wanted || process.platform === 'win32' || typeof process.execve !== 'function') return;
  const emit = process.emitWarning;
  // It is called experimental, which is nothing that a person who starts the service can do anything about.
  process.emitWarning = () => {};
  process.execve(process.execPath, [process.execPath, ...SERVICE_FLAGS, ...process.execArgv, self, ...args], {
    ...SERVICE_ENV,
    ...process.env,
  });
  process.emitWarning = emit;
}

/** Runs a child that does what this process was asked for, and dies with it, however this process dies. */
function runBy(node) {
  const flags = args[0] === 'serve' ? SERVICE_FLAGS : [];
  const child = spawn(node, [...flags, self, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...(args[0] === 'serve' ? SERVICE_ENV : {}), ...process.env, STATBAR_PARENT_FD: '3' },
  });
  ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => {
      child.kill(signal);
    });
  });
  child.on('error', (error) => {
    console.error('statbar: cannot start ' + node + ': ' + error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal ? 1 : code === null ? 1 : code);
  });
}

if (isEnough(process.versions.node)) {
  replaceProcess();
  import('../src/main.ts').catch((error) => {
    console.error(error);
    process.exit(1);
  });
} else {
  const node = pinnedNode();
  if (node === undefined) {
    console.error(
      'statbar needs Node ' +
        MIN.join('.') +
        ' or newer, this is ' +
        process.versions.node +
        ': install a newer one from https://nodejs.org, or run "npm start" in the project, which brings its own.',
    );
    process.exit(1);
  }
  runBy(node);
}
