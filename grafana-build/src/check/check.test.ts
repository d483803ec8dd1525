import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Configuration } from 'webpack';
import { buildPlugins, zipPlugin } from '../build-plugins.ts';
import {
  pluginFolders,
  pluginTarget,
  readManifest,
  repositoryRoot,
  suiteVersion,
} from '../plugin-folders.ts';
import { type CheckedPlugin, checkPlugin, readBuiltPlugin } from './index.ts';

let plugins: readonly CheckedPlugin[];
let good: CheckedPlugin;
let archive: string;
let work: string;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'statbar-plugin-check-'));
  const built = await buildPlugins(
    pluginFolders,
    { mode: 'production', today: '2000-01-01' },
    join(work, 'dist'),
  );
  plugins = built.map(({ folder, distFolder }) =>
    readBuiltPlugin(join(repositoryRoot, folder), distFolder, suiteVersion()),
  );
  good = plugins[1];
  archive = zipPlugin(built[1], work);
}, 300_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The plugin with some files changed (undefined: removed) and some keys of its manifest. */
function changed(
  files: Readonly<Record<string, string | undefined>>,
  manifest: Readonly<Record<string, unknown>> = {},
): CheckedPlugin {
  const all = new Map(good.files);
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) all.delete(name);
    else all.set(name, Buffer.from(text));
  }
  return { ...good, files: all, manifest: { ...good.manifest, ...manifest } };
}

function said(plugin: CheckedPlugin, archivePath?: string): string {
  return checkPlugin(plugin, archivePath)
    .map(({ level, rule, message }) => `${level} ${rule}: ${message}`)
    .join('\n');
}

function codeOf(name: string): string {
  return good.files.get(name)?.toString('utf8') ?? '';
}

test('our plugins have no errors', () => {
  for (const plugin of plugins) expect(said(plugin)).not.toContain('error');
  expect(said(good, archive)).not.toContain('error');
});

test("a plugin's own configuration, where the catalog looks for it, is this build", async () => {
  for (const folder of pluginFolders) {
    const path = join(repositoryRoot, folder, '.config', 'webpack', 'webpack.config.ts');
    const { default: config } = (await import(path)) as { default: Configuration };
    const { id } = readManifest(folder);
    expect([config.name, config.output?.path]).toEqual([basename(folder), join(pluginTarget, id)]);
    expect(config.context).toBe(join(repositoryRoot, folder, 'src'));
  }
});

describe('what is wrong is named', () => {
  const info = (): Record<string, unknown> => good.manifest['info'] as Record<string, unknown>;

  test.each<readonly [string, () => CheckedPlugin, string]>([
    [
      'an unknown key',
      () => changed({}, { colour: 'red' }),
      'error schema: plugin.json: plugin.json must NOT have additional properties: colour',
    ],
    [
      'an id of another type',
      () => changed({}, { id: 'statbar-heatmap-app' }),
      'does not end with its type, panel',
    ],
    [
      'an id with capitals',
      () => changed({}, { id: 'StatBar-heatmap-panel' }),
      'error schema: plugin.json: id must match',
    ],
    ['the id as name', () => changed({}, { name: 'statbar-heatmap-panel' }), 'error name'],
    [
      'another version',
      () => changed({}, { info: { ...info(), version: '9.9.9' } }),
      'error version: info.version is 9.9.9',
    ],
    ['alerting in the browser', () => changed({}, { alerting: true }), 'error alerting'],
    [
      'a logo that is not there',
      () => changed({ 'img/logo.svg': undefined }),
      'names img/logo.svg, which is not there',
    ],
    ['a drawing with a script', () => changed({ 'img/logo.svg': '<svg onload="x()"></svg>' }), 'error svg'],
    [
      'a drawing that embeds a page',
      () => changed({ 'img/logo.svg': '<svg><foreignObject/></svg>' }),
      'has the element foreignObject',
    ],
    ['no README', () => changed({ 'README.md': ' ' }), 'error readme'],
    [
      'a link within the repository',
      () => changed({ 'README.md': '[more](docs/x.md)' }),
      'links to docs/x.md',
    ],
    ['a CHANGELOG of earlier versions', () => changed({ 'CHANGELOG.md': '## 0.0.1' }), 'error changelog'],
    ['no licence', () => changed({ LICENSE: undefined }), 'error license'],
    ['no module', () => changed({ 'module.js': undefined }), 'error module'],
    ['no source map', () => changed({ 'module.js.map': undefined }), 'module.js.map is missing'],
    [
      'sources that differ from the repository',
      () => {
        const map = JSON.parse(codeOf('module.js.map')) as { sources: string[]; sourcesContent: string[] };
        const own = map.sources.findIndex((source) => source.endsWith('/./module.ts'));
        map.sourcesContent[own] += '// and more';
        return changed({ 'module.js.map': JSON.stringify(map) });
      },
      'than the repository',
    ],
    [
      'sources that the repository has not',
      () => {
        const map = JSON.parse(codeOf('module.js.map')) as { sources: string[]; sourcesContent: string[] };
        map.sources.push('webpack://x/./secret.ts');
        map.sourcesContent.push('');
        return changed({ 'module.js.map': JSON.stringify(map) });
      },
      './secret.ts, which is not in the repository',
    ],
    [
      'names of sources without the sources',
      () => {
        const map = JSON.parse(codeOf('module.js.map')) as { sourcesContent: string[] };
        map.sourcesContent.pop();
        return changed({ 'module.js.map': JSON.stringify(map) });
      },
      'error sourcemap: module.js.map has',
    ],
    [
      'a package that Grafana brings',
      () => {
        const map = JSON.parse(codeOf('module.js.map')) as { sources: string[]; sourcesContent: string[] };
        map.sources.push('webpack://x/../../../node_modules/@grafana/ui/index.js');
        map.sourcesContent.push('');
        return changed({ 'module.js.map': JSON.stringify(map) });
      },
      'which Grafana brings itself',
    ],
    [
      'a module that Grafana does not share',
      () => changed({ 'module.js': codeOf('module.js').replace('define(["', 'define(["left-pad","') }),
      'asks for left-pad',
    ],
    [
      'console output',
      () => changed({ 'module.js': `${codeOf('module.js')};console.log(1)` }),
      'writes to the console',
    ],
    [
      'code from text',
      () => changed({ 'module.js': `${codeOf('module.js')};eval(x)` }),
      'makes code out of text',
    ],
    [
      'too large a module',
      () => changed({ 'module.js': codeOf('module.js') + ' '.repeat(250_000) }),
      'error budget',
    ],
  ])('%s', (_what, plugin, message) => {
    expect(said(plugin())).toContain(message);
  });

  test.each<readonly [string, Record<string, Uint8Array>, string]>([
    ['files beside the folder', { 'x.txt': new Uint8Array() }, 'outside the folder'],
    [
      'files that were not built',
      { 'statbar-heatmap-panel/module.js': new Uint8Array() },
      'is not what was built',
    ],
    ['missing files', {}, 'lacks module.js'],
  ])('an archive with %s', (_what, entries, message) => {
    const path = join(work, 'broken.zip');
    writeFileSync(path, zipSync(entries));
    expect(said(good, path)).toContain(message);
  });
});
