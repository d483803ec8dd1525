import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A built plugin as the rules see it: its files, its manifest, and where its sources are. */
export interface CheckedPlugin {
  /** The folder of the sources, absolute. */
  readonly sourceFolder: string;
  /** Of the built files: path within the plugin to content. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Of the package that the sources belong to. */
  readonly packageVersion: string;
}

export function readBuiltPlugin(
  sourceFolder: string,
  distFolder: string,
  packageVersion: string,
): CheckedPlugin {
  const files = new Map<string, Buffer>();
  if (existsSync(distFolder)) {
    for (const entry of readdirSync(distFolder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(distFolder, path).replaceAll('\\', '/'), readFileSync(path));
    }
  }
  const text = files.get('plugin.json')?.toString('utf8');
  return { sourceFolder, files, manifest: manifestOf(text), packageVersion };
}

function manifestOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The value at `a.b.c` of a manifest. */
export function valueAt(manifest: Readonly<Record<string, unknown>>, path: string): unknown {
  let at: unknown = manifest;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
