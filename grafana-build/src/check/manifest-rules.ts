import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { CheckedPlugin } from './built-plugin.ts';
import { valueAt } from './built-plugin.ts';
import { error, type Finding, warning } from './finding.ts';
import { nestedFindings } from './nested-rules.ts';
import { pluginSchema } from './plugin-schema.ts';

const validate = new Ajv({ allErrors: true, unicodeRegExp: false }).compile(pluginSchema);

/** Rules about plugin.json alone, and about the files that it names. */
export function manifestFindings(plugin: CheckedPlugin): readonly Finding[] {
  const { manifest, files } = plugin;
  if (!files.has('plugin.json')) return [error('manifest', 'plugin.json is missing')];
  const findings: Finding[] = [];
  if (!validate(manifest)) {
    for (const { instancePath, message, params } of validate.errors ?? []) {
      const key = instancePath.slice(1).replaceAll('/', '.') || 'plugin.json';
      const extra = 'additionalProperty' in params ? `: ${String(params['additionalProperty'])}` : '';
      findings.push(error('schema', `plugin.json: ${key} ${message ?? 'is wrong'}${extra}`));
    }
  }
  return [
    ...findings,
    ...identity(plugin),
    ...named(plugin),
    ...policy(plugin),
    ...programs(plugin),
    ...nestedFindings(plugin),
  ];
}

function identity({ manifest, packageVersion }: CheckedPlugin): Finding[] {
  const findings: Finding[] = [];
  const [id, name, type] = [manifest['id'], manifest['name'], manifest['type']].map(String);
  if (id.split('-').length < 3) findings.push(warning('id', `the id ${id} is not ORG-NAME-TYPE`));
  if (!id.endsWith(`-${type}`))
    findings.push(error('id', `the id ${id} does not end with its type, ${type}`));
  if (id.startsWith('grafana-'))
    findings.push(warning('id', `the id ${id} begins with the name of another organisation`));
  if (name === id) findings.push(error('name', 'the name is the id: give it a name for people'));
  const version = valueAt(manifest, 'info.version');
  if (version !== packageVersion) {
    findings.push(error('version', `info.version is ${String(version)}, its package has ${packageVersion}`));
  }
  for (const key of ['info.version', 'info.updated']) {
    if (String(valueAt(manifest, key)).includes('%'))
      findings.push(error('version', `${key} is not filled in`));
  }
  return findings;
}

/** Pictures that the manifest names exist, and are what their names say. */
function named({ manifest, files, sourceFolder }: CheckedPlugin): Finding[] {
  const findings: Finding[] = [];
  const screenshots = (valueAt(manifest, 'info.screenshots') ?? []) as ReadonlyArray<{
    readonly path?: string;
  }>;
  const paths = [
    valueAt(manifest, 'info.logos.small'),
    valueAt(manifest, 'info.logos.large'),
    ...screenshots.map((each) => each.path),
  ].map(String);
  for (const path of paths) {
    const content = files.get(path);
    if (content === undefined)
      findings.push(error('pictures', `plugin.json names ${path}, which is not there`));
    else if (!looksLike(path, content)) findings.push(error('pictures', `${path} is not what its name says`));
  }
  for (const path of paths.slice(0, 2)) {
    if (!path.endsWith('.svg')) findings.push(warning('pictures', `the logo ${path} is no SVG`));
  }
  for (const language of (manifest['languages'] ?? []) as readonly string[]) {
    const path = `locales/${language}/${String(manifest['id'])}.json`;
    if (!files.has(path))
      findings.push(error('languages', `plugin.json names ${language}, but ${path} is not there`));
  }
  const { docsPath } = manifest;
  if (docsPath !== undefined && !existsSync(join(sourceFolder, String(docsPath))))
    findings.push(error('docs', `docsPath is ${String(docsPath)}, which is not there`));
  if (screenshots.length === 0) findings.push(warning('pictures', 'info.screenshots is empty'));
  return findings;
}

/** A backend's program is there, at least for the system that the catalog runs it on. */
function programs({ manifest, files }: CheckedPlugin): Finding[] {
  const { executable } = manifest;
  if (executable === undefined) return [];
  const findings: Finding[] = [];
  if (manifest['backend'] !== true) findings.push(error('executable', 'an executable needs a backend'));
  const program = `${String(executable)}_linux_amd64`;
  if (!files.has(program)) findings.push(error('executable', `${program} is not there`));
  return findings;
}

function looksLike(path: string, content: Buffer): boolean {
  if (path.endsWith('.png')) return content.subarray(1, 4).toString('latin1') === 'PNG';
  if (/\.jpe?g$/.test(path)) return content[0] === 0xff && content[1] === 0xd8;
  if (path.endsWith('.svg')) return content.toString('utf8').includes('<svg');
  return false;
}

function policy({ manifest }: CheckedPlugin): Finding[] {
  const findings: Finding[] = [];
  if (manifest['alerting'] === true && manifest['backend'] !== true)
    findings.push(error('alerting', 'alerting needs a backend'));
  const dependency = String(valueAt(manifest, 'dependencies.grafanaDependency'));
  const needed = (valueAt(manifest, 'dependencies.plugins') ?? []) as ReadonlyArray<{ readonly id?: string }>;
  if (needed.some(({ id }) => id === manifest['id']))
    findings.push(error('dependencies', 'the plugin depends on itself'));
  if (/^=?\d+\.\d+\.\d+$/.test(dependency))
    findings.push(warning('grafanaDependency', `${dependency} is one single version`));
  const links = (valueAt(manifest, 'info.links') ?? []) as ReadonlyArray<{ readonly name?: string }>;
  for (const wanted of ['Documentation', 'Repository', 'License', 'Raise issue']) {
    if (!links.some(({ name }) => name === wanted))
      findings.push(warning('links', `info.links has no ${wanted}`));
  }
  return findings;
}
