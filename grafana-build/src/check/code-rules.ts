import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { selfModule, sharedModules } from '../externals.ts';
import type { CheckedPlugin } from './built-plugin.ts';
import { error, type Finding } from './finding.ts';

/** What a page loads before it shows anything; the rest belongs into lazy parts. */
const MODULE_BYTES_MAX = 250_000;

/** Packages that a plugin may hold itself: everything else of Grafana's comes from Grafana. */
const bundledOfGrafana = /node_modules\/@grafana\/(schema|i18n)\//;

/** Rules about module.js, its parts and their source maps. */
export function codeFindings(plugin: CheckedPlugin): readonly Finding[] {
  const { files } = plugin;
  const module = files.get('module.js');
  if (module === undefined) return [error('module', 'module.js is missing')];
  const findings: Finding[] = [];
  if (module.length > MODULE_BYTES_MAX)
    findings.push(error('budget', `module.js has ${module.length} bytes; ${MODULE_BYTES_MAX} are allowed`));
  findings.push(...externals(module.toString('utf8')));
  for (const [name, content] of files) {
    if (!name.endsWith('.js')) continue;
    findings.push(...forbidden(name, content.toString('utf8')));
    findings.push(...sourceMap(plugin, name));
  }
  const config = join(plugin.sourceFolder, '.config', 'webpack', 'webpack.config.ts');
  if (!existsSync(config) || !readFileSync(config, 'utf8').includes('@grafana/create-plugin'))
    findings.push(
      error('buildtools', '.config/webpack/webpack.config.ts with @grafana/create-plugin is missing'),
    );
  return findings;
}

function externals(code: string): Finding[] {
  const list = /^(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*\n|\s)*define\((?:"[^"]*",)?\[([^\]]*)\]/.exec(code)?.[1];
  if (list === undefined) return [error('amd', 'module.js is no AMD module')];
  const names = [...list.matchAll(/["']([^"']+)["']/g)].map(([, name]) => name);
  return names
    .filter((name) => name !== 'module' && name !== selfModule && !sharedModules.includes(name))
    .map((name) => error('externals', `module.js asks for ${name}, which Grafana does not share`));
}

const forbiddenCode: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bconsole\.(log|info|debug)\s*\(/, 'writes to the console'],
  [/\beval\s*\(|new Function\s*\(/, 'makes code out of text'],
  [
    /(?:google-analytics|googletagmanager|hotjar|mixpanel|amplitude|fullstory|posthog)\.com|segment\.(?:io|com)|matomo\.cloud|clarity\.ms|plausible\.io/,
    'reports to others',
  ],
  [/angular(?:\.module|js)/i, 'uses AngularJS'],
];

function forbidden(name: string, code: string): Finding[] {
  return forbiddenCode
    .filter(([pattern]) => pattern.test(code))
    .map(([, what]) => error('code', `${name} ${what}`));
}

interface SourceMap {
  readonly sources?: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/** What the catalog does not look for in the repository; anything else that the map names it does. */
const notOfRepository = /^(external |webpack\/|\.\.?\/node_modules\/)/;

/** The map's sources are the repository's, letter by letter. */
function sourceMap({ files, sourceFolder }: CheckedPlugin, name: string): Finding[] {
  const content = files.get(`${name}.map`);
  if (content === undefined) return [error('sourcemap', `${name}.map is missing`)];
  const { sources = [], sourcesContent = [] } = JSON.parse(content.toString('utf8')) as SourceMap;
  if (sources.length === 0) return [error('sourcemap', `${name}.map names no source`)];
  if (sources.length !== sourcesContent.length)
    return [
      error('sourcemap', `${name}.map has ${sources.length} names for ${sourcesContent.length} sources`),
    ];
  const findings: Finding[] = [];
  for (const [i, source] of sources.entries()) {
    const path = source.replace(/^webpack:\/\/[^/]*\//, '').replace(/\?.*$/, '');
    if (/node_modules\/@grafana\//.test(path) && !bundledOfGrafana.test(path))
      findings.push(error('bundle', `${name} holds ${path}, which Grafana brings itself`));
    if (notOfRepository.test(path)) continue;
    const file = normalize(join(sourceFolder, 'src', path));
    if (!existsSync(file))
      findings.push(error('sourcemap', `${name}.map has ${path}, which is not in the repository`));
    else if (sourcesContent[i] !== readFileSync(file, 'utf8'))
      findings.push(error('sourcemap', `${name}.map has another ${path} than the repository`));
  }
  return findings;
}
