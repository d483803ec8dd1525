import { builtinModules } from 'node:module';
import { isTestFile, type Source } from '../source.ts';

/** What a package of ours may import of the other packages. */
const packageTable: Readonly<Record<string, readonly string[]>> = {
  'otel-processor': ['@statbar/sdk'],
  sdk: [],
  demo: ['@statbar/sdk'],
  'grafana-datasource': ['@statbar/sdk'],
  'grafana-panels': [],
  'grafana-build': [],
  'chatops-bot': ['@statbar/sdk'],
};

export interface PackageJson {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Imports of packages that the file's own package.json does not name, and of other packages of ours. */
export function packageViolations(source: Source, packages: ReadonlyMap<string, PackageJson>): string[] {
  const folder = source.path.split('/')[0];
  const own = packages.get(folder);
  const testing = isTestFile(source.path) || source.path.endsWith('.config.ts');
  const declared = new Set<string>();
  for (const each of testing ? packages.values() : [own ?? packages.get('')]) {
    for (const name of Object.keys(each?.dependencies ?? {})) declared.add(name);
  }
  if (testing) for (const name of Object.keys(packages.get('')?.devDependencies ?? {})) declared.add(name);
  return source.imports.flatMap(({ specifier, target, line }) => {
    const at = `${source.path}:${line}`;
    if (target !== undefined) {
      const leaves = own !== undefined && !testing && target.split('/')[0] !== folder;
      return leaves ? [`${at}: ${specifier} reaches into another package`] : [];
    }
    // What an AMD loader calls the module itself; the build leaves it out.
    if (specifier.startsWith('node:') || specifier === 'amd-module') return [];
    if (builtinModules.includes(specifier)) return [`${at}: write node:${specifier}`];
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    if (!declared.has(name)) return [`${at}: ${name} is not a dependency of ${own?.name ?? 'the root'}`];
    if (!testing && name.startsWith('@statbar/') && !packageTable[folder]?.includes(name)) {
      return [`${at}: ${folder} may not import ${name}`];
    }
    return [];
  });
}
