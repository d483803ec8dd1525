import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { isFault } from '../base/index.ts';
import { formatFailure, runScript } from '../script-test/index.ts';
import { readArguments } from './arguments.ts';
import { loadLookupTables } from './lookup-tables.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';
import { testRules } from './test-rules.ts';

/** What one test came to: no failures when it passed. */
interface Outcome {
  readonly name: string;
  readonly failures: readonly string[];
}

/** `statbar test FILE...`: scripts, and Prometheus's own unit tests of rule files. */
export async function testCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('test', args, { update: { type: 'boolean' } }, ['FILE...'], terminal);
  if (typeof parsed === 'number') return parsed;
  const files = filesOf(parsed.positionals);
  if (files.length === 0) {
    terminal.err('statbar test rules: missing FILE\nSee: statbar test --help\n');
    return exitCode.usage;
  }
  let failed = 0;
  let passed = 0;
  for (const file of files) {
    for (const { name, failures } of await testFile(file, parsed.values['update'] === true, terminal)) {
      if (failures.length === 0) passed += 1;
      else failed += 1;
      terminal.out(`${failures.length === 0 ? 'passed' : 'FAILED'}  ${name}\n`);
      for (const failure of failures) terminal.out(`${failure.replace(/^/gm, '    ')}\n`);
    }
  }
  terminal.out(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? exitCode.ok : exitCode.failure;
}

/** `test rules FILE` says the same as `test FILE`. */
function filesOf(positionals: readonly string[]): readonly string[] {
  const [first, ...rest] = positionals;
  return first === 'rules' && statSync('rules', { throwIfNoEntry: false }) === undefined ? rest : positionals;
}

async function testFile(file: string, update: boolean, terminal: Terminal): Promise<readonly Outcome[]> {
  try {
    if (!/^\.ya?ml$/.test(extname(file))) return [await testScript(file, update, terminal)];
    const outcomes = await testRules(file);
    return isFault(outcomes) ? [{ name: file, failures: [outcomes.message] }] : outcomes;
  } catch (error) {
    return [{ name: file, failures: [error instanceof Error ? error.message : String(error)] }];
  }
}

async function testScript(file: string, update: boolean, terminal: Terminal): Promise<Outcome> {
  const script = readFileSync(file, 'utf8');
  const dataDir = mkdtempSync(join(tmpdir(), 'statbar-test-'));
  try {
    const place = { dataDir, baseDir: dirname(file), env: terminal.env, lookupTables: loadLookupTables };
    const { failures, checkCount, updated } = await runScript(script, place);
    if (update && updated !== script) {
      writeFileSync(file, updated);
      terminal.err(`${file}: updated; look at what changed\n`);
    }
    if (failures.length === 0 && checkCount === 0)
      return { name: file, failures: ['the script checks nothing'] };
    return { name: file, failures: failures.map(formatFailure) };
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}
