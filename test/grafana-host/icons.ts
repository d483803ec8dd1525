import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ownFolder = join(import.meta.dirname, 'icons');

/**
 * The file of an icon. @grafana/ui has most; of the others that Grafana knows, a few are drawn here and the rest are a dot. What
 * Grafana does not know, either, has no file.
 */
export function iconFile(packagesFolder: string, path: string): string | undefined {
  const published = join(packagesFolder, 'node_modules', '@grafana', 'ui', 'dist', 'public', path);
  if (existsSync(published)) return published;
  const name = path.split('/').at(-1) ?? '';
  const own = join(ownFolder, name);
  if (existsSync(own)) return own;
  return knownIcons(packagesFolder).has(name) ? join(ownFolder, 'circle-mono.svg') : undefined;
}

let known: ReadonlySet<string> | undefined;

function knownIcons(packagesFolder: string): ReadonlySet<string> {
  if (known === undefined) {
    const path = join(packagesFolder, 'node_modules', '@grafana', 'data', 'dist', 'esm', 'types', 'icon.mjs');
    const names = readFileSync(path, 'utf8').matchAll(/"?([a-z0-9-]+)"?: true/g);
    known = new Set([...names].map(([, name]) => `${name}.svg`));
  }
  return known;
}
