import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Every plugin's folder, from the repository's root. */
export const pluginFolders = [
  'grafana-datasource',
  'grafana-panels/heatmap',
  'grafana-panels/leaderboard',
  'grafana-panels/alert-timeline',
] as const;

export type PluginFolder = (typeof pluginFolders)[number];

/** Where the installable plugins are built, each in a folder of its id. */
export const pluginTarget = join(repositoryRoot, 'artifacts', 'plugins');

export interface PluginManifest {
  readonly id: string;
  readonly type: 'datasource' | 'panel' | 'app';
  readonly name: string;
  readonly [key: string]: unknown;
}

/** A plugin's `src/plugin.json` as it is written, before versions are filled in. */
export function readManifest(folder: string): PluginManifest {
  return JSON.parse(
    readFileSync(join(repositoryRoot, folder, 'src', 'plugin.json'), 'utf8'),
  ) as PluginManifest;
}

/** One version for all four: that of the packages. */
export function suiteVersion(): string {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
