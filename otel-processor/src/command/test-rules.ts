import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readRuleFiles } from '../alert/index.ts';
import { type Fault, isFault } from '../base/index.ts';
import { parseRuleTestFile, type RuleTestOutcome, runRuleTests } from '../rule-test/index.ts';

/** Runs a unit test file of Prometheus: its rule files are found beside it. */
export async function testRules(path: string): Promise<readonly RuleTestOutcome[] | Fault> {
  const testFile = parseRuleTestFile(path, readFileSync(path, 'utf8'));
  if (isFault(testFile)) return testFile;
  const ruleFiles = readRuleFiles(testFile.rule_files, dirname(path));
  return isFault(ruleFiles) ? ruleFiles : runRuleTests(testFile, ruleFiles);
}
