import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from '../support/root.ts';
import { hashFolder } from './content-hash.ts';

const entry = fileURLToPath(new URL('./page/main.tsx', import.meta.url));
const empty = fileURLToPath(new URL('./page/empty.js', import.meta.url));
const pageFolder = dirname(entry);

/** Bundles the page with Grafana's packages, once per content; returns the folder of `host.js`. */
export async function bundleHost(): Promise<string> {
  const folder = join(root, '.cache', 'grafana-host', contentHash());
  if (existsSync(join(folder, 'host.js'))) return folder;
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  await build({
    entryPoints: [entry],
    outfile: join(building, 'host.js'),
    bundle: true,
    minify: true,
    sourcemap: false,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    mainFields: ['browser', 'module', 'main'],
    alias: { stream: empty, fs: empty },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
    // UMD packages must not find the `define` of the loader.
    define: { 'define.amd': 'false', 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'silent',
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
  return folder;
}

function contentHash(): string {
  const hash = createHash('sha256');
  hashFolder(hash, pageFolder);
  for (const name of ['data', 'ui', 'runtime', 'schema', 'i18n']) {
    hash.update(readFileSync(join(root, 'node_modules', '@grafana', name, 'package.json')));
  }
  hash.update(readFileSync(join(root, 'node_modules', 'react', 'package.json')));
  return hash.digest('hex').slice(0, 20);
}
