// Which Node runs what. TypeScript is run directly (type stripping), which Node does without a flag from
// 22.18 on; on an older Node the runtime that package.json pins takes over.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Whether the Node that runs this file can run the service itself. */
export function runningNodeSuffices() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** Path of the pinned Node, or undefined when it is not installed or not made for this machine. */
export function pinnedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const path = join(root, 'node_modules', name, 'bin', file);
  return existsSync(path) ? path : undefined;
}

/** The Node for the service: the running one when it is new enough (nothing to download), else the pinned one. */
export function serviceNode() {
  return runningNodeSuffices() ? process.execPath : requireNode(pinnedNode());
}

/** The Node for tests, checks and figures: the pinned one, so that they mean the same on every machine. */
export function toolNode() {
  return requireNode(pinnedNode() ?? (runningNodeSuffices() ? process.execPath : undefined));
}

function requireNode(path) {
  if (path !== undefined) return path;
  console.error(
    `StatBar needs Node 22.18 or newer; this is ${process.versions.node}, and no pinned runtime exists for ` +
      `${process.platform}-${process.arch}. Install a current Node (https://nodejs.org) and run this again.`,
  );
  process.exit(1);
}
