import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareExports,
  createTsProgram,
  getIncompatibilitiesFromComparison,
  getPackageUsage,
  resolvePackage,
} from '@grafana/levitate';

/** A name of a package that is used and that another version does not have, or has otherwise. */
export interface ApiDifference {
  readonly package: string;
  /** `VizTooltipFooter`, or `PanelPlugin.setPresetsSupplier` for a member. */
  readonly name: string;
  readonly kind: 'missing' | 'changed';
  /** Where it is used, absolute. */
  readonly files: readonly string[];
}

export interface ApiVersions {
  /** Files that stand for what they import, too. Absolute. */
  readonly entries: readonly string[];
  readonly packages: readonly string[];
  /** The folder whose `node_modules` has the packages that the entries are compiled against. */
  readonly installed: string;
  /** The folder whose `node_modules` has them in the other version. */
  readonly other: string;
  /** For a file of our own. */
  readonly workFolder: string;
}

/**
 * What levitate finds, without what it takes for changes and are none. It looks at names and signatures of imported
 * values and at members of what is imported; not at properties of components, nor at names imported as `type`.
 */
export async function apiDifferences(versions: ApiVersions): Promise<readonly ApiDifference[]> {
  const { entries, packages, installed, other, workFolder } = versions;
  // One program for all: types of Grafana's packages take seconds to read.
  const entry = join(workFolder, 'entries.ts');
  writeFileSync(entry, entries.map((path) => `import ${JSON.stringify(path)};\n`).join(''));
  const program = createTsProgram(entry, {
    // As in tsconfig.plugins.json, in TypeScript's numbers: ES2022, ESNext, bundler, react-jsx.
    target: 9,
    module: 99,
    moduleResolution: 100,
    jsx: 4,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
  });
  const found: Found[] = [];
  for (const name of packages) {
    const [before, after] = [installed, other].map((folder) => join(folder, 'node_modules', name));
    const comparison = compareExports(await resolvePackage(before), await resolvePackage(after), {});
    // Only what differs is looked for.
    const exports = { ...comparison.removals };
    for (const [changed, { prev }] of Object.entries(comparison.changes)) exports[changed] = prev;
    const usage = getPackageUsage(asDeclared(program), { exports, program }, name);
    for (const [sourceFile, usages] of usage) {
      for (const incompatibility of getIncompatibilitiesFromComparison({ sourceFile, usages, comparison }))
        found.push({ package: name, incompatibility });
    }
  }
  return joined(found);
}

type Program = Parameters<typeof getPackageUsage>[0];

/** Its declarations name the compiler by two packages, of which one is the other. */
function asDeclared(program: ReturnType<typeof createTsProgram>): Program {
  return program as unknown as Program;
}

type Incompatibility = ReturnType<typeof getIncompatibilitiesFromComparison>[number];

interface Found {
  readonly package: string;
  readonly incompatibility: Incompatibility;
}

/** One difference for a name, however many files use it. */
function joined(all: readonly Found[]): ApiDifference[] {
  const byName = new Map<string, ApiDifference & { readonly files: string[] }>();
  for (const { package: from, incompatibility } of all) {
    const { name, removal, sourceFile } = incompatibility;
    if (removal === undefined && !isChanged(incompatibility)) continue;
    const kind = removal === undefined ? 'changed' : 'missing';
    const key = `${from} ${name}`;
    const known = byName.get(key) ?? { package: from, name, kind, files: [] };
    known.files.push(sourceFile.fileName);
    byName.set(key, known);
  }
  return [...byName.values()];
}

/** Another way to write imports in the declaration's file is taken for a change, too: the declarations are the same. */
function isChanged({ change }: Incompatibility): boolean {
  if (change === undefined) return false;
  return declarationsOf(change.prev) !== declarationsOf(change.current);
}

interface Declared {
  readonly declarations?: readonly { getText(): string }[] | undefined;
}

function declarationsOf({ declarations = [] }: Declared): string {
  return declarations
    .map((each) =>
      each
        .getText()
        .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
        .replace(/[\s;,]+/g, ' ')
        .trim(),
    )
    .join('\n');
}
