import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltPlugin, buildPlugins } from '../../grafana-build/src/build-plugins.ts';
import { readManifest } from '../../grafana-build/src/plugin-folders.ts';
import { cacheDir, withLock } from '../support/cache.ts';
import { root } from '../support/root.ts';
import { hashFolder } from './content-hash.ts';

const keptPerPlugin = 3;
/** Younger ones may be in use. */
const keptForMs = 3_600_000;
const cache = join(cacheDir, 'plugins');

/**
 * The production build of these plugins, as `npm run build` makes it. One that was built before from the same sources
 * is used again.
 */
export async function builtPlugins(folders: readonly string[]): Promise<readonly BuiltPlugin[]> {
  const built: BuiltPlugin[] = [];
  for (const folder of folders) {
    const { id } = readManifest(folder);
    const name = `${id}.${sourceHash(folder)}`;
    const target = join(cache, name);
    const plugin = { id, folder, distFolder: join(target, id) };
    if (!existsSync(plugin.distFolder)) await withLock(`build-${id}`, () => build(plugin, target));
    built.push(plugin);
  }
  return built;
}

async function build({ id, folder, distFolder }: BuiltPlugin, target: string): Promise<void> {
  if (existsSync(distFolder)) return;
  const building = `${target}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    await buildPlugins([folder], { mode: 'production', today: '2000-01-01' }, building);
    rmSync(target, { recursive: true, force: true });
    renameSync(building, target);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  removeOld(id);
}

/** Everything that a plugin's code is made of. */
function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  for (const path of [folder, 'grafana-panels/shared', 'sdk/src']) hashFolder(hash, join(root, path));
  for (const name of ['webpack-config.ts', 'externals.ts', 'public-path.js', 'static-files.ts']) {
    hash.update(readFileSync(join(root, 'grafana-build', 'src', name)));
  }
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 16);
}

function removeOld(id: string): void {
  const paths = readdirSync(cache)
    .filter((name) => name.startsWith(`${id}.`))
    .map((name) => join(cache, name))
    .map((path) => ({ path, changedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.changedMs - a.changedMs);
  for (const { path, changedMs } of paths.slice(keptPerPlugin)) {
    if (Date.now() - changedMs > keptForMs) rmSync(path, { recursive: true, force: true });
  }
}
