import { dirname } from 'node:path';
import { isFault } from '../base/index.ts';
import { readArguments } from './arguments.ts';
import { readConfiguration } from './configuration.ts';
import { loadLookupTables } from './lookup-tables.ts';
import { loadRuleGroups, ruleWarnings } from './rule-groups.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

export async function checkConfigCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('check-config', args, {}, ['FILE'], terminal);
  if (typeof parsed === 'number') return parsed;
  const [path] = parsed.positionals;
  const config = await readConfiguration(path, terminal);
  if (typeof config === 'number') return config;
  const ruleGroups = loadRuleGroups(config, dirname(path));
  if (isFault(ruleGroups)) {
    terminal.err(`${ruleGroups.message}\n`);
    return exitCode.config;
  }
  const lookupTables = loadLookupTables(config, dirname(path));
  if (isFault(lookupTables)) {
    terminal.err(`${lookupTables.message}\n`);
    return exitCode.config;
  }
  for (const warning of ruleWarnings(config, ruleGroups)) terminal.err(`warning: ${warning}\n`);
  terminal.out(`${path}: fine\n`);
  return exitCode.ok;
}
