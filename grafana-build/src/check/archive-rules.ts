import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { unzipSync } from 'fflate';
import type { CheckedPlugin } from './built-plugin.ts';
import { error, type Finding } from './finding.ts';
import { zipModes } from './zip-modes.ts';

/** What the catalog asks of every file, and of a program. */
const [fileMode, programMode] = [0o744, 0o755];

/** The archive has one folder, named as the plugin, with just what was built. */
export function archiveFindings({ files, manifest }: CheckedPlugin, archivePath: string): readonly Finding[] {
  const id = String(manifest['id']);
  const archive = readFileSync(archivePath);
  const entries = unzipSync(archive);
  const modes = zipModes(archive);
  const executable = typeof manifest['executable'] === 'string' ? manifest['executable'] : undefined;
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [name, content] of Object.entries(entries)) {
    if (!name.startsWith(`${id}/`)) {
      findings.push(error('archive', `${basename(archivePath)} has ${name} outside the folder ${id}`));
      continue;
    }
    const path = name.slice(id.length + 1);
    seen.add(path);
    const isProgram = executable !== undefined && path.startsWith(executable);
    const wanted = isProgram ? programMode : fileMode;
    const mode = modes.get(name) ?? 0;
    if ((mode & wanted) !== wanted)
      findings.push(error('archive', `${name} has the permissions ${octal(mode)}, not ${octal(wanted)}`));
    const built = files.get(path);
    if (built === undefined || !built.equals(content))
      findings.push(error('archive', `${name} is not what was built`));
    if (/(^|\/)(standalone|pid)\.txt$/.test(path))
      findings.push(error('archive', `${name} does not belong there`));
  }
  for (const path of files.keys()) {
    if (!seen.has(path)) findings.push(error('archive', `${basename(archivePath)} lacks ${path}`));
  }
  return findings;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
