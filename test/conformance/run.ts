import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CaseFailure, runPromqlScript } from './runner.ts';
import { skipReason } from './skips.ts';

/** Upstream's scripts, beside the repository. They are not part of it. */
export const scriptsFolder = fileURLToPath(new URL('../../../shared/data/promqltest/', import.meta.url));

export interface FileOutcome {
  readonly file: string;
  readonly total: number;
  readonly failures: readonly CaseFailure[];
  /** Failures that are listed in skips.ts, with the reason. */
  readonly skipped: number;
}

export function haveScripts(): boolean {
  return existsSync(scriptsFolder);
}

export async function runAllScripts(only?: string): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  for (const file of readdirSync(scriptsFolder).sort()) {
    if (!file.endsWith('.test') || (only !== undefined && !file.startsWith(only))) continue;
    const { total, failures } = await runPromqlScript(readFileSync(scriptsFolder + file, 'utf8'));
    const skipped = failures.filter(({ line }) => skipReason(file, line) !== undefined).length;
    outcomes.push({ file, total, failures, skipped });
  }
  return outcomes;
}

/** `node test/conformance/run.ts [file]`: prints what passed, and with a file name every failure. */
async function main(): Promise<number> {
  if (!haveScripts()) {
    process.stderr.write(`no scripts at ${scriptsFolder}\n`);
    return 1;
  }
  const only = process.argv[2];
  const outcomes = await runAllScripts(only);
  let total = 0;
  let passed = 0;
  for (const { file, total: count, failures, skipped } of outcomes) {
    total += count;
    passed += count - failures.length;
    const note = skipped > 0 ? ` (${skipped} known, see skips.ts)` : '';
    process.stdout.write(`${file.padEnd(28)} ${count - failures.length}/${count}${note}\n`);
    if (only === undefined) continue;
    for (const { line, expression, differences } of failures) {
      const reason = skipReason(file, line);
      process.stdout.write(`  ${file}:${line} ${expression}${reason === undefined ? '' : ` [${reason}]`}\n`);
      for (const difference of differences.slice(0, 4)) process.stdout.write(`    ${difference}\n`);
    }
  }
  process.stdout.write(`${'overall'.padEnd(28)} ${passed}/${total}\n`);
  return passed === total ? 0 : 2;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
