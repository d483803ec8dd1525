import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readRuleFiles } from '../alert/index.ts';
import { isFault } from '../base/index.ts';
import { parseRuleTestFile, runRuleTests } from '../rule-test/index.ts';
import { readArguments } from './arguments.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

/** `statbar test rules FILE`: Prometheus's own unit tests of rule files. */
export async function testCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('test', args, {}, ['rules', 'FILE'], terminal);
  if (typeof parsed === 'number') return parsed;
  const [what, path] = parsed.positionals;
  if (what !== 'rules') {
    terminal.err(`statbar test: cannot test ${JSON.stringify(what)}; there is: rules\n`);
    return exitCode.usage;
  }
  const fail = (message: string): ExitCode => {
    terminal.err(`${message}\n`);
    return exitCode.failure;
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const testFile = parseRuleTestFile(path, text);
  if (isFault(testFile)) return fail(testFile.message);
  const ruleFiles = readRuleFiles(testFile.rule_files, dirname(path));
  if (isFault(ruleFiles)) return fail(ruleFiles.message);
  const outcomes = await runRuleTests(testFile, ruleFiles);
  if (isFault(outcomes)) return fail(outcomes.message);
  for (const { name, failures } of outcomes) {
    terminal.out(`${failures.length === 0 ? 'passed' : 'FAILED'}  ${name}\n`);
    for (const failure of failures) terminal.out(`${failure.replace(/^/gm, '    ')}\n`);
  }
  const failed = outcomes.filter(({ failures }) => failures.length > 0).length;
  terminal.out(`${outcomes.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? exitCode.ok : exitCode.failure;
}
