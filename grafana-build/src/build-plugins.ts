import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import webpack, { type Configuration } from 'webpack';
import { pluginTarget, readManifest, suiteVersion } from './plugin-folders.ts';
import { type BuildSettings, pluginConfig } from './webpack-config.ts';

export interface BuiltPlugin {
  readonly id: string;
  readonly folder: string;
  readonly distFolder: string;
}

/** Builds these plugins one after the other, each into a folder below `target`; the error says what the compiler said. */
export async function buildPlugins(
  folders: readonly string[],
  settings: BuildSettings,
  target = pluginTarget,
): Promise<readonly BuiltPlugin[]> {
  const built: BuiltPlugin[] = [];
  for (const folder of folders) {
    const { id } = readManifest(folder);
    const distFolder = join(target, id);
    await compile(pluginConfig(folder, settings, distFolder), folder);
    built.push({ id, folder, distFolder });
  }
  return built;
}

function compile(config: Configuration, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const compiler = webpack(config);
    compiler.run((error, stats) => {
      compiler.close((closeError) => {
        const failure = error ?? closeError;
        if (failure) reject(failure);
        else if (stats?.hasErrors())
          reject(new Error(`${folder} does not build:\n${stats.toString('errors-only')}`));
        else resolve();
      });
    });
  });
}

/** An archive as Grafana and its catalog take it: one root folder, named as the plugin. Its path is returned. */
export function zipPlugin({ id, distFolder: dist }: BuiltPlugin, folder = pluginTarget): string {
  const files: Zippable = {};
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Unix, rwxr--r--, as the catalog asks of all files; the date is fixed so that the same sources give the same archive.
    files[`${id}/${relative(dist, path)}`] = [
      readFileSync(path),
      { os: 3, attrs: (0o100744 << 16) >>> 0, mtime: '2000-01-01T00:00:00' },
    ];
  }
  mkdirSync(folder, { recursive: true });
  const target = join(folder, `${id}-${suiteVersion()}.zip`);
  writeFileSync(target, zipSync(files, { level: 9 }));
  return target;
}

export function sizeBytesOf(path: string): number {
  return statSync(path).size;
}
