#!/usr/bin/env node
// Plain JavaScript that even an old Node reads: it finds a Node that can run the rest, or says how to get one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MIN = [22, 18];

function isEnough(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > MIN[0] || (parts[0] === MIN[0] && parts[1] >= MIN[1]);
}

function pinnedNode() {
  const packageName = `node-${process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'node_modules', packageName, 'bin', file);
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

if (isEnough(process.versions.node)) {
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
  const child = spawn(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), {
    stdio: 'inherit',
  });
  ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => {
      child.kill(signal);
    });
  });
  child.on('error', (error) => {
    console.error(`statbar: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal ? 1 : code === null ? 1 : code);
  });
}
