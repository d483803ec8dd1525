import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmPackages } from '../support/npm-packages.ts';
import { root } from '../support/root.ts';

/** Grafana's published packages of one version, and the React that they run on. */
export interface GrafanaPackages {
  /** The folder whose `node_modules` has them. */
  readonly folder: string;
  /** Of @grafana/ui. */
  readonly version: string;
}

/** What the plugins are compiled against. */
export function installedPackages(): GrafanaPackages {
  return packagesIn(root);
}

/** The oldest version that the plugins' manifests allow, on React 18; fetched at first use. */
export async function lowestPackages(): Promise<GrafanaPackages | Error> {
  const folder = await npmPackages('grafana-lowest', join(import.meta.dirname, 'lowest'));
  return folder instanceof Error ? folder : packagesIn(folder);
}

/** A folder with what is newer than the packages that the plugins are compiled against; fetched at first use. */
export function highestPackages(): Promise<string | Error> {
  return npmPackages('grafana-highest', join(import.meta.dirname, 'highest'));
}

export function versionOf(folder: string, name: string): string {
  const path = join(folder, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function packagesIn(folder: string): GrafanaPackages {
  return { folder, version: versionOf(folder, '@grafana/ui') };
}
