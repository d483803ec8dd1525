import type { Hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Adds every file below a folder, with its name, in an order that does not depend on the machine. */
export function hashFolder(hash: Hash, folder: string): void {
  const paths = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths) {
    hash.update(`${relative(folder, path)}\n`);
    hash.update(readFileSync(path));
  }
}
