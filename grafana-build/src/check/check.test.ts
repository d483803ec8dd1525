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

/** A folder with this package.json and nothing else. */
function packageOf(manifest: object): string {
  const folder = mkdtempSync(join(work, 'package-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
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
    [
      'a version of Grafana that nobody can read',
      () => changed({}, { dependencies: { grafanaDependency: '>=12 or so' } }),
      'error schema: plugin.json: dependencies.grafanaDependency must match',
    ],
    [
      'one version of Grafana alone',
      () => changed({}, { dependencies: { grafanaDependency: '12.3.0' } }),
      'warning grafanaDependency: 12.3.0 is one single version',
    ],
    [
      'a plugin that depends on itself',
      () =>
        changed(
          {},
          {
            dependencies: {
              grafanaDependency: '>=12.3.0',
              plugins: [{ id: 'statbar-heatmap-panel', name: 'x', type: 'panel' }],
            },
          },
        ),
      'error dependencies',
    ],
    [
      "another organisation's name",
      () => changed({}, { id: 'grafana-heatmap-panel' }),
      'begins with the name of another organisation',
    ],
    ['an id of two parts', () => changed({}, { id: 'heatmap-panel' }), 'is not ORG-NAME-TYPE'],
    [
      'no description',
      () => changed({}, { info: { ...info(), description: '' } }),
      'error schema: plugin.json: info.description',
    ],
    [
      'no keywords',
      () => changed({}, { info: { ...info(), keywords: [] } }),
      'error schema: plugin.json: info.keywords',
    ],
    [
      'a path that leaves the plugin',
      () => changed({}, { info: { ...info(), logos: { small: '../logo.svg', large: 'img/logo.svg' } } }),
      'error schema: plugin.json: info.logos.small must match',
    ],
    [
      'a picture somewhere else',
      () =>
        changed(
          {},
          { info: { ...info(), screenshots: [{ name: 'x', path: 'https://pictures.example/x.png' }] } },
        ),
      'error schema: plugin.json: info.screenshots.0.path must match',
    ],
    [
      'a picture of another kind than its name says',
      () =>
        changed(
          { 'img/x.png': '<svg/>' },
          { info: { ...info(), screenshots: [{ name: 'x', path: 'img/x.png' }] } },
        ),
      'error pictures: img/x.png is not what its name says',
    ],
    [
      'a logo that is no drawing',
      () =>
        changed(
          { 'img/x.png': 'x' },
          { info: { ...info(), logos: { small: 'img/x.png', large: 'img/logo.svg' } } },
        ),
      'warning pictures: the logo img/x.png is no SVG',
    ],
    [
      'no screenshot',
      () => changed({}, { info: { ...info(), screenshots: [] } }),
      'warning pictures: info.screenshots is empty',
    ],
    ['no links', () => changed({}, { info: { ...info(), links: [] } }), 'info.links has no Raise issue'],
    [
      'a link that is not safe',
      () => changed({}, { info: { ...info(), links: [{ name: 'License', url: 'http://x.example' }] } }),
      'error schema: plugin.json: info.links.0.url must match',
    ],
    [
      'a version that is not filled in',
      () => changed({}, { info: { ...info(), updated: '%TODAY%' } }),
      'error version: info.updated is not filled in',
    ],
    [
      'a language without its texts',
      () => changed({ 'locales/de-DE/statbar-heatmap-panel.json': undefined }),
      'error languages: plugin.json names de-DE',
    ],
    ['documents that are not there', () => changed({}, { docsPath: 'nowhere' }), 'error docs'],
    [
      'a program in a browser',
      () => changed({}, { executable: 'gpx_x' }),
      'error executable: an executable needs',
    ],
    [
      'no program for Linux',
      () => changed({ gpx_x_darwin_arm64: 'x' }, { executable: 'gpx_x', backend: true }),
      'gpx_x_linux_amd64 is not there',
    ],
    [
      'a plugin within a panel',
      () => changed({ 'inner/plugin.json': '{"type":"panel"}' }),
      'error nested: inner/plugin.json is a plugin within a panel',
    ],
    [
      'a plugin that the app does not name',
      () => changed({ 'inner/plugin.json': '{"type":"panel"}' }, { type: 'app' }),
      'includes does not name inner/plugin.json',
    ],
    [
      'a plugin that the app calls something else',
      () =>
        changed(
          { 'inner/plugin.json': '{"type":"panel"}' },
          { type: 'app', includes: [{ type: 'datasource', name: 'x', path: 'inner/plugin.json' }] },
        ),
      'includes says datasource of inner/plugin.json, which is a panel',
    ],
    [
      'an include of an unknown kind',
      () => changed({}, { includes: [{ type: 'poem', name: 'x' }] }),
      'error schema: plugin.json: includes.0.type must be',
    ],
    [
      'a route with an unknown key',
      () => changed({}, { routes: [{ path: 'x', urlParams: [{ name: 'a', value: 'b' }] }] }),
      'error schema: plugin.json: routes.0.urlParams.0 must',
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
    [
      'the README of a new plugin',
      () => changed({ 'README.md': '# Grafana panel plugin template' }),
      'error readme: README.md is that of a new plugin',
    ],
    [
      'a README with HTML',
      () => changed({ 'README.md': 'so <b>much</b>' }),
      'README.md has HTML, such as </b>',
    ],
    ['a README with comments', () => changed({ 'README.md': 'x <!-- y -->' }), 'README.md has HTML comments'],
    ['a README for developers', () => changed({ 'README.md': 'Run yarn.' }), 'README.md says "yarn"'],
    ['no CHANGELOG', () => changed({ 'CHANGELOG.md': undefined }), 'warning changelog'],
    ['a CHANGELOG of earlier versions', () => changed({ 'CHANGELOG.md': '## 0.0.1' }), 'error changelog'],
    ['a licence of its own', () => changed({ LICENSE: 'Do as you like.' }), 'error license'],
    [
      'a licence without a name',
      () => changed({ LICENSE: 'MIT License\n\nCopyright (c) [year] [fullname]' }),
      'warning license: LICENSE still has [year]',
    ],
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
      'a report to others',
      () => changed({ 'module.js': `${codeOf('module.js')};"https://www.google-analytics.com/x"` }),
      'reports to others',
    ],
    [
      'AngularJS',
      () => changed({ 'module.js': `${codeOf('module.js')};angular.module("x")` }),
      'uses AngularJS',
    ],
    [
      'a part that is no AMD module',
      () => changed({ 'module.js': 'export const plugin = 1;' }),
      'error amd: module.js is no AMD module',
    ],
    [
      'a signature for private use',
      () => changed({ 'MANIFEST.txt': '{"rootUrls": ["http://x.example"]}' }),
      'error signature',
    ],
    [
      'sources without the configuration that the catalog looks for',
      () => ({ ...good, sourceFolder: packageOf({ name: 'x' }) }),
      'error buildtools',
    ],
    [
      'a package that builds with what is no more',
      () => ({ ...good, sourceFolder: packageOf({ scripts: { build: 'grafana-toolkit plugin:build' } }) }),
      'still builds with grafana-toolkit',
    ],
    ['no lock file', () => ({ ...good, sourceFolder: packageOf({ name: 'x' }) }), 'there is no lock file'],
    [
      'no package',
      () => ({ ...good, sourceFolder: mkdtempSync(join(work, 'none-')) }),
      'error package: there is no package.json',
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
    ['the folder of the build', { 'dist/module.js': new Uint8Array() }, 'outside the folder'],
    [
      'what a debugger left',
      { 'statbar-heatmap-panel/standalone.txt': new Uint8Array() },
      'standalone.txt does not belong there',
    ],
  ])('an archive with %s', (_what, entries, message) => {
    const path = join(work, 'broken.zip');
    writeFileSync(path, zipSync(entries));
    expect(said(good, path)).toContain(message);
  });

  test('an archive with files that nobody may read, or a program that nobody may run', () => {
    const path = join(work, 'modes.zip');
    const mode = (bits: number): { os: number; attrs: number } => ({ os: 3, attrs: (bits << 16) >>> 0 });
    const program = 'gpx_x_linux_amd64';
    const archive = zipSync({
      'statbar-heatmap-panel/module.js': [good.files.get('module.js') as Uint8Array, mode(0o600)],
      [`statbar-heatmap-panel/${program}`]: [new Uint8Array([1]), mode(0o744)],
    });
    writeFileSync(path, archive);
    const told = said(changed({ [program]: '\u0001' }, { executable: 'gpx_x', backend: true }), path);
    expect(told).toContain('statbar-heatmap-panel/module.js has the permissions 0600, not 0744');
    expect(told).toContain(`statbar-heatmap-panel/${program} has the permissions 0744, not 0755`);
  });
});
