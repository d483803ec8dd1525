import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type GrafanaPackages, installedPackages, versionOf } from '../grafana-versions/packages.ts';
import { root } from '../support/root.ts';
import { hashFolder } from './content-hash.ts';

const entry = fileURLToPath(new URL('./page/main.tsx', import.meta.url));
const empty = fileURLToPath(new URL('./page/empty.js', import.meta.url));
const pageFolder = dirname(entry);
const editorWorker = 'node_modules/monaco-editor/esm/vs/editor/editor.worker.js';
const errorView = 'node_modules/@grafana/runtime/dist/esm/components/PanelDataErrorView.mjs';

/** Bundles the page with Grafana's packages, once per content; returns the folder of `host.js`. */
export async function bundleHost(packages: GrafanaPackages = installedPackages()): Promise<string> {
  const folder = join(root, '.cache', 'grafana-host', contentHash(packages));
  if (existsSync(join(folder, 'host.js'))) return folder;
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  await build({
    entryPoints: { host: entry, 'editor.worker': join(packages.folder, editorWorker) },
    outdir: building,
    bundle: true,
    minify: true,
    sourcemap: false,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    mainFields: ['browser', 'module', 'main'],
    alias: {
      ...{ stream: empty, fs: empty },
      // Not exported: only Grafana itself says what panels show when they cannot draw.
      '@grafana/runtime/panel-data-error-view': join(packages.folder, errorView),
    },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
    // UMD packages must not find the `define` of the loader.
    define: { 'define.amd': 'false', 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    plugins: [defaultOfCommonJs, ...(packages.folder === root ? [] : [resolvedIn(packages.folder)])],
    logLevel: 'silent',
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
  return folder;
}

/**
 * Packages that say with `__esModule` what their default is, and that @grafana/ui imports from modules where that is not looked
 * at: Grafana's own bundle does look.
 */
const defaultOfCommonJs: Plugin = {
  name: 'default-of-common-js',
  setup(building) {
    const filter = /^(react-custom-scrollbars-2|react-highlight-words|calculate-size)$/;
    building.onResolve({ filter }, ({ path, namespace, resolveDir }) =>
      namespace === 'default' ? undefined : { path, namespace: 'default', pluginData: resolveDir },
    );
    building.onLoad({ filter, namespace: 'default' }, ({ path, pluginData }) => ({
      contents: `export { default } from '${path}'; export * from '${path}';`,
      resolveDir: pluginData,
    }));
  },
};

/**
 * Makes the page's own imports of packages find those of another folder; what they import follows from there. What
 * the page takes from Grafana and an older one has not is undefined: only the parts of the page that use it miss it.
 */
function resolvedIn(folder: string): Plugin {
  const seen = { isResolved: true };
  return {
    name: 'packages-of-another-version',
    setup(building) {
      building.onResolve({ filter: /^[@a-z]/ }, async ({ path, importer, kind, pluginData }) => {
        if (pluginData === seen || !importer.startsWith(pageFolder)) return undefined;
        const found = await building.resolve(path, { resolveDir: folder, kind, pluginData: seen });
        if (!path.startsWith('@grafana/') || found.errors.length > 0) return found;
        return { path: `${path}.cjs`, namespace: 'lenient', pluginData: found.path };
      });
      building.onLoad({ filter: /./, namespace: 'lenient' }, ({ pluginData: path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
        resolveDir: folder,
      }));
    },
  };
}

function contentHash({ folder }: GrafanaPackages): string {
  const hash = createHash('sha256');
  hashFolder(hash, pageFolder);
  hash.update(readFileSync(import.meta.filename));
  for (const name of ['data', 'ui', 'runtime', 'schema', 'i18n'])
    hash.update(versionOf(folder, `@grafana/${name}`));
  hash.update(versionOf(folder, 'react'));
  return hash.digest('hex').slice(0, 20);
}
