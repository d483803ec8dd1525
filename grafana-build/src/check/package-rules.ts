import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CheckedPlugin } from './built-plugin.ts';
import { error, type Finding } from './finding.ts';

/** Rules about the package that the sources belong to, and about a signature that is there already. */
export function packageFindings({ sourceFolder, files }: CheckedPlugin): readonly Finding[] {
  const findings: Finding[] = [];
  const manifest = nearest(sourceFolder, ['package.json']);
  if (manifest === undefined) findings.push(error('package', 'there is no package.json'));
  else if (usesToolkit(readFileSync(manifest, 'utf8')))
    findings.push(error('package', `${manifest} still builds with grafana-toolkit`));
  if (nearest(sourceFolder, ['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml']) === undefined)
    findings.push(error('package', 'there is no lock file'));
  const signature = files.get('MANIFEST.txt')?.toString('utf8') ?? '';
  if (/"rootUrls"\s*:\s*\[\s*"/.test(signature))
    findings.push(error('signature', 'MANIFEST.txt has rootUrls: it is signed for private use'));
  return findings;
}

/** The first of these files in the folder, or in one above it. */
function nearest(folder: string, names: readonly string[]): string | undefined {
  const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
  const above = dirname(folder);
  return found ?? (above === folder ? undefined : nearest(above, names));
}

function usesToolkit(text: string): boolean {
  const { scripts = {} } = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, string>> };
  return Object.values(scripts).some((script) => script.includes('grafana-toolkit '));
}
