import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTsProgram, getIncompatibilitiesBetweenPackages } from '@grafana/levitate';

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
  const found: ApiDifference[] = [];
  const from = process.cwd();
  // It takes a name for a folder where there is one, and would fetch the package otherwise.
  process.chdir(join(installed, 'node_modules'));
  try {
    for (const name of packages) {
      const otherFolder = join(other, 'node_modules', name);
      const all = await getIncompatibilitiesBetweenPackages(asDeclared(program), name, otherFolder, {});
      found.push(...grouped(name, all));
    }
  } finally {
    process.chdir(from);
  }
  return found;
}

type Program = Parameters<typeof getIncompatibilitiesBetweenPackages>[0];

/** Its declarations name the compiler by two packages, of which one is the other. */
function asDeclared(program: ReturnType<typeof createTsProgram>): Program {
  return program as unknown as Program;
}

type Incompatibility = Awaited<ReturnType<typeof getIncompatibilitiesBetweenPackages>>[number];

function grouped(packageName: string, all: readonly Incompatibility[]): ApiDifference[] {
  const byName = new Map<string, { kind: 'missing' | 'changed'; files: Set<string> }>();
  for (const each of all) {
    if (each.removal === undefined && !isChanged(each)) continue;
    const kind = each.removal === undefined ? 'changed' : 'missing';
    const known = byName.get(each.name) ?? { kind, files: new Set<string>() };
    known.files.add(each.sourceFile.fileName);
    byName.set(each.name, known);
  }
  return [...byName].map(([name, { kind, files }]) => ({
    package: packageName,
    name,
    kind,
    files: [...files].sort(),
  }));
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
