import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pluginFolders } from '../../grafana-build/src/plugin-folders.ts';
import { cacheDir } from '../support/cache.ts';
import { isCi, root } from '../support/root.ts';
import { type ApiDifference, apiDifferences } from './api-differences.ts';
import { versionReport } from './newer-apis.ts';
import { highestPackages, lowestPackages, versionOf } from './packages.ts';
import { type TypeProblem, typeErrors } from './type-errors.ts';

// npm run check -- plugin-versions: what the plugins use of Grafana is in the lowest and in the highest version that
// they support, or it is known what happens where it is not.
process.env['LEVITATE_SILENT'] = 'true';
const workFolder = join(cacheDir, 'plugin-versions');
mkdirSync(workFolder, { recursive: true });
const entries = pluginFolders.map((folder) => join(root, folder, 'src', 'module.ts'));

const lowest = await lowestPackages();
const highest = await highestPackages();
if (lowest instanceof Error || highest instanceof Error) {
  for (const each of [lowest, highest]) {
    if (each instanceof Error)
      console.error(`NOT CHECKED: Grafana's packages cannot be had: ${each.message}`);
  }
  process.exit(isCi ? 1 : 0);
}
const differences = await differencesTo(lowest.folder, ['@grafana/data', '@grafana/ui', '@grafana/runtime']);
const { unguarded, stale } = versionReport(differences, newTypeErrors(lowest.folder));
console.log(`${lowest.version}, the lowest: ${differences.length} names are newer or changed`);
for (const each of unguarded) console.error(`  used, but not there: ${each}`);
for (const name of stale)
  console.error(`  no longer newer than the lowest, or not used: ${name} (newer-apis.ts)`);

// Grafana's packages are not always published together: what has no newer version is checked by the compiler already.
const newest = await differencesTo(highest, ['@grafana/data', '@grafana/runtime']);
console.log(
  `${versionOf(highest, '@grafana/data')}, the highest: ${newest.length} names are gone or changed`,
);
for (const { package: from, name, kind, files } of newest)
  console.error(`  ${from}: ${name} is ${kind}, used in ${files.join(', ')}`);
process.exitCode = unguarded.length + stale.length + newest.length > 0 ? 1 : 0;

async function differencesTo(other: string, packages: readonly string[]): Promise<readonly ApiDifference[]> {
  const found = await apiDifferences({ entries, packages, installed: root, other, workFolder });
  return found.map((each) => ({ ...each, files: each.files.map((file) => file.slice(root.length + 1)) }));
}

/** What the compiler says of the plugins with this version's types, and not with those that are installed. */
function newTypeErrors(folder: string): readonly TypeProblem[] {
  const own = (name: string): string => join(folder, 'node_modules', name);
  const include = [...pluginFolders, 'grafana-panels/shared'].map((each) => join(root, each, 'src'));
  const search = { root, include, workFolder };
  // The types of React 18 know less of refs than code for both versions says; that it runs, a browser shows.
  const types = (name: string): string => join(root, 'node_modules', '@types', name);
  const shared = ['@grafana/*', '@emotion/*', 'rxjs', 'rxjs/*'];
  const paths = {
    ...Object.fromEntries(shared.map((name) => [name, own(name)])),
    ...Object.fromEntries(['react', 'react/*'].map((name) => [name, types(name)])),
  };
  const before = new Set(typeErrors({ ...search, paths: {} }).map(textOf));
  return typeErrors({ ...search, paths }).filter((each) => !before.has(textOf(each)));
}

function textOf({ file, code, message }: TypeProblem): string {
  return `${file} ${code} ${message}`;
}
